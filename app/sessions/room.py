"""One session as the front knows it: where it lives, whose it is, and who watches."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.sessions.watcher import Watcher

Right: TypeAlias = Literal["steer", "watch"]


@dataclass(eq=False)
class Room:
    """A session's id, the hashes of its tokens, worker, watchers and last experiment; never an
    array.

    Id and tokens are different things of 128 bits and more: the id names the session in URLs, a
    token opens it and is known only to whom it was told.
    """

    worker: int
    experiment: dict[str, Any]
    used: float
    id: str
    token_hash: bytes = field(repr=False)
    read_hash: bytes = field(repr=False)
    incarnation: int = 0
    watchers: dict[int, Watcher] = field(default_factory=dict)
    lost: bool = False  # only its experiment is left, and where it stood
    there: dict[str, int] | None = None  # how far to walk to come to where it is
    asleep: bool = False  # it is on disk, and comes back at the next call
    finished: dict[str, Any] | None = None  # the end its run had reached when it went there
    restarting: bool = False
    _moving: asyncio.Future[None] | None = None

    @property
    def step(self) -> int:
        """Where it stood when it was last heard of; where a restart brings it back to."""
        return 0 if self.there is None else self.there["step"]

    @property
    def is_here(self) -> bool:
        """A worker holds it."""
        return not self.lost and not self.asleep

    @property
    def is_moving(self) -> bool:
        """It is on its way to the disk or back."""
        return self._moving is not None

    async def settled(self) -> None:
        """Wait while it is on its way to the disk or back."""
        while self._moving is not None:
            await asyncio.shield(self._moving)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """While it is on its way; whoever wants it meanwhile waits."""
        assert self._moving is None
        self._moving = way = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self._moving = None
            way.set_result(None)

    def right(self, token: str) -> Right | None:
        """What a token allows here; None if it is not one of this session's."""
        given = _hash(token)
        if hmac.compare_digest(given, self.token_hash):
            return "steer"
        return "watch" if hmac.compare_digest(given, self.read_hash) else None


def new_room(worker: int, experiment: dict[str, Any], used: float) -> tuple[Room, dict[str, str]]:
    """A room, and the tokens that its maker is told, once."""
    told = {"token": secrets.token_urlsafe(24), "read_token": secrets.token_urlsafe(24)}
    hashes = _hash(told["token"]), _hash(told["read_token"])
    return Room(worker, experiment, used, secrets.token_urlsafe(16), *hashes), told


def _hash(token: str) -> bytes:
    """Tokens are drawn at random, so that a plain hash cannot be searched."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
