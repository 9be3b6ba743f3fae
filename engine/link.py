"""An experiment as text for a link: its JSON deflated, then base64url, in the fragment.

What was painted and erased by hand stands packed behind the JSON (engine/data/packing.py).
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

from engine.data import Dataset
from engine.data.packing import deflated, inflated, pack, unpack
from engine.errors import Broken, Unknown
from engine.registry import find
from engine.spec import Json, Spec, fields

LONGEST = 8192  # characters that a browser, a chat and a mail let through
# The extent of data without a plane of their own: nothing is painted there.
NOWHERE = (0.0, 1.0, 0.0, 1.0)


def dump(document: Json) -> bytes:
    """JSON with sorted keys, without spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def short(x: Spec, names: bool) -> dict[str, Json]:
    """JSON of a value without what a default would fill in; `names`: with the names of layers."""
    shown = {
        field.name: _short(getattr(x, field.name), names)
        for field in fields(type(x))
        if field.required
        or (getattr(x, field.name) != field.default and (names or field.name != "name"))
    }
    return {"kind": x.kind, **shown} if hasattr(x, "kind") else shown


def _short(x: Any, names: bool) -> Json:
    match x:
        case Spec():
            return short(x, names)
        case tuple():
            return [_short(item, names) for item in x]
        case _:
            return x


def write(document: dict[str, Json], data: Dataset) -> str:
    """The text. document: an experiment in its short form; its data again as a value."""
    by_hand = b""
    if data.painted or data.erased:
        plain = {k: v for k, v in document["data"].items() if k not in ("painted", "erased")}
        document = {**document, "data": plain}
        by_hand = pack(data.painted, data.erased, data.extent or NOWHERE)
    return base64.urlsafe_b64encode(deflated(dump(document)) + by_hand).decode().rstrip("=")


def read(text: str) -> Json:
    """The JSON of a link. Raises `Broken` where it cannot be read."""
    broken = Broken("This link is not whole: copy it again.", pointer="/link")
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise broken
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain, by_hand = inflated(raw, 262_144)
        document = json.loads(plain)
        if by_hand:
            extent = getattr(find("data", document["data"]["kind"]), "extent", None)
            painted, erased = unpack(by_hand, extent or NOWHERE)
            given = {"painted": painted, "erased": erased}
            document["data"] |= {name: found for name, found in given.items() if found}
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError, Unknown):
        raise broken from None
    return document
