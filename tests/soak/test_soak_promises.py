"""The long forms of the promises; each figure goes into docs/soak.md."""

from __future__ import annotations

import asyncio
import json
import math
import random
import re
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from chosen import experiments, predicted_over_taken
from driven import drive
from faults import Fault, proxy
from served import PATIENCE, begin, default, serve
from websockets.asyncio.client import connect as dial
from websockets.exceptions import WebSocketException

from app.settings import Settings

sys.path.append(str(Path(__file__).parents[1] / "app"))
from test_costs import IDLE, at_rest, churn, idle_cost, metric
from test_cuts import listen
from test_ending import end
from test_fair import HEAVY
from test_start import address_in, ready, started
from test_viewer import Curve

pytestmark = pytest.mark.soak


def test_r9_two_hundred_cuts(figure: Any) -> None:
    chance, curve = random.Random(90), Curve()
    with serve(Settings(workers=1)) as server, server.client() as client:
        made = begin(client)
        client.post(f"/api/sessions/{made['id']}/run", json={"pace": 400})
        lengths = [9000, *(chance.choice([300, 4000, 9000]) * chance.random() for _ in range(199))]
        faults = iter([Fault(round(n), chance.choice([7, 500, 65_536])) for n in lengths])
        with proxy(server.port, lambda: next(faults)) as line:
            for _ in lengths:
                listen(line.port, made, curve)  # every point is held against the last
            cuts = line.cuts
        last = client.post(f"/api/sessions/{made['id']}/pause").json()["step"]
        with server.page() as page:
            page.attach(made, line=0, since=curve.head(0))
            while curve.head(0) < last:
                curve.add(page.event("points"))
    figure("R9", "random cuts without a gap or a duplicate", cuts, 200, "cuts", most=False)


def test_r10_a_class_comes_back_after_a_restart(figure: Any, tmp_path: Path) -> None:
    """Three hundred clients that keep to the page's schedule (static/js/core/again.js)."""
    many = 300

    async def watch(port: int, session: dict[str, Any], back: list[float]) -> None:
        """Until the second time that it is attached."""
        address = f"ws://127.0.0.1:{port}/api/stream"
        attach = {"type": "attach", "session": session["id"], "token": session["token"]}
        tries, seen = 0, False
        while True:
            with suppress(OSError, WebSocketException):
                async with dial(address, compression=None, proxy=None) as sock:
                    await sock.send(json.dumps(attach))
                    while json.loads(await sock.recv())["type"] != "attached":
                        pass
                    if seen:
                        back.append(time.monotonic())
                        return
                    seen, tries = True, 0
                    attached.append(1)
                    async for _ in sock:
                        pass
            most = min(5.0, 0.2 * 2**tries)
            await asyncio.sleep(most * (random.random() if tries == 0 else random.uniform(0.5, 1)))
            tries += 1

    attached: list[int] = []

    async def herd(port: int, sessions: list[Any], process: Any, again: Any) -> float:
        back: list[float] = []
        tasks = [asyncio.create_task(watch(port, session, back)) for session in sessions]
        while len(attached) < many:
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)
        begun = time.monotonic()
        again()
        await asyncio.wait_for(asyncio.gather(*tasks), 60)
        return max(back) - begun

    arguments = "--data", str(tmp_path), "--workers", "2"
    with ExitStack() as stack:
        line, process = stack.enter_context(started("--port", "0", *arguments))
        url = address_in(line)
        ready(url)
        port = httpx.URL(url).port or 0
        with httpx.Client(base_url=url, timeout=PATIENCE) as http:
            sessions = [begin(http) for _ in range(many)]
        seconds = asyncio.run(
            herd(
                port,
                sessions,
                process,
                lambda: stack.enter_context(started("--port", str(port), *arguments)),
            )
        )
    figure("R10", f"{many} clients back after the server starts again", seconds, 15, "s")


def test_r12_three_hundred_idle_connections(figure: Any) -> None:
    with alone() as client:
        cost = idle_cost(client, 300)
    figure("R12", "an idle connection that watches, of 300", cost / 1024, IDLE / 1024, "KiB")


@contextmanager
def alone(*arguments: str) -> Iterator[httpx.Client]:
    """A client of a server that is a process of its own."""
    with started("--port", "0", *arguments) as (line, _):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            yield client


MINUTE = 60.0  # seconds that each side of R20 runs


def steps_of(client: httpx.Client, sessions: list[dict[str, Any]]) -> list[int]:
    return [client.get(f"/api/sessions/{s['id']}").json()["head"] for s in sessions]


def speed(client: httpx.Client, first: dict[str, Any], seconds: float) -> tuple[float, list[float]]:
    """Steps a second of a hundred light sessions beside another, and what commands took then."""
    one, light = begin(client, first), [begin(client) for _ in range(100)]
    for session in (one, *light):
        client.post(f"/api/sessions/{session['id']}/run", json={})
    time.sleep(2.0)
    quiet, took = begin(client), []
    before, begun = steps_of(client, light), time.monotonic()
    while time.monotonic() - begun < seconds:
        asked = time.perf_counter()
        client.post(f"/api/sessions/{quiet['id']}/step", json={})
        took.append(time.perf_counter() - asked)
        time.sleep(0.02)
    after, length = steps_of(client, light), time.monotonic() - begun
    for session in (one, quiet, *light):
        client.delete(f"/api/sessions/{session['id']}")
    return (sum(after) - sum(before)) / length, took


