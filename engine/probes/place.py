"""One place of one map: where a question about a picture stands."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge

from engine.errors import Invalid
from engine.experiment import Experiment
from engine.memory.arena import Shape
from engine.probes.examples import OfExample
from engine.probes.maps import refuse_points
from engine.registry import value
from engine.spec import doc


@value
class OfPlace(OfExample):
    """Base: a question about one answer of a layer, for one example."""

    layer: Annotated[str, doc("any layer, by its dotted path")]
    channel: Annotated[int, Ge(0), doc("which map, or which unit")] = 0
    y: Annotated[int, Ge(0), doc("row of the map")] = 0
    x: Annotated[int, Ge(0), doc("column of the map")] = 0

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def check_inside(self, shape: Shape) -> None:
        """Raises `Invalid` where channel, y or x is outside an output of this shape."""
        given = (self.channel, self.y, self.x)[: len(shape)]
        for name, i, n in zip(("channel", "y", "x"), given, shape, strict=False):
            if i >= n:
                raise Invalid(f"“{name}” is at most {n - 1} here.", pointer=f"/{name}", limit=n - 1)
