"""What survives an edit of the structure: arrays go over by name.

An array whose shape stays is copied whole; where one axis grew or shrank, the overlap is. A unit
added or removed moves rows here and columns in the next layer: `moves` says which.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.edits import UnitAdd, UnitRemove
from engine.memory.arena import Array
from engine.net import Net

Move = tuple[int, int, int]  # axis, index, +n (n entries appear there) or −n (they go)


def moves(edit: UnitAdd | UnitRemove, old: Net) -> dict[str, Move]:
    """How arrays shift when a unit comes or goes, by dotted name."""
    *blocks, _ = edit.layer.split(".")
    prefix = ".".join(blocks)
    chain = [s for s in old.sites if ".".join(s.path.split(".")[:-1]) == prefix]
    start = next(i for i, site in enumerate(chain) if site.path == edit.layer)
    width = chain[start].y[0]
    sign = 1 if isinstance(edit, UnitAdd) else -1
    last = width if sign > 0 else width - 1
    i = last if edit.unit is None else edit.unit
    made: dict[str, Move] = {}
    spread = 1  # inputs of the next layer that one unit stands for
    shapes = {name: a.shape for name, a in old.arrays(old.theta(), old.buffers()).items()}
    for k, site in enumerate(chain[start:]):
        own = [name for name in shapes if name.rsplit(".", 1)[0] == site.path]
        if site.layer.kind == "flatten":  # a map becomes height · width numbers, in one block
            spread, width = site.x[1] * site.x[2], site.y[0]
        if k and site.layer.kind in ("dense", "conv2d"):
            moved = (1, i * spread, sign * spread)
            made |= {name: moved for name in own if name.endswith(".weight")}
            break
        moved = (0, i * spread, sign * spread)
        made |= {name: moved for name in own if shapes[name] and shapes[name][0] == width}
    return made


def transplant(
    old: Mapping[str, Array], new: Mapping[str, Array], moved: Mapping[str, Move]
) -> None:
    """Copy what survives from the old arrays into the new ones, in place."""
    for name in old.keys() & new.keys():
        a, b = old[name], new[name]
        if name in moved:
            axis, i, n = moved[name]
            longest = max(a.shape[axis], b.shape[axis])
            stay = [k for k in range(longest) if not i <= k < i + abs(n)]
            where = tuple(stay if k == axis else slice(None) for k in range(a.ndim))
            if n > 0:
                b[where] = a
            else:
                b[...] = a[where]
        elif a.ndim == b.ndim:
            part = tuple(slice(min(p, q)) for p, q in zip(a.shape, b.shape, strict=True))
            b[part] = a[part]


def clear(new: Mapping[str, Array], moved: Mapping[str, Move]) -> None:
    """Set what a new unit sends on to 0, so that the net's function does not jump."""
    for name, (axis, i, n) in moved.items():
        if n > 0 and axis == 1:
            new[name][:, i : i + n] = 0.0


def lost(
    old: Mapping[str, Array], new: Mapping[str, Array], moved: Mapping[str, Move]
) -> dict[str, Array]:
    """What of the old arrays has no place in the new ones: the entries of a unit that went, and
    arrays that are gone or became smaller."""
    made = {}
    for name, a in old.items():
        if name in new and name in moved:
            axis, i, n = moved[name]
            if n < 0:
                made[name] = np.take(a, range(i, i - n), axis)
        elif name not in new or any(p > q for p, q in zip(a.shape, new[name].shape, strict=False)):
            made[name] = a
    return made


def give_back(
    kept: Mapping[str, Array], new: Mapping[str, Array], moved: Mapping[str, Move]
) -> None:
    """Put what was lost into new arrays, in place, as far as it fits."""
    for name in kept.keys() & new.keys():
        b = new[name]
        if name in moved and b.shape != kept[name].shape:
            axis, i, n = moved[name]
            b = b[
                tuple(slice(i, i + max(n, 0)) if k == axis else slice(None) for k in range(b.ndim))
            ]
        if b.shape == kept[name].shape:
            b[...] = kept[name]


def copies(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays as copies of their own."""
    return {name: np.array(a) for name, a in arrays.items()}
