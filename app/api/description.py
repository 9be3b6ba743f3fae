"""The OpenAPI document: what FastAPI sees of the routes, and what only we know.

Bodies are read raw (so that duplicate keys, NaN and depth are refused), so FastAPI does not see
them; and an experiment is the engine's: its schemas stand here as components, one per kind.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from app import __version__
from app.schemas import commands, events, messages, resources
from engine.catalog import schemas as engine_schemas

_BODIES: Final[tuple[type[BaseModel], ...]] = (
    *commands.COMMANDS.values(),
    resources.NewSession,
    resources.Check,
    resources.Inputs,
)
BODIES: Final = {cls.__name__: cls for cls in _BODIES}
_PLACE: Final = "#/components/schemas/{model}"
_ABOUT: Final = """Train small networks step by step, look inside, get the same numbers as the page.

The socket `WS /api/stream` speaks the schemas `Message` (client to server) and `Event` (server to
client) as text; frames are binary safetensors messages."""


def install(app: FastAPI) -> None:
    """Serve the completed document at `/openapi.json`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole document."""
    document = get_openapi(
        title="Tinkernet", version=__version__, description=_ABOUT, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _add_ours(schemas)
    _add_engine(schemas)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {"session": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _complete(path, operation)
    return document


def _add_ours(schemas: dict[str, Any]) -> None:
    unions = {"Command": commands.Command, "Message": messages.Message, "Event": events.Event}
    kinds: dict[str, Any] = {**unions, **BODIES, "Problem": resources.Problem}
    for name, kind in kinds.items():
        made = TypeAdapter(kind).json_schema(ref_template=_PLACE)
        schemas.update(made.pop("$defs", {}))
        schemas[name] = made
    # What is a plain object to pydantic is known here.
    for name in ("NewSession", "Check"):
        schemas[name]["properties"]["experiment"] = _ref("experiment")
    schemas["Edit"]["properties"]["edits"]["items"] = _ref("edit")


def _add_engine(schemas: dict[str, Any]) -> None:
    """Each kind as `family.kind`, each family as the choice among its kinds."""
    made = engine_schemas()
    schemas.update({name: _moved(schema) for name, schema in made.items()})
    for family, choice in made.items():
        if "oneOf" in choice:
            places = {
                name.removeprefix(f"{family}."): _ref(name)["$ref"]
                for name in made
                if name.startswith(f"{family}.")
            }
            schemas[family]["discriminator"] = {"propertyName": "kind", "mapping": places}


def _moved(schema: Any) -> Any:
    """The same schema with references to where the components stand."""
    match schema:
        case {"$ref": str(place)}:
            return {**schema, "$ref": place.replace("#/$defs/", "#/components/schemas/")}
        case dict():
            return {key: _moved(item) for key, item in schema.items()}
        case list():
            return [_moved(item) for item in schema]
        case _:
            return schema


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Body, problems and security of one operation."""
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
    if "{session}" in path:
        # Bound to loopback the token may be left out, hence the empty alternative.
        operation["security"] = [{"session": []}, {}]
    body, upload = operation.pop("x-body", None), operation.pop("x-upload", False)
    if body is None:
        return
    schema = {"type": "object"} if body == "object" else _ref(body)
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if upload:
        content["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    needed = body in {"NewSession", "Check", "Inputs", "Edit", "Seek"}
    operation["requestBody"] = {"required": needed, "content": content}
