"""A session's experiment carries its edits: a session made from it comes to the same numbers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from workbench import busy

from engine.edits import MOST_EDITS, read_edits
from engine.errors import NotNow, TinkernetError
from engine.experiment import Experiment
from engine.session import Session

pytestmark = pytest.mark.usefixtures("quiet")
RATE = "/training/learner/optimizer/learning_rate"
LESION = {"kind": "silence", "layer": "tanh1", "units": [0, 2]}
EDITS: dict[str, list[dict[str, Any]]] = {
    "set": [{"kind": "set", "path": RATE, "value": 0.5}],
    "set, at the next epoch": [{"kind": "set", "path": "/data/count", "value": 90}],
    "set, other points": [{"kind": "set", "path": "/data/noise", "value": 0.3}],
    "write": [{"kind": "write", "array": "head.bias", "index": [0], "value": 9.0}],
    "silence": [LESION],
    "freeze": [{"kind": "freeze", "layer": "dense1"}],
    "unit_add": [{"kind": "unit_add", "layer": "dense1"}],
    "unit_remove": [{"kind": "unit_remove", "layer": "dense1", "unit": 1}],
    "layer_insert": [{"kind": "layer_insert", "layer": {"kind": "gelu"}, "index": 2}],
    "layer_remove": [{"kind": "layer_remove", "layer": "tanh1"}],
    "layer_move": [{"kind": "layer_move", "layer": "drop1", "index": 1}],
    "undo": [LESION, {"kind": "undo", "edit": 0}],
}


def do(session: Session, *edits: dict[str, Any]) -> None:
    session.edit(read_edits(copy.deepcopy(list(edits))))


def again(session: Session) -> Session:
    """Another session, from what is told of this one as JSON, as far as this one is."""
    made = Session(Experiment.from_json(session.experiment.to_json()))
    made.advance(session.step)
    assert (made.line, made.step) == (0, session.step)
    return made


def same(one: Session, other: Session) -> bool:
    here, there = one.run, other.run
    assert here.experiment == there.experiment
    assert (here.silenced, here.frozen) == (there.silenced, there.frozen)
    slots = all(
        np.array_equal(here.stepper.slots[k], there.stepper.slots[k]) for k in here.stepper.slots
    )
    return slots and here.theta.vector.tobytes() == there.theta.vector.tobytes()


@pytest.mark.parametrize("at", [0, 17])
@pytest.mark.parametrize("kind", EDITS)
def test_each_kind_of_edit_acts_once_more_and_not_twice(kind: str, at: int) -> None:
    session = Session(busy())
    session.advance(at)
    do(session, *EDITS[kind])
    session.advance(40)
    assert session.now.edits == () and len(session.experiment.edits) == len(EDITS[kind])
    made = again(session)
    assert same(made, session)
    assert made.experiment == session.experiment


def test_a_branch_carries_what_acted_on_its_way_alone() -> None:
    session = Session(busy())
    session.advance(20)
    do(session, LESION)
    session.advance(20)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    session.advance(20)
    session.seek(30)
    assert [edit.kind for edit in session.experiment.edits] == ["silence"]
    do(session, {"kind": "write", "array": "head.bias", "index": [0], "value": 2.0})
    session.advance(15)
    assert session.line == 1
    assert same(again(session), session)


def test_after_a_reset_the_fold_is_the_beginning() -> None:
    session = Session(busy())
    session.advance(20)
    do(session, LESION, {"kind": "unit_add", "layer": "dense1"})
    session.reset()
    assert session.experiment == session.now and session.experiment.edits == ()
    session.advance(10)
    assert same(again(session), session)


def test_edits_an_experiment_brings_stay_in_it_before_they_act() -> None:
    edits = read_edits([{**LESION, "at": 20}, {"kind": "unit_add", "layer": "dense1", "at": 40}])
    session = Session(busy().with_(edits=edits))
    for step in (0, 10, 30, 50):
        session.advance(step - session.step)
        assert session.experiment.edits == edits
    session = Session(busy().with_(edits=edits))
    session.advance(30)
    session.seek(25)  # the second edit lies beyond what was trained: nothing is left behind
    session.advance(25)
    assert (session.line, session.acted) == (0, 2)
    assert same(again(session), session)


def test_a_refused_edit_is_pointed_at_by_its_place() -> None:
    session = Session(busy())
    with pytest.raises(TinkernetError) as caught:
        do(session, LESION, {"kind": "set", "path": RATE, "value": -1})
    assert caught.value.pointer.startswith("/1/value")
    assert session.experiment.edits == ()


def test_there_is_nothing_to_undo_before_there_was_an_edit() -> None:
    session = Session(busy())
    with pytest.raises(NotNow) as caught:
        do(session, {"kind": "undo", "edit": 0})
    assert caught.value.limit is None and "no edit" in caught.value.detail


def test_a_line_carries_so_many_edits_and_a_reset_makes_room() -> None:
    knob = {"kind": "set", "path": RATE, "value": 0.5}
    session = Session(busy())
    while len(session.experiment.edits) < MOST_EDITS:
        do(session, *[knob] * min(64, MOST_EDITS - len(session.experiment.edits)))
    Experiment.from_json(session.experiment.to_json())
    with pytest.raises(NotNow) as caught:
        do(session, knob)
    assert caught.value.limit == MOST_EDITS and "reset" in caught.value.detail
    session.reset()
    do(session, knob)
