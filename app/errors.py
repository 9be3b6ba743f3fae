"""What the server refuses, beside what the engine refuses, and the one shape of every refusal.

    TinkernetError (engine)
    └── Refused             has a status of its own
        ├── NotFound        404  no such page, session or probe; or another person's
        ├── NoToken         401  a token is needed here
        ├── WatchOnly       403  the token may watch, not steer
        ├── ForeignOrigin   403  the request comes from another site's page
        ├── WrongMethod     405
        ├── NotOffered      406  no form of the answer that the client accepts
        ├── LostSession     409  its worker is gone; its experiment is kept
        ├── TooLarge        413
        ├── WrongType       415
        ├── WrongHost       421  the Host is not one of ours
        ├── Busy            429  with `retry_after` seconds
        ├── Failed          500  our mistake; the trace is in the log
        └── NotReady        503

A problem document (RFC 9457) has always the same eight members; those that say nothing are null.
Nothing here knows FastAPI: the socket and the workers refuse in the same words.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, ClassVar

from engine.errors import Broken, Invalid, NotNow, TinkernetError, TooExpensive, Unknown

MEDIA_TYPE = "application/problem+json"
OURS = "Something went wrong on our side; it is in the log."


class Refused(TinkernetError):
    """A refusal of the server's own, with its status."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Not possible"


class NotFound(Refused):
    status, title = 404, "Not found"


class NoToken(Refused):
    status, title = 401, "A token is needed"


class WatchOnly(Refused):
    status, title = 403, "Watching only"


class ForeignOrigin(Refused):
    status, title = 403, "From another site"


class WrongMethod(Refused):
    status, title = 405, "Not done this way"


class NotOffered(Refused):
    status, title = 406, "No such form"


class LostSession(Refused):
    status, title = 409, "The session is lost"


class TooLarge(Refused):
    status, title = 413, "Too large"


class WrongType(Refused):
    status, title = 415, "Not this type"


class WrongHost(Refused):
    status, title = 421, "Not this host"


class Busy(Refused):
    """Too much at once. `retry_after` is randomized, so that a class does not return as one."""

    status, title = 429, "Busy"

    def __init__(self, detail: str, *, limit: float | None = None, pause: float = 2.0) -> None:
        super().__init__(detail, limit=limit)
        self.retry_after = max(1, round(random.uniform(0.5, 1.5) * pause))


class Failed(Refused):
    status, title = 500, "Our mistake"


class NotReady(Refused):
    status, title = 503, "Not ready"


_ENGINE: dict[type[TinkernetError], tuple[int, str]] = {
    Unknown: (422, "Unknown name"),
    Invalid: (422, "Not allowed"),
    TooExpensive: (422, "Too expensive"),
    NotNow: (409, "Not now"),
    Broken: (422, "Cannot be read"),
}
_OURS: tuple[type[Refused], ...] = (
    NotFound, NoToken, WatchOnly, ForeignOrigin, WrongMethod, NotOffered, LostSession,
    TooLarge, WrongType, WrongHost, Busy, Failed, NotReady,
)  # fmt: skip
_BY_NAME: dict[str, type[TinkernetError]] = {c.__name__: c for c in (*_ENGINE, *_OURS)}


def status_of(error: TinkernetError) -> tuple[int, str]:
    """HTTP status and title of an error."""
    if isinstance(error, Refused):
        return error.status, error.title
    for kind in type(error).__mro__:
        if kind in _ENGINE:
            return _ENGINE[kind]
    return 422, "Not allowed"


def problem(error: TinkernetError, request_id: str | None = None) -> dict[str, Any]:
    """The problem document of an error: eight members, always the same."""
    status, title = status_of(error)
    return {
        "type": f"urn:tinkernet:problem:{_dashed(type(error).__name__)}",
        "title": title,
        "status": status,
        "detail": error.detail,
        "pointer": error.pointer or None,
        "limit": error.limit,
        "known": error.known,
        "request_id": request_id,
    }


def to_wire(error: TinkernetError) -> dict[str, Any]:
    """An error as it crosses from worker to front."""
    name = type(error).__name__
    return {
        "error": name if name in _BY_NAME else "Invalid",
        "detail": error.detail,
        "pointer": error.pointer,
        "limit": error.limit,
        "known": error.known,
    }


def from_wire(told: Mapping[str, Any]) -> TinkernetError:
    """The error a worker told of."""
    kind = _BY_NAME[told["error"]]
    if kind is Busy:
        return Busy(told["detail"], limit=told["limit"])
    return kind(told["detail"], pointer=told["pointer"], limit=told["limit"], known=told["known"])


def _dashed(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
