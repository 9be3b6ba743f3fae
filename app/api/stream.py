"""The page's one socket: messages in, events and frames out.

Two tasks share a connection. One reads messages; the other takes what waits for each watched
session and sends it. What a client asked for waits in a queue, and while that is long nothing more
is read from the client: so a client that never reads costs a bounded amount, and only itself.
"""

from __future__ import annotations

import asyncio
import collections
import json
import logging
from typing import Any, Final

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from app.api.access import enter
from app.bodies import one_of, parse
from app.errors import Failed, NotFound, WatchOnly, problem
from app.schemas import messages
from app.schemas.commands import COMMANDS
from app.sessions.directory import Directory
from app.sessions.room import Room
from app.sessions.watcher import Watcher
from app.settings import Settings
from engine.errors import TinkernetError

router = APIRouter()

# Bytes of answers that may wait before the client is no longer read, and asked for no more.
BACKLOG: Final = 128 * 1024
# Questions of one client that workers may be busy with at once.
UNDER_WAY: Final = 64
_log = logging.getLogger("tinkernet")


@router.websocket("/api/stream")
async def stream(socket: WebSocket) -> None:
    """Attach to sessions, subscribe to probes, send commands; see the messages' own docs."""
    state = socket.app.state
    await socket.accept()
    await Connection(socket, state.directory, state.settings).serve()


class Connection:
    """One socket and the sessions it watches."""

    def __init__(self, socket: WebSocket, sessions: Directory, settings: Settings) -> None:
        self._socket = socket
        self._sessions = sessions
        self._settings = settings
        self._watchers: dict[str, Watcher] = {}
        self._answers: collections.deque[str | bytes] = collections.deque()
        self._waiting = 0  # bytes in _answers
        self._tasks: set[asyncio.Task[None]] = set()
        self._something = asyncio.Event()
        self._room_to_read = asyncio.Event()
        self._room_to_answer = asyncio.Event()
        self._asking = asyncio.Lock()
        self._balance()

    async def serve(self) -> None:
        """Until the client leaves; then nothing of it is left."""
        reading = asyncio.create_task(self._read())
        writing = asyncio.create_task(self._write())
        try:
            await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, writing, *self._tasks):
                task.cancel()
            ended = await asyncio.gather(reading, writing, return_exceptions=True)
            for watcher in self._watchers.values():
                self._sessions.unwatch(watcher)
        for error in ended:
            if isinstance(error, Exception) and not isinstance(error, WebSocketDisconnect):
                raise error

    # Out

    async def _write(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while await self._send_one_each():
                pass

    async def _send_one_each(self) -> bool:
        """One message of every watched session, in turn, each behind all answers that are there:
        they are of an earlier moment. False if nothing waited."""
        sent = await self._send_answers()
        for watcher in list(self._watchers.values()):
            sent = await self._send_answers() or sent
            message = watcher.take()
            if message is not None:
                await self._send(message)
                watcher.sent(message)
                sent = True
        return sent

    async def _send_answers(self) -> bool:
        sent = bool(self._answers)
        while self._answers:
            answer = self._answers.popleft()
            await self._send(answer)
            self._waiting -= len(answer)
            self._balance()
        return sent

    async def _send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self._socket.send_text(message)
        else:
            await self._socket.send_bytes(message)

    def _answer(self, message: str | bytes) -> None:
        self._answers.append(message)
        self._waiting += len(message)
        self._balance()
        self._something.set()

    def _balance(self) -> None:
        for room, is_there in (
            (self._room_to_answer, self._waiting <= BACKLOG),
            (self._room_to_read, self._waiting <= BACKLOG and len(self._tasks) < UNDER_WAY),
        ):
            if is_there:
                room.set()
            else:
                room.clear()

    def _refuse(self, error: TinkernetError, number: int | None, session: str | None) -> None:
        event = {"type": "problem", "id": number, "session": session, "problem": problem(error)}
        self._answer(json.dumps(event, separators=(",", ":")))

    # In

    async def _read(self) -> None:
        while True:
            await self._room_to_read.wait()
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            told: Any = None
            try:
                told = parse(message.get("text") or message.get("bytes") or "")
                await self._obey(one_of(messages.MESSAGES, told, "type"))
            except TinkernetError as error:
                self._refuse(error, *_whence(told))

    async def _obey(self, message: Any) -> None:
        match message:
            case messages.Attach():
                await self._attach(message)
            case messages.Detach():
                self._detach(message.session)
            case messages.Subscribe():
                told = message.model_dump(include={"probes", "rate", "budget"})
                self._sessions.subscribe(self._watcher(message.session), told)
            case messages.Foresee():
                watcher = self._watcher(message.session)
                if message.edits and not watcher.may_steer:
                    raise WatchOnly("This link may watch the session, not try edits on it.")
                watcher.foresee(message.model_dump(exclude={"type", "session"}))
            case messages.Credit():
                self._watcher(message.session).credit()
            case messages.History():
                self._sessions.rewind(self._watcher(message.session), message.line, message.since)
            case messages.Order():
                if not self._watcher(message.session).may_steer:
                    raise WatchOnly("This link may watch the session, not steer it.")
                self._start(self._command(message), message)
            case messages.Ask():
                self._watcher(message.session)
                self._start(self._ask(message), message)

    def _watcher(self, session: str) -> Watcher:
        watcher = self._watchers.get(session)
        if watcher is None:
            raise NotFound("Attach to that session first.")
        return watcher

    async def _attach(self, message: messages.Attach) -> None:
        room, right = enter(self._sessions, self._settings, message.session, message.token)
        self._detach(message.session)
        self._watchers[room.id] = await self._sessions.watch(
            room,
            right,
            self._something.set,
            message.line,
            message.since,
            message.incarnation,
            message.tab,
        )
        self._something.set()

    def _detach(self, session: str) -> None:
        watcher = self._watchers.pop(session, None)
        if watcher is not None:
            self._sessions.unwatch(watcher)

    def _room(self, session: str) -> Room:
        room = self._sessions.find(session)
        self._sessions.use(room)
        return room

    def _start(self, work: Any, message: messages.Order | messages.Ask) -> None:
        """Let a question take its time, so that a `pause` behind a long `step` is read."""

        async def run() -> None:
            try:
                await work
            except TinkernetError as error:
                self._refuse(error, message.id, message.session)
            except Exception:
                _log.exception("a message of type %s failed", message.type)
                self._refuse(
                    Failed("Something went wrong on our side."), message.id, message.session
                )

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        self._balance()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._balance()

    async def _command(self, message: messages.Order) -> None:
        command = one_of(COMMANDS, message.command, "kind").model_dump(mode="json")
        answer = await self._sessions.command(self._room(message.session), command)
        event = {"type": "answer", "id": message.id, "session": message.session, "answer": answer}
        self._answer(json.dumps(event, separators=(",", ":")))

    async def _ask(self, message: messages.Ask) -> None:
        # One at a time: answers may be large, and none is made while the last ones wait.
        async with self._asking:
            await self._room_to_answer.wait()
            reply = await self._sessions.ask(
                self._room(message.session), "probe",
                probe=message.probe, query=message.query, form="frame", asked=message.id,
                step=message.step,
            )  # fmt: skip
            self._answer(reply.payload)


def _whence(told: Any) -> tuple[int | None, str | None]:
    """The `id` and `session` of a message that was refused, where they can be told."""
    if not isinstance(told, dict):
        return None, None
    number, session = told.get("id"), told.get("session")
    known = isinstance(session, str) and len(session) <= 64
    return number if type(number) is int else None, session if known else None
