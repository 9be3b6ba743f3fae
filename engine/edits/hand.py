"""What a hand does to a net that trains: write a number, hold units silent, freeze a layer."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from engine.edits.base import Edit
from engine.registry import register
from engine.spec import doc

LARGEST = 3.4e38  # about what a float32 holds: what stood there must fit again when it is undone


@register("edit", "write")
class Write(Edit):
    """Write one number of an array by hand: a weight, a bias."""

    array: Annotated[str, doc("dotted name, such as dense1.weight")]
    index: Annotated[tuple[int, ...], MaxLen(4), doc("where in the array")]
    value: Annotated[float, Ge(-LARGEST), Le(LARGEST), doc("the new number")]

    def words(self) -> str:
        return f"{self.array}[{', '.join(map(str, self.index))}] = {self.value:g}"


@register("edit", "silence")
class Silence(Edit):
    """Hold the outputs of these units at 0: a lesion. An empty list gives them back."""

    layer: Annotated[str, doc("dotted path of a layer")]
    units: Annotated[tuple[int, ...], MaxLen(1024), doc("the units held silent")]

    def words(self) -> str:
        return f"{self.layer} silent: {', '.join(map(str, self.units)) or 'none'}"


@register("edit", "freeze")
class Freeze(Edit):
    """Let the parameters of a layer stand still, or learn again."""

    layer: Annotated[str, doc("dotted path of a layer")]
    on: Annotated[bool, doc("whether they stand still")] = True

    def words(self) -> str:
        return f"{self.layer} {'frozen' if self.on else 'thawed'}"
