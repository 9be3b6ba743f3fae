"""A3, the XOR affair (Minsky, Papert 1969): no line parts it, one hidden layer does.

What theory says and what it does not: four hidden units are enough, and a test writes them down.
It does not say that descent finds them from every start. So the learning net has twice as many, and
its rule was written before the first run: seeds 100 to 131, every run counts, and as many solve it
as chance allows where each does with the 20 of 21 that were measured of TensorFlow Playground's
own net on this problem.

Of just four units, more than half of those starts were expected to get there as well. That was
wrong: 7 of 32 did, most others stopped a few points short, and so does a loop of plain NumPy that
shares nothing with this engine (22 of 96 starts). What is held of four units is therefore another
thing, on seeds that were not looked at before, 200 to 231: some starts get there, and fewer than
of the wider net.
"""

from __future__ import annotations

import numpy as np
import pytest
from chance import SEEDS as MANY
from chance import expected
from test_a2 import mistakes, perceptron
from workbench import experiment

from engine.session import Session

SEEDS = range(6)
XOR = {"kind": "xor", "count": 200, "noise": 0.0, "test_share": 0.2}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_perceptron_never_settles_on_exclusive_or(seed: int) -> None:
    session = perceptron(XOR, seed)
    epoch = len(session.run.prepared.train)
    for _ in range(60):
        start = session.step
        before = {name: a.copy() for name, a in session.run.arrays.items()}
        session.advance(epoch)
        assert mistakes(session, start) > epoch / 10
        assert any(not np.array_equal(a, before[name]) for name, a in session.run.arrays.items())
        assert session.metrics()["train_accuracy"] <= 0.75


def session(units: int, seed: int) -> Session:
    """One hidden layer of `units` tanh, before the first step."""
    return Session(
        experiment(
            {"kind": "dense", "units": units}, {"kind": "tanh"}, {"kind": "dense"},
            data=XOR, seed=seed,
            loss={"kind": "logistic"}, optimizer={"kind": "adam", "learning_rate": 0.03},
        )
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_four_units_are_enough(seed: int) -> None:
    """x₁x₂ > 0 where |u| > |v|, u = x₁ + x₂ and v = x₁ − x₂. A pair of tanh makes a hill
    h(u) = tanh(u + 2) − tanh(u − 2), even and falling with |u|: so h(v) − h(u) has that sign."""
    made = session(4, seed)
    u, v = [1.0, 1.0], [1.0, -1.0]
    made.run.arrays["dense1.weight"][...] = [u, u, v, v]
    made.run.arrays["dense1.bias"][...] = [2, -2, 2, -2]
    made.run.arrays["head.weight"][...] = [[-1, 1, 1, -1]]
    made.run.arrays["head.bias"][...] = 0
    found = made.metrics()
    assert found["train_accuracy"] == found["test_accuracy"] == 1.0


def solved(units: int, seeds: range) -> int:
    """In how many runs every point that was learned from is right after 4,000 steps."""
    there = 0
    for seed in seeds:
        learning = session(units, seed)
        learning.advance(4000)
        found = learning.metrics()
        if found["train_accuracy"] == 1.0:
            there += 1
            assert found["test_accuracy"] >= 0.9
    return there


def test_one_hidden_layer_learns_exclusive_or() -> None:
    assert solved(8, MANY) in expected(20 / 21)


def test_just_enough_units_are_found_from_some_starts_and_rarely() -> None:
    assert 0 < solved(4, range(200, 232)) < min(expected(20 / 21))


@pytest.mark.parametrize("seed", SEEDS)
def test_two_layers_without_anything_between_them_are_one(seed: int) -> None:
    """The hidden layer alone is not it: without its nonlinearity the net is a line again."""
    session = Session(
        experiment(
            {"kind": "dense", "units": 4}, {"kind": "dense"},
            data=XOR, seed=seed,
            loss={"kind": "logistic"}, optimizer={"kind": "adam", "learning_rate": 0.03},
        )
    )  # fmt: skip
    session.advance(4000)
    assert session.metrics()["train_accuracy"] <= 0.75
