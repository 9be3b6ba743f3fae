"""The gate before every route and socket: who calls us by which name, from where, with how much.

Pure ASGI, because middleware that wraps requests does not see WebSockets. It checks `Host` (DNS
rebinding needs a name that we do not know), `Origin` (another site's page may not steer a session),
counts the body while it streams, and adds the security headers to every answer.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

from app.errors import MEDIA_TYPE, ForeignOrigin, Refused, TooLarge, WrongHost, problem
from engine.errors import TinkernetError

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY: Final = 256 * 1024
CHECKPOINT: Final = 64 * 1024 * 1024
_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_SAME: Final = {"ws": "http", "wss": "https"}
_log = logging.getLogger("tinkernet")


class Guard:
    """Wraps the application; `hosts` are the names it may be called by, beside IP literals."""

    def __init__(self, app: App, hosts: tuple[str, ...] = ()) -> None:
        self.app = app
        self.hosts = {"localhost", *hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            host = self._host(headers.get(b"host", ""))
            _origin(headers.get(b"origin"), scope["scheme"], headers[b"host"])
            receive = _counted(receive, scope, headers)
        except Refused as error:
            await refuse(error, scope, send)
            return
        await self.app(
            scope, receive, _with_headers(send, host) if scope["type"] == "http" else send
        )

    def _host(self, given: str) -> str:
        """The Host as given, once it is one of ours."""
        match = _HOST.fullmatch(given)
        name = match["name"].lower().rstrip(".") if match else ""
        if name not in self.hosts:
            try:
                ipaddress.ip_address(name.strip("[]"))
            except ValueError:
                raise WrongHost(
                    "This server is not known by that name; start it with --hosts NAME to allow it."
                ) from None
        return given


def _origin(given: str | None, scheme: str, host: str) -> None:
    """An Origin, where sent, must equal the scheme and Host of the request."""
    if given is None:
        return
    scheme = _SAME.get(scheme, scheme)
    if _whole(given.lower(), scheme) != _whole(f"{scheme}://{host.lower()}", scheme):
        raise ForeignOrigin("The request comes from another site's page and is refused.")


def _whole(origin: str, scheme: str) -> str:
    """An origin with its port written out."""
    _, separator, host = origin.partition("://")
    has_port = re.search(r":\d+$", host) is not None
    return origin if has_port or not separator else f"{origin}:{_PORTS.get(scheme, '')}"


def _counted(receive: Receive, scope: Scope, headers: dict[bytes, str]) -> Receive:
    """`receive` that refuses to pass on more than the route's share of bytes."""
    if scope["type"] != "http":
        return receive
    upload = (
        scope["method"] == "POST"
        and scope["path"] == "/api/sessions"
        and headers.get(b"content-type", "").startswith("application/octet-stream")
    )
    limit = CHECKPOINT if upload else BODY
    announced = headers.get(b"content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    seen = 0

    async def counting() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit // 1024} kB.", limit=limit)


def _with_headers(send: Send, host: str) -> Send:
    """`send` that adds the security headers, unless the route has set its own."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            held = {name.lower() for name, _ in message.get("headers", [])}
            added = [(k, v) for k, v in security_headers(host) if k not in held]
            message["headers"] = [*message.get("headers", []), *added]
        await send(message)

    return sending


def security_headers(host: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", policy(host).encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


def policy(host: str, *, nonce: str | None = None, inline_style: bool = False) -> str:
    """The Content-Security-Policy: everything from here, no inline script but those with `nonce`.

    The socket's address is named, since not every browser counts it as 'self'. `host` has passed
    the guard.
    """
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    style = "'self' 'unsafe-inline'" if inline_style else "'self'"
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self' ws://{host} wss://{host}; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


async def refuse(error: TinkernetError, scope: Scope, send: Send) -> None:
    """A problem document; to a socket as the answer to its handshake."""
    document = problem(error, scope["state"]["request_id"])
    body = json.dumps(document).encode()
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    await send(
        {
            "type": f"{kind}.start",
            "status": document["status"],
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
                *security_headers("localhost"),
            ],
        }
    )
    await send({"type": f"{kind}.body", "body": body})
