"""Where a layer, a unit or a number that an earlier edit meant stands now.

Units come and go, and those behind them move up; layers come and go, and another may get the name.
What an edit meant is followed through every change of the structure since: it may have another
number, or be gone; what took it away may have been taken back, and then it is there again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.edits import (
    Edit,
    Freeze,
    LayerInsert,
    LayerMove,
    LayerRemove,
    Silence,
    UnitAdd,
    UnitRemove,
    Write,
)
from engine.transplant import Moves, Places

Index = tuple[int, ...]
WHOLE: Final = -1  # instead of an axis: all of it


@dataclass(frozen=True)
class Change:
    """What one edit did to the structure: `moves` of units, and what is `gone`, layers by their
    path and arrays by their name (an array of another size is another one). back: the number of
    the edit that it takes back; what went with that one is here again."""

    moves: Moves
    gone: frozenset[str] = frozenset()
    back: int | None = None


Changes = Iterable[tuple[int, Change]]  # by the number of the edit, in order


def now(edit: Edit, changes: Changes) -> Edit | None:
    """The edit as it means the same now; None where what it means is gone."""
    match edit:
        case Write():
            index = _followed(edit.array, edit.index, changes, arrays=True)
            return None if index is None else edit.with_(index=index)
        case Silence():
            changes = tuple(changes)
            if not stands(edit.layer, changes):
                return None
            units = (_followed(edit.layer, (unit,), changes) for unit in edit.units)
            return edit.with_(units=tuple(unit[0] for unit in units if unit is not None))
        case UnitAdd() | UnitRemove() if edit.unit is not None:
            gap = isinstance(edit, UnitAdd)
            unit = _followed(edit.layer, (edit.unit,), changes, gap=gap)
            return None if unit is None else edit.with_(unit=unit[0])
        case LayerInsert() if edit.chain:
            changes, parts = tuple(changes), edit.chain.split(".")
            blocks = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
            return edit if all(stands(path, changes) for path in blocks) else None
        case Freeze() | LayerRemove() | LayerMove():
            return edit if stands(edit.layer, changes) else None
    return edit


def stands(layer: str, changes: Changes) -> bool:
    """Whether the layer that had this path is there, and not another that got its name."""
    return _followed(layer, (), changes) is not None


def _followed(
    name: str, index: Index, changes: Changes, *, arrays: bool = False, gap: bool = False
) -> Index | None:
    """A place in an array, or the unit of a layer, by its present numbers. gap: the place between
    two units, which never goes."""
    at = list(index)
    away: dict[int, tuple[int, int]] = {}  # by axis: since which edit, which of those that went
    behind: set[int] = set()  # by which edits the unit right behind a gap went
    for number, change in changes:
        if WHOLE in away:  # whatever has the name meanwhile is another
            if change.back == away[WHOLE][0]:
                del away[WHOLE]
            continue
        if name in change.gone:
            away[WHOLE] = number, 0
            continue
        axis, places = _places(name, change.moves, arrays)
        if axis >= len(at):
            continue
        if axis in away:
            since, which = away[axis]
            if change.moves.come and change.back == since and which < len(places):
                del away[axis]
                at[axis] = places[which]
        elif change.moves.come:
            stays = change.back in behind  # it comes again behind the gap
            for place in sorted(places):
                at[axis] += at[axis] > place if stays else at[axis] >= place
        elif at[axis] in places and not gap:
            away[axis] = number, places.index(at[axis])
        else:
            if at[axis] in places:
                behind.add(number)
            at[axis] -= sum(place < at[axis] for place in places)
    return None if away else tuple(at)


def _places(name: str, moves: Moves, arrays: bool) -> tuple[int, Places]:
    return moves.arrays.get(name, (0, ())) if arrays else (0, moves.units.get(name, ()))
