"""JSON Schema of value classes, read off the same annotations as their reader."""

from __future__ import annotations

import types
import typing
from typing import Any, Literal

from engine.fields import Field, fields, peel
from engine.spec import Json, written


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
            shown["default"] = written(field.default)
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
        return {"type": "array", "items": _type_schema(peel(parts[0])[0], field), **most}
    if origin is tuple:
        each = [_type_schema(peel(part)[0], field) for part in parts]
        return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type_schema(peel(parts[1])[0], field)}
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
