"""A2, the perceptron (Rosenblatt 1958): what can be parted by a line is parted, and soon."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.session import Session

SEEDS = range(6)


def perceptron(data: dict[str, Any], seed: int, rate: float = 1.0) -> Session:
    """A session of one dense layer under a step, trained by the perceptron rule."""
    return Session(
        Experiment.from_json(
            {
                "format": 1,
                "seed": seed,
                "data": data,
                "model": {
                    "input": {"kind": "plane"},
                    "layers": [{"kind": "dense"}, {"kind": "step"}],
                },
                "training": {"learner": {"kind": "perceptron", "learning_rate": rate}},
            }
        )
    )


def mistakes(session: Session, since: int = 0) -> int:
    """Corrections after step `since`: the loss of a step is 1 where one was made."""
    columns = session.points(session.line, since)
    steps = np.asarray(columns["steps"])
    return round(float(np.dot(steps, columns["loss_mean"])))


def signed(session: Session) -> np.ndarray:
    """The training examples with their coordinate that is always 1, turned to the right side:
    a separating vector has a positive product with each of them (N × 3, float64)."""
    data = session.run.prepared
    x = data.inputs[:, data.train].T.astype(np.float64)
    sign = 2.0 * data.targets[data.train] - 1
    return sign[:, None] * np.column_stack([x, np.ones(len(x))])


def widest(z: np.ndarray, rounds: int = 5000) -> float:
    """The margin γ of (nearly) the hard-margin vector: the point of the convex hull of z next
    to 0, found by moving towards the worst example (Frank and Wolfe). Every margin that a vector
    has is a bound from below, so stopping early makes the test no weaker than the theorem."""
    w = z.mean(axis=0)
    for _ in range(rounds):
        worst = z[np.argmin(z @ w)]
        step = worst - w
        length = step @ step
        if length == 0:
            break
        w = w + np.clip(-(w @ step) / length, 0, 1) * step
    return float((z @ w).min() / np.linalg.norm(w))


CLOUDS = {"kind": "gaussians", "count": 200, "noise": 0.0, "test_share": 0.2}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clouds_of_this_lesson_can_be_parted(seed: int) -> None:
    """(1, 1, 0) is known to separate: the clouds lie around (2, 2) and (−2, −2)."""
    assert (signed(perceptron(CLOUDS, seed)) @ np.array([1.0, 1.0, 0.0])).min() > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_on_separable_data_it_stops_making_mistakes(seed: int) -> None:
    session = perceptron(CLOUDS, seed)
    size = len(session.run.prepared.train)
    session.advance(50 * size)
    made = mistakes(session)
    settled = {name: a.copy() for name, a in session.run.arrays.items()}
    at = session.step
    session.advance(10 * size)
    assert made > 0
    assert mistakes(session, at) == 0
    assert all(np.array_equal(a, settled[name]) for name, a in session.run.arrays.items())
    assert session.metrics()["train_accuracy"] == 1.0


@pytest.mark.parametrize("rate", [0.1, 1.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_its_mistakes_stay_under_the_bound(seed: int, rate: float) -> None:
    """Novikoff 1962: at most (R/γ)², whatever the rate, in the space with the bias."""
    session = perceptron(CLOUDS, seed, rate)
    z = signed(session)
    radius = np.linalg.norm(z, axis=1).max()
    session.advance(60 * len(z))
    by_known = (z @ np.array([1.0, 1.0, 0.0])).min() / np.sqrt(2)
    gamma = max(widest(z), by_known)
    assert 0 < by_known <= gamma
    assert 0 < mistakes(session) <= (radius / gamma) ** 2


def test_a_mistake_turns_the_line_by_the_example_and_nothing_else_does() -> None:
    session = perceptron(CLOUDS, 1)
    data = session.run.prepared
    turned = 0
    for _ in range(40):
        before = np.append(*(a.copy() for a in session.run.arrays.values()))
        session.advance(1)
        i = int(session.run.stepper.recorded()[0])  # type: ignore[attr-defined]
        x = np.append(data.inputs[:, i], 1.0).astype(np.float32)
        answer = float(before @ x > 0)
        after = np.append(*session.run.arrays.values())
        np.testing.assert_array_equal(after, before + (data.targets[i] - answer) * x)
        turned += answer != data.targets[i]
    assert 0 < turned < 40
