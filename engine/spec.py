"""A Spec is a value: a frozen dataclass that checks its ranges and goes to JSON and back.

What a thing *is* is written here (its settings, their types, ranges and defaults); what it is
*doing* lives in memory made for it (engine/memory). A Spec holds no arrays.

    Dense.from_json({"kind": "dense", "units": 8}) == Dense(units=8)

One reader for every door: the REST API, links, checkpoints and scripts all come through
`from_json`, so the same mistake gets the same sentence everywhere.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any, ClassVar, Literal, Self, TypeAlias

from engine.errors import Invalid, TinkernetError, Unknown
from engine.fields import Field, Ladder, Live, When, doc, fields, peel
from engine.registry import find, known

__all__ = ["Field", "Json", "Ladder", "Live", "Spec", "When", "doc", "fields", "read", "written"]

Json: TypeAlias = Any


class Spec:
    """Base of every value. Subclasses are made by `register(family, kind)` or `value`."""

    kind: ClassVar[str]
    family: ClassVar[str]
    live: ClassVar[Live] = "reset"

    def __post_init__(self) -> None:
        for field in fields(type(self)):
            given = getattr(self, field.name)
            try:
                clean = _read(field.type, given, field)
            except TinkernetError as error:
                raise error.at(field.name) from None
            if clean is not given:
                object.__setattr__(self, field.name, clean)
        self.check()

    def check(self) -> None:
        """Rules between fields; override where there are any. Raises `Invalid`."""

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """The value a JSON object describes. Raises `Invalid` with a pointer to the field."""
        if not isinstance(document, dict):
            raise Invalid(f"Here an object is needed, such as {{…}}, not {_say(document)}.")
        names = {field.name: field for field in fields(cls)}
        for key in document:
            if key not in names and not (key == "kind" and hasattr(cls, "kind")):
                has = ", ".join(names) or "none"
                raise Unknown(
                    f"{_title(cls)} has no field {_quote(key)}; it has: {has}.",
                    pointer=f"/{key}",
                    known=names,
                )
        for name, field in names.items():
            if field.required and name not in document:
                raise Invalid(f"{_title(cls)} needs the field “{name}”.", pointer=f"/{name}")
        return cls(**{name: document[name] for name in names if name in document})

    def to_json(self) -> dict[str, Json]:
        """A JSON object with every default filled in."""
        shown = {field.name: written(getattr(self, field.name)) for field in fields(type(self))}
        return {"kind": self.kind, **shown} if hasattr(self, "kind") else shown

    def with_(self, **changes: Any) -> Self:
        """The same value with some fields changed (and everything checked again)."""
        made: Self = dataclasses.replace(self, **changes)  # type: ignore[type-var]
        return made


def _read(kind: Any, given: Any, field: Field) -> Any:
    """`given` as a value of type `kind`; raises `Invalid` with a sentence."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_union(typing.get_args(kind), given, field)
    if origin is Literal:
        allowed = typing.get_args(kind)
        if given not in allowed or isinstance(given, bool):
            raise Unknown(
                f"“{field.name}” is one of: {', '.join(map(str, allowed))}.",
                known=map(str, allowed),
            )
        return given
    if origin is tuple:
        return _read_tuple(typing.get_args(kind), given, field)
    if origin is dict:
        return _read_dict(typing.get_args(kind), given, field)
    if kind is int:
        if isinstance(given, bool) or not isinstance(given, int):
            raise Invalid(f"“{field.name}” is a whole number, not {_say(given)}.")
        return _in_range(given, field)
    if kind is float:
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise Invalid(f"“{field.name}” is a number, not {_say(given)}.")
        try:
            number = float(given) + 0.0  # −0 → 0
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise Invalid(f"“{field.name}” must be a finite number.")
        return _in_range(number, field)
    if kind is bool or kind is str:
        if not isinstance(given, kind):
            word = "true or false" if kind is bool else "a text"
            raise Invalid(f"“{field.name}” is {word}, not {_say(given)}.")
        return given
    if kind is Any:
        return given
    return _read_spec(kind, given)


