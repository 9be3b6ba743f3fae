"""R9, R14, R16: lines that are cut, tabs that come back, and clients that break the protocol."""

from __future__ import annotations

import random
import socket
import struct
from contextlib import suppress
from typing import Any

import httpx
import pytest
from faults import Fault, proxy
from served import PATIENCE, Page, Server, begin, decode, masked, raw_socket, until
from test_viewer import Curve
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect


def listen(port: int, session: dict[str, Any], curve: Curve) -> None:
    """Attach with what the curve has, and take points until the line is cut."""
    url = f"ws://127.0.0.1:{port}/api/stream"
    with suppress(ConnectionClosed, WebSocketException, OSError, EOFError):
        with connect(url, compression=None, proxy=None, max_size=None) as socket_:
            page = Page(socket_)
            has = {"line": 0, "since": curve.head(0)} if curve.tiles else {}
            page.attach(session, tab="a-tab-of-the-test", **has)
            while True:
                curve.add(page.event("points"))


def test_r9_twenty_random_cuts_leave_no_gap_and_no_duplicate(
    client: httpx.Client, server: Server
) -> None:
    """R9: cut in handshakes, in messages, between them; a curve takes no point twice, and none
    that does not follow the last."""
    made, curve, chance = begin(client), Curve(), random.Random(9)
    client.post(f"/api/sessions/{made['id']}/run", json={"pace": 400})
    # Telling everything about the session takes some 3 kB, and each batch of points another.
    lengths = [9000, *(chance.choice([300, 4000, 9000]) * chance.random() for _ in range(19))]
    faults = [Fault(round(length), chance.choice([7, 500, 65_536])) for length in lengths]
    waiting = iter(faults)
    with proxy(server.port, lambda: next(waiting)) as line:
        for _ in faults:
            listen(line.port, made, curve)
        assert line.cuts == 20
    assert curve.tiles, "no point came before the last cut"
    last = client.post(f"/api/sessions/{made['id']}/pause").json()["step"]
    with server.page() as page:
        page.attach(made, line=0, since=curve.head(0))
        while curve.head(0) < last:
            curve.add(page.event("points"))
    assert curve.head(0) == last > 100


# --- R14 -------------------------------------------------------------------------------------

TAB = {"tab": "drawn-at-random-1"}


def watchers(server: Server, session: dict[str, Any]) -> int:
    return len(server.app.state.directory._rooms[session["id"]].watchers)


def draws(page: Page, session: dict[str, Any], frames: int = 2) -> None:
    """The page gets frames of a session that trains."""
    steps = set()
    while len(steps) < frames:
        page.send(type="credit", session=session["id"])
        steps.add(decode(page.frame())[0]["step"])


def subscribe(page: Page, session: dict[str, Any]) -> None:
    page.send(type="subscribe", session=session["id"], probes={"parameters": {}}, rate=60)


@pytest.mark.parametrize("stale_ends", ["before", "after", "late, by a message", "never"])
def test_r14_a_tab_that_comes_back_replaces_its_stale_socket_whose_end_stops_nothing(
    client: httpx.Client, server: Server, stale_ends: str
) -> None:
    """R14: in every order in which the old socket's end and the new one's beginning may come."""
    made = begin(client)
    with server.page() as second, server.page() as stale, server.page() as new:
        second.attach(made, tab="another-tab-of-another")
        stale.attach(made, **TAB)
        subscribe(stale, made)
        client.post(f"/api/sessions/{made['id']}/run", json={})
        assert watchers(server, made) == 2
        if stale_ends == "before":
            stale.socket.socket.shutdown(socket.SHUT_RDWR)
            until(lambda: watchers(server, made) == 1)
        new.attach(made, **TAB)
        subscribe(new, made)
        assert watchers(server, made) == 2
        if stale_ends == "after":
            stale.socket.socket.shutdown(socket.SHUT_RDWR)
        elif stale_ends.startswith("late"):
            stale.send(type="credit", session=made["id"])
            stale.send(type="detach", session=made["id"])
        draws(new, made)
        subscribe(second, made)
        draws(second, made)
        assert watchers(server, made) == 2
        assert client.get(f"/api/sessions/{made['id']}").json()["state"] == "running"


