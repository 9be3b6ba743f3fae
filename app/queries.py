"""A flat query string as the fields of a probe: text becomes what the field's type says."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Any

from app.bodies import parse
from engine.errors import Invalid
from engine.registry import find
from engine.spec import fields


def flat(probe: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`?resolution=32&extent=-6,6,-6,6` as values; raises `Unknown` for an unknown probe.

    Whether a field exists and its value is allowed is for the probe's own reader to say.
    """
    types_of = {field.name: field.type for field in fields(find("probe", probe))}
    made: dict[str, Any] = {}
    for name, text in pairs:
        if name in made:
            raise Invalid("A field stands twice in the query.", pointer=_pointer(name))
        made[name] = _value(types_of.get(name, str), text)
    return made


def _value(kind: Any, text: str) -> Any:
    """Text as the JSON value the type asks for; left as text where it is none."""
    if _takes_text(kind):
        return text
    listed = text if text[:1] in "[{" else f"[{text}]"
    try:
        return parse(listed if _takes_list(kind) else text)
    except Invalid:
        return text


def _parts(kind: Any) -> tuple[Any, ...]:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return typing.get_args(kind)
    return (kind,)


def _takes_text(kind: Any) -> bool:
    return any(p is str or typing.get_origin(p) is typing.Literal for p in _parts(kind))


def _takes_list(kind: Any) -> bool:
    return any(typing.get_origin(p) in (tuple, list) for p in _parts(kind))


def _pointer(name: str) -> str:
    return f"/{name}" if name.isidentifier() and len(name) <= 24 else ""
