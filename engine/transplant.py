"""What survives an edit of the structure: arrays go over by name.

An array whose shape stays is copied whole; where one axis grew or shrank, the overlap is. A unit
that comes or goes takes entries with it here, in what stands behind it, and in all that look at it:
`moves` says which, through blocks too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.edits import UnitAdd, UnitRemove
from engine.layers import Conv2d, Dense, Flatten, Layer, Local2d, Parallel, Residual
from engine.layers.blocks import end
from engine.layers.norm import Norm
from engine.layers.pool import ChannelPool
from engine.memory.arena import Array, Shape
from engine.net import Net

Places = tuple[int, ...]


@dataclass
class Moves:
    """Where a unit comes (or goes), counted in the larger of the two nets.

    arrays: axis and places along it, by dotted name. units: places among a layer's outputs, by
    path.
    """

    come: bool = False
    arrays: dict[str, tuple[int, Places]] = field(default_factory=dict)
    units: dict[str, Places] = field(default_factory=dict)

    def renumbered(self, path: str, units: Places, most: int) -> Places:
        """Outputs of a layer by the numbers they have afterwards, without those that went."""
        places = sorted(self.units.get(path, ()))
        if self.come:
            for place in places:
                units = tuple(unit + (unit >= place) for unit in units)
        else:
            left = (unit for unit in units if unit not in places)
            units = tuple(unit - sum(place < unit for place in places) for unit in left)
        return tuple(unit for unit in units if unit < most)


def moves(edit: UnitAdd | UnitRemove, old: Net, new: Net) -> Moves:
    """How arrays and outputs shift when a unit comes or goes."""
    made = Moves(come=isinstance(edit, UnitAdd))
    larger = new if made.come else old
    _through_chain(larger.layers, larger.input_shape, "", (), edit, made)
    return made


def _through_chain(
    layers: tuple[Layer, ...], x: Shape, path: str, places: Places,
    edit: UnitAdd | UnitRemove, made: Moves,
) -> Places:  # fmt: skip
    """From places among what comes into a chain to those among what it answers."""
    for layer in layers:
        here = f"{path}{layer.name}"
        places = _through(layer, x, here, places, edit, made)
        x = layer.shape(x)
        if places:
            made.units[here] = places
    return places


def _through(
    layer: Layer, x: Shape, here: str, places: Places, edit: UnitAdd | UnitRemove, made: Moves
) -> Places:
    if here == edit.layer:
        last = layer.shape(x)[0] - 1
        places = (last if edit.unit is None else edit.unit,)
        made.arrays |= {f"{here}.{name}": (0, places) for name in ("weight", "bias")}
        return places
    match layer:
        case Residual() | Parallel():
            return _through_block(layer, x, here, places, edit, made)
        case _ if not places:
            return ()
        case Dense():
            made.arrays[f"{here}.weight"] = 1, places
            return ()
        case Conv2d():
            each = x[0] // layer.groups
            seen = {
                tuple(p - first for p in places if first <= p < first + each)
                for first in range(0, x[0], each)
            }
            if len(seen) == 1:  # every group sees the same of its own, else nothing fits
                made.arrays[f"{here}.weight"] = 1, seen.pop()
            return ()
        case Local2d():
            made.arrays[f"{here}.weight"] = 3, places
            return ()
        case Flatten():  # a map becomes height · width numbers, in one block
            area = x[1] * x[2]
            return tuple(p * area + i for p in places for i in range(area))
        case ChannelPool():
            return places if layer.window == 1 else ()
        case Norm():
            own = ("gamma", "beta", "running_mean", "running_var")
            made.arrays |= {f"{here}.{name}": (0, places) for name in own}
    return places


def _through_block(
    block: Residual | Parallel, x: Shape, here: str, places: Places,
    edit: UnitAdd | UnitRemove, made: Moves,
) -> Places:  # fmt: skip
    found: set[int] = set()
    first = 0
    for name, chain in block.chains().items():
        inside = f"{here}.{name}{'.' if name else ''}"
        ends = _through_chain(chain, x, inside, places, edit, made)
        found |= {first + place for place in ends}
        if isinstance(block, Parallel):  # the branches stand one behind the other
            first += end(chain, x, name)[0]
    return tuple(sorted(found))


def transplant(old: Mapping[str, Array], new: Mapping[str, Array], moved: Moves) -> None:
    """Copy what survives from the old arrays into the new ones, in place."""
    for name in old.keys() & new.keys():
        a, b = old[name], new[name]
        if name in moved.arrays:
            axis, places = moved.arrays[name]
            longest = max(a.shape[axis], b.shape[axis])
            stay = _at(axis, tuple(k for k in range(longest) if k not in set(places)))
            if moved.come:
                b[stay] = a
            else:
                b[...] = a[stay]
        elif a.ndim == b.ndim:
            part = tuple(slice(min(p, q)) for p, q in zip(a.shape, b.shape, strict=True))
            b[part] = a[part]


def clear(new: Mapping[str, Array], moved: Moves) -> None:
    """Set what a new unit sends on to 0, so that the net's function does not jump."""
    for name, (axis, places) in moved.arrays.items():
        if moved.come and axis > 0:
            new[name][_at(axis, places)] = 0.0


def lost(old: Mapping[str, Array], new: Mapping[str, Array], moved: Moves) -> dict[str, Array]:
    """What of the old arrays has no place in the new ones: the entries of a unit that went, and
    arrays that are gone or became smaller."""
    made = {}
    for name, a in old.items():
        if name in new and name in moved.arrays:
            if not moved.come:
                axis, places = moved.arrays[name]
                made[name] = np.take(a, places, axis)
        elif name not in new or any(p > q for p, q in zip(a.shape, new[name].shape, strict=False)):
            made[name] = a
    return made


def give_back(kept: Mapping[str, Array], new: Mapping[str, Array], moved: Moves) -> None:
    """Put what was lost into new arrays, in place, as far as it fits."""
    for name in kept.keys() & new.keys():
        a, b = kept[name], new[name]
        if a.shape == b.shape:
            b[...] = a
        elif moved.come and name in moved.arrays:
            spot = _at(*moved.arrays[name])
            if b[spot].shape == a.shape:
                b[spot] = a


def copies(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays as copies of their own."""
    return {name: np.array(a) for name, a in arrays.items()}


def _at(axis: int, places: Places) -> tuple[slice | list[int], ...]:
    """The index of these places along an axis, and all of the axes before."""
    return (*(slice(None) for _ in range(axis)), list(places))
