"""The socket, against the real server: what a page does, and what a bad one does."""

from __future__ import annotations

import fcntl
import json
import struct
import termios
import time
from typing import Any

import httpx
import pytest
from served import Page, Server, begin, decode, default, masked, raw_socket, until
from websockets.exceptions import ConnectionClosed

PROBES: dict[str, Any] = {"boundary": {}, "neurons": {}, "parameters": {}, "scores": {}}


def subscribe(page: Page, session: dict[str, Any], **more: Any) -> None:
    page.send(**{"type": "subscribe", "session": session["id"], "probes": PROBES, **more})


def test_attach_tells_everything_and_a_frame_comes_at_once(
    client: httpx.Client, server: Server
) -> None:
    made = begin(client)
    with server.page() as page:
        attached = page.attach(made)
        assert (attached["step"], attached["state"], attached["incarnation"]) == (0, "paused", 0)
        assert attached["experiment"] == made["experiment"]
        subscribe(page, made)
        told, arrays = decode(page.frame())
        assert (told["v"], told["session"], told["line"], told["step"]) == (1, made["id"], 0, 0)
        assert arrays["boundary.probabilities"]["shape"] == [64, 64]
        assert arrays["neurons.tanh1"]["shape"] == [5, 20, 20]
        assert arrays["scores.wrong"]["shape"] == [200]


