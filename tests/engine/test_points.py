"""Points that a hand adds and erases while a net trains: they act at once, on nothing else, and a
replay knows them to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.edits import read_edits
from engine.errors import Broken, Invalid, NotNow, TinkernetError
from engine.experiment import Experiment
from engine.rng import generator
from engine.session import Session


def experiment(data: dict[str, Any] | None = None, batch: int | None = 8, **more: Any) -> Any:
    layers = [{"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense"}]
    return Experiment.from_json(
        {
            "format": 1,
            "seed": 7,
            "data": {"kind": "circle", "count": 100, **(data or {})},
            "model": {"input": {"kind": "plane"}, "layers": layers},
            "training": {
                "loss": {"kind": "logistic"},
                "learner": {
                    "kind": "descent",
                    "batch": batch,
                    "optimizer": {"kind": "adam", "learning_rate": 0.01},
                },
            },
            **more,
        }
    )


ADD = {"kind": "points_add", "points": [[1.2345, 2, 1], [0, 0, 0], [6, -6, 1]]}
ERASE = {"kind": "points_erase", "examples": [3, 4, 5]}


def bits(session: Session) -> bytes:
    return session.run.theta.vector.tobytes()


@pytest.mark.parametrize("batch", [8, 1, None])
def test_a_replay_with_points_is_equal_to_the_bit(batch: int | None) -> None:
    session = Session(experiment(batch=batch))
    session.advance(13)
    session.edit(read_edits([ADD, ERASE]))
    session.advance(27)
    move = {"kind": "points_erase", "points": [[1.2345, 2]]}
    session.edit(read_edits([move, {"kind": "points_add", "points": [[1, 2, 1]]}]))
    session.advance(20)
    then = bits(session)
    session.seek(14)
    session.seek(60)
    assert bits(session) == then
    assert bits(Session.restore(session.snapshot())) == then
    again = Session(Experiment.from_link(session.experiment.link()))
    again.advance(60)
    assert bits(again) == then
    session.reset()
    assert [point[:2] for point in session.now.data.painted] == [(0, 0), (0.999, 2.001), (6, -6)]
    assert session.now.data.erased == (3, 4, 5)
    folded = Session(session.now)
    for each in (session, folded):
        each.advance(20)
    assert bits(session) == bits(folded)


def test_points_act_at_once_and_say_so_in_words() -> None:
    session = Session(experiment())
    session.advance(3)
    before = session.run.prepared
    session.edit(read_edits([ADD, {"kind": "points_erase", "examples": [3]}]))
    now = session.run.prepared
    assert len(now.raw) == len(before.raw) + 3 - 1
    assert now.numbers is not None and list(now.numbers[-3:]) == [-1, -1, -1]
    # All painted ones train, and those who were tested still are.
    assert set(range(len(now.raw) - 3, len(now.raw))) <= set(now.train.tolist())
    assert set(now.numbers[now.test]) == set(before.test.tolist()) - {3}
    words = [edit["words"] for edit in session.lines[0]["edits"]]
    assert words == ["3 points added", "1 point erased"]


def test_the_others_keep_their_order_and_what_was_seen_stays_seen() -> None:
    plain = prepare(experiment().data, None, 7)
    painted = [[x / 10, x / 7, 1] for x in range(20)]
    hand = prepare(experiment({"painted": painted, "erased": [0, 1, 2, 9]}).data, None, 7)
    assert hand.numbers is not None
    for epoch in (0, 5):
        a = plain.train[plain.turns.order(generator(7, "order", epoch))]
        b = hand.train[hand.turns.order(generator(7, "order", epoch))]
        assert len(b) == len(hand.train) == len(set(b.tolist()))
        left = [i for i in a.tolist() if i not in (0, 1, 2, 9)]
        assert [i for i in hand.numbers[b].tolist() if i >= 0] == left
    session = Session(experiment())
    session.advance(4)
    stepper: Any = session.run.stepper
    seen = set(stepper.setting.data.train[stepper.order[: stepper.position]].tolist())
    assert len(seen) == 32
    session.edit(read_edits([ADD, ERASE]))
    data, position = session.run.prepared, stepper.position
    order = data.train[data.turns.order(generator(7, "order", 0))]
    assert data.numbers is not None
    assert {i for i in data.numbers[order[:position]].tolist() if i >= 0} == seen - {3, 4, 5}


def test_undo_takes_points_back_and_gives_erased_ones_again() -> None:
    session = Session(experiment({"painted": [[1, 1, 0]]}))
    start = session.now
    session.advance(2)
    session.edit(read_edits([ADD, ERASE, {"kind": "points_erase", "points": [[1, 1]]}]))
    assert len(session.now.data.painted) == 3
    session.edit(read_edits([{"kind": "undo", "edit": n} for n in (2, 1, 0)]))
    assert session.now == start


def test_two_thousand_points_fit_in_a_link_and_come_back() -> None:
    chance = np.random.default_rng(1)
    places = chance.uniform(-6, 6, (2000, 2)).tolist()
    classes = chance.integers(0, 2, 2000).tolist()
    points = [[*place, c] for place, c in zip(places, classes, strict=True)]
    given = experiment({"painted": points, "erased": list(range(0, 99, 4))})
    link = given.link()
    assert len(link) < 7000
    found = Experiment.from_link(link)
    assert found.id == given.id
    with pytest.raises(Broken):
        Experiment.from_link(link[: len(link) - 40])


@pytest.mark.parametrize(
    ("edit", "pointer", "says"),
    [
        ({"kind": "points_add", "points": [[7, 0, 1]]}, "/0/points/0", "from -6 to 6"),
        ({"kind": "points_add", "points": [[1, 0, 2]]}, "/0/points/0", "from 0 to 1"),
        ({"kind": "points_add", "points": [[1, 0, 1], [1, 0, 0]]}, "/0/points/1", "already"),
        ({"kind": "points_add", "examples": [3]}, "/0/examples/0", "is in the set"),
        ({"kind": "points_erase", "examples": [100]}, "/0/examples/0", "from 0 to 99"),
        ({"kind": "points_erase", "examples": [4, 4]}, "/0/examples/1", "erased already"),
        ({"kind": "points_erase", "points": [[1, 1]]}, "/0/points/0", "no painted point"),
        ({"kind": "points_erase", "examples": list(range(100))}, "/0/examples", "At least one"),
        ({"kind": "points_add"}, "/0/points", "at least one"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    edit: dict[str, Any], pointer: str, says: str
) -> None:
    session = Session(experiment())
    session.advance(2)
    before = bits(session), session.experiment
    with pytest.raises(TinkernetError) as refused:
        session.edit(read_edits([edit]))
    assert refused.value.pointer == pointer
    assert says in refused.value.detail
    assert (bits(session), session.experiment) == before


def test_tables_can_lose_examples_but_none_is_painted_and_pictures_have_no_points() -> None:
    layers = [{"kind": "dense"}]
    training = {
        "loss": {"kind": "softmax_cross_entropy"},
        "learner": {"kind": "descent", "optimizer": {"kind": "sgd"}},
    }
    iris = {"format": 1, "data": {"kind": "iris"}, "training": training}
    session = Session(
        Experiment.from_json({**iris, "model": {"input": {"kind": "plane"}, "layers": layers}})
    )
    session.edit(read_edits([{"kind": "points_erase", "examples": [0, 149]}]))
    assert len(session.run.prepared.raw) == 148
    with pytest.raises(NotNow, match="measured"):
        session.edit(read_edits([{"kind": "points_add", "points": [[1, 1, 0]]}]))
    digits = {**iris, "data": {"kind": "digits8"}}
    model = {"input": {"kind": "image"}, "layers": [{"kind": "flatten"}, *layers]}
    pictures = Session(Experiment.from_json({**digits, "model": model}))
    with pytest.raises(NotNow, match="pictures"):
        pictures.edit(read_edits([{"kind": "points_erase", "examples": [1]}]))


def test_noise_and_count_leave_what_a_hand_did_alone() -> None:
    session = Session(experiment())
    session.edit(read_edits([ADD, ERASE]))
    noise = {"kind": "set", "path": "/data/noise", "value": 0.2}
    count = {"kind": "set", "path": "/data/count", "value": 200}
    session.edit(read_edits([noise, count]))
    assert len(session.run.prepared.raw) == 100
    session.edit(read_edits([{"kind": "points_add", "points": [[3, 3, 0]]}]))
    session.advance(20)
    assert len(session.run.prepared.raw) == 200 - 3 + 4
    assert session.now.data.erased == (3, 4, 5)


@pytest.mark.parametrize("by_value", [False, True])
def test_where_none_of_the_data_in_use_stays_those_that_wait_come_in_at_once(
    by_value: bool,
) -> None:
    session = Session(experiment(data={"count": 6}))
    session.advance(1)
    session.edit(read_edits([{"kind": "set", "path": "/data/count", "value": 60}]))
    some, all_of_them = [0, 1], list(range(6))
    erase: dict[str, Any] = {"kind": "points_erase", "examples": some}
    session.edit(read_edits([erase]))
    assert session.run.in_use.count == 6 and session.run.waiting
    erase["examples"] = all_of_them[2:]
    if by_value:
        erase = {"kind": "set", "path": "/data/erased", "value": all_of_them}
    session.edit(read_edits([erase]))
    assert session.run.in_use.count == 60 and not session.run.waiting
    assert session.advance(5) == 5
    again = Session(session.experiment)
    again.advance(session.step)
    assert bits(again) == bits(session)
    copy = Session.restore(session.snapshot())
    for each in (copy, session):
        each.advance(20)
    assert bits(copy) == bits(session)


def test_batch_norm_of_vectors_wants_more_than_one_example() -> None:
    layers = [
        {"kind": "dense", "units": 4},
        {"kind": "batch_norm"},
        {"kind": "tanh"},
        {"kind": "dense"},
    ]
    model = {"input": {"kind": "plane"}, "layers": layers}
    with pytest.raises(Invalid, match="at least 2 examples") as refused:
        experiment(batch=1, model=model)
    assert refused.value.pointer == "/training/learner/batch"
    session = Session(experiment(batch=7, model=model))
    for step in range(1, 30):  # every border that batches can have after points came or went
        session.edit(read_edits([{"kind": "points_add", "points": [[step / 10, 1, 0]]}]))
        session.advance(1)
        assert session.run.stepper.recording is not None
        assert session.run.stepper.recording.n > 1
