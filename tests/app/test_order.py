"""What a worker said first reaches the client first: the last word it hears is the newest."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from types import SimpleNamespace
from typing import Any

from app.api.stream import Connection
from app.sessions.watcher import Watcher
from app.settings import Settings
from app.workers.local import LocalWorkers
from app.workers.pipe import Unpacker, pack


class AtOnce(LocalWorkers):
    """A worker that answers, and in the same breath tells what came after the answer."""

    async def _spawn(self, theirs: socket.socket) -> None:
        threading.Thread(target=self._serve, args=(theirs.dup(),), daemon=True).start()

    @staticmethod
    def _serve(end: socket.socket) -> None:
        unpacker = Unpacker()
        with end:
            while data := end.recv(65536):
                for told, _ in unpacker.feed(data):
                    end.sendall(
                        pack({"call": told["call"], "answer": {}}) + pack({"event": "state"})
                    )


def test_an_answer_is_heard_before_what_its_worker_said_after_it() -> None:
    async def order() -> list[str]:
        heard: list[str] = []
        workers, told = AtOnce(1), asyncio.Event()
        workers.lost = lambda _: None

        def hear(*_: Any) -> None:
            heard.append("state")
            told.set()

        workers.heard = hear
        await workers.start()
        try:
            await workers.ask(0, "command")
            heard.append("answer")
            await told.wait()
        finally:
            await workers.stop()
        return heard

    assert asyncio.run(order()) == ["answer", "state"]


class Wire:
    """A socket that remembers; while it sends, more may come."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.meanwhile: Any = lambda: None

    async def send_text(self, text: str) -> None:
        self.sent.append(text)
        self.meanwhile, do = (lambda: None), self.meanwhile
        do()


def test_a_state_never_overtakes_an_answer_that_waits() -> None:
    """A page that heard `running` last would show a run that has ended long ago."""
    wire = Wire()
    sessions: Any = SimpleNamespace()
    connection = Connection(wire, sessions, Settings())  # type: ignore[arg-type]
    first, second = (
        Watcher(number, "s", True, lambda: None, lambda _op, **_told: None) for number in (1, 2)
    )
    connection._watchers = {"a": first, "b": second}
    for watcher in (first, second):
        watcher.begin(b"attached")

    def meanwhile() -> None:
        connection._answer(json.dumps("running"))
        connection._answer(json.dumps("running still"))
        second.latest("state", b"diverged")

    async def drain() -> None:
        while await connection._send_one_each():
            pass

    wire.meanwhile = meanwhile
    asyncio.run(drain())
    assert wire.sent == ["attached", '"running"', '"running still"', "attached", "diverged"]
