"""The perceptron’s rule under a hand: what is frozen stands still, other data wait."""

from __future__ import annotations

from typing import Any

import pytest

from engine.edits import read_edits
from engine.experiment import Experiment
from engine.probes import read_probe
from engine.session import Session


@pytest.fixture
def session() -> Session:
    return Session(
        Experiment.from_json(
            {
                "format": 1,
                "seed": 7,
                "data": {"kind": "xor", "count": 40},
                "model": {
                    "input": {"kind": "plane"},
                    "layers": [{"kind": "dense"}, {"kind": "step"}],
                },
                "training": {"learner": {"kind": "perceptron"}},
            }
        )
    )


def do(session: Session, *edits: dict[str, Any]) -> None:
    session.edit(read_edits(list(edits)))


def test_a_frozen_layer_stands_still_and_learns_again(session: Session) -> None:
    session.advance(5)
    do(session, {"kind": "freeze", "layer": "head"})
    before, mistakes = session.run.theta.vector.copy(), session.run.stepper.state()["mistakes"]
    session.advance(10)
    assert (session.run.theta.vector == before).all()
    assert session.run.stepper.state()["mistakes"] == mistakes
    do(session, {"kind": "freeze", "layer": "head", "on": False})
    session.advance(10)
    assert (session.run.theta.vector != before).any()


def test_other_data_come_in_with_the_next_epoch(session: Session) -> None:
    session.advance(5)
    do(session, {"kind": "set", "path": "/data/count", "value": 60})
    session.advance(15)
    assert (session.run.in_use.count, session.epoch) == (40, 1.0)
    session.advance(1)
    assert (session.run.in_use.count, session.run.stepper.epoch) == (60, 1)
    bits = session.run.theta.vector.copy()
    session.seek(7)
    session.seek(21)
    assert (session.run.theta.vector == bits).all()


def test_its_spread_begins_at_0(session: Session) -> None:
    session.advance(5)
    answer = session.probe(read_probe("spread", {"bins": 5}))
    assert answer.arrays["steps"].tolist() == [0, 5]
    assert answer.arrays["head.weight"][0].tolist() == [0, 0, 1, 0, 0]
