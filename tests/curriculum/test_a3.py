"""A3, the XOR affair (Minsky, Papert 1969): no line parts it, one hidden layer does."""

from __future__ import annotations

import numpy as np
import pytest
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


@pytest.mark.parametrize("seed", SEEDS)
def test_one_hidden_layer_solves_exclusive_or(seed: int) -> None:
    session = Session(
        experiment(
            {"kind": "dense", "units": 8}, {"kind": "tanh"}, {"kind": "dense"},
            data=XOR, seed=seed,
            loss={"kind": "logistic"}, optimizer={"kind": "adam", "learning_rate": 0.03},
        )
    )  # fmt: skip
    session.advance(4000)
    found = session.metrics()
    assert found["train_accuracy"] == 1.0
    assert found["test_accuracy"] >= 0.9


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
