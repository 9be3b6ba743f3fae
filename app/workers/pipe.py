"""Messages between the front and a worker: two lengths, a JSON header, raw bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, Final

LENGTHS: Final = struct.Struct("!II")


def pack(told: dict[str, Any], payload: bytes = b"") -> bytes:
    """One message."""
    head = json.dumps(told, separators=(",", ":"), allow_nan=False).encode()
    return b"".join((LENGTHS.pack(len(head), len(payload)), head, payload))


class Unpacker:
    """Bytes as they come in; whole messages out."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Take more bytes; yields every message that is now whole."""
        self._held += data
        at = 0
        while len(self._held) - at >= LENGTHS.size:
            head, payload = LENGTHS.unpack_from(self._held, at)
            middle = at + LENGTHS.size + head
            end = middle + payload
            if len(self._held) < end:
                break
            told = json.loads(self._held[at + LENGTHS.size : middle])
            yield told, bytes(self._held[middle:end])
            at = end
        del self._held[:at]
