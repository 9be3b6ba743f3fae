"""R20: a heavy net among light ones takes its share of the worker's time and no more.

A real desk with real sessions; its clock is this thread's own processor time, so that what else
the machine does counts nowhere. The minute with a hundred sessions is in `make soak`.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from served import default

from app.workers.desk import Desk
from app.workers.slices import SLICE

RUN = {"kind": "run", "pace": "max", "until_step": None, "until_loss": None}
STEP = {"kind": "step", "steps": 1, "epochs": None}
CONV = {"kind": "conv2d", "channels": 16, "kernel": 5, "padding": "same"}
HEAVY = default(
    data={"kind": "digits28", "count": 500},
    model={
        "input": {"kind": "image"},
        "layers": [
            CONV, {"kind": "relu"}, {"kind": "max_pool2d", "window": 2}, CONV, {"kind": "relu"},
            {"kind": "flatten"}, {"kind": "dense"},
        ],
    },
    training={
        "loss": {"kind": "softmax_cross_entropy"},
        "learner": {"kind": "descent", "batch": 32, "optimizer": {"kind": "sgd"}},
    },
)  # fmt: skip


class Room:
    """A desk, and what it answered by the number of the call."""

    def __init__(self, *experiments: dict[str, Any]) -> None:
        self.desk = Desk(self._hear, time.thread_time)
        self.answers: dict[int, dict[str, Any]] = {}
        self._calls = 0
        for number, experiment in enumerate(experiments):
            self.say(op="open", session=f"s{number}", experiment=experiment)

    def _hear(self, told: dict[str, Any], _: bytes = b"") -> None:
        if "call" in told:
            self.answers[told["call"]] = told["answer"]

    def say(self, **told: Any) -> int:
        self._calls += 1
        self.desk.handle({"call": self._calls, **told}, b"")
        return self._calls

    def steps(self, number: int) -> int:
        return self.desk._works[f"s{number}"].made


def run_for(seconds: float, *experiments: dict[str, Any]) -> tuple[list[int], list[float]]:
    """Steps of each session in so many seconds of the worker's time, and how long turns took."""
    room = Room(*experiments)
    for number in range(len(experiments)):
        room.say(op="command", session=f"s{number}", command=RUN)
    until = time.thread_time() + 0.1  # what a step costs is learned meanwhile
    turns: list[float] = []
    before = [0] * len(experiments)
    for length in (0.0, seconds):
        until += length
        before = [room.steps(number) for number in range(len(experiments))]
        turns.clear()
        while (begun := time.thread_time()) < until:
            room.desk.turn()
            turns.append(time.thread_time() - begun)
    return [room.steps(n) - before[n] for n in range(len(experiments))], turns


def test_r20_light_sessions_keep_their_speed_beside_a_heavy_one() -> None:
    """R20: at least 80 % of what they have among their like, and their share each; no turn, which
    is how long a command may wait to be read, is longer than a heavy step and a slice."""
    light = [default()] * 10
    among_their_like, _ = run_for(0.5, default(), *light)
    beside, turns = run_for(0.5, HEAVY, *light)
    assert beside[0] > 0
    assert sum(beside[1:]) >= 0.8 * sum(among_their_like[1:])
    assert min(beside[1:]) >= 0.5 * statistics.median(beside[1:])
    assert statistics.median(turns) < 2 * SLICE
    assert sorted(turns)[int(0.99 * len(turns))] < 0.25


def test_commands_that_wait_for_each_other_wait_for_nothing_else() -> None:
    """Behind a `step` that is made, the next command is due at once, not when the idle look is."""
    room = Room(default())
    calls = [room.say(op="command", session="s0", command=STEP) for _ in range(6)]
    turns = 0
    while calls[-1] not in room.answers:
        assert room.desk.wait() == 0
        room.desk.turn()
        turns += 1
    assert turns <= 6
    assert [room.answers[call]["step"] for call in calls] == [1, 2, 3, 4, 5, 6]
    assert room.desk.wait() > 0
