"""Undo after other changes: the right unit goes, lesions come back, and what was undone is done
again and undone again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.edits import read_edits
from engine.errors import NotNow, Unknown
from engine.experiment import Experiment
from engine.session import Session


@pytest.fixture
def session() -> Session:
    layers = [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense"}]
    made = Session(
        Experiment.from_json(
            {
                "format": 1,
                "seed": 7,
                "data": {"kind": "circle", "count": 40},
                "model": {"input": {"kind": "plane"}, "layers": layers},
                "training": {
                    "loss": {"kind": "logistic"},
                    "learner": {"kind": "descent", "optimizer": {"kind": "sgd"}},
                },
            }
        )
    )
    made.advance(2)
    return made


def do(session: Session, *edits: dict[str, Any]) -> None:
    session.edit(read_edits(list(edits)))


def unit(session: Session, n: int) -> list[float]:
    return np.array(session.run.arrays["dense1.weight"][n]).tolist()


def test_the_unit_that_was_added_goes_though_others_came_and_went_since(session: Session) -> None:
    do(session, {"kind": "unit_add", "layer": "dense1"})
    added = unit(session, 4)
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 1})
    do(session, {"kind": "unit_add", "layer": "dense1", "unit": 0})
    do(session, {"kind": "unit_add", "layer": "dense1"})
    others = [unit(session, n) for n in range(6) if unit(session, n) != added]
    assert len(others) == 5
    do(session, {"kind": "undo", "edit": 0})
    assert [unit(session, n) for n in range(5)] == others


def test_a_unit_that_went_since_cannot_be_taken_back_again(session: Session) -> None:
    do(session, {"kind": "unit_add", "layer": "dense1", "unit": 1})
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 1})
    assert session.undoable == [1]
    with pytest.raises(NotNow):
        do(session, {"kind": "undo", "edit": 0})


def test_lesions_and_frozen_layers_come_back_with_what_took_them_away(session: Session) -> None:
    do(session, {"kind": "silence", "layer": "tanh1", "units": [0, 3]})
    do(session, {"kind": "freeze", "layer": "dense1"})
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 3})
    assert session.run.silenced == {"tanh1": (0,)}
    do(session, {"kind": "undo", "edit": 2})
    assert session.run.silenced == {"tanh1": (0, 3)}
    do(session, {"kind": "layer_remove", "layer": "tanh1"})
    assert session.run.silenced == {}
    do(session, {"kind": "undo", "edit": 4})
    assert session.run.silenced == {"tanh1": (0, 3)}
    assert session.run.frozen == {"dense1"}


def test_what_was_undone_is_done_again_and_undone_again_in_words(session: Session) -> None:
    do(session, {"kind": "points_add", "points": [[1, 1, 0]]})
    do(session, {"kind": "undo", "edit": 0})
    assert (session.undoable, session.now.data.painted) == ([], ())
    do(session, {"kind": "undo", "edit": 1})
    assert session.undoable == [2]
    assert len(session.now.data.painted) == 1
    do(session, {"kind": "undo", "edit": 2})
    assert (session.undoable, session.now.data.painted) == ([], ())
    words = [edit["words"] for edit in session.lines[0]["edits"]]
    assert words[1:] == [
        "undone: 1 point added",
        "again: 1 point added",
        "undone: 1 point added",
    ]


def test_an_unknown_block_is_pointed_at_where_it_is_named(session: Session) -> None:
    with pytest.raises(Unknown) as refused:
        do(
            session,
            {"kind": "layer_insert", "layer": {"kind": "tanh"}, "index": 0, "chain": "nowhere"},
        )
    assert refused.value.pointer == "/0/chain"


@pytest.mark.parametrize(
    "one, other", [("momentum", "adam"), ("adam", "momentum"), ("adagrad", "rmsprop")]
)
def test_another_optimizer_starts_fresh(session: Session, one: str, other: str) -> None:
    """Also where both call a vector alike: a velocity is no mean square."""
    path = "/training/learner/optimizer"
    do(session, {"kind": "set", "path": path, "value": {"kind": one}})
    session.advance(3)
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 1})
    do(session, {"kind": "set", "path": path, "value": {"kind": other}})
    assert not any(slot.any() for slot in session.run.stepper.slots.values())
    do(session, {"kind": "undo", "edit": 1})
    assert not any(slot.any() for slot in session.run.stepper.slots.values())
    assert session.advance(3) == 3


def test_an_optimizer_of_the_same_memory_goes_on_with_it(session: Session) -> None:
    path = "/training/learner/optimizer"
    do(session, {"kind": "set", "path": path, "value": {"kind": "momentum"}})
    session.advance(3)
    do(session, {"kind": "set", "path": path, "value": {"kind": "nesterov"}})
    assert session.run.stepper.slots["v"].any()