def test_r14_who_says_no_tab_replaces_nobody(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as one, server.page() as other:
        one.attach(made)
        other.attach(made)
        assert watchers(server, made) == 2


# --- R16 -------------------------------------------------------------------------------------


def frame(
    opcode: int, data: bytes, *, last: bool = True, masked: bool = True, rsv: int = 0
) -> bytes:
    """A frame as it stands in RFC 6455, with mistakes on request (mask of zeros)."""
    first = (0x80 if last else 0) | rsv << 4 | opcode
    mask, flag = (bytes(4), 0x80) if masked else (b"", 0)
    if len(data) < 126:
        return bytes([first, flag | len(data)]) + mask + data
    return bytes([first, flag | 126]) + struct.pack("!H", len(data)) + mask + data


HUGE = bytes([0x81, 0xFF]) + struct.pack("!Q", 2**62) + bytes(4)
PARTS = [frame(1, b"x" * 1000, last=False), *[frame(0, b"x" * 1000, last=False)] * 70]
ABUSE: dict[str, tuple[bytes, int]] = {
    "a reserved opcode": (frame(3, b"x"), 1002),
    "a reserved control opcode": (frame(11, b""), 1002),
    "no mask": (frame(1, b"{}", masked=False), 1002),
    "a reserved bit": (frame(1, b"{}", rsv=4), 1002),
    "a ping in parts": (frame(9, b"x", last=False), 1002),
    "a ping of 126 bytes": (frame(9, b"x" * 126), 1002),
    "a continuation of nothing": (frame(0, b"x"), 1002),
    "a message inside a message": (frame(1, b"x", last=False) + frame(1, b"x"), 1002),
    "half a character": (frame(1, b"\xc3"), 1007),
    "an impossible close code": (frame(8, struct.pack("!H", 999)), 1002),
    "an announcement of 4 exabytes": (HUGE, 1009),
    "71 kB in parts": (b"".join(PARTS), 1009),
}


def close_code(sock: socket.socket) -> int:
    """Read on until the server's close frame; its code, or 0 where it is closed without."""
    raw = b""
    with suppress(ConnectionError):
        while data := sock.recv(4096):
            raw += data
    while raw:
        size, start = raw[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(raw[2:4], "big"), 4
        if raw[0] & 0x0F == 8:
            return int.from_bytes(raw[start : start + 2], "big")
        raw = raw[start + size :]
    return 0


@pytest.mark.parametrize("name", ABUSE)
def test_r16_abuse_of_the_protocol_ends_in_a_close_code(server: Server, name: str) -> None:
    sent, code = ABUSE[name]
    with raw_socket(server.port) as sock:
        sock.sendall(sent)
        assert close_code(sock) == code


def test_r16_a_message_that_trickles_in_is_read_and_one_that_never_ends_holds_nothing(
    client: httpx.Client, server: Server
) -> None:
    """One byte at a time is slow, not wrong. An endless message of empty parts costs nothing, and
    half a message is forgotten with its sender."""
    made = begin(client)
    before = len(server.uvicorn.server_state.connections)
    with raw_socket(server.port) as slow, raw_socket(server.port) as endless:
        for byte in masked(f'{{"type":"attach","session":"{made["id"]}"}}'):
            slow.sendall(bytes([byte]))
        until(lambda: watchers(server, made) == 1)
        endless.sendall(frame(1, b"{", last=False))
        for _ in range(20):
            endless.sendall(frame(0, b"", last=False) * 100)
        endless.settimeout(PATIENCE)
        endless.sendall(frame(9, b"still there?"))
        assert endless.recv(14)[2:] == b"still there?"
    until(lambda: watchers(server, made) == 0)
    until(lambda: len(server.uvicorn.server_state.connections) <= before)
