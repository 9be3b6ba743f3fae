"""Taking an edit back."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge

from engine.edits.base import Edit
from engine.registry import register
from engine.spec import doc


@register("edit", "undo")
class Undo(Edit):
    """Take an earlier edit back, from now on."""

    edit: Annotated[int, Ge(0), doc("its number in the list of this line")]

    def words(self) -> str:
        return f"undo {self.edit}"
