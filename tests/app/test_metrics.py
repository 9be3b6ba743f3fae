"""What Prometheus reads: every metric declared, in its text form, and true."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from served import Server, begin, serve, until

from app.api.metrics import METRICS
from app.settings import Settings

LINE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"\\\n]*"\})? (\d+)')


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server of its own: nobody else trains there."""
    with serve(Settings(workers=2)) as running:
        yield running


def read(client: httpx.Client) -> dict[str, int]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found, kinds = {}, {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE"):
            kinds[line.split()[2]] = line.split()[3]
        elif not line.startswith("# HELP"):
            match = LINE.fullmatch(line)
            assert match is not None, line
            found[match[1] + (match[2] or "")] = int(match[3])
    assert kinds == {name: kind for name, (kind, _) in METRICS.items()}
    return found


def test_numbers_say_what_happens(own: Server) -> None:
    with own.client() as client, own.page() as page:
        before = read(client)
        assert (before["tinkernet_workers"], before["tinkernet_workers_up"]) == (2, 2)
        assert before['tinkernet_sessions{state="alive"}'] == 0
        assert before["tinkernet_steps_total"] == before["tinkernet_frames_total"] == 0
        one, other = begin(client), begin(client)
        page.attach(one)
        page.send(type="subscribe", session=one["id"], probes={"boundary": {}}, rate=60)
        frame = page.frame()
        client.post(f"/api/sessions/{one['id']}/step", json={"steps": 30})
        client.post(f"/api/sessions/{other['id']}/step", json={"steps": 12})
        client.post(f"/api/sessions/{one['id']}/seek", json={"step": 9})
        client.delete(f"/api/sessions/{other['id']}")
        found = read(client)
        # What a session made stays in the total when it ends; a replay is no training.
        assert found["tinkernet_steps_total"] == 42
        assert found['tinkernet_sessions{state="alive"}'] == 1
        assert found["tinkernet_viewers"] == 1
        assert found["tinkernet_frames_total"] >= 1
        assert found["tinkernet_sent_bytes_total"] >= len(frame)
        client.post(f"/api/sessions/{one['id']}/run", json={})
        until(lambda: read(client)["tinkernet_sessions_running"] == 1)
        client.post(f"/api/sessions/{one['id']}/pause")
        assert read(client)["tinkernet_sessions_running"] == 0


def test_no_name_of_a_session_is_among_them(own: Server) -> None:
    with own.client() as client:
        made = begin(client)
        text = client.get("/metrics").text
        assert made["id"] not in text and made["token"] not in text
