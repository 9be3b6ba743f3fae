"""What undoing an edit takes: the edits that take it back, and the arrays that it removed."""

from __future__ import annotations

import copy
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from engine.edits import (
    Edit,
    LayerInsert,
    LayerMove,
    LayerRemove,
    Set,
    Silence,
    UnitAdd,
    UnitRemove,
    chain_of,
    locate,
)
from engine.edits.places import pointed_at, sized
from engine.experiment import Experiment
from engine.following import Change, now, stands
from engine.memory.arena import Array

REMEMBERED = 4 * 2**20  # bytes of arrays that undo keeps
STRUCTURE: Final = (LayerInsert, LayerRemove, LayerMove, UnitAdd, UnitRemove)


@dataclass(frozen=True)
class Memory:
    """What undoing an edit takes: the edits that take it back, and the arrays it removed.

    They mean layers and units by the numbers these had then: `change` says what this edit did to
    them, so that those of others can be followed through it. of: the units a lesion was about.
    in_front: of a layer that went or moved, the names of those that stood in front of it. layer:
    the path of the layer whose knob was turned.
    """

    back: tuple[Edit, ...] = ()
    arrays: Mapping[str, Mapping[str, Array]] | None = None  # by "theta", "buffers" or slot
    change: Change | None = None
    of: Silence | None = None
    in_front: tuple[str, ...] | None = None
    layer: str | None = None

    @cached_property
    def bytes(self) -> int:
        return sum(a.nbytes for arrays in (self.arrays or {}).values() for a in arrays.values())


_bytes = attrgetter("bytes")


def bounded(memory: tuple[Memory, ...]) -> tuple[Memory, ...]:
    """The same, where the oldest that keep arrays forget until all fit; the newest never does."""
    size = sum(map(_bytes, memory))
    if size <= REMEMBERED:
        return memory
    made = list(memory)
    for i, each in enumerate(memory[:-1]):
        if size <= REMEMBERED:
            break
        if each.bytes:
            made[i], size = replace(each, back=(), arrays=None), size - each.bytes
    return tuple(made)


def changed(memory: Sequence[Memory], first: int) -> list[tuple[int, Change]]:
    """What edits did to the structure, from this one on."""
    there = enumerate(memory[first:], first)
    return [(number, each.change) for number, each in there if each.change]


def is_there(memory: Memory, since: Sequence[tuple[int, Change]]) -> bool:
    """Whether an edit can be taken back after what changed since: what it was about is not gone,
    and what it takes is still kept."""
    if not memory.back:
        return False
    if not since:
        return True
    first = next((back for back in memory.back if isinstance(back, STRUCTURE)), memory.back[0])
    if now(first, since) is None or not (memory.layer is None or stands(memory.layer, since)):
        return False
    if memory.of is None or not memory.of.units:
        return True
    about = now(memory.of, since)
    return isinstance(about, Silence) and bool(about.units)


def has_namesake(memory: Memory, paths: Container[str]) -> bool:
    """Whether another layer has the path that one would come back to."""
    for back in memory.back:
        if isinstance(back, LayerInsert):
            return ".".join(filter(None, (back.chain, back.layer["name"]))) in paths
    return False


def in_front(edit: Edit, document: dict[str, Any]) -> tuple[str, ...] | None:
    """The names of the layers in front of one that an edit takes out of its place."""
    if not isinstance(edit, LayerRemove | LayerMove):
        return None
    layers, i = locate(document, edit.layer)
    return tuple(layer["name"] for layer in layers[:i])


def placed(back: Edit, memory: Memory, document: dict[str, Any]) -> Edit:
    """What takes an edit back, where it belongs now, whatever came or went since: a layer's knob at
    that layer, and a layer behind the nearest of those that were in front of it."""
    if isinstance(back, Set) and memory.layer is not None:
        return back.with_(path=pointed_at(document, memory.layer, back.path))
    if memory.in_front is None or not isinstance(back, LayerInsert | LayerMove):
        return back
    *blocks, own = (back.chain + "." if isinstance(back, LayerInsert) else back.layer).split(".")
    chain = chain_of(document, ".".join(blocks))
    there = [layer["name"] for layer in chain if layer["name"] != own]
    places = (there.index(name) + 1 for name in reversed(memory.in_front) if name in there)
    return back.with_(index=next(places, 0))


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
