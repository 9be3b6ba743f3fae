"""R12, R26, R27: what a connection costs, and what is left when all have gone. Measured where it is
asked for by operators: in `/metrics` of a server that is a process of its own."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import PATIENCE, begin, masked, raw_socket, until
from test_start import address_in, ready, started

import app
from app.workers.work import WAITING

IDLE = 40 * 1024  # bytes a connection may cost


@pytest.fixture(scope="module")
def alone() -> Iterator[httpx.Client]:
    """A client of a server that nobody else calls."""
    with started("--port", "0") as (line, _):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            yield client


def metric(client: httpx.Client, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", client.get("/metrics").text, re.M)
    assert found is not None, name
    return float(found[1])


def port(client: httpx.Client) -> int:
    return client.base_url.port or 0


def attached(client: httpx.Client, session: dict[str, Any]) -> socket.socket:
    """A socket that watches a session, and has read what it was told."""
    made = raw_socket(port(client))
    made.settimeout(PATIENCE)
    made.sendall(masked(json.dumps({"type": "attach", "session": session["id"]})))
    told = made.recv(65_536)
    assert b'"attached"' in told
    return made


def idle_cost(client: httpx.Client, many: int) -> float:
    """Bytes of the front for each of so many sockets that watch a session and say nothing."""
    session = begin(client)
    with ExitStack() as warm:
        for _ in range(many // 4):
            warm.enter_context(attached(client, session))
        until(lambda: metric(client, "tinkernet_viewers") == many // 4)
    until(lambda: metric(client, "tinkernet_viewers") == 0)
    before = metric(client, "process_resident_memory_bytes")
    with ExitStack() as held:
        for _ in range(many):
            held.enter_context(attached(client, session))
        until(lambda: metric(client, "tinkernet_viewers") == many)
        cost = (metric(client, "process_resident_memory_bytes") - before) / many
    until(lambda: metric(client, "tinkernet_viewers") == 0)
    return cost


def churn(client: httpx.Client, rounds: int) -> None:
    """Come, watch, train, ask, go; every other one without a goodbye."""
    for number in range(rounds):
        session = begin(client)
        path = f"/api/sessions/{session['id']}"
        watching = attached(client, session)
        client.post(f"{path}/run", json={})
        client.get(f"{path}/probes/boundary", params={"resolution": 8})
        client.post(f"{path}/seek", json={"step": 10**6})
        client.get("/nowhere")
        if number % 2:
            watching.close()
            client.delete(path)
        else:
            client.delete(path)
            watching.close()


def at_rest(client: httpx.Client) -> tuple[float, float]:
    """File descriptors and tasks, once nobody watches any more."""
    until(lambda: metric(client, "tinkernet_viewers") == 0)
    return metric(client, "process_open_fds"), metric(client, "tinkernet_tasks")


def test_r12_an_idle_connection_costs_at_most_40_kib(alone: httpx.Client) -> None:
    """R12: a hundred here, three hundred in `make soak`."""
    assert idle_cost(alone, 100) <= IDLE


def test_r27_after_everybody_left_all_is_as_it_was(alone: httpx.Client) -> None:
    """R27: file descriptors, tasks and memory; ten minutes of it in `make soak`."""
    churn(alone, 15)  # what is loaded and pooled once
    before, memory = at_rest(alone), metric(alone, "process_resident_memory_bytes")
    churn(alone, 40)
    until(lambda: all(now <= then for now, then in zip(at_rest(alone), before, strict=True)))
    assert metric(alone, "process_resident_memory_bytes") - memory < 4 * 2**20
    assert 'tinkernet_sessions{state="alive"}' in alone.get("/metrics").text


def test_r26_limits_are_per_session_and_never_per_address(alone: httpx.Client) -> None:
    """R26: from one address, as a school is one: who asks too much of one session is told so, and
    nobody else. No code of ours reads a client's address."""
    for path in Path(app.__file__).parent.rglob("*.py"):
        assert not re.search(r"\.client\.host|\[.client.\]|forwarded", path.read_text()), path
    sessions = [begin(alone) for _ in range(40)]
    greedy, others = sessions[0], sessions[1:]
    address = f"/api/sessions/{greedy['id']}"
    step = {"type": "command", "session": greedy["id"]}
    with attached(alone, greedy) as sock:
        long = {"kind": "step", "steps": 40_000}

        def full() -> bool:
            """As many wait as may: what has been done meanwhile is asked for again."""
            for number in range(10):
                sock.sendall(masked(json.dumps({**step, "id": number, "command": long})))
            return metric(alone, "tinkernet_commands_waiting") >= WAITING

        until(full)
        refused = alone.post(f"{address}/step", json={})
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
        assert refused.json()["limit"] == WAITING
        for other in others:
            answer = alone.post(f"/api/sessions/{other['id']}/step", json={})
            assert answer.status_code == 200
    for session in sessions:
        alone.delete(f"/api/sessions/{session['id']}")