def test_one_frame_a_credit_all_at_one_step(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        subscribe(page, made, rate=60)
        page.frame()
        first = len(page.heard)
        page.command(1, made, "step", steps=7)
        page.command(2, made, "step", steps=7)
        assert not any(isinstance(message, bytes) for message in page.heard[first:])
        page.send(type="credit", session=made["id"])
        assert decode(page.frame())[0]["step"] == 14


def test_commands_are_answered_by_number_and_states_follow(
    client: httpx.Client, server: Server
) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        answer = page.command(17, made, "run", until_step=400)
        assert answer["state"] in ("running", "finished")
        state = page.event("state", state="finished")
        assert (state["step"], state["metrics"]["step"]) == (400, 400)
        assert page.command(18, made, "seek", step=3)["step"] == 3
        problem = page.command(19, made, "seek", step=10**6)
        assert (problem["status"], problem["pointer"]) == (422, "/step")
        fork = page.command(20, made, "fork")
        assert fork["step"] == 3
        assert fork["token"]


def test_a_pause_behind_a_long_step_is_read(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        order = {"type": "command", "session": made["id"]}
        page.send(**order, id=1, command={"kind": "step", "steps": 400_000})
        page.send(**order, id=2, command={"kind": "pause"})
        first, second = page.event("answer", id=1), page.event("answer", id=2)
        assert first["answer"]["step"] == second["answer"]["step"] < 400_000


def test_an_edit_is_told_to_everyone_who_watches(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    edit = {"kind": "unit_add", "layer": "dense1"}
    with server.page() as page, server.page() as other:
        page.attach(made)
        other.attach(made)
        page.command(1, made, "edit", edits=[edit])
        changed = other.event("changed")
        assert changed["parameters"] == 37 + 3 + 3
        assert changed["undoable"] == [0]


def test_ask_answers_with_one_frame_of_its_number(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        ask = {"type": "ask", "session": made["id"]}
        page.send(**ask, id=5, probe="example", query={"index": 2})
        told, arrays = decode(page.frame())
        assert told["ask"] == 5
        assert arrays["example.input"]["shape"] == [2]
        page.send(**ask, id=6, probe="masks", query={})
        assert page.event("problem", id=6)["problem"]["status"] == 409


MISTAKES = {
    "no JSON": ("{", 422),
    "no type": ('{"session": "x"}', 422),
    "unknown type": ('{"type": "hello"}', 422),
    "unknown field": ('{"type": "detach", "session": "x", "colour": 1}', 422),
    "not attached": ('{"type": "credit", "session": "x"}', 404),
    "no such session": ('{"type": "attach", "session": "x"}', 404),
    "a key twice": ('{"type": "detach", "type": "detach", "session": "x"}', 422),
    "too deep": ("[" * 5000, 422),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_answered_and_the_socket_stays(server: Server, name: str) -> None:
    text, status = MISTAKES[name]
    with server.page() as page:
        page.socket.send(text)
        assert page.event("problem")["problem"]["status"] == status
        page.socket.send(text)
        assert page.event("problem")["problem"]["status"] == status


def test_a_message_over_64_kb_closes_the_socket(server: Server) -> None:
    with server.page() as page:
        page.socket.send("x" * 70_000)
        with pytest.raises(ConnectionClosed):
            page.next()
        assert page.socket.close_code == 1009


def test_a_watch_link_sees_and_does_not_steer(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.send(type="attach", session=made["id"], token=made["read_token"])
        page.event("attached")
        subscribe(page, made)
        page.frame()
        assert page.command(1, made, "step")["status"] == 403
    assert client.get(f"/api/sessions/{made['id']}").json()["step"] == 0


def test_a_reloaded_tab_replaces_its_stale_socket_whose_end_stops_nothing(
    client: httpx.Client, server: Server
) -> None:
    made = begin(client)
    with server.page() as new:
        with server.page() as stale:
            stale.attach(made)
            new.attach(made)
            new.command(1, made, "run", pace=50)
        until(lambda: len(server.app.state.directory.find(made["id"]).watchers) == 1)
        subscribe(new, made)
        steps = set()
        while len(steps) < 3:
            steps.add(decode(new.frame())[0]["step"])
            new.send(type="credit", session=made["id"])
    assert min(steps) >= 0
    assert client.get(f"/api/sessions/{made['id']}").json()["step"] >= max(steps)


def test_what_is_left_of_a_page_that_went_is_nothing(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    directory = server.app.state.directory
    before = len(directory._watchers)
    with server.page() as page:
        page.attach(made)
        subscribe(page, made)
        assert len(directory._watchers) == before + 1
    until(lambda: len(directory._watchers) == before)


# --- promises --------------------------------------------------------------------------------


def pace_of(page: Page, session: dict[str, Any], frames: int) -> float:
    """Seconds for so many frames of a viewer that draws at once."""
    begun = time.perf_counter()
    for _ in range(frames):
        page.frame()
        page.send(type="credit", session=session["id"])
    return time.perf_counter() - begun


def test_r11_a_client_that_never_reads_costs_less_than_a_megabyte_and_slows_nobody(
    client: httpx.Client, server: Server
) -> None:
    """R11: what waits for it is bounded, however it goes on sending credits and questions."""
    made, other = begin(client), begin(client)
    for session in (made, other):
        client.post(f"/api/sessions/{session['id']}/run", json={"pace": 500})
    with server.page() as page:
        page.attach(other)
        subscribe(page, other, rate=20, budget=24_000)
        pace_of(page, other, 3)
        alone = min(pace_of(page, other, 15) for _ in range(2))

        stalled = raw_socket(server.port)
        known = set(server.app.state.directory._watchers)
        who = {"session": made["id"]}
        stalled.sendall(masked(json.dumps({"type": "attach", **who})))
        subscription = {"probes": PROBES, "rate": 60, "budget": 150_000}
        stalled.sendall(masked(json.dumps({"type": "subscribe", **who, **subscription})))
        until(lambda: set(server.app.state.directory._watchers) - known)
        ask = {"type": "ask", "probe": "boundary", "query": {"resolution": 256}, **who}
        stalled.settimeout(0.2)
        sent = b""
        try:
            for number in range(20_000):
                sent = masked(json.dumps({**ask, "id": number}))
                sent += masked(json.dumps({"type": "credit", **who}))
                stalled.sendall(sent)
        except TimeoutError:
            pass  # it is no longer read either
        else:
            raise AssertionError("the server read everything that was sent")

        # Whatever else the machine does can only add to the time: the quickest of a few counts.
        assert any(pace_of(page, other, 15) <= 1.1 * alone + 0.02 for _ in range(10))
        assert held_for(server, stalled.getsockname()[1]) < 1_000_000
        stalled.close()
    until(lambda: set(server.app.state.directory._watchers) <= known)


def held_for(server: Server, port: int) -> int:
    """Bytes that wait on the server's side for the client at a port of ours."""
    found = [c for c in server.uvicorn.server_state.connections if c.client[1] == port]
    assert len(found) == 1
    transport = found[0].transport
    kernel = fcntl.ioctl(transport.get_extra_info("socket"), termios.TIOCOUTQ, b"\0" * 4)
    held: int = transport.get_write_buffer_size() + struct.unpack("i", kernel)[0]
    held += sum(len(message.get("text", "")) for message in found[0].queue._queue)
    for watcher in server.app.state.directory._watchers.values():
        held += len(watcher._frame or b"") + sum(map(len, watcher._points))
        held += sum(map(len, watcher._latest.values())) + sum(map(len, watcher._notices))
    for connection in CONNECTIONS:
        held += sum(map(len, connection._answers))
    return held


CONNECTIONS: list[Any] = []


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember the connections that are made, to weigh what waits in them."""
    from app.api import stream

    CONNECTIONS.clear()
    made = stream.Connection.__init__

    def remember(self: Any, *given: Any) -> None:
        CONNECTIONS.append(self)
        made(self, *given)

    monkeypatch.setattr(stream.Connection, "__init__", remember)


def test_r13_no_byte_of_a_session_reaches_anothers_viewer(
    client: httpx.Client, server: Server
) -> None:
    """R13: each session carries a canary in its experiment; every viewer hears only its own."""
    sessions = []
    for seed in range(12):
        made = begin(client, default(seed=770_000_000 + seed))
        client.post(f"/api/sessions/{made['id']}/run", json={"pace": 200})
        sessions.append((made, 770_000_000 + seed))
    for cut in (True, False):
        pages = []
        for made, _ in sessions:
            page_context = server.page()
            page = page_context.__enter__()
            pages.append((page_context, page))
            page.attach(made)
            subscribe(page, made, rate=30)
        for (made, _), (_, page) in zip(sessions, pages, strict=True):
            page.command(1, made, "edit", edits=[{"kind": "unit_add", "layer": "dense1"}])
            for _ in range(3):
                page.send(type="credit", session=made["id"])
                page.frame()
        for (made, canary), (context, page) in zip(sessions, pages, strict=True):
            if cut:
                page.socket.socket.shutdown(2)
            context.__exit__(None, None, None)
            others = [(o["id"], o["token"], str(c)) for o, c in sessions if o is not made]
            heard = [m if isinstance(m, bytes) else json.dumps(m).encode() for m in page.heard]
            assert any(str(canary).encode() in message for message in heard)
            for message in heard:
                for marks in others:
                    assert not any(mark.encode() in message for mark in marks)
