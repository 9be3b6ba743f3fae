"""One shape for every refusal (RFC 9457), whatever went wrong and wherever.

    {"type", "title", "status", "detail", "pointer", "limit", "known", "request_id"}

always these eight members, `application/problem+json`, a sentence for a student in `detail`, and
never a trace. Here every way to fail is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from served import Server, begin, default

from app import errors
from app.schemas.resources import Problem
from engine.errors import Broken, Invalid, NotNow, TinkernetError, TooExpensive, Unknown

Way = Callable[[httpx.Client, str], httpx.Response]
JSON = {"content-type": "application/json"}

WAYS: dict[str, tuple[int, Way]] = {
    "no such page": (404, lambda c, s: c.get("/nowhere")),
    "no such file": (404, lambda c, s: c.get("/static/nothing.js")),
    "no such session": (404, lambda c, s: c.get("/api/sessions/nobody")),
    "no such probe": (422, lambda c, s: c.get(f"{s}/probes/nothing")),
    "a wrong method": (405, lambda c, s: c.put(s)),
    "a wrong method on a file": (405, lambda c, s: c.post("/static/js/core/frame.js")),
    "a wrong form": (406, lambda c, s: c.get(f"{s}/history", headers={"accept": "image/gif"})),
    "a wrong type": (415, lambda c, s: c.post(f"{s}/step", content="a=1", headers={
        "content-type": "application/x-www-form-urlencoded"})),
    "a wrong host": (421, lambda c, s: c.get("/", headers={"host": "evil.example"})),
    "a wrong origin": (403, lambda c, s: c.get("/", headers={"origin": "http://evil.example"})),
    "a wrong token": (404, lambda c, s: c.get(s, headers={"authorization": "Bearer x"})),
    "no JSON": (422, lambda c, s: c.post(f"{s}/step", content="{", headers=JSON)),
    "no object": (422, lambda c, s: c.post(f"{s}/step", content="[1]", headers=JSON)),
    "no UTF-8": (422, lambda c, s: c.post(f"{s}/step", content=b"\xff", headers=JSON)),
    "a bad field": (422, lambda c, s: c.post(f"{s}/step", json={"steps": -1})),
    "an unknown field": (422, lambda c, s: c.post(f"{s}/step", json={"stepps": 1})),
    "another kind": (422, lambda c, s: c.post(f"{s}/step", json={"kind": "run"})),
    "a bad number in the query": (422, lambda c, s: c.get(f"{s}?wait_step=x")),
    "a negative number in the query": (422, lambda c, s: c.get(f"{s}/history?since=-1")),
    "a bad experiment": (422, lambda c, s: c.post("/api/sessions", json={"experiment": {}})),
    "no experiment": (422, lambda c, s: c.post("/api/sessions", json={})),
    "too expensive": (422, lambda c, s: c.post(f"{s}/step", json={"steps": 10**9})),
    "a step that was not reached": (422, lambda c, s: c.post(f"{s}/seek", json={"step": 9})),
    "not now": (409, lambda c, s: c.get(f"{s}/probes/gradients")),
    "an edit that needs a reset": (409, lambda c, s: c.post(f"{s}/edit", json=[
        {"kind": "set", "path": "/seed", "value": 1}])),
    "an edit of nothing": (422, lambda c, s: c.post(f"{s}/edit", json=[])),
    "a torn checkpoint": (422, lambda c, s: c.post("/api/sessions", content=b"x", headers={
        "content-type": "application/octet-stream"})),
    "a torn link": (422, lambda c, s: c.post("/api/experiments/check", json={"link": "!"})),
    "a body too large": (413, lambda c, s: c.post(f"{s}/step", content=b" " * 300_000)),
    "a streamed body too large": (413, lambda c, s: c.post(f"{s}/step", content=iter(
        [b" " * 100_000] * 3))),
    "wrong inputs": (422, lambda c, s: c.post(f"{s}/predict", json={"inputs": [[1.0, 2.0, 3.0]]})),
    "alive already": (409, lambda c, s: c.post(f"{s}/restart", json={})),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_every_way_to_fail_has_the_one_shape(client: httpx.Client, name: str) -> None:
    status, fail = WAYS[name]
    session = f"/api/sessions/{begin(client)['id']}"
    answer = fail(client, session)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == errors.MEDIA_TYPE
    problem = answer.json()
    Problem.model_validate(problem)
    assert list(problem) == list(Problem.model_fields)
    assert problem["status"] == status
    assert problem["type"].startswith("urn:tinkernet:problem:")
    assert problem["detail"][0].isupper() or not problem["detail"][0].isalpha()
    assert problem["detail"].endswith((".", "?"))
    assert len(problem["detail"]) > 15
    assert problem["request_id"]
    assert "Traceback" not in answer.text
    assert "/app/" not in answer.text


def test_our_own_mistake_has_the_shape_too_and_keeps_its_trace_to_itself(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(server.app.state.directory, "open", fail)
    with server.client() as client:
        answer = client.post("/api/sessions", json={"experiment": default()})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == errors.MEDIA_TYPE
    assert list(answer.json()) == list(Problem.model_fields)
    assert "secret" not in answer.text


def test_what_was_given_is_not_repeated(client: httpx.Client) -> None:
    mark = "<img src=x onerror=alert(1)>" * 3
    session = f"/api/sessions/{begin(client)['id']}"
    experiment = default(**{mark: 1})
    for answer in (
        client.get(f"/{mark}"),
        client.get(f"{session}/probes/{mark}"),
        client.get(f"{session}/probes/boundary", params={mark: mark}),
        client.post(f"{session}/step", json={mark: mark}),
        client.post("/api/sessions", json={"experiment": experiment}),
        client.post("/api/sessions", json={"experiment": default(data={"kind": mark})}),
        client.post(f"{session}/edit", json=[{"kind": "set", "path": mark, "value": mark}]),
    ):
        assert 400 <= answer.status_code < 500
        assert "onerror" not in answer.json()["detail"]


ALL = (Invalid, Unknown, TooExpensive, NotNow, Broken, *errors._OURS)


@pytest.mark.parametrize("kind", ALL)
def test_every_error_crosses_from_worker_to_front(kind: type[TinkernetError]) -> None:
    known = None if kind is errors.Busy else ["a", "b"]
    made = kind("A sentence.", limit=3) if known is None else kind(
        "A sentence.", pointer="/x", limit=3, known=known
    )  # fmt: skip
    back = errors.from_wire(errors.to_wire(made))
    assert type(back) is kind
    assert errors.problem(back, "r") == errors.problem(made, "r")


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    for kind in errors._OURS:
        line = next(x for x in (errors.__doc__ or "").splitlines() if f" {kind.__name__} " in x)
        assert f" {kind.status}" in line
