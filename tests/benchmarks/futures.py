"""What the future costs a class: sessions that are watched, with their futures drawn and without.

`python -m tests.benchmarks.futures`: a worker's own loop without its socket, 30 sessions of W1's
net, each watched by one page whose viewer takes everything at once. Rounds with and without futures
take turns; the ratio of steps is taken inside a round, and the median counts. While they train,
every session's learning rate is changed twice a round, so that its future begins anew. Paced runs
are counted in steps per second, those that use all of a core in steps per second of computing,
which a busy neighbour changes less.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from app.schemas.commands import Edit, Run
from app.workers.desk import Desk
from engine.experiment import Experiment
from tests.benchmarks.workloads import NETS

SESSIONS: Final = 30
ROUND: Final = 1.0  # seconds
ROUNDS: Final = 15
BAR: Final = 0.95
RATE: Final = "/training/learner/optimizer/learning_rate"
PROBES: Final[dict[str, Any]] = {"boundary": {}, "neurons": {}, "parameters": {}, "scores": {}}


class Class:
    """A worker with sessions, and viewers that take at once whatever they get."""

    def __init__(self, net: Any, paces: list[float | str]) -> None:
        self.desk = Desk(self._send, time.perf_counter)
        self.owed: list[tuple[str, str, int]] = []
        self.pieces = 0
        for i, pace in enumerate(paces):
            self._say("open", i, experiment=net)
            self._say("watch", i, viewer=i, line=None, since=None)
            self._say("subscribe", i, viewer=i, probes=PROBES, rate=10.0, budget=6000)
            self._say("command", i, command=Run(pace=pace).model_dump(mode="json"))  # type: ignore[arg-type]

    def _say(self, op: str, session: int, **told: Any) -> None:
        self.desk.handle({"op": op, "session": str(session), "call": 1, **told}, b"")

    def _send(self, told: dict[str, Any], _: bytes = b"") -> None:
        op = {"frame": "credit", "points": "drained", "future": "foreseen"}.get(
            told.get("event", "")
        )
        self.pieces += op == "foreseen"
        if op is not None and "viewer" in told:
            self.owed.append((op, told["session"], told["viewer"]))

    def foresee(self, on: bool) -> None:
        for i in range(len(self.desk._works)):
            self._say(
                "foresee", i, viewer=i, id=1, steps=2000 if on else 0, edits=[], pictures=16,
                resolution=32, columns=(0, 1),
            )  # fmt: skip

    def turn_knobs(self, value: float) -> None:
        edit = {"kind": "set", "path": RATE, "value": value}
        for i in range(len(self.desk._works)):
            self._say("command", i, command=Edit(edits=[edit]).model_dump(mode="json"))

    def steps(self) -> int:
        return sum(work.made for work in self.desk._works.values())

    def train(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> float:
        """Steps a second, over all sessions."""
        begun, before = clock(), self.steps()
        for value in (0.03, 0.02):
            self.turn_knobs(value)
            end = time.perf_counter() + seconds / 2
            while time.perf_counter() < end:
                time.sleep(min(self.desk.wait(), 0.01))
                self.desk.turn()
                owed, self.owed = self.owed, []
                for op, session, viewer in owed:
                    self._say(op, int(session), viewer=viewer)
        return (self.steps() - before) / (clock() - begun)


def alone(net: Any) -> tuple[float, float]:
    """Milliseconds until the first piece of a future, and until all of it is told."""
    lesson = Class(net, [1.0])
    lesson.train(0.2)
    told: list[float] = []
    send: Callable[..., None] = lesson._send

    def hear(message: dict[str, Any], raw: bytes = b"") -> None:
        if message.get("event") == "future":
            told.append(time.perf_counter())
        send(message, raw)

    lesson.desk._send = hear
    begun = time.perf_counter()
    lesson.foresee(True)
    while True:
        time.sleep(min(lesson.desk.wait(), 0.001))
        lesson.desk.turn()
        for op, session, viewer in lesson.owed:
            lesson._say(op, int(session), viewer=viewer)
        lesson.owed = []
        (look,) = lesson.desk._foresights._of[lesson.desk._works["0"]].looks.values()
        if look.ahead is not None and look.ahead.state == "whole" and look.sent == look.ahead.step:
            return 1e3 * (told[0] - begun), 1e3 * (told[-1] - begun)


def main() -> int:
    failed = False
    net = Experiment.from_json(NETS["W1"].to_json()).to_json()
    found = [alone(net) for _ in range(9)]
    first, last = (statistics.median(times) for times in zip(*found, strict=True))
    print(f"W1 alone: the first piece after {first:.1f} ms, the whole future after {last:.1f} ms")
    lessons: dict[str, list[float | str]] = {
        "30 at 30 steps/s": [30.0] * SESSIONS,
        "30 at 120 steps/s": [120.0] * SESSIONS,
        "27 at 30 steps/s, 3 at full speed": [30.0] * 27 + ["max"] * 3,
        "30 at full speed": ["max"] * SESSIONS,
    }
    for name, paces in lessons.items():
        lesson, clock = (
            Class(net, paces),
            time.process_time if "max" in paces else time.perf_counter,
        )
        ratios, speeds, pieces = [], [], 0
        for i in range(ROUNDS):
            speed: dict[bool, float] = {}
            for on in (i % 2 == 0, i % 2 == 1):
                lesson.foresee(on)
                lesson.train(0.1)  # warm
                before = lesson.pieces
                speed[on] = lesson.train(ROUND, clock)
                pieces += lesson.pieces - before
            ratios.append(speed[True] / speed[False])
            speeds.append(speed[False])
        ratio, low, high = statistics.median(ratios), min(ratios), max(ratios)
        verdict = "holds" if ratio >= BAR else "FAILS"
        failed |= ratio < BAR
        print(
            f"{name}: {statistics.median(speeds):,.0f} steps/s without, with futures × {ratio:.3f} "
            f"[{low:.3f}, {high:.3f}], {pieces} pieces; bar {BAR}: {verdict}",
            flush=True,
        )
    print(json.dumps({"sessions": SESSIONS, "rounds": ROUNDS, "seconds": ROUND}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
