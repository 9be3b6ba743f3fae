"""Reading requests: the raw body, and what form of answer the client accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from fastapi import Request

from app.bodies import check, parse
from app.errors import NotOffered, WrongType

T = TypeVar("T")


async def document(request: Request) -> Any:
    """The JSON body, parsed and nothing more; an empty body is an empty object."""
    raw = await request.body()
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if raw and kind != "application/json" and not kind.endswith("+json"):
        raise WrongType("The body must be JSON: send it with “Content-Type: application/json”.")
    return parse(raw) if raw.strip() else {}


async def body(request: Request, kind: type[T]) -> T:
    """The JSON body as a value of `kind`; raises `Invalid` with a pointer."""
    return check(kind, await document(request))


def accepted(request: Request, offered: Sequence[str]) -> str:
    """The first offered media type that the client likes best; raises `NotOffered`."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept", "*/*").split(","):
        name, *rest = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in rest if piece.startswith("q=")), "1")
        try:
            wanted.append((float(weight), name))
        except ValueError:
            continue
    for quality, name in sorted(wanted, key=lambda pair: -pair[0]):
        for kind in offered:
            if quality > 0 and _covers(name, kind):
                return kind
    raise NotOffered(f"This is offered as: {', '.join(offered)}.")


def _covers(name: str, kind: str) -> bool:
    if name in {"*/*", kind}:
        return True
    return name.endswith("/*") and kind.startswith(name[:-1])
