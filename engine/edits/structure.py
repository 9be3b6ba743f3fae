"""Edits of the structure: layers and units that come, go and move."""

from __future__ import annotations

import copy
from typing import Annotated, Any

from annotated_types import Ge

from engine.edits.base import Document, Edit
from engine.edits.places import chain_of, locate, sized
from engine.errors import Invalid
from engine.registry import register
from engine.spec import doc


@register("edit", "layer_insert")
class LayerInsert(Edit):
    """Put a layer into the chain, so that it stands at this index."""

    layer: Annotated[Any, doc("the layer, as in the experiment")]
    index: Annotated[int, Ge(0), doc("its place in the chain")]
    chain: Annotated[str, doc("dotted path of the block it stands in; empty: the net itself")] = ""

    def change(self, document: Document) -> None:
        layers = chain_of(document, self.chain, "/chain")
        if self.index > len(layers):
            raise Invalid(
                f"“index” is at most {len(layers)} here.", pointer="/index", limit=len(layers)
            )
        layers.insert(self.index, copy.deepcopy(self.layer))

    def words(self) -> str:
        kind = self.layer.get("kind", "layer") if isinstance(self.layer, dict) else "layer"
        return f"+ {kind}"


@register("edit", "layer_remove")
class LayerRemove(Edit):
    """Take a layer out of the chain."""

    layer: Annotated[str, doc("its dotted path")]

    def change(self, document: Document) -> None:
        layers, i = locate(document, self.layer)
        if len(layers) == 1:
            raise Invalid("The last layer stays: a net has at least one.", pointer="/layer")
        del layers[i]

    def words(self) -> str:
        return f"− {self.layer}"


@register("edit", "layer_move")
class LayerMove(Edit):
    """Move a layer to another place in its chain."""

    layer: Annotated[str, doc("its dotted path")]
    index: Annotated[int, Ge(0), doc("its new place in the chain")]

    def change(self, document: Document) -> None:
        layers, i = locate(document, self.layer)
        if self.index >= len(layers):
            most = len(layers) - 1
            raise Invalid(f"“index” is at most {most} here.", pointer="/index", limit=most)
        layers.insert(self.index, layers.pop(i))

    def words(self) -> str:
        return f"{self.layer} moved"


@register("edit", "unit_add")
class UnitAdd(Edit):
    """One unit more; of a convolution, one kernel with its map. Its incoming weights are drawn, its
    outgoing ones 0: nothing jumps."""

    layer: Annotated[str, doc("dotted path of a dense layer or a convolution")]
    unit: Annotated[int | None, Ge(0), doc("the place it takes; null: the last")] = None

    def change(self, document: Document) -> None:
        at, size = sized(document, self.layer)
        if self.unit is not None and self.unit > at[size]:
            raise Invalid(f"“unit” is at most {at[size]} here.", pointer="/unit")
        at[size] += 1

    def words(self) -> str:
        return f"{self.layer} + unit"


@register("edit", "unit_remove")
class UnitRemove(Edit):
    """One unit less: its row here and its column in the next layer go."""

    layer: Annotated[str, doc("dotted path of a dense layer or a convolution")]
    unit: Annotated[int | None, Ge(0), doc("which one; null: the last")] = None

    def change(self, document: Document) -> None:
        at, size = sized(document, self.layer)
        if at[size] == 1:
            raise Invalid("The last unit stays: a layer has at least one.", pointer="/layer")
        if self.unit is not None and self.unit >= at[size]:
            raise Invalid(f"“unit” is at most {at[size] - 1} here.", pointer="/unit")
        at[size] -= 1

    def words(self) -> str:
        return f"{self.layer} − unit"
