"""R40: a server that is told to end puts everything away, says so, and is found again."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import PATIENCE, begin, serve
from test_start import address_in, ready, started
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.settings import Settings

MANY = 20
FOR_ALL = 15.0  # seconds, with three hundred sessions; here there are twenty


def end(url: str, process: Any, made: list[dict[str, Any]]) -> tuple[list[Any], int, float]:
    """What two viewers heard after SIGTERM, the close code, and the seconds until it ended."""
    heard: list[Any] = []
    with connect(f"ws{url.removeprefix('http')}/api/stream", proxy=None) as page:
        for session in made[:2]:
            attach = {"type": "attach", "session": session["id"], "token": session["token"]}
            page.send(json.dumps(attach))
            while json.loads(page.recv(PATIENCE))["type"] != "attached":
                pass
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            while True:
                heard.append(json.loads(page.recv(PATIENCE)))
        code = page.close_code
    process.wait(FOR_ALL)
    return heard, code or 0, time.monotonic() - begun


def test_r40_sigterm_puts_all_to_disk_tells_viewers_and_ends_with_0(tmp_path: Path) -> None:
    arguments = "--port", "0", "--data", str(tmp_path)
    with started(*arguments) as (line, process):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            made = [begin(client) for _ in range(MANY)]
            for number, session in enumerate(made):
                client.post(f"/api/sessions/{session['id']}/step", json={"steps": number + 1})
            client.post(f"/api/sessions/{made[0]['id']}/run", json={})
        heard, code, seconds = end(url, process, made)
        assert process.returncode == 0 and seconds < FOR_ALL
        assert code == 1012  # “service restart”: come back
        closing = [message for message in heard if message["type"] == "closing"]
        assert {message["session"] for message in closing} == {each["id"] for each in made[:2]}
        assert all("kept" in message["sentence"] for message in closing)
        assert process.communicate() == ("", "")
    with started(*arguments) as (line, process):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            assert f'state="asleep"}} {MANY}' in client.get("/metrics").text
            for number, session in enumerate(made):
                path = f"/api/sessions/{session['id']}"
                bearer = {"authorization": f"Bearer {session['token']}"}
                there = client.get(path, headers=bearer).json()
                assert (there["state"], there["incarnation"]) == ("paused", 1)
                # A run was ended where it was, the others stand where they stood.
                assert there["step"] == number + 1 or (number == 0 and there["step"] > 1)
                assert client.get(path, headers={"authorization": "Bearer x"}).status_code == 404
            again = client.post(f"/api/sessions/{made[5]['id']}/step", json={"steps": 4})
            assert again.json()["step"] == 10


def test_r40_while_it_ends_it_is_alive_and_not_ready() -> None:
    with serve(Settings(workers=1)) as server, server.client() as client:
        made = begin(client)
        path = f"/api/sessions/{made['id']}"
        # The doors are still open here: the same as in the middle of an orderly end.
        server.inside(server.app.state.directory.close_down())
        assert client.get("/livez").status_code == 200
        for answer in (
            client.get("/readyz"), client.post(f"{path}/step", json={}),
            client.post("/api/sessions", json={"experiment": made["experiment"]}),
        ):  # fmt: skip
            assert answer.status_code == 503
            assert "ending" in answer.json()["detail"]
