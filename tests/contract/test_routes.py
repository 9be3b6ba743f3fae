"""R36, R39: who may call what. Every route and socket is on this list, and the list is tried.

`anyone` needs no token; `watch` needs a token of the session, the read token too; `steer` needs the
session's own token. All of it where the server is bound wider than loopback.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from served import Server, begin, until
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app.api import access

WHO_MAY_CALL = {
    "GET /": "anyone",
    "GET /docs": "anyone",
    "GET /openapi.json": "anyone",
    "GET /static": "anyone",
    "GET /livez": "anyone",
    "GET /readyz": "anyone",
    "GET /metrics": "anyone",
    "GET /api/catalog": "anyone",
    "POST /api/experiments/check": "anyone",
    "POST /api/sessions": "anyone",
    "GET /api/sessions/{session}": "watch",
    "GET /api/sessions/{session}/checkpoint": "watch",
    "GET /api/sessions/{session}/history": "watch",
    "GET /api/sessions/{session}/probes/{probe}": "watch",
    "POST /api/sessions/{session}/probes/{probe}": "watch",
    "POST /api/sessions/{session}/predict": "watch",
    "DELETE /api/sessions/{session}": "steer",
    "POST /api/sessions/{session}/step": "steer",
    "POST /api/sessions/{session}/run": "steer",
    "POST /api/sessions/{session}/pause": "steer",
    "POST /api/sessions/{session}/reset": "steer",
    "POST /api/sessions/{session}/seek": "steer",
    "POST /api/sessions/{session}/fork": "steer",
    "POST /api/sessions/{session}/edit": "steer",
    "POST /api/sessions/{session}/restart": "steer",
    # The socket itself opens for anyone; `attach` asks for the session's token.
    "WS /api/stream": "anyone",
}

BODIES: dict[str, Any] = {
    "seek": {"step": 0},
    "edit": [{"kind": "set", "path": "/training/learner/batch", "value": 20}],
    "predict": {"inputs": [[0.0, 0.0]]},
    "probes": {"resolution": 4},
}


def walk(routes: list[BaseRoute]) -> Iterator[tuple[str, BaseRoute]]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if isinstance(route, WebSocketRoute):
            yield f"WS {route.path}", route
        elif isinstance(route, Mount):
            yield f"GET {route.path}", route
        elif isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield f"{method} {route.path}", route
        elif inner is not None:
            yield from walk(inner.routes)
        else:
            raise AssertionError(f"a route of a kind nobody knows: {route!r}")


def needs(route: BaseRoute) -> str:
    """What the route itself declares, by its dependencies."""
    if not isinstance(route, APIRoute):
        return "anyone"
    asked = {dependency.call for dependency in route.dependant.dependencies}
    if access.steer in asked:
        return "steer"
    return "watch" if access.watch in asked else "anyone"


def test_every_route_is_on_the_list_and_declares_what_the_list_says(server: Server) -> None:
    found = dict(walk(server.app.routes))
    assert found.keys() == WHO_MAY_CALL.keys()
    for name, route in found.items():
        assert needs(route) == WHO_MAY_CALL[name], name


def call(
    server: Server, name: str, session: str, token: str | None, **headers: str
) -> httpx.Response:
    method, path = name.split()
    path = path.replace("{session}", session).replace("{probe}", "boundary")
    if path == "/static":
        path = "/static/js/core/frame.js"
    body = next((body for part, body in BODIES.items() if part in path), {})
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    with server.client(**headers) as client:
        return client.request(method, path, json=body if method == "POST" else None)


CALLS = {name: who for name, who in WHO_MAY_CALL.items() if not name.startswith("WS")}


@pytest.mark.parametrize("name", CALLS)
def test_bound_wide_each_route_asks_for_its_token(wide: Server, name: str) -> None:
    with wide.client() as client:
        mine, other = begin(client), begin(client)
    who = CALLS[name]
    outcome = {
        "nothing": call(wide, name, mine["id"], None).status_code,
        "another's": call(wide, name, mine["id"], other["token"]).status_code,
        "its id": call(wide, name, mine["id"], mine["id"]).status_code,
        "to read": call(wide, name, mine["id"], mine["read_token"]).status_code,
        "its own": call(wide, name, mine["id"], mine["token"]).status_code,
    }
    if name == "POST /api/sessions":
        assert set(outcome.values()) == {422}  # open to anyone; the body is empty
    elif name == "POST /api/experiments/check":
        assert set(outcome.values()) == {422}
    elif who == "anyone":
        assert set(outcome.values()) == {200}
    else:
        assert outcome["nothing"] == 401
        assert outcome["another's"] == outcome["its id"] == 404
        assert outcome["its own"] == 409 if "restart" in name else outcome["its own"] < 300
        assert outcome["to read"] == 403 if who == "steer" else outcome["to read"] < 300


@pytest.mark.parametrize("name", [name for name, who in CALLS.items() if who != "anyone"])
def test_anothers_session_is_as_absent_as_none(wide: Server, name: str) -> None:
    with wide.client() as client:
        mine, other = begin(client), begin(client)
    theirs = call(wide, name, other["id"], mine["token"])
    absent = call(wide, name, "A" * 22, mine["token"])
    assert theirs.status_code == absent.status_code == 404
    for answer in (theirs, absent):
        assert answer.json() | {"request_id": ""} == theirs.json() | {"request_id": ""}


def test_a_missing_token_says_how_to_send_one(wide: Server) -> None:
    with wide.client() as client:
        made = begin(client)
        answer = client.get(f"/api/sessions/{made['id']}")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Authorization" in answer.json()["detail"]


def test_on_loopback_a_token_is_accepted_and_not_required(server: Server) -> None:
    with server.client() as client:
        made = begin(client)
        path = f"/api/sessions/{made['id']}/step"
        assert client.post(path, json={}).status_code == 200
        for token, status in ((made["token"], 200), (made["read_token"], 403), ("wrong", 404)):
            headers = {"authorization": f"Bearer {token}"}
            assert client.post(path, json={}, headers=headers).status_code == status


def test_the_socket_asks_for_the_token_when_it_attaches(wide: Server) -> None:
    with wide.client() as client:
        mine, other = begin(client), begin(client)
    with wide.page() as page:
        for token, status in ((None, 401), (other["token"], 404), (mine["id"], 404)):
            page.send(type="attach", session=mine["id"], token=token)
            assert page.event("problem")["problem"]["status"] == status
        page.send(type="command", id=1, session=mine["id"], command={"kind": "step"})
        assert page.event("problem", id=1)["problem"]["status"] == 404
        page.attach(mine)
        assert page.command(2, mine, "step")["step"] == 1


def test_a_token_in_the_address_opens_nothing(wide: Server) -> None:
    with wide.client() as client:
        made = begin(client)
        query = {"token": made["token"], "access_token": made["token"]}
        assert client.get(f"/api/sessions/{made['id']}", params=query).status_code == 401


def test_r37_another_sites_page_reaches_no_route_and_no_socket(server: Server) -> None:
    with server.client() as client:
        made = begin(client)
    for name in CALLS:
        answer = call(server, name, made["id"], None, origin="http://evil.example")
        assert answer.status_code == 403, name
        answer = call(server, name, made["id"], None, host="evil.example")
        assert answer.status_code == 421, name
    handshake = {
        "upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    with server.client(**handshake) as client:
        for header, status in (("origin", 403), ("host", 421)):
            value = "http://evil.example" if header == "origin" else "evil.example"
            answer = client.get("/api/stream", headers={header: value})
            assert answer.status_code == status
            assert answer.json()["status"] == status


def test_r39_tokens_are_in_no_log_and_no_header(
    server: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with server.client() as client, server.page() as page:
        made = begin(client)
        marks = (made["token"], made["read_token"])
        headers = {"authorization": f"Bearer {made['token']}"}
        answers = [
            client.get(f"/api/sessions/{made['id']}", headers=headers),
            client.post(f"/api/sessions/{made['id']}/seek", headers=headers, json={"step": 99}),
            client.get("/nowhere", headers=headers),
        ]
        page.attach(made)
        page.command(1, made, "step")
        until(lambda: page.heard)
        for answer in answers:
            assert not any(mark in answer.text for mark in marks)
            assert not any(mark in str(answer.headers) for mark in marks)
            assert answer.headers["referrer-policy"] == "no-referrer"
        heard = [m for m in page.heard if isinstance(m, dict)]
        assert not any(mark in json.dumps(heard) for mark in marks)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("websockets", "http"))]
    logged = "\n".join(ours) + "".join(capfd.readouterr())
    assert not any(mark in logged for mark in marks)
