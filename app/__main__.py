"""`tinkernet`, or `python -m app`: start the server, say where, open the browser."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.types import ASGIApp

from app.logs import configure
from app.main import create_app
from app.settings import Settings, read

FIRST_PORT = 8000
TRIES = 100
# A client that never reads holds this much in the kernel instead of four megabytes.
SEND_BUFFER = 64 * 1024
INBOUND = 64 * 1024


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket: on `port`, or on the first free one from 8000. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(FIRST_PORT, FIRST_PORT + TRIES) if port is None else (port,)
    for candidate in ports:
        # The protocol by number: asyncio switches Nagle's waiting off (40 ms an answer) only for
        # connections that say they are TCP, and they say what their listener says.
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it, so it must be set before any is accepted.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        try:
            made.bind((host.strip("[]"), candidate))
            made.listen(1024)
            return made
        except OSError as error:
            made.close()
            if port is not None or error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, f"ports {ports[0]} to {ports[-1]} are all taken")


def address(settings: Settings, sock: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    port = sock.getsockname()[1]
    host = settings.host
    if host in {"0.0.0.0", "::"}:
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def config(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves us. Its own log is quiet: one line says where we are."""
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=INBOUND,
        timeout_graceful_shutdown=5,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Whoever starts it says how it logs.
        log_config=None,
    )


class Server(uvicorn.Server):
    """uvicorn, which lets the application put its things away before it closes the doors: while it
    does, `/readyz` still answers, that it is not ready."""

    def __init__(self, config: uvicorn.Config, goodbye: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._goodbye = goodbye

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._goodbye()
        await super().shutdown(sockets)


def has_screen() -> bool:
    """Whether a browser could be shown here."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> None:
    """Parse, listen, say where, serve until interrupted."""
    settings = read(sys.argv[1:], os.environ)
    configure(settings.log, "front")
    try:
        sock = listen(settings.host, settings.port)
    except OSError as error:
        at = settings.host if settings.port is None else f"{settings.host}, port {settings.port}"
        sys.exit(f"tinkernet cannot listen on {at}: {error.strerror or error}.")
    where = address(settings, sock)
    print(f"Tinkernet is at {where}  (Ctrl-C ends it)", flush=True)
    if settings.browser and has_screen():
        # The socket already listens: a browser that is early waits in its queue.
        threading.Thread(target=webbrowser.open, args=(where,), daemon=True).start()
    # uvicorn ends in order and then raises the signal again: that is a good end, not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app = create_app(settings)
        Server(config(app), app.state.directory.close_down).run(sockets=[sock])
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
