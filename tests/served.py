"""The real server on a port of its own, for tests: uvicorn in a thread, workers as processes."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import TypeAdapter
from websockets.sync.client import ClientConnection, connect

from app import __main__ as start
from app.main import create_app
from app.schemas.events import Event
from app.settings import Settings
from app.workers.base import Backend
from app.workers.local import LocalWorkers
from engine.catalog import catalog

EVENT: TypeAdapter[Any] = TypeAdapter(Event)
PATIENCE = 20.0  # seconds until a test gives up on an event


@dataclass
class Server:
    """A running server: its address, and its insides for looking at."""

    app: FastAPI
    port: int
    loop: asyncio.AbstractEventLoop
    uvicorn: uvicorn.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE)

    def inside(self, coroutine: Any) -> Any:
        """Run a coroutine in the server's own loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def end_all(self) -> None:
        """End every session, so that nothing trains on."""
        directory = self.app.state.directory
        for room in list(directory._rooms.values()):
            self.inside(directory.end(room))

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A socket, as a page opens one."""
        with connect(
            f"ws://127.0.0.1:{self.port}/api/stream", compression=None, proxy=None, max_size=None
        ) as socket_:
            yield Page(socket_)
            # Gone at once, whatever was not read.
            with suppress(OSError):
                socket_.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(settings: Settings | None = None, backend: Backend | None = None) -> Iterator[Server]:
    """Start a server on a free port of loopback; end it with its workers."""
    with tempfile.TemporaryDirectory() as kept:
        settings = settings or Settings(workers=2)
        if settings.data == Settings().data:
            settings = replace(settings, data=Path(kept))
        with _serve(settings, backend) as running:
            yield running


@contextmanager
def _serve(settings: Settings, backend: Backend | None) -> Iterator[Server]:
    # Not nice: beside busy cores a step would take longer than any test waits for it.
    app = create_app(settings, backend or LocalWorkers(settings.workers, nice=0))
    sock = start.listen("127.0.0.1", 0)
    uvicorn_server = start.Server(start.config(app), app.state.directory.close_down)
    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(uvicorn_server.serve(sockets=[sock]))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    server = Server(app, sock.getsockname()[1], loop, uvicorn_server)
    with server.client() as client:
        until(lambda: client.get("/readyz").status_code == 200)
    try:
        yield server
    finally:
        uvicorn_server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not end"


def until(true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Ask again and again until the answer is true; for what tells no event."""
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.005)
    return found


def default(**changes: Any) -> dict[str, Any]:
    """The default experiment, with top-level parts changed."""
    made: dict[str, Any] = {**catalog()["default"], **changes}
    return made


def begin(client: httpx.Client, experiment: dict[str, Any] | None = None) -> dict[str, Any]:
    """A new session; the server's answer."""
    answer = client.post("/api/sessions", json={"experiment": experiment or default()})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def decode(message: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A frame's own metadata, and its header by array."""
    length = struct.unpack_from("<Q", message)[0]
    header = json.loads(message[8 : 8 + length])
    return json.loads(header.pop("__metadata__")["tinkernet"]), header


@dataclass
class Page:
    """A client of the socket that remembers what it heard."""

    socket: ClientConnection
    heard: list[Any] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self, timeout: float = PATIENCE) -> Any:
        """The next message: an event as a dict, a frame as bytes."""
        raw = self.socket.recv(timeout)
        if isinstance(raw, str):
            # Every event that any test hears is one that is declared.
            message = json.loads(raw)
            EVENT.validate_python(message)
        else:
            message = raw
        self.heard.append(message)
        return message

    def event(self, kind: str, **like: Any) -> dict[str, Any]:
        """Read on until an event of a kind whose members equal `like`."""
        while True:
            found = self.next()
            if isinstance(found, dict) and found["type"] == kind:
                if all(found.get(key) == value for key, value in like.items()):
                    return found

    def frame(self) -> bytes:
        """Read on until a frame; give no credit for it."""
        while not isinstance(found := self.next(), bytes):
            pass
        return found

    def attach(self, session: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.send(type="attach", session=session["id"], token=session["token"], **more)
        return self.event("attached", session=session["id"])

    def command(self, number: int, session: dict[str, Any], kind: str, **fields: Any) -> Any:
        """Send a command and read on until its answer, or the problem."""
        self.send(
            type="command", id=number, session=session["id"], command={"kind": kind, **fields}
        )
        while True:
            found = self.next()
            if isinstance(found, dict) and found.get("id") == number and "session" in found:
                if found["type"] in ("answer", "problem"):
                    return found[found["type"]]


def raw_socket(port: int) -> socket.socket:
    """A plain connection that has shaken hands as a WebSocket and reads nothing after that."""
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE)
    # A small window, so that the kernel's own buffers do not hide what is not read.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    request = (
        f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    sock.sendall(request.encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += sock.recv(1)
    assert b" 101 " in head
    return sock


def masked(text: str) -> bytes:
    """A text message as a client sends it (mask of zeros)."""
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
    return b"\x81" + size + b"\0\0\0\0" + data
