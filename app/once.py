"""`Idempotency-Key`: a POST that is sent twice, because its answer did not come, acts once.

Whoever repeats a request with the same key gets the first answer again; while the first is still
under way the repetition waits for it. A key stands beside its token (or its session, where none is
needed), so that nobody's key meets another's. The key of a new session has none: its answer holds a
token, so that such a key must be as hard to guess as one, and a repetition must have the same body.

Only what succeeded is remembered, since a refusal changed nothing; the newest, up to a number of
answers and bytes, for an hour. Header: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import asyncio
import collections
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from app.guard import refuse
from engine.errors import Invalid, TinkernetError

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER: Final = b"idempotency-key"
MOST: Final = 1000  # answers remembered
BYTES: Final = 8 * 2**20  # of all of them
LASTS: Final = 3600.0  # seconds
_KEY: Final = re.compile(rb"[A-Za-z0-9_.:-]{16,128}")
_REPEATED: Final = (b"idempotent-replayed", b"true")


@dataclass(eq=False)
class Kept:
    """A request under way or answered; `messages` is None where it was refused."""

    body: bytes  # the hash of it
    until: float
    answered: asyncio.Future[list[Message] | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    size: int = 0


class Once:
    """Wraps the application. `clock` is monotonic, in seconds."""

    def __init__(self, app: App, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self._clock = app, clock
        self._kept: collections.OrderedDict[bytes, Kept] = collections.OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        if scope["type"] != "http" or scope["method"] != "POST" or HEADER not in headers:
            await self.app(scope, receive, send)
            return
        try:
            if not _KEY.fullmatch(headers[HEADER]):
                raise Invalid(
                    "An Idempotency-Key is 16 to 128 letters, digits and “_.:-”, drawn at random."
                )
            whole = await _whole(receive)
            if whole is None:
                return
            name = _hash(headers.get(b"authorization", b""), scope["path"], headers[HEADER])
            body = _hash(headers.get(b"content-type", b""), scope.get("query_string", b""), whole)
            while (known := self._known(name)) is not None:
                if known.body != body:
                    raise Invalid(
                        "This Idempotency-Key came before with another body; take a new one for "
                        "another request."
                    )
                # Not ours to cancel: the first one's answer, whoever waits for it.
                messages = await asyncio.shield(known.answered)
                if messages is not None:
                    await _repeat(messages, send)
                    return
        except TinkernetError as error:
            await refuse(error, scope, send)
            return
        await self._first(name, body, scope, _given(whole, receive), send)

    def _known(self, name: bytes) -> Kept | None:
        known = self._kept.get(name)
        if known is not None and known.answered.done() and known.until < self._clock():
            self._forget(name)
            return None
        return known

    async def _first(
        self, name: bytes, body: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let it act, and remember what was answered."""
        kept = self._kept[name] = Kept(body, self._clock() + LASTS)
        messages: list[Message] = []

        async def sending(message: Message) -> None:
            messages.append(dict(message))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            status = messages[0].get("status", 500) if messages else 500
            kept.size = sum(len(message.get("body", b"")) for message in messages)
            if status < 300 and kept.size <= BYTES // 8 and _is_whole(messages):
                kept.answered.set_result(messages)
                self._bytes += kept.size
                self._shrink()
            else:
                self._kept.pop(name)
                kept.answered.set_result(None)

    def _shrink(self) -> None:
        """Forget the oldest that are answered."""
        for name in [name for name, kept in self._kept.items() if kept.answered.done()]:
            if len(self._kept) <= MOST and self._bytes <= BYTES:
                return
            self._forget(name)

    def _forget(self, name: bytes) -> None:
        self._bytes -= self._kept.pop(name).size


def _is_whole(messages: list[Message]) -> bool:
    last = messages[-1]
    return bool(last["type"] == "http.response.body" and not last.get("more_body"))


async def _whole(receive: Receive) -> bytes | None:
    """The body, which the guard before us counts while it comes; None where its sender left."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """`receive` of a body that was read already."""
    left = [body]

    async def receiving() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return receiving


async def _repeat(messages: list[Message], send: Send) -> None:
    start, *rest = messages
    await send({**start, "headers": [*start.get("headers", ()), _REPEATED]})
    for message in rest:
        await send(message)


def _hash(*parts: bytes | str) -> bytes:
    """Of all parts with their lengths, so that no two lists of parts are alike."""
    found = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        found.update(len(raw).to_bytes(8, "big") + raw)
    return found.digest()
