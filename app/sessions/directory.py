"""Which session lives where. Every command goes through one door here, where it can be logged.

The front holds no arrays: a room per session, with its worker's number and its last experiment,
edits included. When a worker dies, that is what remains, and enough to start again.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, Final

from app.errors import Busy, LostSession, NotFound, NotReady
from app.sessions.room import Right, Room
from app.sessions.watcher import Watcher
from app.workers.base import Backend, Reply
from engine.errors import NotNow

# A lost session is only its experiment; so many of them are remembered.
REMEMBERED: Final = 1000
IDLE: Final = 3600.0  # seconds nobody used a session until it is set aside
CROWDED: Final = 600.0  # the same where the server is full
PATIENCE: Final = 10.0  # seconds for a worker to come back
ENDED: Final = "This session was ended."
LOST: Final = "The process that trained this session ended. Its experiment is kept."


class Directory:
    """All sessions of this server. `clock` is monotonic, in seconds."""

    def __init__(
        self, backend: Backend, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._backend = backend
        self._most = most
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._watchers: dict[int, Watcher] = {}
        self._numbers = itertools.count(1)
        self.workers_lost = 0
        backend.heard = self._heard
        backend.lost = self._worker_lost

    def __len__(self) -> int:
        return sum(not room.lost for room in self._rooms.values())

    def counts(self) -> dict[str, int]:
        """How many sessions live in a worker, and of how many the experiment alone is kept."""
        return {"alive": len(self), "lost": len(self._rooms) - len(self)}

    @property
    def viewers(self) -> int:
        """How many watch a session, over all."""
        return len(self._watchers)

    def find(self, session: str) -> Room:
        """The room of a session; raises `NotFound`."""
        room = self._rooms.get(session)
        if room is None:
            raise NotFound("There is no such session here, or it belongs to someone else.")
        room.used = self._clock()
        return room

    async def open(self, experiment: dict[str, Any]) -> dict[str, Any]:
        """A new session of a checked experiment; its description with tokens."""
        return await self._create("open", experiment=experiment)

    async def restore(self, checkpoint: bytes) -> dict[str, Any]:
        """A new session from a checkpoint's bytes; raises `Broken`."""
        return await self._create("restore", checkpoint)

    async def command(self, room: Room, command: dict[str, Any]) -> dict[str, Any]:
        """The one door for commands: obey, and answer where the session stands."""
        match command["kind"]:
            case "restart":
                return await self._restart(room)
            case "fork":
                return await self._create("fork", at=room.worker, origin=room.id)
            case _:
                return (await self.ask(room, "command", command=command)).told

    async def ask(self, room: Room, op: str, payload: bytes = b"", **told: Any) -> Reply:
        """Ask the session's worker something."""
        if room.lost:
            raise LostSession(f"{LOST} Restart it to go on.")
        return await self._backend.ask(room.worker, op, payload, session=room.id, **told)

    async def wait(self, room: Room, step: int, timeout: float) -> None:
        """Until the session has reached `step`, or stands still, or `timeout` seconds are over."""
        try:
            await asyncio.wait_for(self.ask(room, "wait", step=step), timeout)
        except TimeoutError:
            pass

    async def end(self, room: Room) -> None:
        """End a session; those who watch it are told."""
        self._rooms.pop(room.id, None)
        if not room.lost:
            self._backend.tell(room.worker, "close", session=room.id)
        self._tell_lost(room, ENDED)
        for watcher in list(room.watchers.values()):
            self.unwatch(watcher)

    # Watching

    async def watch(
        self,
        room: Room,
        right: Right,
        wake: Callable[[], None],
        line: int | None = None,
        since: int | None = None,
        incarnation: int | None = None,
    ) -> Watcher:
        """A new watcher of a session; its first message says everything about the session.

        line, since: the points it has; of another incarnation they are worth nothing.
        """
        if incarnation is not None and incarnation != room.incarnation:
            line = since = None

        def tell(op: str, **told: Any) -> None:
            if not room.lost:
                self._backend.tell(room.worker, op, session=room.id, viewer=number, **told)

        number = next(self._numbers)
        watcher = Watcher(number, room.id, right == "steer", wake, tell)
        self._watchers[number] = room.watchers[number] = watcher
        try:
            if room.lost:
                watcher.notice(_lost_event(room, LOST))
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
        if room is not None and not room.lost:
            self._backend.tell(
                room.worker, "subscribe", session=room.id, viewer=watcher.number, **subscription
            )

    def rewind(self, watcher: Watcher, line: int, since: int) -> None:
        """Send the points of a line again."""
        room = self._rooms.get(watcher.session)
        if room is not None and not room.lost:
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
        if not room.lost:
            self._backend.tell(room.worker, "unwatch", session=room.id, viewer=watcher.number)

    # From the workers

    def _heard(self, _: int, told: dict[str, Any], payload: bytes) -> None:
        """An event of a worker: to one viewer, or to everyone who watches a session."""
        watcher = self._watchers.get(told.get("viewer", 0))
        if watcher is not None:
            # A viewer sees only the session it watches, whatever a worker may say.
            if watcher.session == told["session"]:
                (watcher.frame if told["event"] == "frame" else watcher.points)(payload)
            return
        room = self._rooms.get(told["session"])
        if room is None or "viewer" in told:
            return
        if told["event"] == "changed":
            room.experiment = json.loads(payload)["experiment"]
        for watcher in room.watchers.values():
            watcher.latest(told["event"], payload)

    def _worker_lost(self, worker: int) -> None:
        self.workers_lost += 1
        for room in self._rooms.values():
            if room.worker == worker and not room.lost:
                room.lost = True
                self._tell_lost(room, LOST)
        gone = [room for room in self._rooms.values() if room.lost and not room.watchers]
        for room in sorted(gone, key=lambda room: room.used)[:-REMEMBERED]:
            del self._rooms[room.id]

    def _tell_lost(self, room: Room, sentence: str) -> None:
        for watcher in room.watchers.values():
            watcher.hold()
            watcher.notice(_lost_event(room, sentence))

    # Making

    async def _create(
        self, op: str, payload: bytes = b"", at: int | None = None, **told: Any
    ) -> dict[str, Any]:
        await self._set_aside()
        worker = await self._emptiest() if at is None else at
        # From here to where the room stands nothing is waited for: many may come at once.
        if len(self) >= self._most:
            raise Busy(
                f"This server holds {self._most} sessions and has no room for another now.",
                limit=self._most,
                pause=20.0,
            )
        room = Room(worker, told.get("experiment", {}), self._clock())
        self._rooms[room.id] = room
        try:
            reply = await self.ask(room, op, payload, **told)
        except LostSession:
            self._rooms.pop(room.id, None)
            raise NotReady("The process that was to train it just ended; try again.") from None
        except BaseException:  # whoever asked may be gone, while the worker makes it all the same
            self._rooms.pop(room.id, None)
            self._backend.tell(room.worker, "close", session=room.id)
            raise
        room.experiment = reply.told["experiment"]
        return {**reply.told, **room.tokens()}

    async def _set_aside(self) -> None:
        """Free what nobody uses: after an hour always, after ten minutes where room is needed.

        The experiment is kept, as if the worker had died. A run under way is left alone.
        """
        now = self._clock()
        idle = [r for r in self._rooms.values() if not r.lost and not r.watchers]
        for room in sorted(idle, key=lambda room: room.used):
            full = len(self) >= self._most
            if now - room.used < (CROWDED if full else IDLE):
                return
            try:
                told = (await self.ask(room, "close_if_still")).told
            except (LostSession, NotFound):
                continue
            room.lost = told["closed"]

    async def _restart(self, room: Room) -> dict[str, Any]:
        if not room.lost or room.restarting:
            raise NotNow("This session is alive; there is nothing to restart.")
        room.restarting = True
        try:
            room.worker = await self._emptiest()
            # From here on commands may come; the pipe keeps them behind the opening.
            room.lost, room.incarnation = False, room.incarnation + 1
            # Its edits act again when their steps come.
            await self.ask(room, "open", experiment=room.experiment, incarnation=room.incarnation)
            for watcher in list(room.watchers.values()):
                watcher.hold()
                reply = await self.ask(room, "watch", viewer=watcher.number, line=None, since=None)
                watcher.begin(reply.payload)
                if watcher.subscription is not None:
                    self.subscribe(watcher, watcher.subscription)
            return (await self.ask(room, "answer")).told
        except BaseException:
            room.lost = True
            self._backend.tell(room.worker, "close", session=room.id)
            raise
        finally:
            room.restarting = False

    async def _emptiest(self) -> int:
        """The worker with the fewest sessions among those that are up; raises `NotReady`."""
        try:
            load = dict.fromkeys(await asyncio.wait_for(self._backend.up(), PATIENCE), 0)
        except TimeoutError:
            raise NotReady("The processes that train do not start; try again later.") from None
        for room in self._rooms.values():
            if not room.lost and room.worker in load:
                load[room.worker] += 1
        return min(load, key=lambda worker: load[worker])


def _lost_event(room: Room, sentence: str) -> bytes:
    event = {
        "type": "lost",
        "session": room.id,
        "experiment": room.experiment,
        "sentence": sentence,
    }
    return json.dumps(event, separators=(",", ":")).encode()
