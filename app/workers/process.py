"""The loop inside a worker process: read the inbox, give one session a slice, send what is due.

One thread. NumPy holds the interpreter lock between its small calls, so a second thread would only
make both slower; instead the inbox is read between slices of about ten milliseconds.
"""

from __future__ import annotations

import collections
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from app.logs import configure
from app.workers.desk import Desk
from app.workers.pipe import Unpacker, pack


class Loop:
    """Serves one socket until its other end closes."""

    def __init__(self, sock: socket.socket, clock: Callable[[], float] = time.perf_counter) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._unpacker = Unpacker()
        self._outbox: collections.deque[memoryview] = collections.deque()
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)
        self._desk = Desk(self._send, clock)
        self._open = True

    def run(self) -> None:
        while self._open:
            writing = selectors.EVENT_WRITE if self._outbox else 0
            self._selector.modify(self._sock, selectors.EVENT_READ | writing)
            for _, ready in self._selector.select(self._desk.wait()):
                if ready & selectors.EVENT_READ:
                    self._read()
                if ready & selectors.EVENT_WRITE:
                    self._flush()
            self._desk.turn()
        self._selector.close()
        self._sock.close()

    def _read(self) -> None:
        try:
            data = self._sock.recv(256 * 1024)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._open = False
        for told, payload in self._unpacker.feed(data):
            self._desk.handle(told, payload)

    def _send(self, told: dict[str, Any], payload: bytes = b"") -> None:
        self._outbox.append(memoryview(pack(told, payload)))
        self._flush()

    def _flush(self) -> None:
        while self._outbox:
            try:
                sent = self._sock.send(self._outbox[0])
            except BlockingIOError:
                return
            except ConnectionError:
                self._open = False
                self._outbox.clear()
                return
            if sent < len(self._outbox[0]):
                self._outbox[0] = self._outbox[0][sent:]
            else:
                self._outbox.popleft()


def main() -> None:
    """`python -m app.workers.process FD NICE LOG`: serve the inherited socket FD."""
    descriptor, niceness, log = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    os.nice(niceness)
    configure("json" if log == "json" else "text", f"worker {os.getpid()}")
    # A diverging net is a lesson, not a warning; the engine checks for finite numbers itself.
    np.seterr(all="ignore")
    Loop(socket.socket(fileno=descriptor)).run()


if __name__ == "__main__":
    main()
