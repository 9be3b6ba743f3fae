"""Runs that end by themselves: where, why, and always at the same step."""

from __future__ import annotations

from typing import Any

import pytest

from app.workers.slices import Meter
from app.workers.stops import BETTER, steps_to_border
from app.workers.work import Work
from engine.catalog import default
from engine.edits import read_edits
from engine.errors import Invalid
from engine.experiment import Experiment
from engine.session import Session

RUN: dict[str, Any] = {"kind": "run", "pace": "max", "until_step": None, "until_loss": None}


def ran(session: Session, most: int = 400, **until: Any) -> Work:
    """Run until it ends, in slices of at most so many steps; only a goal far away holds else."""
    work = Work("s", session, lambda: 0.0)
    work.command(RUN | until, lambda told: None)
    work.obey()
    while work.running:
        work._meter.seconds, work._meter._last = 1e-9, most  # slices of equal length
        work.slice()
        assert session.step < 20_000, "it did not end"
    return work


@pytest.fixture(autouse=True)
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices as long as the test says, whatever the machine measures."""
    monkeypatch.setattr(Meter, "steps", lambda self: max(1, self._last))
    monkeypatch.setattr(Meter, "measured", lambda self, steps, seconds: None)


def fresh() -> Session:
    return Session(default())


@pytest.mark.parametrize(
    "until",
    [
        {"until_step": 77}, {"until_epoch": 3}, {"until_loss": 0.2}, {"until_test_loss": 0.25},
        {"until_accuracy": 0.9}, {"until_idle": 64},
    ],
    ids=lambda given: next(iter(given)),
)  # fmt: skip
def test_it_ends_at_the_same_step_whatever_the_slices_and_says_why(until: dict[str, Any]) -> None:
    works = [ran(fresh(), most, **until) for most in (1, 7, 400)]
    assert len({work.session.step for work in works}) == 1
    answer = works[0].answer()
    assert answer["state"] == "finished"
    why, (name, goal) = answer["finished"], next(iter(until.items()))
    assert (f"until_{why['until']}", why["goal"]) == (name, goal)
    assert why["value"] <= goal if name.endswith("loss") else why["value"] >= goal
    assert why["sentence"].endswith(".")


def test_epochs_end_at_their_border() -> None:
    work = ran(fresh(), until_epoch=3)
    assert work.session.epoch == 3 and work.answer()["finished"]["value"] == 3
    assert ran(work.session, until_epoch=3).session.epoch == 3  # already there: no step
    assert ran(work.session, until_epoch=4).session.epoch == 4


def test_accuracy_is_the_tests_at_the_first_step_where_it_is_evaluated_and_enough() -> None:
    session = ran(fresh(), until_accuracy=0.9).session
    tested = session.lines_[0].history.tested
    enough = [step for step, (_, right) in tested.items() if (right or 0) >= 0.9]
    assert enough == [session.step]


def test_idle_counts_the_steps_since_the_best_test_loss_of_this_run() -> None:
    session = ran(fresh(), until_idle=64).session
    tested = session.lines_[0].history.tested
    best, at = float("inf"), 0
    for step in sorted(tested):
        if step and tested[step][0] < best * (1 - BETTER):
            best, at = tested[step][0], step
        if step and step < session.step:
            assert step - at < 64
    assert session.step - at >= 64
    here = session.step
    assert ran(session, until_idle=64).session.step >= here + 64  # a new run waits anew


def test_another_pace_does_not_begin_the_wait_anew() -> None:
    session, other = fresh(), ran(fresh(), until_idle=64).session
    work = Work("s", session, lambda: 0.0)
    while work.state != "finished":
        if session.step % 20 == 0:
            work.command(RUN | {"until_idle": 64}, lambda told: None)
            work.obey()
        work._meter._last = 10
        work.slice()
    assert session.step == other.step


def test_an_edit_ends_the_state_and_not_the_run() -> None:
    work = ran(fresh(), until_epoch=2)
    told: list[Any] = []
    rate = "/training/learner/optimizer/learning_rate"
    edit = {"kind": "edit", "edits": [{"kind": "set", "path": rate, "value": 0.02}]}
    work.command(edit, told.append)
    work.obey()
    assert (told[0]["state"], told[0]["finished"]) == ("paused", None)


def test_batches_may_change_on_the_way_to_an_epoch() -> None:
    session = fresh()
    session.advance(5)
    session.edit(read_edits([{"kind": "set", "path": "/training/learner/batch", "value": None}]))
    assert ran(session, until_epoch=4).session.epoch == 4


def test_without_classes_there_is_no_accuracy_to_wait_for() -> None:
    document = default().to_json()
    document["data"] = {"kind": "reg_plane"}
    document["training"]["loss"] = {"kind": "squared_error"}
    told: list[Any] = []
    work = Work("s", Session(Experiment.from_json(document)), lambda: 0.0)
    work.command(RUN | {"until_accuracy": 0.9}, told.append)
    work.obey()
    assert isinstance(told[0], Invalid) and told[0].pointer == "/until_accuracy"
    assert not work.running


def test_epochs_are_counted_right_where_a_hand_moved_the_borders_of_batches() -> None:
    """Batch norm leaves out a last batch of one: in this epoch there is none, in the next one."""
    document = default().to_json()
    document["data"] = {"kind": "circle", "count": 44, "test_share": 0.5}
    document["model"]["layers"] = [
        {"kind": "dense", "units": 3},
        {"kind": "batch_norm"},
        {"kind": "dense"},
    ]
    document["training"]["learner"]["batch"] = 4
    session = Session(Experiment.from_json(document))
    session.advance(2)
    seen = [int(session.run.stepper.recorded()[0])]  # type: ignore[attr-defined]
    session.edit(read_edits([{"kind": "points_erase", "examples": seen}]))
    session.advance(steps_to_border(session, 3))
    stepper = session.run.stepper
    assert (stepper.epoch, stepper.position) == (2, stepper.end)
