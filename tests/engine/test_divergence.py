"""Divergence: the run stops at the last finite step and says what broke and which knob to turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import experiment

from engine.edits import read_edits
from engine.errors import TinkernetError
from engine.probes.base import read_probe
from engine.session import Session

pytestmark = pytest.mark.usefixtures("quiet")
RATE = "/training/learner/optimizer/learning_rate"


def wild(rate: float = 30.0) -> Session:
    """ReLU and squared error at a rate far too large."""
    return Session(
        experiment(
            {"kind": "dense", "units": 8},
            {"kind": "relu"},
            {"kind": "dense", "units": 4},
            {"kind": "relu"},
            {"kind": "dense"},
            loss={"kind": "squared_error"},
            optimizer={"kind": "sgd", "learning_rate": rate},
        )
    )


def test_it_stops_at_the_last_finite_step_and_says_why() -> None:
    session = wild()
    made = session.advance(1000)
    assert session.state == "diverged"
    assert session.step == made < 1000
    assert np.isfinite(session.run.theta.vector).all()
    found = session.divergence
    assert found is not None
    assert found["step"] == session.step + 1
    assert found["array"] in session.run.arrays
    assert found["knob"] == RATE and found["value"] == 30.0
    sentence = found["sentence"]
    assert f"step {session.step + 1}" in sentence
    assert found["array"] in sentence
    assert "learning rate 30" in sentence
    assert session.lines[0]["head"] == session.step


@pytest.mark.parametrize("clip", [None, 1e6])
def test_a_gradient_that_broke_is_named_by_its_own_numbers(clip: float | None) -> None:
    """And not by what clipping would have made of them."""
    relu = {"kind": "relu"}
    layers = ({"kind": "dense", "units": 5}, relu, {"kind": "dense", "units": 7}, relu)
    session = Session(
        experiment(
            *layers,
            {"kind": "dense"},
            loss={"kind": "squared_error"},
            optimizer={"kind": "sgd", "learning_rate": 10.0},
            learner={"batch": None, "clip": clip},
            seed=2,
        )
    )
    session.advance(1000)
    stepper: Any = session.run.stepper
    stepper.tape.batch[...] = stepper.table
    stepper.tape.replay()
    arrays = session.run.net.arrays(stepper.grad)
    assert session.divergence is not None
    assert session.divergence["array"] == "dense2.weight"
    assert max(arrays, key=lambda name: float(np.abs(arrays[name]).max())) == "dense2.weight"


def test_what_is_shown_then_is_finite() -> None:
    session = wild()
    session.advance(1000)
    for name in ("boundary", "neurons", "parameters", "gradients"):
        for array in session.probe(read_probe(name, {})).arrays.values():
            assert np.isfinite(array).all(), name
    points = session.points(0, 0)
    assert all(np.isfinite(x) for x in points["loss_mean"])
    assert points["step"][-1] == session.step if points["step"] else session.step == 0


def test_it_stands_where_the_same_steps_stand_in_a_run_told_to_stop_there() -> None:
    session = wild()
    session.advance(1000)
    other = wild()
    other.advance(session.step)
    assert other.state == "paused"
    np.testing.assert_array_equal(other.run.theta.vector, session.run.theta.vector)
    assert (other.run.stepper.recording is None) == (session.step == 0)


def test_running_on_without_a_change_makes_no_step() -> None:
    session = wild()
    session.advance(1000)
    assert session.advance(10) == 0
    assert session.state == "diverged"


def test_it_goes_on_after_an_edit() -> None:
    session = wild()
    session.advance(1000)
    session.seek(0)
    assert session.state == "paused"
    session.edit(read_edits([{"kind": "set", "path": RATE, "value": 0.01}]))
    assert session.advance(200) == 200
    assert session.state == "paused"
    assert session.metrics()["train_loss"] < 1.0


def test_an_edit_right_there_clears_the_state() -> None:
    session = wild(3.0)
    session.advance(1000)
    assert session.state == "diverged"
    at = session.step
    slower = {"kind": "set", "path": RATE, "value": 1e-9}
    shorter = {"kind": "set", "path": "/training/learner/clip", "value": 1.0}
    session.edit(read_edits([slower, shorter]))
    assert (session.state, session.step, session.line) == ("paused", at, 0)


def test_a_second_attempt_diverges_at_the_same_step() -> None:
    session = wild()
    session.advance(1000)
    first = session.divergence
    session.seek(session.step)
    assert session.divergence is None
    session.advance(1000)
    assert session.divergence == first


def test_a_refused_edit_leaves_the_reason_why_it_stands_there() -> None:
    session = wild()
    session.advance(10_000)
    why = session.divergence
    with pytest.raises(TinkernetError):
        session.edit(read_edits([{"kind": "unit_remove", "layer": "nowhere"}]))
    assert session.state == "diverged" and session.divergence == why


def test_a_number_that_grew_large_can_be_written_by_hand_and_brought_back() -> None:
    session = wild()
    session.advance(10_000)
    arrays = session.run.arrays
    name = max(arrays, key=lambda name: np.abs(arrays[name]).max())
    index = np.unravel_index(np.abs(arrays[name]).argmax(), arrays[name].shape)
    before = float(arrays[name][index])
    assert abs(before) > 1e6
    told = {"kind": "write", "array": name, "index": [int(i) for i in index], "value": 0.5}
    session.edit(read_edits([told]))
    session.edit(read_edits([{"kind": "undo", "edit": 0}]))
    assert float(session.run.arrays[name][index]) == before
