"""Activations far out, where a formula taken by its letters overflows; and the one that is none."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import fill, gradients, wired

from engine.initializers import Zeros
from engine.layers import Dense, Identity, Layer, Parallel, Residual, Tanh
from engine.layers.activations import Activation
from engine.registry import known

BENDS = [kind for kind, cls in known("layer").items() if issubclass(cls, Activation)]
# What each comes to far below 0 and far above, of x itself or as a number; slopes likewise.
ENDS = {
    "step": ((0, 0), (0, 1)), "sigmoid": ((0, 0), (0, 1)), "tanh": ((0, -1), (0, 1)),
    "relu": ((0, 0), (1, 0)), "leaky_relu": ((0.02, 0), (1, 0)), "prelu": ((0.25, 0), (1, 0)),
    "elu": ((0, -1), (1, 0)), "softplus": ((0, 0), (1, 0)), "silu": ((0, 0), (1, 0)),
    "gelu": ((0, 0), (1, 0)), "identity": ((1, 0), (1, 0)),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", BENDS)
def test_far_out_an_activation_is_a_line_and_nothing_overflows(kind: str) -> None:
    tape = wired((known("layer")[kind](),), 1, n=6, dtype=np.float32)
    for alpha in tape.net.arrays(tape.theta).values():
        alpha[...] = 0.25
    ((layer, m),) = tape.chain.links
    x = np.array([-1e4, -300, -90, 90, 300, 1e4], np.float32)
    tape.x[...] = x
    tape.replay()
    m.dy[...] = 1.0
    for f, a in (*(tape.sheets[kind].slopes() if kind in tape.sheets else ()), *layer.backward(m)):
        f(*a)
    for side, (slope, rest) in zip((slice(0, 3), slice(3, 6)), ENDS[kind], strict=True):
        np.testing.assert_allclose(m.y[0, side], slope * x[side] + rest, rtol=1e-6, atol=1e-6)
        assert m.dx is not None
        np.testing.assert_allclose(m.dx[0, side], slope, rtol=1e-6, atol=1e-6)


def test_softplus_keeps_what_it_answers_far_below() -> None:
    """There ln(1 + eˣ) is eˣ, which 1 + eˣ would have lost."""
    tape = wired((known("layer")["softplus"](),), 1, n=1)
    tape.x[...] = -50.0
    tape.replay()
    assert tape.y[0, 0] == pytest.approx(np.exp(-50.0), rel=1e-12)


@pytest.mark.parametrize(
    ("said", "empty"),
    [
        (
            Residual(body=(Dense(units=4), Tanh()), shortcut=(Identity(),)),
            Residual(body=(Dense(units=4), Tanh())),
        ),
        (
            Parallel(branches=((Dense(units=3), Tanh()), (Identity(),))),
            Parallel(branches=((Dense(units=3), Tanh()), ())),
        ),
    ],
    ids=["shortcut", "branch"],
)
def test_identity_says_aloud_what_an_empty_chain_is(said: Layer, empty: Layer) -> None:
    one, other = (wired((Dense(units=4), block, Dense(units=2))) for block in (said, empty))
    other.theta.vector[:] = one.theta.vector
    for tape in (one, other):
        fill(tape, 8)
        tape.replay()
    np.testing.assert_array_equal(one.y, other.y)
    for name, gradient in gradients(other).items():
        np.testing.assert_array_equal(gradients(one)[name], gradient, err_msg=name)


def test_a_residual_block_around_identity_doubles() -> None:
    tape = wired((Residual(body=(Identity(),)),), 3)
    tape.replay()
    np.testing.assert_array_equal(tape.y, 2 * tape.x)


def test_a_block_whose_body_ends_in_zeros_does_nothing_yet() -> None:
    """What it answers is x, and the gradient goes past it as if it were not there."""
    body = (Dense(units=5), Tanh(), Dense(units=3, initializer=Zeros()))
    tape = wired((Residual(body=body), Identity()), 3)
    tape.net.initialize(tape.theta, tape.buffers, 1)
    tape.replay()
    np.testing.assert_array_equal(tape.y, tape.x)
    np.testing.assert_array_equal(gradients(tape)["inputs"], tape.top.dy)
    assert gradients(tape)["block1.dense2.weight"].any(), "but it can learn to do something"


def test_identity_between_two_dense_layers_leaves_one() -> None:
    tape = wired((Dense(units=5), Identity(), Dense(units=2)), 3)
    tape.replay()
    arrays = tape.net.arrays(tape.theta)
    a, b = arrays["dense1.weight"], arrays["dense1.bias"]
    c, d = arrays["head.weight"], arrays["head.bias"]
    np.testing.assert_allclose(tape.y, (c @ a) @ tape.x + (c @ b + d)[:, None], rtol=1e-12)
