"""One session at work: its commands in order, the goal it runs to, and how fast it is.

Commands are obeyed one at a time, in order of arrival; at most 32 wait. A long `step` is made in
slices and can be ended early by `pause`.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.errors import Busy
from app.workers.viewer import Viewer
from engine.edits import read_edits
from engine.errors import NotNow, TinkernetError
from engine.session import Session

SLICE: Final = 0.010  # seconds
WAITING: Final = 32
LONGEST: Final = 10.0  # seconds of predicted work that `step` takes on
UNWATCHED: Final = 600.0  # seconds until a run nobody watches pauses

Reply = Callable[[dict[str, Any] | TinkernetError], None]


@dataclass
class Goal:
    """What a session runs to. A `step` has a reply waiting; a `run` has answered already."""

    pace: float | None = None
    until_step: int | None = None
    until_loss: float | None = None
    reply: Reply | None = None
    since: float = 0.0
    made: int = 0


class Work:
    """A session, its queue and its viewers."""

    def __init__(
        self, name: str, session: Session, clock: Callable[[], float], incarnation: int = 0
    ) -> None:
        self.name, self.session, self.incarnation = name, session, incarnation
        self.viewers: dict[int, Viewer] = {}
        self.goal: Goal | None = None
        self.finished = False
        self.used = clock()
        self.waiters: list[tuple[int, Reply]] = []
        self._clock = clock
        self._queue: collections.deque[tuple[dict[str, Any], Reply]] = collections.deque()
        self._pace_of_one = 0.0  # seconds per step, measured
        self._edits = 0  # how often anything but a step changed the session

    # --- where it stands ---------------------------------------------------------------------

    @property
    def state(self) -> str:
        if self.session.divergence:
            return "diverged"
        if self.goal is not None:
            return "running"
        return "finished" if self.finished else "paused"

    @property
    def moment(self) -> tuple[Any, ...]:
        """Changes whenever a picture would."""
        return (self.session.line, self.session.step, self._edits, self.state == "diverged")

    @property
    def shape(self) -> tuple[Any, ...]:
        """Changes whenever the experiment or the lines do."""
        lines = self.session.lines_
        return (len(lines), self.session.line, self._edits, sum(len(x.edits) for x in lines))

    @property
    def steps_per_second(self) -> float | None:
        """Steps per second since the run began; None while it stands."""
        goal = self.goal
        if goal is None or not goal.made:
            return None
        return goal.made / max(self._clock() - goal.since, 1e-3)

    def answer(self) -> dict[str, Any]:
        """What every command answers."""
        s = self.session
        return {
            "id": self.name,
            "line": s.line,
            "step": s.step,
            "epoch": s.epoch,
            "state": self.state,
            "metrics": s.metrics(),
        }

    def shown(self) -> dict[str, Any]:
        """The experiment and what follows from it, as `changed` and `attached` tell it."""
        s = self.session
        found = s.outline
        return {
            "experiment": s.experiment.to_json(),
            "layers": found.layers,
            "parameters": found.parameters,
            "cost": found.cost,
            "lines": s.lines,
            "undoable": s.undoable,
        }

    def moved(self) -> dict[str, Any]:
        """Where it stands, as `state` and `attached` tell it."""
        pace = None if self.goal is None else (self.goal.pace or "max")
        return {
            "steps_per_second": self.steps_per_second,
            "pace": pace,
            "divergence": self.session.divergence,
        }

    # --- commands ----------------------------------------------------------------------------

    def command(self, command: dict[str, Any], reply: Reply) -> None:
        """Take a command in; raises `Busy` where too many wait."""
        if len(self._queue) >= WAITING:
            raise Busy(f"{WAITING} commands wait for this session already.", limit=WAITING)
        self.used = self._clock()
        if command["kind"] == "pause" and self.goal is not None and self.goal.reply is not None:
            self._end_goal()  # a step under way ends early; what waits behind it goes on
        self._queue.append((command, reply))

    def obey(self) -> None:
        """Obey what waits, up to a `step` that takes slices."""
        while self._queue and (self.goal is None or self.goal.reply is None):
            command, reply = self._queue.popleft()
            try:
                self._obey(command, reply)
            except TinkernetError as error:
                reply(error)

    def _obey(self, command: dict[str, Any], reply: Reply) -> None:
        s = self.session
        match command["kind"]:
            case "step":
                self._step(command, reply)
                return
            case "run":
                self._run(command)
            case "pause":
                self._end_goal()
            case "reset":
                self._end_goal()
                s.reset()
                self._edits += 1
            case "seek":
                self._end_goal()
                s.seek(command["step"], command["line"])
                self._edits += 1
            case "edit":
                try:
                    s.edit(read_edits(command["edits"]))
                except TinkernetError as error:
                    raise error.at("edits") from None
                self._edits += 1
        self.finished = False
        reply(self.answer())

    def _step(self, command: dict[str, Any], reply: Reply) -> None:
        s = self.session
        self._diverged()
        steps = command["steps"] or 1
        if command["epochs"] is not None:
            steps = steps_to_border(s, command["epochs"])
        predicted = steps * self._pace_of_one
        if predicted > LONGEST:
            raise NotNow(
                f"{steps} steps would take about {predicted:.0f} s here; a “step” takes on "
                f"{LONGEST:.0f} s at most. Use “run” with “until_step”, and wait for it.",
                limit=int(LONGEST / self._pace_of_one),
                pointer="/steps",
            )
        self._end_goal()
        now = self._clock()
        self.goal = Goal(until_step=s.step + steps, reply=reply, since=now)

    def _run(self, command: dict[str, Any]) -> None:
        self._diverged()
        pace = None if command["pace"] == "max" else float(command["pace"])
        self.goal = Goal(pace, command["until_step"], command["until_loss"], since=self._clock())

    def _diverged(self) -> None:
        if self.session.divergence:
            raise NotNow(
                f"{self.session.divergence['sentence']} Go back, or change the learning rate."
            )

    def _end_goal(self) -> None:
        goal, self.goal = self.goal, None
        if goal is not None and goal.reply is not None:
            goal.reply(self.answer())

    # --- time --------------------------------------------------------------------------------

    def due(self, now: float) -> float | None:
        """When the next slice is due (≤ now: at once); None while it stands."""
        goal = self.goal
        if goal is None:
            return None
        if goal.pace is None:
            return now
        return goal.since + (goal.made + 1) / goal.pace

    def slice(self) -> None:
        """Train for about one slice of time, as the pace allows; end the goal where it is reached."""
        goal, s = self.goal, self.session
        assert goal is not None
        now = self._clock()
        wish = max(1, int(SLICE / self._pace_of_one)) if self._pace_of_one else 8
        if goal.pace is not None:
            owed = int((now - goal.since) * goal.pace) - goal.made
            if owed > wish:  # it cannot keep this pace: do not hurry later
                goal.since, goal.made, owed = now - (wish / goal.pace), 0, wish
            wish = min(wish, max(owed, 0))
        if goal.until_step is not None:
            wish = min(wish, goal.until_step - s.step)
        made = self._train(wish, goal.until_loss) if wish > 0 else 0
        took = self._clock() - now
        goal.made += made
        if made:
            one = took / made
            self._pace_of_one = 0.8 * self._pace_of_one + 0.2 * one if self._pace_of_one else one
        self._look(goal)

    def _train(self, steps: int, until_loss: float | None) -> int:
        s = self.session
        if until_loss is None:
            return s.advance(steps)
        made = 0
        while made < steps and s.advance(1):
            made += 1
            if float(s.run.stepper.now[0]) <= until_loss:
                break
        return made

    def _look(self, goal: Goal) -> None:
        """End the goal where it is reached; answer those who wait for a step."""
        s = self.session
        reached = goal.until_step is not None and s.step >= goal.until_step
        if goal.until_loss is not None and goal.made:
            reached = reached or float(s.run.stepper.now[0]) <= goal.until_loss
        if reached or s.divergence:
            self.finished = reached and goal.reply is None
            self._end_goal()

    def answer_waiters(self) -> None:
        """Reply to `wait` once the step is reached or the session stands still."""
        still = self.goal is None and not self._queue
        ready = [w for w in self.waiters if still or self.session.step >= w[0]]
        if ready:
            self.waiters = [w for w in self.waiters if w not in ready]
            for _, reply in ready:
                reply({})

    def rest(self, now: float) -> None:
        """Pause a run that nobody watches, unless it has an end of its own."""
        goal = self.goal
        if self.viewers:
            self.used = now
        elif goal is not None and goal.until_step is None and goal.until_loss is None:
            if now - self.used > UNWATCHED:
                self._end_goal()


def steps_to_border(session: Session, epochs: int) -> int:
    """Steps to the n-th epoch border from here."""
    stepper: Any = session.run.stepper
    learner = session.run.experiment.training.learner
    end = getattr(stepper, "end", len(session.run.prepared.train))
    batch = learner.batch_size(len(session.run.prepared.train))
    here = stepper.position % end if stepper.position < end else 0
    return math.ceil((end - here) / batch) + (epochs - 1) * math.ceil(end / batch)
