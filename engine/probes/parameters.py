"""Every number of the net, and one number through time."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import MaxLen

from engine.errors import Invalid, Unknown
from engine.memory.arena import Array
from engine.probes.base import Probe, pick
from engine.registry import register
from engine.session import Session
from engine.spec import doc


@register("probe", "parameters")
class Parameters(Probe):
    """Every array by its dotted name, shaped as PyTorch shapes it."""

    layer: Annotated[str | None, doc("one layer; null: all")] = None

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        found = session.run.arrays
        paths = tuple(dict.fromkeys(name.rsplit(".", 1)[0] for name in found))
        chosen = pick(self.layer, paths)
        arrays = {n: a.copy() for n, a in found.items() if n.rsplit(".", 1)[0] in chosen}
        silenced = {path: list(units) for path, units in session.run.silenced.items()}
        return {"silenced": silenced, "frozen": sorted(session.run.frozen)}, arrays


@register("probe", "trace")
class Trace(Probe):
    """One number of the net at every step that is kept, and now."""

    array: Annotated[str, doc("dotted name, such as dense1.weight")]
    index: Annotated[tuple[int, ...], MaxLen(4), doc("where in the array")] = ()

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        arrays = session.run.arrays
        pick_array(self.array, arrays)
        array = arrays[self.array]
        if len(self.index) != array.ndim or any(
            not 0 <= i < n for i, n in zip(self.index, array.shape, strict=False)
        ):
            shown = " × ".join(map(str, array.shape))
            raise Invalid(f"“index” is a place in {self.array}: {shown}.", pointer="/index")
        found = [*session.trace(self.array, self.index), (session.step, float(array[self.index]))]
        return {}, {
            "steps": np.array([step for step, _ in found], np.int32),
            "values": np.array([x for _, x in found], np.float32),
        }


def pick_array(name: str, arrays: dict[str, Array]) -> None:
    """Raise `Invalid` where no array has this name."""
    if name not in arrays:
        raise Unknown(
            f"There is no array of that name; there are: {', '.join(arrays)}.",
            pointer="/array",
            known=arrays,
        )
