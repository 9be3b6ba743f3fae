"""What undoing an edit takes: the edits that take it back, and the arrays that it removed."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.edits import (
    Edit,
    LayerInsert,
    LayerMove,
    LayerRemove,
    UnitAdd,
    UnitRemove,
    chain_of,
    locate,
)
from engine.edits.places import sized
from engine.experiment import Experiment
from engine.memory.arena import Array

REMEMBERED = 4 * 2**20  # bytes of arrays that undo keeps


@dataclass(frozen=True)
class Memory:
    """What undoing an edit takes: the edits that take it back, and the arrays it removed."""

    back: tuple[Edit, ...] = ()
    arrays: Mapping[str, Mapping[str, Array]] | None = None  # by "theta", "buffers" or slot

    @cached_property
    def bytes(self) -> int:
        return sum(a.nbytes for arrays in (self.arrays or {}).values() for a in arrays.values())


def bounded(memory: tuple[Memory, ...]) -> tuple[Memory, ...]:
    """The same, where the oldest that keep arrays forget until all fit; the newest never does."""
    size = sum(each.bytes for each in memory)
    made = list(memory)
    for i, each in enumerate(memory[:-1]):
        if size <= REMEMBERED:
            break
        if each.bytes:
            made[i], size = Memory(), size - each.bytes
    return tuple(made)


def renumbered(memory: Memory, edit: UnitAdd | UnitRemove, place: int) -> Memory:
    """What takes an earlier edit back, after a unit came (or went) at a place of the same layer.
    Where the unit went that was added, there is nothing left to take back."""
    made: list[Edit] = []
    for back in memory.back:
        if isinstance(back, UnitAdd | UnitRemove) and back.layer == edit.layer:
            unit = back.unit or 0
            if isinstance(edit, UnitAdd):
                back = back.with_(unit=unit + (place <= unit))
            elif isinstance(back, UnitRemove) and unit == place:
                return Memory()
            else:
                back = back.with_(unit=unit - (place < unit))
        made.append(back)
    return memory if tuple(made) == memory.back else Memory(tuple(made), memory.arrays)


def inverse_of(edit: Edit, document: dict[str, Any]) -> tuple[Edit, ...]:
    """The edits that take a structure edit back, from the document before it."""
    match edit:
        case UnitAdd() | UnitRemove():
            # The last one by its number: later changes may put others behind it.
            layer, size = sized(document, edit.layer)
            added = isinstance(edit, UnitAdd)
            unit = layer[size] - (not added) if edit.unit is None else edit.unit
            return ((UnitRemove if added else UnitAdd)(layer=edit.layer, unit=unit),)
        case LayerInsert():
            after = Experiment.from_json(_changed(edit, document)).to_json()
            name = chain_of(after, edit.chain)[edit.index]["name"]
            return (LayerRemove(layer=f"{edit.chain}.{name}" if edit.chain else name),)
        case LayerRemove():
            layers, i = locate(document, edit.layer)
            chain_path = ".".join(edit.layer.split(".")[:-1])
            return (LayerInsert(layer=layers[i], index=i, chain=chain_path),)
        case LayerMove():
            _, i = locate(document, edit.layer)
            return (LayerMove(layer=edit.layer, index=i),)
    return ()


def _changed(edit: Edit, document: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(document)
    edit.change(made)
    return made
