"""What the server says of itself: warnings for a person, or JSON lines for a machine.

A line holds names of things, numbers, and a session's id cut short; never a token, an address of a
request as it was sent, or a text that somebody wrote. So only what is said here by `say` is said.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Literal, TypeAlias

Form: TypeAlias = Literal["text", "json"]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
# Called with the scope of a request that was answered, its status and the seconds it took.
Heard: TypeAlias = Callable[[Scope, int, float], None]

FORMS: Final = ("text", "json")
LOG: Final = logging.getLogger("tinkernet")
NOWHERE: Final = "none"  # the route of a request for which there is none


def short(session: str) -> str:
    """A session in a log: enough to tell it from others, and not enough to open it."""
    return hashlib.sha256(session.encode()).hexdigest()[:10]


def say(level: int, event: str, **about: Any) -> None:
    """One line: an event with what belongs to it, as text or as members of the JSON object."""
    if LOG.isEnabledFor(level):
        words = "".join(f" {name}={value}" for name, value in about.items())
        LOG.log(level, "%s%s", event, words, extra={"said": {"event": event, **about}})


class Lines(logging.Formatter):
    """Every record as one JSON object: `time`, `level`, `event`, and what belongs to it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": self._source,
        }
        line |= getattr(record, "said", None) or {"event": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, separators=(",", ":"), default=str)


def configure(form: Form, source: str) -> None:
    """Say warnings as text, or everything as JSON lines, on standard error.

    source: which process says it, `front` or `worker 71`.
    """
    handler = logging.StreamHandler(sys.stderr)
    said = logging.Formatter("%(message)s" if source == "front" else f"{source}: %(message)s")
    handler.setFormatter(Lines(source) if form == "json" else said)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOG.setLevel(logging.INFO if form == "json" else logging.WARNING)


class Said:
    """The outermost middleware: says of every request and socket that it ended, and how.

    Its route stands for its address: an address may hold anything, a route holds what we wrote.
    """

    def __init__(self, app: App, heard: Heard | None = None) -> None:
        self.app, self._heard = app, heard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        begun, status = time.monotonic(), 0

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                case "websocket.accept":
                    status = 101
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            status = status or 500  # which is answered outside of here
            raise
        finally:
            took = time.monotonic() - begun
            if self._heard is not None:
                self._heard(scope, status, took)
            _say(scope, status, took)


def _say(scope: Scope, status: int, seconds: float) -> None:
    is_socket = scope["type"] == "websocket"
    session = scope.get("path_params", {}).get("session")
    say(
        logging.INFO,
        "socket" if is_socket else "request",
        request_id=scope.get("state", {}).get("request_id"),
        method="WS" if is_socket else scope["method"][:8],
        route=route(scope),
        status=status,
        ms=round(1000 * seconds, 2),
        **({"session": short(session)} if isinstance(session, str) else {}),
    )


def route(scope: Scope) -> str:
    """The template of the route that was called, as `/api/sessions/{session}/step`."""
    found = getattr(scope.get("route"), "path", None)
    if isinstance(found, str):
        return found
    # A mount sets no route, but tells which part of the path is its own.
    return "/static" if scope.get("path", "").startswith("/static/") else NOWHERE
