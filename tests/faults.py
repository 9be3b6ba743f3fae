"""A proxy that does to connections what networks do: cuts, slices, delays. One loop in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# What becomes of a connection: bytes from the server until it is cut (None: never), how many go on
# at once, and seconds before they do.
NO_LINGER = struct.pack("ii", 1, 0)


@dataclass
class Fault:
    """What happens to one connection."""

    cut_after: int | None = None
    slice: int = 64 * 1024
    delay: float = 0.0


class Proxy:
    """Stands before a port of this machine. `fault` says what becomes of each new connection."""

    def __init__(self, target: int, fault: Callable[[], Fault]) -> None:
        self._target, self._fault = target, fault
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._started = threading.Event()
        self.port = 0
        self.cuts = 0

    def run(self) -> None:
        self._loop.run_until_complete(self._begin())
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _begin(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._started.set()

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _carry(self, inward: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        fault = self._fault()
        outward, there = await asyncio.open_connection("127.0.0.1", self._target)
        ways = [
            asyncio.create_task(self._pipe(inward, there, Fault(None, fault.slice, fault.delay))),
            asyncio.create_task(self._pipe(outward, back, fault)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for end in (back, there):
                # Cut, not closed: what is on its way is lost with it.
                end.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER
                )
                end.transport.abort()

    async def _pipe(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fault: Fault
    ) -> None:
        passed = 0
        with contextlib.suppress(ConnectionError):
            while data := await source.read(64 * 1024):
                if fault.cut_after is not None and passed + len(data) > fault.cut_after:
                    sink.write(data[: fault.cut_after - passed])
                    self.cuts += 1
                    return
                passed += len(data)
                for at in range(0, len(data), fault.slice):
                    if fault.delay:
                        await asyncio.sleep(fault.delay)
                    sink.write(data[at : at + fault.slice])
                    await sink.drain()


@contextlib.contextmanager
def proxy(target: int, fault: Callable[[], Fault]) -> Iterator[Proxy]:
    """A proxy before a port, until the end of the block."""
    made = Proxy(target, fault)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    assert made._started.wait(10)
    try:
        yield made
    finally:
        made.stop()
        thread.join(10)
        assert not thread.is_alive()
