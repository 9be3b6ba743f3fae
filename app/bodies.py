"""From bytes that anybody may send to a value, or a sentence why not.

JSON is read by `json.loads` with hooks, because what JSON leaves open is where trouble hides:
duplicate keys, NaN, numbers too large for a float, endless nesting, half a character. The envelope
is then checked by pydantic in strict mode; the experiment inside by the engine's own reader.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Hashable, Mapping
from typing import Any, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from engine.errors import Invalid, Unknown

DEPTH: Final = 32
# Larger integers do not survive a browser, which reads every number as a float64.
INTEGER: Final = 2**53

T = TypeVar("T")


def parse(raw: bytes | str) -> Any:
    """The JSON document in `raw`; raises `Invalid`."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as error:
        raise Invalid(f"The text is not UTF-8: byte {error.start} cannot be read.") from None
    try:
        document = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_small,
        )
    except RecursionError:
        raise Invalid(f"The JSON is nested deeper than {DEPTH}.", limit=DEPTH) from None
    except json.JSONDecodeError as error:
        raise Invalid(f"This is not JSON: line {error.lineno}, column {error.colno}.") from None
    _walk(document, 0)
    return document


def check(kind: type[T], document: Any) -> T:
    """A parsed document as a value of the pydantic class `kind`; raises `Invalid` with a pointer.

    As strict as if it were text: pydantic's strict Python mode knows other types than JSON has.
    """
    try:
        return cast(
            T, _adapter(cast(Hashable, kind)).validate_json(json.dumps(document), strict=True)
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise sentence(cast(Mapping[str, Any], first)) from None


def one_of(kinds: Mapping[str, type[T]], document: Any, tag: str) -> T:
    """A parsed document as the class its `tag` names; raises `Unknown` with the known names."""
    if not isinstance(document, dict) or tag not in document:
        raise Invalid(
            f"The field “{tag}” is needed, one of: {', '.join(kinds)}.", pointer=f"/{tag}"
        )
    name = document[tag]
    if not isinstance(name, str) or name not in kinds:
        raise Unknown(
            f"Unknown “{tag}”; known: {', '.join(kinds)}.", pointer=f"/{tag}", known=kinds
        )
    return check(kinds[name], document)


def numbers(document: Any, pointer: str = "") -> None:
    """Only numbers, in lists of any depth; else raises `Invalid` with a pointer to what is none."""
    if isinstance(document, list):
        for i, item in enumerate(document):
            if type(item) is not float and type(item) is not int:
                numbers(item, f"{pointer}/{i}")
    elif isinstance(document, bool) or not isinstance(document, int | float):
        raise Invalid("Here a number is needed.", pointer=pointer)


@functools.cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    made: TypeAdapter[Any] = TypeAdapter(cast(Any, kind))
    return made


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Invalid(f"The key {_quoted(key)} stands twice in one object.")
            seen.add(key)
    return made


def _no_constant(name: str) -> float:
    raise Invalid(f"{name} is not a JSON number; numbers must be finite.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Invalid("A number is too large for a float64.")
    return number


def _small(text: str) -> int:
    # The length first: turning a million digits into an integer takes seconds.
    if len(text) > 17 or abs(int(text)) > INTEGER:
        raise Invalid("A whole number is too large: at most 2^53.", limit=float(INTEGER))
    return int(text)


def _walk(document: Any, depth: int) -> None:
    if depth > DEPTH:
        raise Invalid(f"The JSON is nested deeper than {DEPTH}.", limit=DEPTH)
    match document:
        case str():
            _whole(document)
        case list():
            for item in document:
                _walk(item, depth + 1)
        case dict():
            for key, item in document.items():
                _whole(key)
                _walk(item, depth + 1)


def _whole(text: str) -> None:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise Invalid("A text holds half a character (a lone surrogate).") from None


def sentence(found: Mapping[str, Any], skip: int = 0) -> Invalid:
    """One thing that pydantic found wrong, in our words; `skip` leaves out the path's beginning."""
    context = found.get("ctx", {})
    place = found["loc"][skip:]
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
    name = _quoted(str(place[-1])) if place else "the body"
    match found["type"]:
        case "missing":
            return Invalid(f"The field {name} is needed.", pointer=pointer)
        case "extra_forbidden":
            return Unknown(f"There is no field {name} here.", pointer=pointer)
        case "literal_error":
            return Unknown(f"For {name}: one of {context['expected']}.", pointer=pointer)
        case _:
            limit = next((context[k] for k in ("ge", "gt", "le", "lt") if k in context), None)
            message = found["msg"].removeprefix("Value error, ")
            message = f"{message[:1].lower()}{message[1:]}".removeprefix("input ")
            return Invalid(f"For {name}: {message}.", pointer=pointer, limit=limit)


def _quoted(text: str) -> str:
    return f"“{text}”" if len(text) <= 24 and text.isprintable() else "of that name"
