"""One session as the front knows it: where it lives, whose it is, and who watches."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.sessions.watcher import Watcher

Right: TypeAlias = Literal["steer", "watch"]


@dataclass(eq=False)
class Room:
    """A session's id, tokens, worker, watchers and last experiment; never an array.

    Id and tokens are different things of 128 bits and more: the id names the session in URLs and
    logs, a token opens it and stands in neither.
    """

    worker: int
    experiment: dict[str, Any]
    used: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    read_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    watchers: dict[int, Watcher] = field(default_factory=dict)
    lost: bool = False
    restarting: bool = False
    incarnation: int = 0

    def right(self, token: str) -> Right | None:
        """What a token allows here; None if it is not one of this session's."""
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return "steer"
        if hmac.compare_digest(token.encode(), self.read_token.encode()):
            return "watch"
        return None

    def tokens(self) -> dict[str, str]:
        """What the maker of a session is told, once."""
        return {"token": self.token, "read_token": self.read_token}
