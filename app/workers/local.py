"""Workers as processes on this machine: one per core, each behind a socket pair.

Spawned afresh (never forked from a process that already holds threads and sockets), with one BLAS
thread each, since the bits of a product depend on their number, and politely at `nice 10`, so that
the front answers at once while every core trains. A worker that dies is replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

from app.errors import LostSession, from_wire
from app.logs import Form, say
from app.workers.base import Backend, Reply
from app.workers.pipe import Unpacker, pack

NICE: Final = 10
ONE_THREAD: Final = {
    name: "1"
    for name in (
        "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
    )
}  # fmt: skip


class LocalWorkers(Backend):
    """`size` worker processes, each so many steps of `nice` behind the front.

    Beside programs that keep every core busy a nice worker has a few hundredths of one: whoever
    waits for it there, as a test does, may want none of it.
    """

    def __init__(self, size: int, nice: int = NICE, log: Form = "text") -> None:
        self.size, self._nice, self._log = size, nice, log
        self._links: dict[int, _Link] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._arrived = asyncio.Event()

    async def start(self) -> None:
        for worker in range(self.size):
            self._links[worker] = await self._connect(worker)
            self._keepers.append(asyncio.create_task(self._keep(worker)))

    async def stop(self) -> None:
        self._stopping = True
        for link in self._links.values():
            link.close()
        await asyncio.gather(*self._keepers)

    async def up(self) -> list[int]:
        while not (found := [w for w, link in self._links.items() if not link.gone]):
            self._arrived.clear()
            await self._arrived.wait()
        return found

    async def ask(self, worker: int, op: str, payload: bytes = b"", **told: Any) -> Reply:
        return await self._links[worker].ask({"op": op, **told}, payload)

    def tell(self, worker: int, op: str, **told: Any) -> None:
        self._links[worker].write({"op": op, **told}, b"")

    def process_ids(self) -> list[int | None]:
        """The operating system's number of each worker, for tests and operators."""
        return [self._links[worker].process_id for worker in range(self.size)]

    async def _keep(self, worker: int) -> None:
        """Watch over one worker; replace it when it dies, ever more slowly if it keeps dying."""
        pause = 0.05
        loop = asyncio.get_running_loop()
        while True:
            begun, link = loop.time(), self._links[worker]
            await link.hear()
            if not self._stopping:
                say(logging.WARNING, "worker ended unexpectedly; starting another", worker=worker)
                # Told first: whoever then hears that a call failed may ask for a restart at once.
                self.lost(worker)
            await link.bury()
            if self._stopping:
                return
            pause = 0.05 if loop.time() - begun > 60 else min(2 * pause, 5.0)
            await asyncio.sleep(pause)
            if self._stopping:
                return
            self._links[worker] = await self._connect(worker)
            self._arrived.set()
            if self._stopping:  # meanwhile; `stop` closed the one before
                self._links[worker].close()

    async def _connect(self, worker: int) -> _Link:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 256 * 1024)
        with theirs:
            process = await self._spawn(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        say(logging.INFO, "worker started", worker=worker)
        return _Link(worker, reader, writer, process, self)

    async def _spawn(self, theirs: socket.socket) -> asyncio.subprocess.Process | None:
        """Start whatever serves the other end of the socket."""
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        return await asyncio.create_subprocess_exec(
            # -P: a folder named `app` where the user happens to stand must not be taken for ours.
            sys.executable, "-P", "-m", "app.workers.process", str(theirs.fileno()),
            str(self._nice), self._log,
            pass_fds=[theirs.fileno()],
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=asyncio.subprocess.DEVNULL,
            # Ctrl-C is for the front, which then ends its workers in order.
            start_new_session=True,
        )  # fmt: skip


class _Link:
    """The front's end of one worker."""

    def __init__(
        self,
        worker: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: asyncio.subprocess.Process | None,
        backend: LocalWorkers,
    ) -> None:
        self._worker, self._reader, self._writer = worker, reader, writer
        self._process, self._backend = process, backend
        self._calls: dict[int, asyncio.Future[Reply]] = {}
        self._numbers = itertools.count(1)
        self.gone = False

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def ask(self, told: dict[str, Any], payload: bytes) -> Reply:
        if self.gone:
            raise _lost()
        call = next(self._numbers)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._calls[call] = future
        self.write({**told, "call": call}, payload)
        try:
            return await future
        except asyncio.CancelledError:
            self.write({"op": "forget", "forgotten": call}, b"")
            raise
        finally:
            self._calls.pop(call, None)

    def write(self, told: dict[str, Any], payload: bytes) -> None:
        if not self.gone:
            self._writer.write(pack(told, payload))

    def close(self) -> None:
        # The worker reads the end of the stream and leaves.
        self._writer.close()

    async def hear(self) -> None:
        """Hear the worker until it is gone."""
        unpacker = Unpacker()
        with contextlib.suppress(ConnectionError):
            while data := await self._reader.read(256 * 1024):
                for told, payload in unpacker.feed(data):
                    self._hear(told, payload)
                    if "call" in told:
                        # Whoever asked goes on before later news is passed: a state that overtook
                        # the answer of an earlier moment would be taken for the older of the two.
                        await asyncio.sleep(0)
        self.gone = True

    async def bury(self) -> None:
        """Fail what still waits for the worker, and wait for the process's end."""
        for future in self._calls.values():
            if not future.done():
                future.set_exception(_lost())
        self._writer.close()
        if self._process is not None:
            await _reap(self._process)

    def _hear(self, told: dict[str, Any], payload: bytes) -> None:
        if "call" not in told:
            self._backend.heard(self._worker, told, payload)
            return
        future = self._calls.get(told["call"])
        if future is None or future.done():
            return
        if "error" in told:
            future.set_exception(from_wire(told))
        else:
            future.set_result(Reply(told["answer"], payload))


async def _reap(process: asyncio.subprocess.Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), 2.0)
    except TimeoutError:
        process.kill()
        await process.wait()


def _lost() -> LostSession:
    return LostSession(
        "The process that trained this session ended. Its experiment is kept: restart the session."
    )
