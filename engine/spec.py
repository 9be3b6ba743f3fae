"""A Spec is a value: a frozen dataclass that checks its ranges and goes to JSON and back.

What a thing *is* is written here (its settings, their types, ranges and defaults); what it is
*doing* lives in memory made for it (engine/memory). A Spec holds no arrays.

    Dense.from_json({"kind": "dense", "units": 8}) == Dense(units=8)

One reader for every door: the REST API, links, checkpoints and scripts all come through
`from_json`, so the same mistake gets the same sentence everywhere. The JSON Schema of the catalogue
(`schema`) is read off the same annotations.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

import annotated_types as at

from engine.errors import Invalid, TinkernetError, Unknown
from engine.registry import find, known

Json: TypeAlias = Any
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
        shown = {field.name: _write(getattr(self, field.name)) for field in fields(type(self))}
        return {"kind": self.kind, **shown} if hasattr(self, "kind") else shown

    def with_(self, **changes: Any) -> Self:
        """The same value with some fields changed (and everything checked again)."""
        made: Self = dataclasses.replace(self, **changes)  # type: ignore[type-var]
        return made


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
    bare, marks = _peel(hint)
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


def _peel(hint: Any) -> tuple[Any, list[Any]]:
    """A type without its annotations, and the annotations, those inside `… | None` too."""
    if typing.get_origin(hint) is Annotated:
        bare, marks = _peel(hint.__origin__)
        return bare, [*marks, *hint.__metadata__]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [_peel(part) for part in typing.get_args(hint)]
        bare = functools.reduce(lambda a, b: a | b, (part for part, _ in parts))
        return bare, [mark for _, marks in parts for mark in marks]
    return hint, []


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
            made.append(_read(_peel(kind)[0], item, field))
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
            made[_read(parts[0], key, field)] = _read(_peel(parts[1])[0], item, field)
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


def _write(x: Any) -> Json:
    match x:
        case Spec():
            return x.to_json()
        case tuple():
            return [_write(item) for item in x]
        case dict():
            return {key: _write(item) for key, item in x.items()}
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


def schema(cls: type[Any]) -> dict[str, Json]:
    """JSON Schema (draft 2020-12) of a value class; families stand as references into `$defs`."""
    properties: dict[str, Json] = {}
    if cls.__dict__.get("kind"):
        properties["kind"] = {"const": cls.kind}
    for field in fields(cls):
        shown = _type_schema(field.type, field)
        if field.says:
            shown["description"] = field.says
        if not field.required:
            shown["default"] = _write(field.default)
        properties[field.name] = shown
    needed = (["kind"] if "kind" in properties else []) + [
        field.name for field in fields(cls) if field.required
    ]
    return {
        "type": "object",
        "description": (cls.__doc__ or "").strip(),
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _type_schema(kind: Any, field: Field) -> dict[str, Json]:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_type_schema(part, field) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is tuple and parts[-1] is Ellipsis:
        most = {} if field.longest is None else {"maxItems": field.longest}
        return {"type": "array", "items": _type_schema(_peel(parts[0])[0], field), **most}
    if origin is tuple:
        each = [_type_schema(_peel(part)[0], field) for part in parts]
        return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type_schema(_peel(parts[1])[0], field)}
    if kind in (int, float):
        shown: dict[str, Json] = {"type": "integer" if kind is int else "number"}
        if field.low is not None:
            shown["exclusiveMinimum" if field.open_low else "minimum"] = field.low
        if field.high is not None:
            shown["exclusiveMaximum" if field.open_high else "maximum"] = field.high
        return shown
    if kind in (bool, str, type(None)):
        return {"type": {bool: "boolean", str: "string", type(None): "null"}[kind]}
    if kind is Any:
        return {}
    return {"$ref": f"#/$defs/{getattr(kind, 'family', kind.__name__.lower())}"}