def _read_union(parts: tuple[Any, ...], given: Any, field: Field) -> Any:
    if given is None:
        if type(None) in parts:
            return None
        raise Invalid(f"“{field.name}” may not be empty.")
    parts = tuple(part for part in parts if part is not type(None))
    if len(parts) == 1:
        return _read(parts[0], given, field)
    # Of several (a word, an integer or [h, w]) a list can only mean the tuple, a text the words.
    words: dict[type, Any] = {list: tuple, tuple: tuple, str: Literal}
    wanted = words.get(type(given))
    for part in parts:
        origin = typing.get_origin(part)
        if (origin if origin in (tuple, Literal) else None) == wanted:
            return _read(part, given, field)
    raise Invalid(f"“{field.name}” may not be {_say(given)}.")


def _read_tuple(parts: tuple[Any, ...], given: Any, field: Field) -> tuple[Any, ...]:
    if not isinstance(given, list | tuple):
        raise Invalid(f"“{field.name}” is a list, not {_say(given)}.")
    if field.longest is not None and len(given) > field.longest:
        raise Invalid(
            f"“{field.name}” has at most {field.longest} entries, not {len(given)}.",
            limit=field.longest,
        )
    if parts[-1] is Ellipsis:
        kinds = [parts[0]] * len(given)
    else:
        kinds = list(parts)
        if len(kinds) != len(given):
            raise Invalid(f"“{field.name}” has {len(kinds)} entries, not {len(given)}.")
    made = []
    for i, (kind, item) in enumerate(zip(kinds, given, strict=True)):
        try:
            made.append(_read(peel(kind)[0], item, field))
        except TinkernetError as error:
            raise error.at(i) from None
    # A tuple that is already clean is kept, so that `is` can tell nothing changed.
    if isinstance(given, tuple) and all(a is b for a, b in zip(made, given, strict=True)):
        return given
    return tuple(made)


def _read_dict(parts: tuple[Any, ...], given: Any, field: Field) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Invalid(f"“{field.name}” is an object, not {_say(given)}.")
    made = {}
    for key, item in given.items():
        try:
            made[_read(parts[0], key, field)] = _read(peel(parts[1])[0], item, field)
        except TinkernetError as error:
            raise error.at(key) from None
    return made


def read(kind: Any, given: Any) -> Any:
    """A value of a class, or of a family by its `kind`, from JSON."""
    return _read_spec(kind, given)


def _read_spec(kind: Any, given: Any) -> Any:
    if isinstance(given, kind):
        return given
    if kind.__dict__.get("kind") or not hasattr(kind, "family"):  # one class, or a plain group
        return kind.from_json(given)
    if not isinstance(given, dict):
        raise Invalid(f"Here a {kind.family} is needed, such as {{“kind”: …}}, not {_say(given)}.")
    if "kind" not in given:
        names = known(kind.family)
        raise Invalid(
            f"The {kind.family} needs a “kind”, one of: {', '.join(sorted(names))}.",
            pointer="/kind",
            known=names,
        )
    return find(kind.family, given["kind"]).from_json(given)


def _in_range(x: Any, field: Field) -> Any:
    low, high = field.low, field.high
    if low is not None and (x < low or (field.open_low and x == low)):
        word = "more than" if field.open_low else "at least"
        raise Invalid(f"“{field.name}” is {word} {low}, not {_say(x)}.", limit=low)
    if high is not None and (x > high or (field.open_high and x == high)):
        word = "less than" if field.open_high else "at most"
        raise Invalid(f"“{field.name}” is {word} {high}, not {_say(x)}.", limit=high)
    return x


def written(x: Any) -> Json:
    """A field's value as JSON."""
    match x:
        case Spec():
            return x.to_json()
        case tuple():
            return [written(item) for item in x]
        case dict():
            return {key: written(item) for key, item in x.items()}
        case _:
            return x


def _title(cls: type[Any]) -> str:
    return (
        f"The {cls.family} “{cls.kind}”" if hasattr(cls, "kind") else f"The {cls.__name__.lower()}"
    )


def _quote(x: object) -> str:
    return f"“{x}”" if isinstance(x, str) and len(x) <= 24 and x.isprintable() else "of that name"


def _say(x: object) -> str:
    """The given value, repeated only if it is harmless and short."""
    match x:
        case None:
            return "null"
        case bool():
            return str(x).lower()
        case int() if abs(x) >= 10**24:
            return "such a number"
        case int() | float():
            shown = repr(x)
            return shown if len(shown) <= 24 else "such a number"
        case str():
            return f"“{x}”" if len(x) <= 24 and x.isprintable() else "a text"
        case list() | tuple():
            return "a list"
        case _:
            return "an object"
