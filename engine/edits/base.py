"""What every edit is: a value with the step after which it acts."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import Ge

from engine.registry import value
from engine.spec import Json, Spec, doc

Document = dict[str, Json]


@value
class Edit(Spec):
    """Base of every edit."""

    family: ClassVar[str] = "edit"
    live = "now"

    at: Annotated[int | None, Ge(0), doc("the step after which it acts; the session says")] = None

    def change(self, document: Document) -> None:
        """Change the canonical JSON of the experiment in place. Raises where it does not fit."""

    def words(self) -> str:
        """A few words for the mark on the time line."""
        raise NotImplementedError(f"{self.kind} says itself in words")
