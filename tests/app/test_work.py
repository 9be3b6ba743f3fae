"""One session at work: commands in order, goals, waiting and resting; the clock is the test's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from served import default

from app.errors import Busy, Failed
from app.workers.stops import steps_to_border
from app.workers.viewer import Viewer
from app.workers.work import LONGEST, UNWATCHED, WAITING, Work
from engine.errors import NotNow, TinkernetError, TooExpensive
from engine.experiment import Experiment
from engine.session import Session

STEP: dict[str, Any] = {"kind": "step", "steps": None, "epochs": None}
RUN: dict[str, Any] = {"kind": "run", "pace": "max", "until_step": None, "until_loss": None}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1e-6
        return self.now


class Desk:
    """A work, and what it answered."""

    def __init__(self, **changes: Any) -> None:
        self.clock = Clock()
        experiment = Experiment.from_json(default(**changes))
        self.work = Work("w", Session(experiment), self.clock)
        self.answers: list[Any] = []

    def say(self, **command: Any) -> None:
        self.work.command(command, self.answers.append)

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self.work.obey()
            if self.work.running:
                self.work.slice()
            self.work.answer_waiters()

    def finish(self) -> None:
        while self.work.running:
            self.turn()

    @property
    def last(self) -> Any:
        return self.answers[-1]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_step_answers_when_it_is_made(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 50})
    desk.turn()
    assert desk.answers == []
    assert desk.work.state == "running"
    desk.finish()
    assert (desk.last["step"], desk.last["state"], desk.last["line"]) == (50, "paused", 0)
    assert desk.last["metrics"]["test_loss"] > 0


def test_a_step_of_nothing_said_is_one_step(desk: Desk) -> None:
    desk.say(**STEP)
    desk.turn(2)
    assert desk.last["step"] == 1


def test_an_epoch_ends_at_its_border(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 3})
    desk.turn(5)
    desk.say(**STEP | {"epochs": 1})
    desk.turn()
    desk.finish()
    assert desk.last["epoch"] == pytest.approx(1.0)
    assert desk.last["step"] == 10  # 100 training points in batches of 10
    desk.say(**STEP | {"epochs": 2})
    desk.turn()
    desk.finish()
    assert desk.last["step"] == 30


def test_the_last_smaller_batch_counts_as_a_step() -> None:
    learner = {**default()["training"]["learner"], "batch": 32}
    training = {**default()["training"], "learner": learner}
    desk = Desk(training=training)
    assert steps_to_border(desk.work.session, 1) == 4
    desk.say(**STEP | {"epochs": 1})
    desk.turn()
    desk.finish()
    assert desk.last["epoch"] == pytest.approx(1.0)


def test_commands_are_obeyed_in_order_of_arrival(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 20})
    desk.say(kind="seek", step=5, line=None)
    desk.say(**STEP | {"steps": 2})
    desk.turn()
    desk.finish()
    desk.turn()
    desk.finish()
    assert [answer["step"] for answer in desk.answers] == [20, 5, 7]


def test_pause_ends_a_step_early_and_those_that_wait_before_it(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 100_000})
    desk.turn(3)
    reached = desk.work.session.step
    assert 0 < reached < 100_000
    desk.say(**STEP | {"steps": 100_000})
    desk.say(kind="pause")
    desk.say(**STEP | {"steps": 1})
    desk.turn()
    desk.finish()
    assert [answer["step"] for answer in desk.answers] == [reached, reached, reached, reached + 1]


def test_thirty_two_commands_may_wait(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 1000})
    desk.turn()
    for _ in range(WAITING):
        desk.say(**STEP)
    with pytest.raises(Busy) as caught:
        desk.say(**STEP)
    assert caught.value.limit == WAITING
    assert caught.value.retry_after >= 1


def test_step_refuses_long_work_and_names_run(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 1_000_000_000})
    desk.turn()
    assert isinstance(desk.last, TooExpensive)
    assert "run" in desk.last.detail
    assert desk.last.pointer == "/steps"
    assert desk.work.session.step == 0
    desk.say(**STEP | {"epochs": 100_000_000})
    desk.turn()
    assert desk.last.pointer == "/epochs"
    assert desk.last.limit * 1e-5 <= LONGEST


def test_a_run_answers_at_once_and_goes_on(desk: Desk) -> None:
    desk.say(**RUN)
    desk.turn()
    assert desk.last["state"] == "running"
    desk.turn(5)
    assert desk.work.session.step > 1
    desk.say(kind="pause")
    desk.turn()
    assert desk.last["state"] == "paused"
    assert desk.last["step"] == desk.work.session.step


def test_a_run_finishes_at_its_step(desk: Desk) -> None:
    desk.say(**RUN | {"until_step": 77})
    desk.turn()
    desk.finish()
    assert (desk.work.state, desk.work.session.step) == ("finished", 77)
    desk.say(**STEP)
    desk.turn(2)
    assert desk.last["state"] == "paused"


def test_a_run_finishes_at_the_first_step_whose_loss_is_low_enough() -> None:
    desk = Desk()
    desk.say(**RUN | {"until_loss": 0.1})
    desk.turn()
    desk.finish()
    assert desk.work.state == "finished"
    losses = desk.work.session.points(0, 0, most=100_000)["loss_mean"]
    assert losses[-1] <= 0.1
    assert min(losses[:-1]) > 0.1


def test_a_step_stops_a_run(desk: Desk) -> None:
    desk.say(**RUN)
    desk.turn(4)
    at = desk.work.session.step
    desk.say(**STEP | {"steps": 3})
    desk.turn()
    desk.finish()
    assert (desk.last["step"], desk.last["state"]) == (at + 3, "paused")


def test_an_edit_acts_while_it_runs_and_a_bad_one_changes_nothing(desk: Desk) -> None:
    desk.say(**RUN)
    desk.turn(2)
    rate = "/training/learner/optimizer/learning_rate"
    desk.say(kind="edit", edits=[{"kind": "set", "path": rate, "value": 0.001}])
    desk.turn()
    assert desk.last["state"] == "running"
    assert desk.work.shown()["experiment"]["edits"][0]["value"] == 0.001
    desk.say(kind="edit", edits=[{"kind": "set", "path": rate, "value": -1}])
    desk.turn()
    assert isinstance(desk.last, TinkernetError)
    assert desk.last.pointer.startswith("/edits")
    assert len(desk.work.shown()["experiment"]["edits"]) == 1
    assert desk.work.running


def test_r30_divergence_pauses_at_the_last_finite_step_and_says_why() -> None:
    learner = {"kind": "descent", "optimizer": {"kind": "sgd", "learning_rate": 10.0}}
    training = {"loss": {"kind": "squared_error"}, "learner": learner}
    layers = [{"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense"}]
    desk = Desk(training=training, model={"input": {"kind": "plane"}, "layers": layers})
    desk.say(**RUN)
    with np.errstate(all="ignore"):  # as a worker process does for good
        desk.turn()
        desk.finish()
    assert desk.work.state == "diverged"
    assert "learning rate" in desk.work.moved()["divergence"]["sentence"]
    desk.say(**RUN)
    desk.turn()
    assert isinstance(desk.last, NotNow)
    assert "Go back" in desk.last.detail
    desk.say(kind="seek", step=0, line=None)
    desk.turn()
    assert desk.last["state"] == "paused"


def test_who_waits_hears_at_the_step_or_when_it_stands_still(desk: Desk) -> None:
    heard: list[Any] = []
    desk.say(**RUN)
    desk.turn()
    desk.work.waiters.append((10**9, lambda _: heard.append("never")))
    desk.work.waiters.append((desk.work.session.step + 5, lambda _: heard.append("soon")))
    while not heard:
        desk.turn()
    assert heard == ["soon"]
    desk.say(kind="pause")
    desk.turn()
    assert heard == ["soon", "never"]


def test_a_run_nobody_watches_rests_after_ten_minutes() -> None:
    desk = Desk()
    desk.say(**RUN | {"pace": 1.0})
    desk.turn()
    desk.work.rest(desk.clock.now + UNWATCHED - 1)
    assert desk.work.running
    desk.work.rest(desk.clock.now + UNWATCHED + 1)
    assert desk.work.state == "paused"


def test_a_run_with_an_end_or_a_viewer_goes_on() -> None:
    for until, watched in (({"until_step": 10**6}, False), ({}, True)):
        desk = Desk()
        if watched:
            desk.work.viewers[1] = Viewer(1, None, None)
        desk.say(**RUN | {"pace": 1.0} | until)
        desk.turn()
        desk.work.rest(desk.clock.now + UNWATCHED + 1)
        assert desk.work.running


def test_reset_begins_a_new_line_with_the_knobs_as_they_stand(desk: Desk) -> None:
    desk.say(**STEP | {"steps": 10})
    desk.turn()
    desk.finish()
    before = desk.work.shape
    desk.say(kind="edit", edits=[{"kind": "set", "path": "/training/learner/batch", "value": 20}])
    desk.say(kind="reset")
    desk.turn()
    assert (desk.last["step"], desk.last["line"]) == (0, 1)
    shown = desk.work.shown()["experiment"]
    assert shown["training"]["learner"]["batch"] == 20
    assert shown["edits"] == []
    assert desk.work.shape != before


def test_a_mistake_of_ours_is_told_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was logged, and the request that met it waited for ever."""
    desk = Desk()

    def fail(*_: Any) -> None:
        raise IndexError("a mistake")

    monkeypatch.setattr(desk.work.session, "reset", fail)
    desk.say(kind="reset")
    with pytest.raises(IndexError):
        desk.turn()
    assert isinstance(desk.last, Failed)
    desk.say(**{**STEP, "steps": 1})
    monkeypatch.setattr(desk.work.session, "metrics", fail)
    with pytest.raises(IndexError):
        desk.turn()
    assert len(desk.answers) == 2 and isinstance(desk.last, Failed)
