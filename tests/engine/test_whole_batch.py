"""A batch of all: one step an epoch, on however many training points there are."""

from __future__ import annotations

import pytest
from workbench import BUSY, experiment

from engine.edits import read_edits
from engine.errors import TooExpensive
from engine.experiment import Experiment
from engine.session import Session

pytestmark = pytest.mark.usefixtures("quiet")


def whole(batch: int | None, count: int = 60) -> Experiment:
    """Dropout and batch norm on half of so many points."""
    return experiment(
        *BUSY, data={"kind": "circle", "count": count, "noise": 0.1}, learner={"batch": batch}
    )


def test_it_is_the_batch_of_as_many_as_there_are_to_the_bit() -> None:
    null, counted = Session(whole(None)), Session(whole(30))
    for session in (null, counted):
        session.advance(5)
        assert session.epoch == 5
        assert session.run.stepper.recording.n == 30  # type: ignore[union-attr]
    assert null.run.theta.vector.tobytes() == counted.run.theta.vector.tobytes()
    assert null.outline.cost == counted.outline.cost


def test_it_follows_the_count() -> None:
    session = Session(whole(None))
    session.advance(3)
    session.edit(read_edits([{"kind": "set", "path": "/data/count", "value": 100}]))
    session.advance(4)
    assert session.run.stepper.recording.n == 50  # type: ignore[union-attr]
    then = session.run.theta.vector.tobytes()
    again = Session(session.experiment)
    again.advance(7)
    assert again.run.theta.vector.tobytes() == then
    session.seek(2)
    session.seek(7)
    assert session.run.theta.vector.tobytes() == then


def test_it_is_written_and_read_back_as_null() -> None:
    made = whole(None)
    assert made.to_json()["training"]["learner"]["batch"] is None
    assert Experiment.from_json(made.to_json()).canonical() == made.canonical()
    assert Experiment.from_link(made.link()).canonical() == made.canonical()
    assert made.id not in (whole(30).id, whole(32).id)


def test_what_a_step_on_all_of_them_would_cost_is_refused_before_anything_is_made() -> None:
    document = whole(None).to_json()
    document["data"] = {"kind": "digits28"}
    document["model"] = {
        "input": {"kind": "image"},
        "layers": [
            {"kind": "conv2d", "channels": 64, "kernel": 5},
            {"kind": "flatten"},
            {"kind": "dense"},
        ],
    }
    document["training"]["loss"] = {"kind": "softmax_cross_entropy"}
    with pytest.raises(TooExpensive):
        Session(Experiment.from_json(document))
