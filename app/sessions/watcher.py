"""One viewer of one session: the few messages that may wait for it, and its credit.

What a slow viewer has not taken is replaced by what is newer: one state, one change, one frame.
Points are never replaced, but the worker sends the next only after the last has left, and then as
many as are missing. So a client that never reads costs one message of each kind, however long the
session runs. Of a future one piece waits, and the next is made when it has left.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any, Protocol


class Told(Protocol):
    """A way to tell the worker something about this viewer."""

    def __call__(self, op: str, **told: Any) -> None: ...


class Watcher:
    """Slots between a worker and a socket. `wake` says that something is there to be taken."""

    def __init__(
        self,
        number: int,
        session: str,
        may_steer: bool,
        wake: Callable[[], None],
        tell: Told,
        tab: str | None = None,
    ) -> None:
        self.number = number
        self.session = session
        self.may_steer = may_steer
        self.tab = tab
        self.subscription: dict[str, Any] | None = None
        self.foresight: dict[str, Any] | None = None
        self._wake = wake
        self._tell = tell
        self._open = False
        self._notices: collections.deque[bytes] = collections.deque()
        self._latest: dict[str, bytes] = {}
        self._points: collections.deque[bytes] = collections.deque()
        self._frame: bytes | None = None
        self._owed = False
        self._ahead: bytes | None = None
        self._taken_ahead = False

    def hold(self) -> None:
        """Forget what waits, and let nothing through until `begin`."""
        self._open = False
        self._latest.clear()
        self._points.clear()
        self._frame = self._ahead = None
        self._owed = self._taken_ahead = False

    def begin(self, attached: bytes) -> None:
        """The first message: everything about the session. What came meanwhile follows it."""
        self._open = True
        self.notice(attached)
        if self.foresight is not None:
            self._tell("foresee", **self.foresight)

    def notice(self, text: bytes) -> None:
        """Something that must be said: attached, lost."""
        self._notices.append(text)
        self._wake()

    def latest(self, kind: str, text: bytes) -> None:
        """A `state` or `changed` event: only the newest of its kind counts."""
        self._latest[kind] = text
        self._wake()

    def points(self, text: bytes) -> None:
        self._points.append(text)
        self._wake()

    def frame(self, message: bytes) -> None:
        self._frame = message
        self._wake()

    def foresee(self, wish: dict[str, Any]) -> None:
        """Foresee other things; remembered, so that a restarted session goes on telling them."""
        self.foresight = wish
        self._tell("foresee", **wish)

    def ahead(self, message: bytes) -> None:
        """A piece of a future; the worker makes the next when this has left."""
        self._ahead = message
        self._wake()

    def credit(self) -> None:
        """The client has drawn. While a frame still waits here, no other need be made."""
        if self._frame is None:
            self._tell("credit")
        else:
            self._owed = True

    def take(self) -> str | bytes | None:
        """The next message: events as text, frames as bytes; None if nothing waits."""
        if self._notices:
            return self._notices.popleft().decode()
        if not self._open:
            return None
        for kind in ("changed", "state"):
            if kind in self._latest:
                return self._latest.pop(kind).decode()
        if self._points:
            return self._points.popleft().decode()
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            self._taken_ahead = True
            return ahead
        frame, self._frame = self._frame, None
        return frame

    def sent(self, message: str | bytes) -> None:
        """The message taken last has left for the client."""
        if self._taken_ahead:
            self._taken_ahead = False
            self._tell("foreseen")
        elif isinstance(message, bytes):
            if self._owed:
                self._owed = False
                self._tell("credit")
        elif message.startswith('{"type":"points"'):
            self._tell("drained")
