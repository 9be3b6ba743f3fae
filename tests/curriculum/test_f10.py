"""F10, receptive fields: the general formula is the support of the gradient; the short rule is
right only where it says so."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import pulled, theirs

from engine.convolution.geometry import Axis
from engine.layers import Conv2d, Layer, MeanPool2d
from engine.layers.chain import name
from engine.memory.arena import Array, Shape
from engine.net import Net
from engine.probes.fields import Field, below, size
from engine.rng import generator

SIZE = (31, 27)


def _drawn(seed: int) -> tuple[Layer, ...]:
    """Up to four convolutions and pools of any kind, while there is room for them."""
    rng = generator(seed, "chain")

    def two(low: int, high: int) -> tuple[int, int]:
        first, second = rng.integers(low, high + 1, 2)
        return int(first), int(second)

    layers: list[Layer] = []
    shape: Shape = (1, *SIZE)
    while len(layers) < 4 and min(shape[1:]) >= 8:
        if rng.random() < 0.3:
            layers.append(MeanPool2d(window=two(1, 3), stride=two(1, 3)))
        else:
            layers.append(
                Conv2d(
                    channels=1, kernel=two(1, 4), stride=two(1, 2), dilation=two(1, 2),
                    padding=two(0, 2), bias=False,
                )
            )  # fmt: skip
        shape = layers[-1].shape(shape)
    return name(tuple(layers))


def _support(layers: tuple[Layer, ...], y: int, x: int) -> Array:
    """Where the gradient of one answer by the picture is not 0. All weights are positive, so that
    nothing cancels."""
    net = Net(layers, (1, *SIZE))
    theta = net.theta(np.float64)
    theta.vector[:] = generator(1, "weights").uniform(0.5, 1.5, theta.vector.size)
    tape, dy = pulled(net, 1, theta, net.buffers(np.float64))
    theirs(dy)[0, 0, y, x] = 1.0
    tape.replay()
    assert tape.chain.dx is not None
    return theirs(tape.chain.dx)[0, 0] > 0


def _fields(layers: tuple[Layer, ...], y: int, x: int) -> list[Field]:
    """The fields of a place, from itself down to the picture."""
    sites = Net(layers, (1, *SIZE)).sites
    found = [Field((y, y), (x, x), 1)]
    for site in reversed(sites):
        found.append(below(site.layer, site.x, found[-1]))
    return found


def _seen(layers: tuple[Layer, ...], y: int, x: int) -> tuple[list[int], list[int]]:
    """The rows and columns of the picture that taps lead to, one tap after the other; what a tap
    sees outside a map is 0 and leads no further."""
    places = [{y}, {x}]
    for site in reversed(Net(layers, (1, *SIZE)).sites):
        for i, axis in enumerate(_axes(site.layer, site.x)):
            taps = [j * axis.d - axis.before for j in range(axis.k)]
            places[i] = {p * axis.s + tap for p in places[i] for tap in taps} & {*range(axis.n)}
    return sorted(places[0]), sorted(places[1])


def _axes(layer: Layer, x: Shape) -> tuple[Axis, Axis]:
    assert isinstance(layer, Conv2d | MeanPool2d)
    at = layer.window(x) if isinstance(layer, Conv2d) else layer.at(x)
    return at.down, at.across


def test_the_formula_is_the_support_of_the_gradient() -> None:
    """Of the places whose field lies inside every map: to the row and column. Where it reaches
    into the padding, or the window skips pixels, the support has holes, and the field holds it."""
    whole = 0
    for seed in range(60):
        layers = _drawn(seed)
        sites = Net(layers, (1, *SIZE)).sites
        _, height, width = sites[-1].y
        for y, x in ((0, 0), (height // 2, width // 2), (height - 1, width - 1)):
            rows, columns = _seen(layers, y, x)
            expected = np.zeros(SIZE, bool)
            expected[np.ix_(rows, columns)] = True
            np.testing.assert_array_equal(_support(layers, y, x), expected)
            fields = _fields(layers, y, x)
            top, bottom, left, right = fields[-1].clipped(*SIZE)
            assert all(top <= r <= bottom for r in rows)
            assert all(left <= c <= right for c in columns)
            maps = [site.x for site in reversed(sites)]
            if all(_inside(f, m) for f, m in zip(fields[1:], maps, strict=True)):
                whole += 1
                assert (rows[0], rows[-1], columns[0], columns[-1]) == (top, bottom, left, right)
    assert whole >= 60


def _inside(field: Field, x: Shape) -> bool:
    """Whether a field reaches nowhere outside a map."""
    return (
        field.rows[0] >= 0
        and field.columns[0] >= 0
        and field.rows[1] < x[1]
        and field.columns[1] < x[2]
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_size_of_a_field_follows_the_recursion(seed: int) -> None:
    """r ← (r − 1) s + d (k − 1) + 1, and it grows layer by layer."""
    layers = _drawn(seed)
    fields = _fields(layers, 2, 1)
    r = [1, 1]
    for layer, net_x, field in zip(
        reversed(layers),
        reversed([site.x for site in Net(layers, (1, *SIZE)).sites]),
        fields[1:],
        strict=True,
    ):
        for i, axis in enumerate(_axes(layer, net_x)):
            grown = (r[i] - 1) * axis.s + axis.d * (axis.k - 1) + 1
            assert grown >= r[i] or axis.k < axis.s
            r[i] = grown
        assert [size(field.rows), size(field.columns)] == r


def test_the_short_rule_holds_for_odd_kernels_and_pools_of_two() -> None:
    layers = name(
        (Conv2d(channels=1, kernel=5), MeanPool2d(), Conv2d(channels=1, kernel=3), MeanPool2d())
    )
    for field in _fields(layers, 1, 1):
        assert size(field.rows) == size(field.columns) == field.short


@pytest.mark.parametrize(
    "layer, right, short",
    [
        (Conv2d(channels=1, kernel=2), 2, 3),
        (Conv2d(channels=1, kernel=4), 4, 5),
        (Conv2d(channels=1, kernel=3, dilation=2), 5, 3),
        (MeanPool2d(window=3), 3, 2),
    ],
)
def test_the_short_rule_is_wrong_elsewhere(layer: Layer, right: int, short: int) -> None:
    field = _fields(name((layer,)), 2, 2)[-1]
    assert (size(field.rows), field.short) == (right, short)
    rows, _ = np.nonzero(_support(name((layer,)), 2, 2))
    assert rows.max() - rows.min() + 1 == right
