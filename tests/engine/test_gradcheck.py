"""The checker's checker: a derivative that is a little wrong must not pass."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from workbench import wired

from engine.gradcheck import gradient_errors
from engine.layers import BatchNorm, Dense, Tanh
from engine.losses import SoftmaxCrossEntropy
from engine.memory.tape import Tape

LAYERS = (Dense(units=5), BatchNorm(), Tanh(), Dense(units=3))


def _spoil(tape: Tape, out: object, factor: float) -> None:
    """Multiply what the call that writes `out` has written by a factor, ever after."""
    assert isinstance(out, np.ndarray)
    last = max(
        i for i, (_, arguments) in enumerate(tape.calls) if arguments and arguments[-1] is out
    )
    tape.calls.insert(last + 1, (partial(np.multiply, out=out), (out, np.array(factor))))


def test_right_gradients_pass() -> None:
    loss = SoftmaxCrossEntropy()
    tape = wired(LAYERS, loss=loss)
    tape.targets[...] = loss.targets(np.arange(tape.n) % 3, 3)
    errors = gradient_errors(tape)
    assert set(errors) == {
        "dense1.weight", "dense1.bias", "norm1.gamma", "norm1.beta", "head.weight", "head.bias",
        "inputs",
    }  # fmt: skip
    assert max(errors.values()) < 1e-8


@pytest.mark.parametrize("cell, window", [
    ("dense1", "dW1"), ("norm1", "dgamma"), ("norm1", "dbeta"), ("head", "dW1"),
    ("dense1", "dx"), ("tanh1", "dx"), ("norm1", "dx"), ("head", "dx"),
])  # fmt: skip
def test_a_derivative_wrong_by_a_tenth_of_a_percent_is_caught(cell: str, window: str) -> None:
    tape = wired(LAYERS)
    _spoil(tape, getattr(tape[cell], window), 1.001)
    assert max(gradient_errors(tape).values()) > 1e-4


def test_one_wrong_entry_of_many_is_caught_and_named() -> None:
    tape = wired(LAYERS)
    gradient = tape["dense1"].dW1
    wrong = np.ones_like(gradient)
    wrong[2, 1] = 1.001
    tape.calls.append((partial(np.multiply, out=gradient), (gradient, wrong)))
    errors = gradient_errors(tape)
    assert max(errors, key=lambda name: errors[name]) == "dense1.weight"
    assert (
        errors["dense1.weight"] > 1e-6 > max(v for k, v in errors.items() if k != "dense1.weight")
    )


def test_a_gradient_that_is_not_a_number_is_caught() -> None:
    tape = wired(LAYERS)
    tape.calls.append((tape["head"].dW1.fill, (np.nan,)))
    assert gradient_errors(tape)["head.weight"] == np.inf


def test_the_check_leaves_everything_where_it_was() -> None:
    tape = wired(LAYERS)
    before = (tape.theta.vector.copy(), tape.block.copy())
    gradient_errors(tape)
    np.testing.assert_array_equal(tape.theta.vector, before[0])
    np.testing.assert_array_equal(tape.block, before[1])


def test_a_float32_tape_is_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        gradient_errors(wired(LAYERS, dtype=np.float32))
