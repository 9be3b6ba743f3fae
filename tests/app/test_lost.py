"""A worker dies: its sessions say so, and at one call stand where they stood, to the bit."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from served import Server, begin, decode, default, serve, until

from app.settings import Settings

# What a fold would lose is among them: a weight written by hand, a lesion, a frozen layer.
EDITS = [
    {"kind": "set", "path": "/training/learner/batch", "value": 20},
    {"kind": "write", "array": "head.bias", "index": [0], "value": 2.0},
    {"kind": "silence", "layer": "tanh1", "units": [1]},
    {"kind": "freeze", "layer": "head"},
    {"kind": "unit_add", "layer": "dense1"},
]


@pytest.fixture(scope="module")
def mortal() -> Iterator[Server]:
    """A server of its own, whose workers may be killed."""
    with serve(Settings(workers=2)) as running:
        yield running


def kill(server: Server, worker: int) -> None:
    os.kill(server.app.state.backend.process_ids()[worker], signal.SIGKILL)


def worker_of(server: Server, session: dict[str, Any]) -> int:
    room = server.app.state.directory._rooms[session["id"]]
    found: int = room.worker
    return found


def on_worker(server: Server, client: httpx.Client, worker: int) -> dict[str, Any]:
    while worker_of(server, made := begin(client)) != worker:
        pass
    return made


def test_a_lost_session_is_told_kept_and_restarted(mortal: Server) -> None:
    with mortal.client() as client, mortal.page() as page:
        mine, neighbour = on_worker(mortal, client, 0), on_worker(mortal, client, 1)
        path = f"/api/sessions/{mine['id']}"
        page.attach(mine)
        page.send(type="subscribe", session=mine["id"], probes={"parameters": {}}, rate=60)
        page.frame()
        page.command(1, mine, "step", steps=10)
        page.command(2, mine, "edit", edits=EDITS)
        before = page.command(3, mine, "step", steps=40)
        net = client.get(f"{path}/probes/parameters").json()
        changed = [m for m in page.heard if isinstance(m, dict) and m["type"] == "changed"][-1]

        kill(mortal, 0)
        lost = page.event("lost")
        assert (lost["experiment"], lost["step"]) == (changed["experiment"], 50)
        assert "restart" in client.post(f"{path}/step", json={}).json()["detail"].lower()
        state = client.get(path).json()
        assert (state["state"], state["step"]) == ("lost", 50)
        assert state["experiment"] == changed["experiment"]
        assert page.command(4, mine, "step")["status"] == 409
        assert client.post(f"/api/sessions/{neighbour['id']}/step", json={}).status_code == 200

        restarted = page.command(5, mine, "restart")
        assert restarted == before
        assert client.get(f"{path}/probes/parameters").json() == net
        attached = page.event("attached") if not _seen_again(page) else _seen_again(page)[-1]
        assert attached["incarnation"] == 1
        told = page.heard[page.heard.index(attached) :]
        points = [m for m in told if isinstance(m, dict) and m["type"] == "points"]
        points = points or [page.event("points")]
        assert [(m["since"], m["columns"]["steps"]) for m in points] == [(0, [1] * 50)]
        assert page.command(6, mine, "restart")["status"] == 409
        # And it goes on as one goes that nothing happened to.
        other = begin(client, changed["experiment"])
        ways = [
            client.post(f"/api/sessions/{each['id']}/step", json={"steps": steps}).json()["metrics"]
            for each, steps in ((mine, 10), (other, 60))
        ]
        assert ways[0] == ways[1]
        page.send(type="credit", session=mine["id"])
        assert decode(page.frame())[0]["step"] == 60


def _seen_again(page: Any) -> list[dict[str, Any]]:
    return [
        m for m in page.heard
        if isinstance(m, dict) and m["type"] == "attached" and m["incarnation"] == 1
    ]  # fmt: skip


def test_rest_alone_restarts_too(mortal: Server) -> None:
    with mortal.client() as client:
        made = begin(client)
        path = f"/api/sessions/{made['id']}"
        kill(mortal, worker_of(mortal, made))
        until(lambda: client.get(path).json()["state"] == "lost")
        assert client.post(f"{path}/restart").json()["step"] == 0
        assert client.get(path).json()["incarnation"] == 1
        assert client.post(f"{path}/step", json={"steps": 5}).json()["step"] == 5


def test_whoever_waits_when_the_worker_dies_is_told(mortal: Server) -> None:
    with mortal.client() as client, mortal.page() as page:
        made = begin(client)
        page.attach(made)
        page.send(
            type="command", id=1, session=made["id"], command={"kind": "step", "steps": 400_000}
        )
        page.event("state", state="running")
        kill(mortal, worker_of(mortal, made))
        assert page.event("problem", id=1)["problem"]["status"] == 409


def test_points_of_an_earlier_life_are_worth_nothing(mortal: Server) -> None:
    """A client that was away while its session was restarted gets all points anew."""
    with mortal.client() as client:
        made = begin(client)
        path = f"/api/sessions/{made['id']}"
        client.post(f"{path}/step", json={"steps": 90})
        kill(mortal, worker_of(mortal, made))
        until(lambda: client.get(path).json()["state"] == "lost")
        assert client.post(f"{path}/restart").status_code == 200
        assert client.post(f"{path}/step", json={"steps": 30}).json()["step"] == 120
        with mortal.page() as page:
            page.attach(made, line=0, since=20, incarnation=0)
            points = page.event("points")
            assert (points["since"], points["head"]) == (0, 120)
        with mortal.page() as page:
            page.attach(made, line=0, since=20, incarnation=1)
            assert page.event("points")["since"] == 20


def test_it_comes_back_before_the_end_of_its_line_and_at_a_wall(mortal: Server) -> None:
    """And breaks again where it broke; a pause ends the way back, and says where."""
    wild = default()
    wild["model"]["layers"] = [{"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense"}]
    wild["training"]["loss"] = {"kind": "squared_error"}
    wild["training"]["learner"]["optimizer"] = {"kind": "sgd", "learning_rate": 99}
    with mortal.client() as client:
        rewound, broken, far = begin(client), begin(client, wild), begin(client)
        paths = [f"/api/sessions/{each['id']}" for each in (rewound, broken, far)]
        client.post(f"{paths[0]}/step", json={"steps": 80})
        client.post(f"{paths[0]}/seek", json={"step": 30})
        client.post(f"{paths[1]}/step", json={"steps": 80})
        client.post(f"{paths[2]}/run", json={"until_step": 60_000})
        client.get(f"{paths[2]}?wait_step=60000")
        before = [client.get(path).json() for path in paths]
        assert [each["state"] for each in before] == ["paused", "diverged", "finished"]
        for worker in (0, 1):
            kill(mortal, worker)
        until(lambda: all(client.get(path).json()["state"] == "lost" for path in paths))
        for path, was in zip(paths[:2], before[:2], strict=True):
            # A worker that died several times comes again ever more slowly: 503 says to ask later.
            until(lambda path=path: client.post(f"{path}/restart").status_code == 200)
            assert client.get(path).json() == was | {"incarnation": 1}
        with ThreadPoolExecutor() as pool:
            back = pool.submit(client.post, f"{paths[2]}/restart")
            until(lambda: client.get(paths[2]).json().get("seeking") == 60_000)
            paused = client.post(f"{paths[2]}/pause").json()
            assert 0 < paused["step"] < 60_000 and paused["state"] == "paused"
            assert back.result().json() == paused


def test_a_lost_session_nobody_wants_can_be_ended(mortal: Server) -> None:
    with mortal.client() as client:
        made = begin(client)
        path = f"/api/sessions/{made['id']}"
        kill(mortal, worker_of(mortal, made))
        until(lambda: client.get(path).json()["state"] == "lost")
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404


def test_the_server_is_ready_again(mortal: Server) -> None:
    with mortal.client() as client:
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/livez").status_code == 200
