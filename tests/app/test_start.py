"""`python -m app`: one line that says where, a free port, a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from served import PATIENCE, Server, begin, until
from websockets.sync.client import connect

from app import __main__ as start
from app.settings import Settings

ROOT = Path(start.__file__).parents[1]


@contextmanager
def started(
    *arguments: str, cwd: Path = ROOT, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server started as a person does; its one line and its process."""
    with tempfile.TemporaryDirectory() as kept:
        environment = {"TINKERNET_DATA": kept, "PYTHONPATH": str(ROOT), **environment}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app", "--no-browser", "--workers", "1", *arguments],
            cwd=cwd, env={**os.environ, **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            yield process.stdout.readline(), process
        finally:
            process.kill()
            process.communicate()


def address_in(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found is not None, line
    return found[0]


def ready(url: str) -> None:
    def answers() -> bool:
        try:
            return httpx.get(f"{url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    until(answers)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_ends_cleanly_with_open_sockets(
    tmp_path: Path, end: signal.Signals
) -> None:
    """Started where a folder named `app` stands, which must not be taken for ours."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong app')")
    with started("--port", "0", cwd=tmp_path) as (line, process):
        url = address_in(line)
        ready(url)
        idle = socket.create_connection(("127.0.0.1", httpx.URL(url).port or 0))
        with httpx.Client(base_url=url) as client:
            made = begin(client)
            client.post(f"/api/sessions/{made['id']}/run", json={})
        with connect(f"ws{url.removeprefix('http')}/api/stream", proxy=None) as page:
            page.send(json.dumps({"type": "attach", "session": made["id"]}))
            assert json.loads(page.recv(PATIENCE))["type"] == "attached"
            process.send_signal(end)
            out, errors = process.communicate(timeout=PATIENCE)
        idle.close()
        assert (out, errors) == ("", "")
        assert process.returncode == 0


def test_without_a_port_the_next_free_one_is_taken() -> None:
    first = start.listen("127.0.0.1", None)
    second = start.listen("127.0.0.1", None)
    try:
        ports = first.getsockname()[1], second.getsockname()[1]
        assert start.FIRST_PORT <= ports[0] < ports[1]
    finally:
        first.close()
        second.close()


def test_a_port_that_was_chosen_and_is_taken_is_refused_with_a_sentence() -> None:
    taken = start.listen("127.0.0.1", 0)
    try:
        port = str(taken.getsockname()[1])
        with started("--port", port) as (line, process):
            _, errors = process.communicate(timeout=PATIENCE)
            assert line == ""
            assert f"cannot listen on 127.0.0.1, port {port}: " in errors
            assert "Traceback" not in errors
            assert process.returncode == 1
    finally:
        taken.close()


def test_the_listening_socket_keeps_little_for_a_client_that_does_not_read() -> None:
    sock = start.listen("127.0.0.1", 0)
    try:
        # The kernel doubles what is asked for.
        kept = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert kept <= 2 * start.SEND_BUFFER
    finally:
        sock.close()


def test_answers_are_not_held_back_by_nagles_algorithm(server: Server) -> None:
    """Without it every answer takes 40 ms: the next packet waits for a delayed acknowledgement."""
    with server.page():
        for connection in server.uvicorn.server_state.connections:
            sock = connection.transport.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:1"), ("0.0.0.0", "http://127.0.0.1:1"),
     ("::1", "http://[::1]:1"), ("::", "http://[::1]:1"), ("localhost", "http://localhost:1")],
)  # fmt: skip
def test_the_address_is_one_that_a_browser_here_can_open(host: str, shown: str) -> None:
    class Bound:
        def getsockname(self) -> tuple[str, int]:
            return host, 1

    assert start.address(Settings(host=host), Bound()) == shown  # type: ignore[arg-type]


def test_uvicorn_is_told_what_was_measured() -> None:
    """No deflate (memory), back-pressure, small inbound messages, an end that comes."""
    config = start.config(lambda: None)  # type: ignore[arg-type]
    assert not config.ws_per_message_deflate
    assert config.ws_max_size == 64 * 1024
    assert config.timeout_graceful_shutdown
    config.load()
    assert config.ws_protocol_class is not None
    assert config.ws_protocol_class.__name__ == "WebSocketsSansIOProtocol"
