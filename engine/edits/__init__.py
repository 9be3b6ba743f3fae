"""Edits of a live session, each with the step at which it took effect.

`at: k` means after step k and before step k + 1. An edit is a value; what it does to the experiment
is here (`change`), what it does to the arrays is the session's (engine/transplant.py). Importing
this package registers them all.
"""

# In the order of the reference.
from engine.edits import knobs, hand, structure, points, undo  # noqa: I001
from engine.edits.base import Document, Edit
from engine.edits.hand import Freeze, Silence, Write
from engine.edits.knobs import Set, refuse_reset, when
from engine.edits.places import chain_of, locate
from engine.edits.points import PointsAdd, PointsErase
from engine.edits.reading import AT_A_TIME, MOST_EDITS, read_edits
from engine.edits.structure import LayerInsert, LayerMove, LayerRemove, UnitAdd, UnitRemove
from engine.edits.undo import Undo

__all__ = [
    "AT_A_TIME",
    "MOST_EDITS",
    "Document",
    "Edit",
    "Freeze",
    "LayerInsert",
    "LayerMove",
    "LayerRemove",
    "PointsAdd",
    "PointsErase",
    "Set",
    "Silence",
    "Undo",
    "UnitAdd",
    "UnitRemove",
    "Write",
    "chain_of",
    "hand",
    "knobs",
    "locate",
    "points",
    "read_edits",
    "refuse_reset",
    "structure",
    "undo",
    "when",
]
