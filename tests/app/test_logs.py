"""R39: what is logged is enough to see what happened, and holds no token and no id in full."""

from __future__ import annotations

import json
import logging
import signal
from pathlib import Path

import httpx
import pytest
from served import PATIENCE, begin, until
from test_start import address_in, ready, started
from websockets.sync.client import connect

from app.logs import Lines, configure, say, short

SECRET = "a-secret-in-the-address"


def test_r39_json_lines_tell_every_request_and_no_secret(tmp_path: Path) -> None:
    with started("--port", "0", "--log", "json", "--data", str(tmp_path)) as (line, process):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            made = begin(client)
            path = f"/api/sessions/{made['id']}"
            bearer = {"authorization": f"Bearer {made['token']}"}
            asked = client.post(f"{path}/seek", headers=bearer, json={"step": 99}).json()
            client.get(f"/api/sessions/{SECRET}", params={"token": made["token"]})
            client.get(f"/{SECRET}", headers={"referer": f"{url}/{SECRET}"})
            client.get("/livez", headers={"host": "evil.example"})
            client.get("/static/favicon.svg")
            with connect(f"ws{url.removeprefix('http')}/api/stream", proxy=None) as page:
                attach = {"type": "attach", "session": made["id"], "token": made["token"]}
                page.send(json.dumps(attach))
                page.recv(PATIENCE)
            until(lambda: _socket_ended(client))
            process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=PATIENCE)
    assert out == ""
    lines = [json.loads(text) for text in said.splitlines()]
    for secret in (made["token"], made["read_token"], made["id"], SECRET, "evil"):
        assert secret not in said
    assert {"time", "level", "from", "event"} <= set.intersection(*map(set, lines))
    assert "worker started" in {line["event"] for line in lines}
    requests = [line for line in lines if line["event"] == "request"]
    found = {(line["method"], line["route"], line["status"]): line for line in requests}
    refused = found["POST", "/api/sessions/{session}/seek", 422]
    assert refused["session"] == short(made["id"])
    assert refused["request_id"] == asked["request_id"]
    assert 0 < refused["ms"] < 1000 * PATIENCE
    assert found["POST", "/api/sessions", 201] and found["GET", "none", 404]
    assert found["GET", "none", 421] and found["GET", "/static", 200]
    socket = next(line for line in lines if line["event"] == "socket")
    assert (socket["route"], socket["status"]) == ("/api/stream", 101)


def _socket_ended(client: httpx.Client) -> bool:
    return 'status="1xx"} 1' in client.get("/metrics").text


def test_a_person_is_told_warnings_and_no_requests(capsys: pytest.CaptureFixture[str]) -> None:
    held, level = logging.getLogger().handlers[:], logging.getLogger("tinkernet").level
    try:
        configure("text", "front")
        say(logging.INFO, "request", route="/")
        say(logging.WARNING, "worker ended", worker=3)
    finally:
        logging.getLogger().handlers[:] = held
        logging.getLogger("tinkernet").setLevel(level)
    assert capsys.readouterr().err == "worker ended worker=3\n"


def test_a_trace_stays_inside_its_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "%s failed", ("it",), told)
    text = Lines("worker 7").format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["event"], line["level"], line["from"]) == ("it failed", "error", "worker 7")
    assert "two\nlines" in line["trace"]
