"""Where weights start: spread by the formula, orthogonal as PyTorch's, addressed by the seed."""

from __future__ import annotations

import math
from typing import Any

import cases
import numpy as np
import pytest

from engine.initializers import Initializer, Orthogonal
from engine.layers import Conv2d, Dense, Layer, Local2d
from engine.memory.arena import Shape
from engine.net import Net
from engine.registry import known

STORED = np.load(cases.HERE / "initializers.npz", allow_pickle=False)
every_initializer = pytest.mark.parametrize("kind", known("initializer"))
# Variance of the first values by fan-in and fan-out, at the fields' defaults.
VARIANCES = {
    "zeros": lambda fan_in, fan_out: 0.0,
    "normal": lambda fan_in, fan_out: 0.1**2,
    "uniform": lambda fan_in, fan_out: 1 / 12,
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "orthogonal": lambda fan_in, fan_out: 1 / max(fan_in, fan_out),
}


@every_initializer
def test_the_variance_is_that_of_the_formula(kind: str) -> None:
    outputs, inputs = 60, 90
    drawn = known("initializer")[kind]().draw(
        np.random.default_rng(4), (outputs, inputs), inputs, outputs
    )
    wanted = VARIANCES[kind](inputs, outputs)
    # Its deviation over 5,400 numbers is 2 % where they are normal.
    assert drawn.mean() == pytest.approx(0, abs=4 * math.sqrt(wanted / drawn.size))
    assert drawn.var() == pytest.approx(wanted, rel=0.08)


@every_initializer
def test_first_values_are_addressed_by_seed_and_layer(kind: str) -> None:
    made: Initializer = known("initializer")[kind]()

    def first(seed: int, *names: str) -> dict[str, np.ndarray]:
        layers = tuple(Dense(name=name, units=6, initializer=made) for name in names)
        net = Net(layers, (6,))
        theta, buffers = net.theta(), net.buffers()
        net.initialize(theta, buffers, seed)
        return {key: a.copy() for key, a in net.arrays(theta).items() if key.endswith("weight")}

    once = first(1, "one", "two")
    for key, a in first(1, "two", "one").items():
        np.testing.assert_array_equal(a, once[key])
    if kind != "zeros":
        assert not np.array_equal(once["one.weight"], once["two.weight"])
        assert not np.array_equal(once["one.weight"], first(2, "one")["one.weight"])


class Told:
    """A generator that draws the numbers it was told."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers

    def standard_normal(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.numbers.reshape(shape)


def _orthogonal(name: str) -> np.ndarray:
    shape = cases.ORTHOGONAL[name]
    rng: Any = Told(cases.rng("orthogonal", name).normal(size=shape))
    return Orthogonal(gain=cases.GAIN).draw(rng, shape, 1, 1)


@pytest.mark.parametrize("name", cases.ORTHOGONAL)
def test_orthogonal_is_what_pytorch_makes_of_the_same_numbers(name: str) -> None:
    np.testing.assert_allclose(_orthogonal(name), STORED[name], rtol=1e-9, atol=1e-12)


def test_the_stored_matrices_are_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_side

    for name, shape in cases.ORTHOGONAL.items():
        live = torch_side.orthogonal(cases.rng("orthogonal", name).normal(size=shape), cases.GAIN)
        np.testing.assert_allclose(STORED[name], live, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "x"),
    [
        (Dense(name="it", units=3, initializer=Orthogonal(gain=2.0)), (8,)),
        (Dense(name="it", units=8, initializer=Orthogonal(gain=2.0)), (3,)),
        (Conv2d(name="it", channels=4, kernel=(2, 3), initializer=Orthogonal(gain=2.0)), (3, 6, 6)),
        (Local2d(name="it", channels=4, kernel=2, initializer=Orthogonal(gain=2.0)), (3, 4, 3)),
    ],
    ids=["dense wide", "dense tall", "conv2d", "local2d"],
)
def test_every_matrix_of_a_layer_is_orthogonal(layer: Layer, x: Shape) -> None:
    net = Net((layer,), x)
    theta, buffers = net.theta(np.float64), net.buffers(np.float64)
    net.initialize(theta, buffers, 5)
    weight = net.arrays(theta)["it.weight"]
    for kernel in weight.reshape(-1, *weight.shape[2:]) if weight.ndim == 6 else [weight]:
        w = kernel.reshape(len(kernel), -1)
        w = w if len(w) <= w.shape[1] else w.T
        np.testing.assert_allclose(w @ w.T, 4 * np.eye(len(w)), atol=1e-12)
