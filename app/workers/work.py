"""One session at work: its commands in order, the goal it trains for, and who looks at it.

Commands are obeyed one at a time, in order of arrival; at most 32 wait. A long `step` is made in
slices, and ended early by a `pause`; so is a long `seek`, and a newer one ends it too.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from typing import Any, Final

from app.errors import Busy
from app.workers.goal import Goal, Reply, answered
from app.workers.slices import Meter
from app.workers.stops import Stop, steps_to_border
from app.workers.viewer import Viewer
from engine.edits import read_edits
from engine.errors import NotNow, TinkernetError, TooExpensive
from engine.session import Session

WAITING: Final = 32
PASSING: Final = 10**7  # multiply-adds of a scoring that each state told can afford: about 1 ms
LONGEST: Final = 10.0  # seconds of predicted work that `step` takes on
AT_ONCE: Final = 0.1  # seconds of replay before a `seek` goes on in slices
UNWATCHED: Final = 600.0  # seconds until a run nobody watches pauses


class Work:
    """A session, its queue and its viewers. `clock` is monotonic, in seconds."""

    def __init__(
        self, name: str, session: Session, clock: Callable[[], float], incarnation: int = 0
    ) -> None:
        self.name, self.session, self.incarnation = name, session, incarnation
        self.viewers: dict[int, Viewer] = {}
        self.goal: Goal | None = None
        self.had = 0.0  # seconds of the worker's time
        self.made = 0  # steps of training
        self.returns: dict[str, int] | None = None  # where it is on its way back to
        self.looked_at = clock()
        self.waiters: list[tuple[int, Reply]] = []
        self._clock = clock
        self._meter = Meter()
        self.finished: dict[str, Any] | None = None  # which end the last run reached
        self.queue: collections.deque[tuple[dict[str, Any], Reply]] = collections.deque()
        self.changes = 0  # how often anything but a step changed the session

    # --- where it stands ---------------------------------------------------------------------

    @property
    def state(self) -> str:
        if self.session.divergence:
            return "diverged"
        if self.goal is not None:
            return "running"
        return "finished" if self.finished else "paused"

    @property
    def running(self) -> bool:
        return self.goal is not None

    @property
    def moment(self) -> tuple[Any, ...]:
        """Changes whenever a picture would."""
        return (self.session.line, self.session.step, self.changes, self.state == "diverged")

    @property
    def shape(self) -> tuple[Any, ...]:
        """Changes whenever the experiment or the lines do."""
        lines = self.session.lines_
        edits = sum(len(line.edits) for line in lines)
        return (len(lines), self.session.line, self.session.acted, self.changes, edits)

    def answer(self) -> dict[str, Any]:
        """What every command answers."""
        s = self.session
        here = {"id": self.name, "line": s.line, "step": s.step, "head": s.head, "epoch": s.epoch}
        # While it trains, scoring must not take the time from it.
        passing = self.running and s.scoring_cost > PASSING
        metrics = s.passing() if passing else s.metrics()
        finished = self.finished if self.state == "finished" else None
        about = {"state": self.state, "finished": finished, "exact": s.exact}
        return {**here, **about, "metrics": metrics}

    def shown(self) -> dict[str, Any]:
        """The experiment and what follows from it, as `changed` and `attached` tell it."""
        s = self.session
        found = s.outline
        return {
            "experiment": s.experiment.to_json(),
            "now": s.now.to_json(),
            "layers": found.layers,
            "parameters": found.parameters,
            "cost": found.cost,
            "lines": s.lines,
            "undoable": s.undoable,
        }

    def moved(self) -> dict[str, Any]:
        """How it trains, as `state` and `attached` tell it."""
        goal, rate = self.goal, None
        if goal is not None and goal.made:
            rate = goal.made / max(self._clock() - goal.anchor, 1e-3)
        return {
            "steps_per_second": rate,
            "pace": None if goal is None or goal.seeks else (goal.pace or "max"),
            "seeking": goal.until_step if goal is not None and goal.seeks else None,
            "divergence": self.session.divergence,
        }

    def described(self) -> dict[str, Any]:
        """Everything but arrays."""
        about = {"incarnation": self.incarnation}
        return {**self.answer(), **self.shown(), **self.moved(), **about}

    # --- commands ----------------------------------------------------------------------------

    def command(self, command: dict[str, Any], reply: Reply) -> None:
        """Take a command in; raises `Busy` where too many wait. `pause` is never one too many: it
        is how somebody gets out of there, and ends what is under way by itself."""
        if len(self.queue) >= WAITING and command["kind"] != "pause":
            raise Busy(f"{WAITING} commands wait for this session already.", limit=WAITING)
        self.queue.append((command, reply))
        self._end_if_told()

    def obey(self) -> None:
        """Obey what waits, up to a `step` or `seek` that takes slices."""
        while self.queue and (self.goal is None or not self.goal.is_awaited):
            command, reply = self.queue.popleft()
            with answered(reply):
                self._obey(command, reply)

    def _obey(self, command: dict[str, Any], reply: Reply) -> None:
        session = self.session
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
                session.reset()
                self._changed()
            case "seek":
                self._seek(command, reply)
                return
            case "edit":
                try:
                    session.edit(read_edits(command["edits"]))
                except TinkernetError as error:
                    raise error.at("edits") from None
                self._changed()
        reply(self.answer())

    def _changed(self) -> None:
        self.changes += 1
        self.finished = None
        self._meter.forget()

    def _step(self, command: dict[str, Any], reply: Reply) -> None:
        self._refuse_diverged()
        session, epochs = self.session, command["epochs"]
        steps = command["steps"] or 1 if epochs is None else steps_to_border(session, epochs)
        cost = session.outline.cost["multiply_adds"]
        predicted = self._meter.predicted(steps, cost)
        if predicted > LONGEST:
            raise TooExpensive(
                f"{steps} steps would take about {predicted:.0f} s here, and a “step” takes on "
                f"{LONGEST:.0f} s at most. Use “run” with “until_step”, and wait for it.",
                limit=math.floor(LONGEST / self._meter.predicted(1, cost)),
                pointer="/steps" if epochs is None else "/epochs",
            )
        self._end_goal()
        self.finished = None
        self.goal = Goal(self._clock(), until_step=session.step + steps, reply=reply)
        self._end_if_told()

    def _seek(self, command: dict[str, Any], reply: Reply) -> None:
        """Go there at once where it is near, else on in slices."""
        self._end_goal()
        self.session.depart(command["step"], command["line"])
        self._changed()
        begun = self._clock()
        self.goal = Goal(begun, until_step=command["step"], reply=reply, seeks=True)
        self._replay()
        while self.goal is not None and self._clock() - begun < AT_ONCE:
            self._replay()
        self._end_if_told()

    def _replay(self) -> None:
        """One slice of a journey; its end where it arrives. A step is walked in any case, so that
        the recording is there wherever it ends."""
        goal, session = self.goal, self.session
        assert goal is not None and goal.until_step is not None
        begun = self._clock()
        made = session.approach(goal.until_step, self._meter.steps())
        took = self._clock() - begun
        self.had += took
        self._meter.measured(made, took)
        goal.made += made
        if session.divergence or session.step >= goal.until_step:
            self._end_goal()

    def _end_if_told(self) -> None:
        """By a `pause` that waits; a journey also by another `seek` or a `reset` that follows it at
        once, so that what a script wants to do where it arrives is done there. (Not the way back to
        where it stood: there is no line to seek on before that.)"""
        goal, kinds = self.goal, [waiting["kind"] for waiting, _ in self.queue]
        if goal is None or not goal.is_awaited or not kinds:
            return
        journey = goal.seeks and self.returns is None
        if "pause" in kinds or (journey and kinds[0] in ("seek", "reset")):
            self._end_goal()

    def _run(self, command: dict[str, Any]) -> None:
        self._refuse_diverged()
        pace = None if command["pace"] == "max" else float(command["pace"])
        stop = Stop.read(command, self.session)
        going, self.finished = self.goal, None
        if stop and going and not going.seeks and stop.same(going.stop):
            stop = going.stop  # another pace for the same run: what it waits for it waits for on
        ends = command["until_step"], command["until_loss"], stop
        self.goal = Goal(self._clock(), pace, *ends)

    def _refuse_diverged(self) -> None:
        if self.session.divergence:
            raise NotNow(
                f"{self.session.divergence['sentence']} Go back, or change the learning rate."
            )

    def _end_goal(self) -> None:
        goal, self.goal = self.goal, None
        if goal is not None and goal.reply is not None:
            with answered(goal.reply):
                goal.reply(self.answer())

    # --- time --------------------------------------------------------------------------------

    def due(self) -> float | None:
        """When the next slice is due; None while it stands."""
        return None if self.goal is None else self.goal.due()

    def slice(self) -> None:
        """Train (or replay) for about one slice of time, as the pace allows; end the goal once
        reached."""
        goal, session = self.goal, self.session
        assert goal is not None
        if goal.seeks:
            self._replay()
            return
        begun = self._clock()
        made = goal.advance(session, min(self._meter.steps(), goal.allowed(session.step, begun)))
        took = self._clock() - begun
        self.had += took
        self.made += made
        self._meter.measured(made, took)
        if session.divergence:
            self._end_goal()
        elif why := goal.ended(session):
            self.finished = None if goal.is_awaited else why
            self._end_goal()

    def answer_waiters(self) -> None:
        """Reply to `wait` once the step is reached or the session stands still."""
        still = self.goal is None and not self.queue
        for waiter in [w for w in self.waiters if still or self.session.step >= w[0]]:
            self.waiters.remove(waiter)
            waiter[1]({})

    def rest(self, now: float) -> None:
        """Pause a run that nobody watches, unless it has an end of its own."""
        if self.viewers:
            self.looked_at = now
        elif self.goal is not None and not self.goal.has_end and now - self.looked_at > UNWATCHED:
            self._end_goal()

    def close(self, error: TinkernetError) -> None:
        """The session is no more: whoever waits for anything of it is told."""
        self.give_up(error)
        for _, reply in (*self.queue, *self.waiters):
            reply(error)
        self.queue.clear()
        self.waiters.clear()

    def give_up(self, error: TinkernetError) -> None:
        """After a mistake of ours in a slice: stand still, and say so to whoever waits."""
        goal, self.goal = self.goal, None
        if goal is not None and goal.reply is not None:
            goal.reply(error)
