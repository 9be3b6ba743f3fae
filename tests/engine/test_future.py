"""What is foreseen is what comes, to the bit; and foreseeing changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import busy, experiment

from engine.edits import read_edits
from engine.errors import Invalid, NotNow, TooExpensive
from engine.experiment import Experiment
from engine.future import Future, way_on
from engine.probes import read_probe
from engine.session import Session

RATE = "/training/learner/optimizer/learning_rate"


def default() -> Experiment:
    return experiment()


def edits(*documents: dict[str, Any]) -> tuple[Any, ...]:
    return read_edits(list(documents))


def rate(value: float) -> tuple[Any, ...]:
    return edits({"kind": "set", "path": RATE, "value": value})


def foreseen(session: Session, steps: int, made: tuple[Any, ...] = ()) -> Future:
    """The future, grown in uneven pieces."""
    future = Future(session, made)
    until, pieces = session.step + steps, 0
    while future.step < until and not future.ended:
        future.grow(until, 7 + 13 * (pieces % 5))
        pieces += 1
    return future


def same(future: Future, session: Session) -> None:
    """Everything the future said is what the session now is and remembers."""
    begun = future.begun
    assert session.step == future.step
    assert np.array_equal(future.theta, session.run.theta.vector)
    assert np.array_equal(future.session.run.buffers.vector, session.run.buffers.vector)
    history = session.lines_[session.line].history
    assert np.array_equal(future.rows(begun), history.window(begun, session.step))
    came = [(k, *history.tested[k]) for k in sorted(history.tested) if k > begun]
    assert future.tests(begun) == came


def augmented() -> Experiment:
    """Small digits, moved about, through a convolution with batch norm and dropout."""
    return Experiment.from_json(
        {
            "format": 1,
            "seed": 3,
            "data": {"kind": "digits8", "shift": 1, "flip": True},
            "model": {
                "input": {"kind": "image"},
                "layers": [
                    {"kind": "conv2d", "channels": 2},
                    {"kind": "batch_norm"},
                    {"kind": "relu"},
                    {"kind": "flatten"},
                    {"kind": "dropout", "p": 0.2},
                    {"kind": "dense"},
                ],
            },
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {"kind": "descent", "optimizer": {"kind": "adam"}},
            },
        }
    )


@pytest.mark.parametrize("made", [default, busy, augmented], ids=lambda f: f.__name__)
def test_what_is_foreseen_is_what_comes(made: Any) -> None:
    session = Session(made())
    for steps in (0, 37):
        session.advance(steps)
        future = foreseen(session, 90)
        session.advance(90)
        same(future, session)


def test_foreseeing_leaves_the_session_as_it_was() -> None:
    session, alone = Session(busy()), Session(busy())
    for each in (session, alone):
        each.advance(40)
    foreseen(session, 60, rate(0.5))
    assert session.lines == alone.lines
    recordings = [each.run.stepper.recording for each in (session, alone)]
    assert recordings[0] is not None and recordings[1] is not None
    assert np.array_equal(recordings[0]["tanh1"].y, recordings[1]["tanh1"].y)
    for each in (session, alone):
        each.advance(30)
    assert np.array_equal(session.run.theta.vector, alone.run.theta.vector)
    assert np.array_equal(session.run.buffers.vector, alone.run.buffers.vector)


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "set", "path": RATE, "value": 0.2},
        {"kind": "unit_add", "layer": "dense1"},
        {"kind": "set", "path": "/data/noise", "value": 0.4},
        {"kind": "set", "path": "/training/learner/batch", "value": 5},
        {"kind": "freeze", "layer": "dense1", "on": True},
    ],
    ids=lambda edit: edit.get("path", edit["kind"]),
)
def test_a_turned_knob_is_foreseen_before_it_is_turned(edit: dict[str, Any]) -> None:
    session = Session(busy())
    session.advance(33)
    future = foreseen(session, 50, edits(edit))
    assert session.step == 33 and not session.lines[0]["edits"]
    session.edit(edits(edit))
    session.advance(50)
    same(future, session)


def test_in_the_past_it_is_the_line_that_training_would_take() -> None:
    session = Session(busy())
    session.advance(40)
    session.edit(rate(0.1))
    session.advance(40)
    # Where the edit lies ahead, going on leaves it on the old line.
    session.seek(20)
    future = foreseen(session, 60)
    session.advance(60)
    assert session.line == 1
    same(future, session)
    # Where none does, it is the same line walked again, and beyond its head.
    session.seek(50, 0)
    future = foreseen(session, 60)
    session.advance(60)
    assert session.line == 0
    assert np.array_equal(future.theta, session.run.theta.vector)
    # An edit in the past opens a line.
    session.seek(70)
    future = foreseen(session, 30, rate(0.02))
    session.edit(rate(0.02))
    session.advance(30)
    assert session.line == 2
    same(future, session)
    # So does one before edits that the experiment brought along.
    brought = edits({"kind": "freeze", "layer": "dense1", "at": 20})
    session = Session(busy().with_(edits=brought))
    future = foreseen(session, 30, rate(0.02))
    session.edit(rate(0.02))
    session.advance(30)
    assert session.line == 1
    same(future, session)


def test_edits_that_an_experiment_brings_along_act_when_their_step_comes() -> None:
    brought = default().with_(edits=tuple(e.with_(at=30) for e in rate(0.3)))
    session = Session(brought)
    future = foreseen(session, 60)
    session.advance(60)
    same(future, session)
    assert len(np.unique(future.rows(0)[:, 2])) == 2  # both rates were at work


@pytest.mark.usefixtures("quiet")
def test_a_divergence_is_foreseen_with_its_step_and_words() -> None:
    layers = [{"kind": "dense", "units": 5}, {"kind": "relu"}, {"kind": "dense"}]
    wild = experiment(
        *layers, loss={"kind": "squared_error"}, optimizer={"kind": "sgd", "learning_rate": 0.05}
    )
    session = Session(wild)
    session.advance(10)
    future = foreseen(session, 400, rate(900))
    assert future.ended and session.divergence is None
    session.edit(rate(900))
    session.advance(400)
    assert future.session.divergence == session.divergence
    assert np.array_equal(
        future.rows(10), session.lines_[session.line].history.window(10, session.step)
    )
    with pytest.raises(NotNow, match="no future"):
        session.probe(read_probe("future", {}))
    session.seek(10)
    calm = foreseen(session, 20, rate(1e-4))
    assert not calm.ended and calm.step == 30


def test_the_way_is_named_by_what_changes_it() -> None:
    session = Session(default())
    before = way_on(session)
    session.advance(50)
    session.seek(20)
    assert way_on(session) == before
    session.seek(50)
    session.edit(rate(0.2))
    after = way_on(session)
    assert after != before
    session.advance(5)
    session.seek(20)
    assert way_on(session) not in (before, after)


def test_the_probe_tells_the_curve_and_the_field_at_its_end() -> None:
    session = Session(default())
    session.advance(20)
    asked = {"steps": 40, "resolution": 8, "edits": [{"kind": "set", "path": RATE, "value": 0.1}]}
    answer = session.probe(read_probe("future", asked))
    assert (answer.step, answer.info["from"], answer.info["to"]) == (20, 20, 60)
    session.edit(rate(0.1))
    session.advance(40)
    history = session.lines_[0].history
    rows = history.window(20, 60)
    assert answer.arrays["steps"].tolist() == list(range(21, 61))
    assert np.array_equal(answer.arrays["loss"], rows[:, 0])
    assert np.array_equal(answer.arrays["grad_norm"], np.sqrt(rows[:, 1]))
    assert answer.arrays["tested"].tolist() == [k for k in sorted(history.tested) if k > 20]
    field = session.probe(read_probe("boundary", {"resolution": 8}))
    for name, array in field.arrays.items():
        assert np.array_equal(answer.arrays[name], array)


def test_of_pictures_the_probe_tells_the_curve_alone() -> None:
    answer = Session(augmented()).probe(read_probe("future", {"steps": 3}))
    assert len(answer.arrays["loss"]) == 3
    assert not {"outputs", "probabilities"} & set(answer.arrays)


def test_what_cannot_be_foreseen_is_refused() -> None:
    session = Session(default())
    unknown = {"kind": "freeze", "layer": "dense9", "on": True}
    with pytest.raises(Invalid, match="dense9"):
        session.probe(read_probe("future", {"edits": [unknown]}))
    dense = [{"kind": "dense", "units": units} for units in (512, 512, None)]
    wide = experiment(*dense)
    with pytest.raises(TooExpensive) as dear:
        Session(wide).probe(read_probe("future", {"steps": 10_000}))
    assert dear.value.pointer == "/steps" and 0 < (dear.value.limit or 0) < 10_000