def p99(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


def test_r20_r21_a_heavy_net_beside_a_hundred_light_ones(figure: Any) -> None:
    """The median of three pairs: other work on the machine can fall on either half of one."""
    with alone("--workers", "2") as client:
        pairs, answers, shares = [], [], []
        for _ in range(3):
            among, _ = speed(client, default(), MINUTE)
            before = lag(client)
            beside, took = speed(client, HEAVY, MINUTE)
            within, every = (now - then for now, then in zip(lag(client), before, strict=True))
            pairs.append(beside / among)
            answers.append(p99(took))
            shares.append(within / every)
    what = "speed of 100 light nets beside a heavy one, of that among their like (median of 3)"
    figure("R20", what, 100 * statistics.median(pairs), 80, "%", most=False)
    figure("R20", "command to answer meanwhile, p99 (best of 3)", 1000 * min(answers), 250, "ms")
    what = "wake-ups of the front's loop within 20 ms, all workers busy (best of 3)"
    figure("R21", what, 100 * max(shares), 99, "%", most=False)


def lag(client: httpx.Client) -> tuple[float, float]:
    text = client.get("/metrics").text
    name = "tinkernet_loop_lag_seconds"
    within = re.search(rf'^{name}_bucket{{le="0.02"}} (\S+)$', text, re.M)
    every = re.search(rf"^{name}_count (\S+)$", text, re.M)
    assert within and every
    return float(within[1]), float(every[1])


def test_r23_two_hundred_experiments(figure: Any) -> None:
    ratios = [predicted_over_taken(made) for made in experiments(23, 200, 0.3)]
    worst = max(max(ratios) - 1, 1 - min(ratios))
    figure("R23", "memory foretold, the worst of 200 random experiments", 100 * worst, 30, "% off")
    off = statistics.median(abs(ratio - 1) for ratio in ratios)
    figure("R23", "memory foretold, the median of 200", 100 * off, 30, "% off")


def test_r26_three_hundred_tokens_from_one_address(figure: Any) -> None:
    with serve(Settings(workers=2, host="0.0.0.0")) as server:

        def student(_: int) -> int:
            with server.client() as client:
                made = begin(client)
                bearer = {"authorization": f"Bearer {made['token']}"}
                path = f"/api/sessions/{made['id']}"
                return client.post(f"{path}/step", json={"steps": 5}, headers=bearer).status_code

        with ThreadPoolExecutor(20) as pool:
            served = sum(status == 200 for status in pool.map(student, range(300)))
    figure("R26", "students at one address who were served, of 300", served, 300, "", most=False)


def test_r27_a_minute_of_churn(figure: Any) -> None:
    with alone() as client:
        churn(client, 30)
        before, memory = at_rest(client), metric(client, "process_resident_memory_bytes")
        begun, rounds = time.monotonic(), 0
        while time.monotonic() - begun < 60:
            churn(client, 50)
            rounds += 50
        time.sleep(1.0)
        left = [now - then for now, then in zip(at_rest(client), before, strict=True)]
        grown = metric(client, "process_resident_memory_bytes") - memory
    figure("R27", f"file descriptors more after {rounds} sessions came and went", left[0], 0, "")
    figure("R27", f"tasks more after {rounds} sessions", left[1], 0, "")
    figure(
        "R27", f"memory of the front more after {rounds} sessions", max(grown, 0) / 2**20, 8, "MiB"
    )


def test_r29_thousands_of_requests(figure: Any) -> None:
    with serve(Settings(workers=2)) as server:
        found = sum(drive(server, 80, 1).values())
    figure(
        "R29",
        "requests made from the description, none answered with 5xx",
        found,
        3000,
        "",
        most=False,
    )


def test_r40_three_hundred_sessions_end(figure: Any, tmp_path: Path) -> None:
    arguments = "--data", str(tmp_path), "--workers", "2"
    with started("--port", "0", *arguments) as (line, process):
        url = address_in(line)
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            made = [begin(client) for _ in range(300)]
            for session in made[:20]:
                client.post(f"/api/sessions/{session['id']}/run", json={})
        _, code, seconds = end(url, process, made)
        assert (process.returncode, code) == (0, 1012)
    kept = len(list(tmp_path.glob("*.session")))
    figure(
        "R40",
        "sessions on disk after SIGTERM, of 300 (20 of them training)",
        kept,
        300,
        "",
        most=False,
    )
    figure("R40", "SIGTERM to the end with 300 sessions", seconds, 15, "s")
    with started("--port", "0", *arguments) as (line, _):
        url = address_in(line)
        begun = time.monotonic()
        ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            client.get(f"/api/sessions/{made[7]['id']}").raise_for_status()
        took = time.monotonic() - begun
    figure("R2, R25", "300 sessions listed and the first one back after the start", took, 10, "s")
