"""Which session lives where. Every command goes through one door here, where it can be logged.

The front holds no arrays: a room per session, with its worker's number and its last experiment,
edits included. When a worker dies, that is what remains, and enough to start again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final

from app.errors import Busy, LostSession, NotFound, NotReady
from app.logs import say
from app.sessions.gallery import LOST, Gallery, event
from app.sessions.keeper import Keeper
from app.sessions.room import Room, new_room
from app.sessions.store import Store
from app.workers.base import Backend, Reply
from engine.errors import NotNow

# A session that is lost or on disk is only its experiment here; so many of them are remembered.
REMEMBERED: Final = 1000
IDLE: Final = 3600.0  # seconds nobody used a session until it is put to disk
CROWDED: Final = 600.0  # the same where the server is full
PATIENCE: Final = 10.0  # seconds for a worker to come back
TIDYING: Final = 60.0  # seconds between two looks for what nobody uses
KEEPING: Final = 8.0  # seconds to put all sessions to disk at the end
ENDED: Final = "This session was ended."
CLOSING: Final = "The server is ending. This session is kept, and comes back with the server."


class Directory(Gallery):
    """All sessions of this server. `clock` is monotonic, in seconds."""

    def __init__(
        self,
        backend: Backend,
        most: int,
        clock: Callable[[], float] = time.monotonic,
        store: Store | None = None,
    ) -> None:
        super().__init__(backend, clock)
        self._most = most
        self._keeper = Keeper(backend, store)
        self._rooms |= {room.id: room for room in self._keeper.rooms(clock())}
        self.is_closing = False
        self.workers_lost = 0
        backend.lost = self._worker_lost

    def __len__(self) -> int:
        return sum(room.is_here for room in self._rooms.values())

    def counts(self) -> dict[str, int]:
        """How many sessions live in a worker, how many are on disk, and of how many the experiment
        alone is kept."""
        asleep = sum(room.asleep for room in self._rooms.values())
        lost = sum(room.lost for room in self._rooms.values())
        return {"alive": len(self), "asleep": asleep, "lost": lost}

    def find(self, session: str) -> Room:
        """The room of a session; raises `NotFound`. Who is found is not yet used: that takes a
        right to it."""
        room = self._rooms.get(session)
        if room is None:
            raise NotFound("There is no such session here, or it belongs to someone else.")
        return room

    def use(self, room: Room) -> None:
        """Somebody who may wants something of a session: it is not put to disk for a while."""
        room.used = self._clock()

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
                await self._here(room)
                return await self._create("fork", at=room.worker, origin=room.id)
            case _:
                return (await self.ask(room, "command", command=command)).told

    async def ask(self, room: Room, op: str, payload: bytes = b"", **told: Any) -> Reply:
        """Ask the session's worker something; a session that is on disk comes back for it."""
        await self._here(room)
        return await self._backend.ask(room.worker, op, payload, session=room.id, **told)

    async def _here(self, room: Room) -> None:
        await room.settled()
        if room.asleep:
            await self._wake(room)
        if room.lost:
            raise LostSession(f"{LOST} Restart it to go on.")

    async def wait(self, room: Room, step: int, timeout: float) -> None:
        """Until the session has reached `step`, or stands still, or `timeout` seconds are over."""
        try:
            await asyncio.wait_for(self.ask(room, "wait", step=step), timeout)
        except TimeoutError:
            pass

    async def end(self, room: Room) -> None:
        """End a session; those who watch it are told."""
        await room.settled()
        self._rooms.pop(room.id, None)
        if room.is_here:
            self._backend.tell(room.worker, "close", session=room.id)
        await self._keeper.forget(room.id)
        self.tell_lost(room, ENDED)
        for watcher in list(room.watchers.values()):
            self.unwatch(watcher)

    # From the workers

    def _worker_lost(self, worker: int) -> None:
        self.workers_lost += 1
        for room in self._rooms.values():
            if room.worker == worker and room.is_here:
                room.lost = True
                self.tell_lost(room, LOST)
        self._forget()

    def _forget(self) -> None:
        """Of sessions that are in no worker, remember the newest."""
        gone = [room for room in self._rooms.values() if not room.is_here and not room.watchers]
        for room in sorted(gone, key=lambda room: room.used)[:-REMEMBERED]:
            del self._rooms[room.id]

    # Making

    async def _create(
        self, op: str, payload: bytes = b"", at: int | None = None, **told: Any
    ) -> dict[str, Any]:
        self.refuse_if_closing()
        if len(self) >= self._most:
            await self.tidy()
        worker = await self._emptiest() if at is None else at
        # From here to where the room stands nothing is waited for: many may come at once.
        if len(self) >= self._most:
            raise self._full()
        room, tokens = new_room(worker, told.get("experiment", {}), self._clock())
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
        return {**reply.told, **tokens}

    # At rest

    async def tidy(self) -> None:
        """Put to disk what nobody uses: after an hour always, after ten minutes where room is
        needed. A run under way is left alone."""
        idle = [r for r in self._rooms.values() if r.is_here and not r.watchers]
        for room in sorted(idle, key=lambda room: room.used):
            full = len(self) >= self._most
            if self._clock() - room.used >= (CROWDED if full else IDLE):
                await self._keeper.put(room, needed=full)
        self._forget()

    async def watch_over(self) -> None:
        """For ever: tidy once a minute."""
        while True:
            await asyncio.sleep(TIDYING)
            await self.tidy()

    async def close_down(self) -> None:
        """The server ends: nobody comes in any more, all who watch are told, all is put to disk."""
        self.is_closing = True
        for room in self._rooms.values():
            for watcher in room.watchers.values():
                watcher.notice(event("closing", room, CLOSING))
        try:
            everyone = [room for room in self._rooms.values() if room.is_here]
            await asyncio.wait_for(self._keeper.put_all(everyone), KEEPING)
        except TimeoutError:
            say(logging.WARNING, "not every session could be kept", left=len(self))

    def refuse_if_closing(self) -> None:
        """Raises `NotReady` once the server ends."""
        if self.is_closing:
            raise NotReady("The server is ending; it may be back in a moment.")

    async def _wake(self, room: Room) -> None:
        self.refuse_if_closing()
        if len(self) >= self._most:
            await self.tidy()
        worker = await self._emptiest()
        await room.settled()
        if room.asleep:  # else somebody else was faster
            # From here to where it counts nothing is waited for: many may wake at once.
            if len(self) >= self._most:
                raise self._full()
            with room.moving():
                await self._keeper.wake(room, worker)

    def _full(self) -> Busy:
        return Busy(
            f"This server holds {self._most} sessions and has no room for another now.",
            limit=self._most,
            pause=20.0,
        )

    async def _restart(self, room: Room) -> dict[str, Any]:
        if not room.lost or room.restarting:
            raise NotNow("This session is alive; there is nothing to restart.")
        room.restarting, there = True, room.there
        try:
            room.worker = await self._emptiest()
            # From here on commands may come; the pipe keeps them behind the opening.
            room.lost, room.incarnation = False, room.incarnation + 1
            # Its edits act again when their steps come; commands wait till it stands where it did.
            about: dict[str, Any] = {"incarnation": room.incarnation, "there": there}
            await self.ask(room, "open", experiment=room.experiment, **about)
            for watcher in list(room.watchers.values()):
                watcher.hold()
                reply = await self.ask(room, "watch", viewer=watcher.number, line=None, since=None)
                watcher.begin(reply.payload)
                if watcher.subscription is not None:
                    self.subscribe(watcher, watcher.subscription)
        except BaseException:
            room.lost, room.there = True, there
            self._backend.tell(room.worker, "close", session=room.id)
            raise
        finally:
            room.restarting = False
        # Whoever asked may leave: it comes back all the same.
        return (await self.ask(room, "command", command={"kind": "answer"})).told

    async def _emptiest(self) -> int:
        """The worker with the fewest sessions among those that are up; raises `NotReady`."""
        try:
            load = dict.fromkeys(await asyncio.wait_for(self._backend.up(), PATIENCE), 0)
        except TimeoutError:
            raise NotReady("The processes that train do not start; try again later.") from None
        for room in self._rooms.values():
            if room.is_here and room.worker in load:
                load[room.worker] += 1
        return min(load, key=lambda worker: load[worker])
