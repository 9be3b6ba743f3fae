"""Who watches which session: what a viewer asks for, and what workers have to say to it."""

from __future__ import annotations

import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

from app.sessions.room import Right, Room
from app.sessions.watcher import Watcher
from app.workers.base import Backend, Reply

LOST: Final = "The process that trained this session ended. Its experiment is kept."


class Gallery(ABC):
    """The watching half of the directory. `clock` is monotonic, in seconds."""

    def __init__(self, backend: Backend, clock: Callable[[], float]) -> None:
        self._backend, self._clock = backend, clock
        self._rooms: dict[str, Room] = {}
        self._watchers: dict[int, Watcher] = {}
        self._numbers = itertools.count(1)
        backend.heard = self._heard

    @abstractmethod
    async def ask(self, room: Room, op: str, payload: bytes = b"", **told: Any) -> Reply:
        """Ask the session's worker something."""

    @property
    def viewers(self) -> int:
        """How many watch a session, over all."""
        return len(self._watchers)

    async def watch(
        self,
        room: Room,
        right: Right,
        wake: Callable[[], None],
        line: int | None = None,
        since: int | None = None,
        incarnation: int | None = None,
        tab: str | None = None,
    ) -> Watcher:
        """A new watcher of a session; its first message says everything about the session.

        line, since: the points it has; of another incarnation they are worth nothing.
        tab: whose earlier watcher it replaces, if that is still here.
        """
        if incarnation is not None and incarnation != room.incarnation:
            line = since = None

        def tell(op: str, **told: Any) -> None:
            if room.is_here:
                self._backend.tell(room.worker, op, session=room.id, viewer=number, **told)

        for stale in [w for w in room.watchers.values() if tab is not None and w.tab == tab]:
            stale.hold()
            self.unwatch(stale)
        number = next(self._numbers)
        watcher = Watcher(number, room.id, right == "steer", wake, tell, tab)
        self._watchers[number] = room.watchers[number] = watcher
        try:
            if room.lost:
                watcher.notice(lost_event(room, LOST))
            else:
                reply = await self.ask(room, "watch", viewer=number, line=line, since=since)
                watcher.begin(reply.payload)
        except BaseException:
            self.unwatch(watcher)
            raise
        return watcher

    def subscribe(self, watcher: Watcher, subscription: dict[str, Any]) -> None:
        """Ask for frames; remembered, so that a restarted session goes on sending them."""
        watcher.subscription = subscription
        room = self._rooms.get(watcher.session)
        if room is not None and room.is_here:
            self._backend.tell(
                room.worker, "subscribe", session=room.id, viewer=watcher.number, **subscription
            )

    def rewind(self, watcher: Watcher, line: int, since: int) -> None:
        """Send the points of a line again."""
        room = self._rooms.get(watcher.session)
        if room is not None and room.is_here:
            self._backend.tell(
                room.worker,
                "rewind",
                session=room.id,
                viewer=watcher.number,
                line=line,
                since=since,
            )

    def unwatch(self, watcher: Watcher) -> None:
        """Watch no longer; a late goodbye stops nothing else."""
        self._watchers.pop(watcher.number, None)
        room = self._rooms.get(watcher.session)
        if room is None or room.watchers.pop(watcher.number, None) is None:
            return
        room.used = self._clock()
        if room.is_here:
            self._backend.tell(room.worker, "unwatch", session=room.id, viewer=watcher.number)

    # From the workers

    def _heard(self, _: int, told: dict[str, Any], payload: bytes) -> None:
        """An event of a worker: to one viewer, or to everyone who watches a session."""
        watcher = self._watchers.get(told.get("viewer", 0))
        if watcher is not None:
            # A viewer sees only the session it watches, whatever a worker may say.
            if watcher.session == told["session"]:
                take = {"frame": watcher.frame, "future": watcher.ahead, "points": watcher.points}
                take[told["event"]](payload)
            return
        room = self._rooms.get(told["session"])
        if room is None or "viewer" in told:
            return
        if told["event"] == "kept":
            room.there = told["there"]
            if payload:
                room.experiment = json.loads(payload)
            return
        for watcher in room.watchers.values():
            watcher.latest(told["event"], payload)

    def tell_lost(self, room: Room, sentence: str) -> None:
        for watcher in room.watchers.values():
            watcher.hold()
            watcher.notice(lost_event(room, sentence))


def lost_event(room: Room, sentence: str) -> bytes:
    """Its worker is gone, or it was ended; its experiment is kept, and the step it stood at."""
    return event("lost", room, sentence, experiment=room.experiment, step=room.step)


def event(kind: str, room: Room, sentence: str, **more: Any) -> bytes:
    """Something that is said to everyone who watches a session."""
    made = {"type": kind, "session": room.id, "sentence": sentence, **more}
    return json.dumps(made, separators=(",", ":")).encode()
