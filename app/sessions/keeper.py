"""Puts to disk the sessions that nobody uses, and all of them when the server ends.

Between disk and worker a session is *moving*: whoever wants it meanwhile waits, so that no command
can fall between its checkpoint and its end in the worker.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from app.errors import LostSession
from app.logs import say, short
from app.sessions.room import Room
from app.sessions.store import Kept, Store
from app.workers.base import Backend
from engine.errors import Broken, TinkernetError

AT_ONCE: Final = 8  # sessions on their way to disk at the server's end


class Keeper:
    """`store` None: nothing is kept, and what is put aside is lost but for its experiment."""

    def __init__(self, backend: Backend, store: Store | None) -> None:
        self._backend, self._store = backend, store
        self._failing = False  # said once, not for each of three hundred sessions

    def rooms(self, now: float) -> list[Room]:
        """Those on disk, as the server finds them when it starts. Each begins another incarnation:
        the file may be older than what a client saw before."""
        found = []
        for kept in self._store.all() if self._store is not None else ():
            if isinstance(kept, Broken):
                say(logging.WARNING, "a kept session cannot be read", why=kept.detail)
                continue
            hashes = bytes.fromhex(kept.token_hash), bytes.fromhex(kept.read_hash)
            room = Room(0, kept.experiment, now, kept.id, *hashes, kept.incarnation + 1)
            room.asleep, room.finished = True, kept.finished
            found.append(room)
        return found

    async def put(self, room: Room, *, needed: bool = False, ending: bool = False) -> None:
        """Put a session to disk, unless it runs or is used at this moment.

        needed: its place is needed; where it cannot be kept, its experiment is all that stays.
        ending: the server ends; what is under way is ended too.
        """
        if room.is_moving or not room.is_here or (room.watchers and not ending):
            return
        with room.moving():
            try:
                reply = await self._backend.ask(room.worker, "rest", session=room.id, ending=ending)
            except TinkernetError:  # gone meanwhile, or it cannot be told in bytes
                return
            if not reply.told["still"]:
                return
            room.finished = reply.told["finished"]
            kept = await self._save(room, reply.payload)
            if (kept or needed) and not room.lost:
                self._backend.tell(room.worker, "close", session=room.id)
                room.asleep, room.lost = kept, not kept

    async def put_all(self, rooms: list[Room]) -> None:
        """The server ends."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def put(room: Room) -> None:
            async with gate:
                await self.put(room, ending=True)

        if self._store is not None:
            await asyncio.gather(*(put(room) for room in rooms))

    async def wake(self, room: Room, worker: int) -> None:
        """Bring a session back from disk, into a worker. Raises `LostSession` where it is damaged
        or gone; then its experiment is kept."""
        assert self._store is not None
        room.worker, room.asleep = worker, False
        try:
            raw = await asyncio.to_thread(self._store.load, room.id)
            about = {"incarnation": room.incarnation, "finished": room.finished}
            await self._backend.ask(worker, "restore", raw, session=room.id, **about)
        except LostSession:
            room.lost, room.asleep = False, True
            raise
        except (TinkernetError, OSError) as error:
            room.lost = True
            why = error.detail if isinstance(error, TinkernetError) else error.strerror
            say(logging.WARNING, "a session cannot be woken", session=short(room.id), why=why)
            raise LostSession(
                "What was kept of this session cannot be read. Restart it: its experiment is kept."
            ) from None
        except BaseException:
            room.lost, room.asleep = False, True
            self._backend.tell(worker, "close", session=room.id)
            raise
        say(logging.INFO, "session woken", session=short(room.id), worker=worker)

    async def forget(self, session: str) -> None:
        """A session was ended."""
        if self._store is not None:
            await asyncio.to_thread(self._store.remove, session)

    async def _save(self, room: Room, checkpoint: bytes) -> bool:
        if self._store is None:
            return False
        hashes = room.token_hash.hex(), room.read_hash.hex()
        kept = Kept(room.id, *hashes, room.experiment, room.incarnation, room.finished)
        try:
            await asyncio.to_thread(self._store.save, kept, checkpoint)
        except OSError as error:
            if not self._failing:
                say(logging.WARNING, "sessions cannot be kept on disk", why=error.strerror)
            self._failing = True
            return False
        self._failing = False
        say(logging.INFO, "session put to disk", session=short(room.id), bytes=len(checkpoint))
        return True
