"""R37, R38: by which name and from which page a request may come; sockets are held to the same.

In memory, against the guard itself around a small application.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from app.guard import BODY, CHECKPOINT, Guard
from engine.errors import TinkernetError


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, or accepts the socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def call(
    host: str | None = "127.0.0.1:8000",
    origin: str | None = None,
    *,
    kind: str = "http",
    scheme: str | None = None,
    hosts: tuple[str, ...] = (),
    path: str = "/",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (b"",),
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request through the guard; 101 for an accepted socket."""
    sent: list[Any] = []
    chunks = list(body)
    given = [(b"host", host.encode())] if host is not None else []
    given += [(b"origin", origin.encode())] if origin is not None else []
    scope = {
        "type": kind, "method": "POST", "path": path, "query_string": b"",
        "scheme": scheme or {"http": "http", "websocket": "ws"}[kind],
        "headers": [*given, *headers],
    }  # fmt: skip

    async def receive() -> Any:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(_inner, hosts)(scope, receive, send))
    if sent[0]["type"] == "websocket.accept":
        return 101, {}, b""
    shown = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], shown, sent[1]["body"]


HOSTS = [
    ("127.0.0.1:8000", True), ("127.0.0.1", True), ("localhost:8000", True), ("LOCALHOST", True),
    ("192.168.1.7:8000", True), ("[::1]:8000", True), ("[2001:db8::1]", True),
    ("lab.example", True),
    ("Lab.Example:8000", True), ("lab.example.", True),
    ("evil.example", False), ("lab.example.evil.example", False), ("localhost.evil.example", False),
    ("127.0.0.1.evil.example", False), ("", False), (None, False), ("localhost:8000@evil", False),
    ("a b", False), ("127.0.0.1:999999", False), ("[::1", False), ("localhost/", False),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("host", "passes"), HOSTS)
def test_r38_host_is_localhost_an_ip_literal_or_a_configured_name(
    host: str | None, passes: bool, kind: str
) -> None:
    status, _, body = call(host, kind=kind, hosts=("lab.example",))
    assert status == ((101 if kind == "websocket" else 200) if passes else 421)
    if not passes:
        assert json.loads(body)["type"].endswith("wrong-host")


ORIGINS = [
    ("127.0.0.1:8000", None, True), ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
    ("localhost", "http://localhost", True), ("localhost:80", "http://localhost", True),
    ("localhost", "http://localhost:80", True), ("[::1]:8000", "http://[::1]:8000", True),
    ("LocalHost:8000", "http://localhost:8000", True),
    ("127.0.0.1:8000", "https://127.0.0.1:8000", False),
    ("127.0.0.1:8000", "http://127.0.0.1:8001", False),
    ("127.0.0.1:8000", "http://127.0.0.1", False),
    ("127.0.0.1:8000", "http://localhost:8000", False),
    ("localhost:8000", "http://127.0.0.1:8000", False),
    ("127.0.0.1:8000", "http://evil.example", False),
    ("127.0.0.1:8000", "http://127.0.0.1:8000.evil.example", False),
    ("127.0.0.1:8000", "null", False), ("127.0.0.1:8000", "", False),
    ("127.0.0.1:8000", "file://", False), ("127.0.0.1:8000", "127.0.0.1:8000", False),
    ("127.0.0.1:8000", "http://user@127.0.0.1:8000", False),
    ("127.0.0.1:8000", "ws://127.0.0.1:8000", False),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(("host", "origin", "passes"), ORIGINS)
def test_r37_origin_equals_scheme_and_host(
    host: str, origin: str | None, passes: bool, kind: str
) -> None:
    status, _, body = call(host, origin, kind=kind)
    assert status == ((101 if kind == "websocket" else 200) if passes else 403)
    if not passes:
        assert json.loads(body)["type"].endswith("foreign-origin")


def test_behind_tls_the_origin_is_https() -> None:
    assert call("127.0.0.1", "https://127.0.0.1", scheme="https")[0] == 200
    assert call("127.0.0.1", "https://127.0.0.1:443", kind="websocket", scheme="wss")[0] == 101
    assert call("127.0.0.1", "http://127.0.0.1", scheme="https")[0] == 403


def test_an_announced_body_over_the_limit_is_refused_before_it_is_read() -> None:
    length = [(b"content-length", str(BODY + 1).encode())]
    status, headers, body = call(headers=length, body=[])
    assert status == 413
    assert json.loads(body)["limit"] == BODY
    assert headers["connection"] == "close"


def test_a_streamed_body_is_counted_while_it_comes() -> None:
    part = b"x" * 65_536
    assert call(body=[part] * 4)[0] == 200
    with pytest.raises(TinkernetError, match="256 kB"):
        call(body=[part] * 5)


def test_only_a_checkpoint_may_be_large() -> None:
    octets = (b"content-type", b"application/octet-stream")
    length = (b"content-length", str(CHECKPOINT).encode())
    assert call(path="/api/sessions", headers=[octets, length], body=[b""])[0] == 200
    assert call(path="/api/sessions/x/edit", headers=[octets, length], body=[])[0] == 413
    assert call(path="/api/sessions", headers=[length], body=[])[0] == 413


def test_every_answer_has_the_security_headers() -> None:
    for shown in (call()[1], call("evil.example")[1]):
        assert "default-src 'none'" in shown["content-security-policy"]
        assert "unsafe" not in shown["content-security-policy"]
        assert shown["x-content-type-options"] == "nosniff"
        assert shown["referrer-policy"] == "no-referrer"
        assert shown["x-frame-options"] == "DENY"
