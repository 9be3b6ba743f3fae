"""What annotations of a value class say of its settings: types, ranges, words, a slider's steps.

    units: Annotated[int, Ge(1), Le(512), Ladder((1, 2, 4, 8)), doc("how many outputs")] = 4

is read once into a `Field`, and reader (engine/spec.py), JSON Schema (engine/schema.py), catalogue
and documentation are made of it.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

import annotated_types as at

doc = at.doc
Live: TypeAlias = Literal["now", "next_epoch", "reset"]


@dataclass(frozen=True)
class When:
    """Marks when a change of the field acts in a live session: now, next_epoch or reset."""

    live: Live


@dataclass(frozen=True)
class Ladder:
    """The few values a slider offers; any other within the range may still be typed or sent."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Field:
    """One setting as the catalogue shows it."""

    name: str
    type: Any
    default: Any
    says: str
    live: Live
    ladder: tuple[float, ...]
    low: float | None
    high: float | None
    open_low: bool
    open_high: bool
    longest: int | None

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING


def fields(cls: Any) -> tuple[Field, ...]:
    """The settings of a value class, with what their annotations say."""
    return _fields(cls)


@functools.cache
def _fields(cls: Any) -> tuple[Field, ...]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(
        _field(hints[f.name], f, cls.live)
        for f in dataclasses.fields(cls)
        if f.name != "kind" and f.init
    )


def _field(hint: Any, f: dataclasses.Field[Any], live: Live) -> Field:
    bare, marks = peel(hint)
    default = f.default
    if f.default_factory is not dataclasses.MISSING:
        default = f.default_factory()
    says = ""
    ladder: tuple[float, ...] = ()
    low: Any = None
    high: Any = None
    open_low = open_high = False
    longest = None
    for mark in marks:
        match mark:
            case at.DocInfo(documentation=text):
                says = text
            case When(live=when):
                live = when
            case Ladder(values=values):
                ladder = values
            case at.Ge():
                low = mark.ge
            case at.Gt():
                low, open_low = mark.gt, True
            case at.Le():
                high = mark.le
            case at.Lt():
                high, open_high = mark.lt, True
            case at.MaxLen():
                longest = mark.max_length
    return Field(f.name, bare, default, says, live, ladder, low, high, open_low, open_high, longest)


def peel(hint: Any) -> tuple[Any, list[Any]]:
    """A type without its annotations, and the annotations, those inside `… | None` too."""
    if typing.get_origin(hint) is Annotated:
        bare, marks = peel(hint.__origin__)
        return bare, [*marks, *hint.__metadata__]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [peel(part) for part in typing.get_args(hint)]
        bare = functools.reduce(lambda a, b: a | b, (part for part, _ in parts))
        return bare, [mark for _, marks in parts for mark in marks]
    return hint, []
