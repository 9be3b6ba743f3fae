"""Where a run is told to stop by itself: what it waits for, and what it then says.

Whatever holds is found at steps alone, never by time: epochs end at their borders, and test metrics
count only at the steps at which every run of the experiment evaluates them. So the same run stops
at the same step, whoever else is served meanwhile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

from engine.errors import Invalid
from engine.session import Session

# A test loss is better only if it is below the best by this share of it: else a run that creeps on
# for ever would always have made progress.
BETTER: Final = 1e-3


@dataclass
class Stop:
    """Conditions of one run; the first that holds ends it. None of them is awaited where None.

    epoch: so many epochs complete. test_loss, accuracy: of the test points, at most and at least.
    idle: so many steps without a better test loss, counted from `begun`, the step of the command.
    """

    begun: int
    epoch: int | None = None
    test_loss: float | None = None
    accuracy: float | None = None
    idle: int | None = None
    best: float = field(default=math.inf, init=False)
    best_at: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.best_at = self.begun

    @classmethod
    def read(cls, command: dict[str, Any], session: Session) -> Stop | None:
        """From a `run`; None where it names none of these. Raises `Invalid` where one can never
        hold: without classes there is no accuracy."""
        names = ("epoch", "test_loss", "accuracy", "idle")
        given = {name: command.get(f"until_{name}") for name in names}
        if all(x is None for x in given.values()):
            return None
        if given["accuracy"] is not None and not session.run.prepared.classes:
            raise Invalid(
                "These data have no classes, so no share of them is right: take “until_test_loss”.",
                pointer="/until_accuracy",
            )
        return cls(session.step, **given)

    def same(self, other: Stop | None) -> bool:
        """Whether another asks for the same: then only the pace is new, and the wait goes on."""
        return other is not None and self._asked == other._asked

    @property
    def _asked(self) -> tuple[Any, ...]:
        return (self.epoch, self.test_loss, self.accuracy, self.idle)

    def allowed(self, session: Session) -> int | None:
        """Steps that may be made before something has to be looked at; None: any number."""
        if self.epoch is None:
            return None
        left = self.epoch - complete(session)
        # Other data come in at a border, and with them other batches: look again there.
        return steps_to_border(session, 1 if session.run.waiting else left) if left > 0 else 0

    def reached(self, session: Session) -> dict[str, Any] | None:
        """What holds now, as `finished` tells it. To be asked after every walk of the session:
        walks end where the test is evaluated."""
        if self.epoch is not None and (done := complete(session)) >= self.epoch:
            epochs = "Epoch 1 is" if done == 1 else f"{done} epochs are"
            return said("epoch", self.epoch, done, f"{epochs} complete.")
        step = session.step
        tested = session.lines_[session.line].history.tested.get(step)
        if tested is None or step <= self.begun:
            return None
        loss, accuracy = tested
        if self.test_loss is not None and loss <= self.test_loss:
            words = f"The test loss is {loss:.4g}: at most {self.test_loss:g} was asked for."
            return said("test_loss", self.test_loss, loss, words)
        if self.accuracy is not None and accuracy is not None and accuracy >= self.accuracy:
            words = (
                f"{accuracy:.1%} of the test points are right: {self.accuracy:.1%} was the goal."
            )
            return said("accuracy", self.accuracy, accuracy, words)
        if loss < self.best * (1 - BETTER):
            self.best, self.best_at = loss, step
        if self.idle is not None and step - self.best_at >= self.idle:
            words = (
                f"No better test loss in {step - self.best_at} steps: the best was "
                f"{self.best:.4g} at step {self.best_at}."
            )
            return said("idle", self.idle, step - self.best_at, words)
        return None


def steps_to_border(session: Session, epochs: int) -> int:
    """Steps to the n-th epoch border from here."""
    stepper, train = session.run.stepper, len(session.run.prepared.train)
    batch = session.run.experiment.training.learner.batch_size(train)
    # Where points came or went, the present epoch may end elsewhere than those behind it.
    whole, left = math.ceil(stepper.ends(0) / batch), stepper.end - stepper.position
    return math.ceil(left / batch) + (epochs - 1) * whole if left > 0 else epochs * whole


def complete(session: Session) -> int:
    """Epochs that are over."""
    stepper = session.run.stepper
    return stepper.epoch + int(stepper.position >= max(stepper.end, 1))


def said(until: str, goal: float, value: float, sentence: str) -> dict[str, Any]:
    """Why a run finished."""
    return {"until": until, "goal": goal, "value": value, "sentence": sentence}
