"""R35: what the clock on the wall says is nobody's business: it may jump, and evicts nothing."""

from __future__ import annotations

import ast
import asyncio
import datetime
import time
from pathlib import Path
from typing import Any

import pytest
from served import default
from test_backend import ThreadWorkers
from test_directory import RUN, STEP

import app
from app.sessions.directory import Directory
from app.sessions.store import Store
from app.workers.work import Work
from engine.experiment import Experiment
from engine.session import Session

# A record of the log says when it was made, for people; nothing is decided by it.
MAY_READ_THE_WALL = {"logs.py"}
WALL = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today"}


def test_r35_only_the_log_reads_the_wall() -> None:
    for path in Path(app.__file__).parent.rglob("*.py"):
        names = {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text()))
                 if isinstance(node, ast.Attribute)}  # fmt: skip
        wall = {name for name in names if any(name.endswith(each) for each in WALL)}
        assert not wall or path.name in MAY_READ_THE_WALL, (path, wall)


@pytest.mark.parametrize("jump", [datetime.timedelta(days=400), -datetime.timedelta(days=400)])
def test_r35_a_jump_of_the_wall_clock_evicts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: datetime.timedelta
) -> None:
    """R35: in the front and in its workers, which are threads here, so that they see the jump."""
    now = time.time

    async def whole() -> None:
        backend = ThreadWorkers(1)
        directory = Directory(backend, 3, store=Store(tmp_path))
        await backend.start()
        try:
            rooms = [directory.find((await directory.open(default()))["id"]) for _ in range(2)]
            running: dict[str, Any] = RUN | {"pace": 200.0}
            await directory.command(rooms[1], running)
            monkeypatch.setattr(time, "time", lambda: now() + jump.total_seconds())
            await directory.tidy()
            await asyncio.sleep(0.05)
            assert all(room.is_here for room in rooms)
            assert (await directory.command(rooms[0], STEP))["step"] == 3
            there = await directory.ask(rooms[1], "answer")
            assert there.told["state"] == "running" and there.told["step"] > 0
        finally:
            await backend.stop()

    asyncio.run(whole())


def test_r35_a_run_is_paced_by_the_monotonic_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work("w", Session(Experiment.from_json(default())), time.monotonic)
    work.command(RUN | {"pace": 50.0}, lambda _: None)
    work.obey()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    due = work.due()
    assert due is not None and abs(due - time.monotonic()) < 1.0
    work.rest(time.monotonic())
    assert work.running
