"""Pictures take no more memory and time than was said before: the outline, and what is scored."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import numpy as np
import pytest

from engine import budget, scores
from engine.data import prepare
from engine.experiment import Experiment
from engine.outline import outline
from engine.probes import read_probe
from engine.scores import mean_loss, score
from engine.session import Session

POOR = 5 * 10**7
CONV = {"kind": "conv2d", "channels": 8, "kernel": 5, "padding": "same"}
SMALL = [CONV, {"kind": "relu"}, {"kind": "max_pool2d", "window": 2}]
DEEP = [*SMALL, {**CONV, "channels": 16, "kernel": 3}, {"kind": "batch_norm"}, {"kind": "relu"}]


def experiment(data: dict[str, Any], layers: list[Any], batch: int = 32) -> Experiment:
    return Experiment.from_json(
        {
            "format": 1,
            "seed": 2,
            "data": data,
            "model": {
                "input": {"kind": "image"},
                "layers": [*layers, {"kind": "flatten"}, {"kind": "dense"}],
            },
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {
                    "kind": "descent",
                    "batch": batch,
                    "optimizer": {"kind": "adam", "learning_rate": 0.003},
                },
            },
        }
    )


def taken(made: Experiment) -> tuple[Session, int]:
    """A session that has gone over an epoch's border and was scored, and the most bytes it held."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    session = Session(made)
    batch = made.training.learner.batch_size(made.data.training_size)
    session.advance(made.data.training_size // batch + 2)
    session.metrics()
    held = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return session, held


@pytest.mark.parametrize(
    ("data", "layers", "batch"),
    [
        ({"kind": "digits28", "count": 500}, DEEP, 32),
        ({"kind": "fashion28", "count": 500}, SMALL, 100),
        ({"kind": "textures32"}, SMALL, 16),
        ({"kind": "digits28", "count": 1000}, [], 50),
    ],
)
def test_the_outline_says_what_a_session_on_pictures_takes(
    data: dict[str, Any], layers: list[Any], batch: int
) -> None:
    made = experiment(data, layers, batch)
    warm = Session(experiment({"kind": "digits8"}, layers))  # what is imported and opened once
    warm.advance(2)
    warm.metrics()
    made.data.make(0)
    cost = outline(made).cost
    first, alone = taken(made)
    assert 0.75 * cost["bytes"] < alone < cost["bytes"]
    # Another on the same pictures, even with another seed for the rest.
    second, more = taken(made.with_(seed=5, seeds={"data": 2}))
    assert second.run.prepared.rows is not None and first.step == second.step
    assert more < cost["bytes"] - 0.95 * cost["shared_bytes"]
    assert np.shares_memory(first.run.prepared.rows, second.run.prepared.rows)


def test_shared_bytes_are_those_of_the_pictures() -> None:
    made = experiment({"kind": "digits28", "count": 500}, SMALL)
    data = prepare(made.data, None, 2)
    arrays = (data.raw, data.rows, data.targets)
    assert outline(made).cost["shared_bytes"] == sum(array.nbytes for array in arrays)


def test_a_small_net_is_scored_on_everything() -> None:
    session = Session(experiment({"kind": "digits28", "count": 500}, []))
    found = score(session.run)
    assert {part: (s["count"], s["of"]) for part, s in found.items()} == {
        "train": (400, 400),
        "test": (100, 100),
    }


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that suffices for few."""
    monkeypatch.setattr(budget, "SCORED", {"train": 0, "test": POOR})


def test_a_large_net_is_scored_on_the_first_of_each_part(poor: None) -> None:
    made = experiment({"kind": "digits28", "count": 1000}, DEEP)
    session = Session(made)
    session.advance(7)
    run, data = session.run, session.run.prepared
    some = POOR // budget.forward_cost(run.net.sites)
    assert budget.LEAST < some < 200
    found = score(run)
    assert (found["train"]["count"], found["train"]["of"]) == (budget.LEAST, 800)
    assert (found["test"]["count"], found["test"]["of"]) == (some, 200)
    # One after the other, as `predict` answers them, they are the same.
    which = data.test[:some]
    answers = session.predict(data.raw[which])["outputs"].T
    right = answers.argmax(axis=0) == data.targets[which]
    assert found["test"]["accuracy"] == pytest.approx(right.mean())
    assert found["test"]["wrong"] == np.count_nonzero(~right)
    wanted = mean_loss(run, np.ascontiguousarray(answers), data.targets[which])
    assert found["test"]["loss"] == pytest.approx(wanted, rel=1e-5)
    assert scores.test(run) == (found["test"]["loss"], found["test"]["accuracy"])
    metrics = session.metrics()
    assert (metrics["train_count"], metrics["test_count"]) == (budget.LEAST, some)


def test_the_probe_says_how_many_and_marks_mistakes_only_where_that_is_all(poor: None) -> None:
    large = Session(experiment({"kind": "digits28", "count": 1000}, DEEP))
    answer = read_probe("scores", {}).ask(large)
    assert answer.info["train"]["of"] == 800 and "wrong" not in answer.arrays
    small = Session(experiment({"kind": "digits8"}, []))
    small.advance(30)
    assert read_probe("scores", {}).ask(small).info["test"]["of"] == 359


def test_mistakes_are_marked_in_the_order_of_the_data() -> None:
    session = Session(experiment({"kind": "digits8"}, []))
    session.advance(30)
    answer = read_probe("scores", {}).ask(session)
    data = session.run.prepared
    said = session.predict(data.raw)["outputs"].argmax(axis=1)
    assert np.array_equal(answer.arrays["wrong"], said != data.targets)
    assert answer.info["test"]["wrong"] == answer.arrays["wrong"][data.test].sum() > 0


def test_scoring_makes_no_tape_for_the_whole_test() -> None:
    session = Session(experiment({"kind": "digits28", "count": 5000}, SMALL))
    session.metrics()
    assert max(tape.n for tape in session.run.reading._tapes.values()) <= budget.FEWEST
    assert session.run.reading.exam() is None


def test_the_test_comes_as_often_as_its_share_of_the_cost_allows(poor: None) -> None:
    session = Session(experiment({"kind": "digits28", "count": 1000}, DEEP, 10))
    some = budget.affordable(session.run.net.sites, "test", 200)
    every = session.run.reading.test_every
    assert every & (every - 1) == 0
    assert some / (3 * 10 * every) <= 0.1 < some / (3 * 10 * every / 2)
