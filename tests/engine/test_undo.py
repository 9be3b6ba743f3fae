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


def test_units_that_went_one_behind_the_other_come_back_in_their_places(session: Session) -> None:
    """All stood between the same two when they went: which was in front is not forgotten."""
    rows = []
    for place in (1, 1, 0):
        rows.append([unit(session, n) for n in range(4 - len(rows))])
        do(session, remove(place))
    for edit in (2, 1, 0):
        do(session, {"kind": "undo", "edit": edit})
        assert [unit(session, n) for n in range(4 - edit)] == rows[edit]
    for edit in (5, 4, 3):  # gone once more, and back once more
        do(session, {"kind": "undo", "edit": edit})
    for edit in (8, 7, 6):
        do(session, {"kind": "undo", "edit": edit})
    assert [unit(session, n) for n in range(4)] == rows[0]


def write(array: str, *index: int) -> dict[str, Any]:
    return {"kind": "write", "array": array, "index": list(index), "value": 9.0}


def add(place: int | None = None) -> dict[str, Any]:
    return {"kind": "unit_add", "layer": "dense1", "unit": place}


def remove(place: int) -> dict[str, Any]:
    return {"kind": "unit_remove", "layer": "dense1", "unit": place}


SINCE = {
    "one came before it": ([add(0)], 3),
    "one came in its place": ([add(2)], 3),
    "one came behind it": ([add(3)], 2),
    "one before it went": ([remove(1)], 1),
    "one behind it went": ([remove(3)], 2),
    "some came and went": ([remove(0), add(), add(1), remove(0), add(0)], 2),
    "it went and was given back, others before it": (
        [remove(2), add(0), add(), {"kind": "undo", "edit": 2}], 3,
    ),
    "it went, was given back, taken and given back again": (
        [remove(2), *({"kind": "undo", "edit": n} for n in (2, 3, 4))], 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("since", SINCE)
@pytest.mark.parametrize("array", ["dense1.weight", "dense1.bias", "head.weight"])
def test_what_was_written_is_taken_back_where_it_stands_now(
    session: Session, array: str, since: str
) -> None:
    """Also in a copy, and when the way is walked again."""
    index = {"dense1.weight": (2, 1), "dense1.bias": (2,), "head.weight": (0, 2)}[array]
    old = float(session.run.arrays[array][index])
    do(session, {"kind": "unit_add", "layer": "dense1", "unit": 4}, write(array, *index))
    do(session, *SINCE[since][0])
    there = tuple(SINCE[since][1] if n == 2 else n for n in index)
    assert session.run.arrays[array][there] == 9.0
    copy = Session.restore(session.snapshot())
    before = {name: np.array(a) for name, a in session.run.arrays.items()}
    for each in (session, copy):
        assert 1 in each.undoable
        do(each, {"kind": "undo", "edit": 1})
        assert float(each.run.arrays[array][there]) == old
        before[array][there] = old  # and nothing else is other than before
        assert all((a == before[name]).all() for name, a in each.run.arrays.items())
    session.advance(2)
    theta = session.run.theta.vector.tobytes()
    session.seek(0)
    session.seek(4)
    assert session.run.theta.vector.tobytes() == theta


@pytest.mark.parametrize(
    "edit",
    [
        write("dense1.weight", 2, 1),
        write("head.weight", 0, 2),
        {"kind": "silence", "layer": "tanh1", "units": [2]},
    ],
)
@pytest.mark.parametrize(
    "gone",
    [
        [remove(2)],
        [remove(0), remove(1)],
        [remove(2), add(2)],
        [
            {"kind": "layer_remove", "layer": "tanh1"},
            {"kind": "layer_remove", "layer": "dense1"},
            {"kind": "layer_insert", "index": 0, "layer": {"kind": "dense", "units": 4}},
            {"kind": "layer_insert", "index": 1, "layer": {"kind": "tanh"}},
        ],
    ],
)
def test_nothing_else_is_changed_where_what_was_changed_is_gone(
    session: Session, edit: dict[str, Any], gone: list[dict[str, Any]]
) -> None:
    """Another unit may have its number, another layer its name; given back, it is itself again."""
    start = dict(session.run.silenced), session.run.arrays["head.weight"].tolist()
    do(session, edit)
    do(session, *gone)
    assert 0 not in session.undoable
    theta, silenced = session.run.theta.vector.tobytes(), dict(session.run.silenced)
    with pytest.raises(NotNow, match="what it changed is gone"):
        do(session, {"kind": "undo", "edit": 0})
    assert (session.run.theta.vector.tobytes(), session.run.silenced) == (theta, silenced)
    for number in range(len(gone), 0, -1):
        do(session, {"kind": "undo", "edit": number})
    do(session, {"kind": "undo", "edit": 0})
    assert start == (session.run.silenced, session.run.arrays["head.weight"].tolist())
    assert [n for n in session.undoable if n <= len(gone)] == []


def test_a_lesion_is_taken_back_at_the_numbers_its_units_have_now(session: Session) -> None:
    do(session, {"kind": "silence", "layer": "tanh1", "units": [1, 3]})
    do(session, {"kind": "silence", "layer": "tanh1", "units": [0, 1, 3]})
    do(session, remove(0), add(0), add(0))
    assert session.run.silenced == {"tanh1": (2, 4)}
    assert session.undoable == [0, 2, 3, 4]
    do(session, {"kind": "silence", "layer": "tanh1", "units": []}, remove(2))
    do(session, {"kind": "undo", "edit": 5})
    assert session.run.silenced == {"tanh1": (3,)}
    do(session, {"kind": "undo", "edit": 6})
    assert session.run.silenced == {"tanh1": (4,)}
    do(session, {"kind": "undo", "edit": 8}, {"kind": "undo", "edit": 7})
    assert session.run.silenced == {}


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
