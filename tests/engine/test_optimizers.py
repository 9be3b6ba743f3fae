"""Optimizers: each reaches the minimum, and its first 100 iterates are those of PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cases
import numpy as np
import pytest

from engine.optimizers import Optimizer, Update
from engine.penalties import L1, L2
from engine.registry import known

STORED = np.load(cases.HERE / "optimizers.npz", allow_pickle=False)
Slope = Callable[[np.ndarray], np.ndarray]
every_optimizer = pytest.mark.parametrize("kind", known("optimizer"))


def _walk(
    optimizer: Optimizer,
    slope: Slope,
    start: Any,
    steps: int,
    decayed: Any = None,
    rate: Callable[[int], float] | None = None,
    **options: Any,
) -> np.ndarray:
    """θ after each update, steps × size; rate: the learning rate over time."""
    theta = np.array(start, np.float64)
    g = np.zeros_like(theta)
    marks = np.ones_like(theta) if decayed is None else np.array(decayed)
    update = Update(optimizer, theta, g, marks, **options)
    made = []
    for step in range(steps):
        g[:] = slope(theta)
        factor = 1.0 if rate is None else rate(step)
        update(optimizer.learning_rate * factor)
        made.append(theta.copy())
    return np.array(made)


def _rosenbrock(x: np.ndarray) -> np.ndarray:
    """The slope of Σ (1 − a)²/100 + (b − a²)²."""
    a, b = x[0::2], x[1::2]
    g = np.empty_like(x)
    g[0::2] = -2 * (1 - a) / 100 - 4 * a * (b - a**2)
    g[1::2] = 2 * (b - a**2)
    return g


# Rates with which each gets there; adaptive ones circle the minimum at the size of their rate.
RATES = {
    "sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.01, "adam": 0.02, "adamw": 0.02,
    "adagrad": 0.3, "adadelta": 1.0,
}  # fmt: skip


def _falling(steps: int) -> Callable[[int], float]:
    return lambda step: 0.5 * (1 + math.cos(math.pi * step / steps))


def test_every_registered_optimizer_has_a_rate_and_a_reference() -> None:
    assert set(RATES) == set(known("optimizer"))
    assert {case["kind"] for case in cases.OPTIMIZERS.values()} == set(known("optimizer"))


@every_optimizer
def test_it_reaches_the_minimum_of_a_parabola(kind: str) -> None:
    middle, bend = np.array([3.0, -2.0, 0.5]), np.array([1.0, 4.0, 0.3])
    optimizer = known("optimizer")[kind](learning_rate=RATES[kind])
    steps = 3000
    end = _walk(optimizer, lambda x: bend * (x - middle), np.zeros(3), steps, rate=_falling(steps))
    np.testing.assert_allclose(end[-1], middle, atol=1e-4)


@every_optimizer
def test_it_reaches_the_minimum_of_the_rosenbrock_valley(kind: str) -> None:
    """Along the bottom b = a² gradient flow moves by da/dt = (1 − a)/50 / (1 + 4a²), which takes
    the time ∫ 50 (1 + 4a²)/(1 − a) da = 50 [−2a² − 4a − 5 ln(1 − a)] from the start until a is a
    quarter of the tolerance away (b = a² is then half of it). Plain descent at its rate, which
    falls to 0 and so counts half, gets as many steps; the others no more."""
    optimizer = known("optimizer")[kind](learning_rate=RATES[kind])

    def passed(a: float) -> float:
        return 50 * (-2 * a**2 - 4 * a - 5 * math.log(1 - a))

    steps = math.ceil(2 * (passed(1 - 0.0025) - passed(-1.2)) / RATES["sgd"])
    end = _walk(optimizer, _rosenbrock, [-1.2, 1.0], steps, rate=_falling(steps))
    np.testing.assert_allclose(end[-1], [1.0, 1.0], atol=1e-2)


def _iterates(name: str) -> np.ndarray:
    case = cases.OPTIMIZERS[name]
    start, decayed = cases.start(name)
    penalties: list[Any] = [L2(rate=case["l2"])] if "l2" in case else []
    penalties += [L1(rate=case["l1"])] if "l1" in case else []
    optimizer = known("optimizer")[case["kind"]](learning_rate=case["rate"])
    return _walk(
        optimizer, _rosenbrock, start, cases.STEPS, decayed,
        penalties=penalties, clip=case.get("clip"),
    )  # fmt: skip


@pytest.mark.parametrize("name", cases.OPTIMIZERS)
def test_the_first_hundred_iterates_are_those_of_pytorch(name: str) -> None:
    assert STORED[name].shape == (100, 6)
    np.testing.assert_allclose(_iterates(name), STORED[name], rtol=1e-9, atol=1e-12)


def test_the_stored_iterates_are_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_side

    for name, case in cases.OPTIMIZERS.items():
        live = torch_side.iterates(case, *cases.start(name), cases.STEPS)
        np.testing.assert_allclose(STORED[name], live, rtol=1e-10, atol=1e-12)


def test_decay_that_decouples_is_not_decay_in_the_gradient() -> None:
    """Where no gradient is, adamw shrinks θ by (1 − ηλ) a step; adam's moments make it a rate."""

    def last(kind: str) -> np.ndarray:
        optimizer = known("optimizer")[kind](learning_rate=0.01)
        return _walk(optimizer, np.zeros_like, [1.0, 5.0], 50, penalties=[L2(rate=0.5)])[-1]

    np.testing.assert_allclose(last("adamw"), np.array([1.0, 5.0]) * (1 - 0.01 * 0.5) ** 50)
    np.testing.assert_allclose(np.array([1.0, 5.0]) - last("adam"), 0.5, rtol=0.1)


def test_l1_brings_weights_to_exactly_zero_and_spares_biases() -> None:
    optimizer = known("optimizer")["sgd"](learning_rate=0.1)
    path = _walk(optimizer, np.zeros_like, [0.05, -0.05, 0.05], 3, [1.0, 1.0, 0.0],
                 penalties=[L1(rate=0.2)])  # fmt: skip
    np.testing.assert_array_equal(path[-1], [0.0, 0.0, 0.05])


def test_clipping_keeps_the_direction_and_limits_the_length() -> None:
    optimizer = known("optimizer")["sgd"](learning_rate=1.0)
    path = _walk(optimizer, lambda x: np.array([30.0, 40.0]), [0.0, 0.0], 1, clip=5.0)
    np.testing.assert_allclose(path[0], [-3.0, -4.0], rtol=1e-12)
    path = _walk(optimizer, lambda x: np.array([0.3, 0.4]), [0.0, 0.0], 1, clip=5.0)
    np.testing.assert_array_equal(path[0], [-0.3, -0.4])
    path = _walk(optimizer, np.zeros_like, [1.0, 2.0], 1, clip=5.0)
    np.testing.assert_array_equal(path[0], [1.0, 2.0])


@every_optimizer
def test_frozen_numbers_and_their_slots_stand_still(kind: str) -> None:
    theta, g = np.ones(4), np.ones(4)
    optimizer = known("optimizer")[kind](learning_rate=0.1)
    update = Update(optimizer, theta, g, np.ones(4), [L2(rate=0.1)], frozen=[slice(1, 3)])
    for _ in range(5):
        g[:] = 1.0
        update(0.1)
    np.testing.assert_array_equal(theta[1:3], 1.0)
    assert (theta[[0, 3]] < 1).all()
    for slot in update.slots.values():
        np.testing.assert_array_equal(slot[1:3], 0.0)
        assert (slot[[0, 3]] != 0).all()
