"""Pictures of the plane: what the net, and every unit of it, answers at every point.

Row 0 of a picture is the largest x2, as it is drawn; values are those at the cells' centres.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.data import Prepared
from engine.data.features import FEATURES, compute
from engine.data.painting import Extent
from engine.errors import Invalid
from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.probes.base import MAX_UNITS, Probe, pick, visible
from engine.registry import register, value
from engine.session import Session
from engine.spec import doc


@value
class Picture(Probe):
    """Base: a grid over the plane of two columns."""

    resolution: Annotated[int, Ge(2), Le(256), doc("cells along each side")] = 64
    extent: Annotated[
        tuple[float, float, float, float] | None,
        Ge(-1e6),  # farther out the squares and products would no longer be finite everywhere
        Le(1e6),
        doc("x1 low, x1 high, x2 low, x2 high; null: the data's own"),
    ] = None
    columns: Annotated[
        tuple[int, int], doc("the two columns drawn; others stand at their mean")
    ] = (0, 1)
    mode: Annotated[
        Literal["evaluate", "sample"], doc("evaluate: as in use; sample: with dropout's noise")
    ] = "evaluate"

    def check(self) -> None:
        if self.extent is not None:
            x1, x2 = self.extent[:2], self.extent[2:]
            if x1[0] >= x1[1] or x2[0] >= x2[1]:
                raise Invalid("“extent” is x1 low, x1 high, x2 low, x2 high.", pointer="/extent")

    def refuse(self, experiment: Experiment) -> str:
        return "" if len(experiment.data.columns) >= 2 else "These data have no plane to draw."

    def cost(self, experiment: Experiment) -> int:
        return self.resolution**2 * 64

    def grid(self, session: Session) -> tuple[Array, dict[str, Any]]:
        """Inputs of the net at the cells' centres (features × r²), and what the picture shows."""
        data, r = session.run.prepared, self.resolution
        extent = self.extent or data.extent_on(self.columns)
        info = {"extent": list(extent), "columns": list(self.columns)}
        return _grid(data, r, extent, self.columns), info


@register("probe", "boundary")
class Boundary(Picture):
    """The answer at every point: the raw last layer, and probabilities where the loss has them."""

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        inputs, info = self.grid(session)
        outputs = session.run.reading.forward(inputs, self.mode)[""]
        square = (-1, self.resolution, self.resolution)
        arrays = {"outputs": outputs.reshape(square)}
        loss = session.run.experiment.training.loss
        p = None if loss is None else loss.probabilities(outputs)
        if p is not None:
            arrays["probabilities"] = p.reshape(square)
        info["classes"] = session.run.prepared.classes
        return info, arrays


@register("probe", "neurons")
class Neurons(Picture):
    """What every unit of every visible layer answers at every point."""

    resolution: Annotated[int, Ge(2), Le(256), doc("cells along each side")] = 20
    layer: Annotated[str | None, doc("one layer; null: all that are visible")] = None

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        known = visible(session.run.experiment)
        layers = pick(self.layer, known)
        inputs, info = self.grid(session)
        found = session.run.reading.forward(inputs, self.mode, layers, MAX_UNITS)
        square = (-1, self.resolution, self.resolution)
        arrays = {name: found[name].reshape(square) for name in layers}
        info["units"] = {name: session.run.net.by_path[name].y[0] for name in layers}
        return info, arrays


@register("probe", "inputs")
class Inputs(Picture):
    """What each feature of x1 and x2 is at every point: the pictures the net starts from."""

    resolution: Annotated[int, Ge(2), Le(256), doc("cells along each side")] = 20

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        data, r = session.run.prepared, self.resolution
        _, info = self.grid(session)
        e = info["extent"]
        x1, x2 = _centres(e[0], e[1], r), _centres(e[2], e[3], r)[::-1]
        across, up = np.tile(x1, r), np.repeat(x2, r)
        if data.data.columns == ("x1", "x2"):
            names = tuple(FEATURES)
            maps = compute(names, np.stack([across, up], axis=1).astype(np.float64))
        else:
            names = data.names
            maps = data.transform(data.on_plane(across, up, self.columns)).astype(np.float64)
        used = list(session.run.experiment.features)
        return info | {"names": list(names), "used": used}, {
            "maps": maps.reshape(-1, r, r).astype(np.float32)
        }


@lru_cache(maxsize=16)
def _grid(data: Prepared, r: int, extent: Extent, columns: tuple[int, int]) -> Array:
    """Inputs of the net at the cells' centres: the same for every picture of the same data."""
    x1, x2 = _centres(extent[0], extent[1], r), _centres(extent[2], extent[3], r)[::-1]
    made = data.transform(data.on_plane(np.tile(x1, r), np.repeat(x2, r), columns))
    made.flags.writeable = False
    return made


def _centres(low: float, high: float, r: int) -> Array:
    return low + (high - low) * (np.arange(r) + 0.5) / r
