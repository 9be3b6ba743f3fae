"""Of equal maps the first has the gradient, which padding makes many of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.layers import ChannelPool, Conv2d, Layer, MeanPool2d
from engine.memory.tape import Tape
from engine.net import Net

WINDOW, PADDING = 3, 4
OUTER = PADDING - 2  # rows and columns of places whose window of 3 is all padding


def conv(**more: Any) -> Layer:
    """A convolution whose outer places see nothing but the zeros around the picture."""
    return Conv2d(name="below", channels=6, kernel=3, padding=PADDING, **more)


@pytest.mark.parametrize("below", [conv(bias=False), conv(groups=2)], ids=["columns", "groups"])
def test_where_all_is_padding_the_first_channel_has_the_gradient(below: Layer) -> None:
    """PyTorch's rule (MaxPool3d with window [k, 1, 1], max(dim)): the first index of the largest.

    It can be seen in the gradient of the biases: of each window the first is given all of it.
    """
    net = Net((below, ChannelPool(name="pool", window=WINDOW)), (4, 7, 6))
    theta, grad = net.theta(), net.theta()
    net.initialize(theta, net.buffers(), 3)
    tape = Tape(net, 5, "train", theta, net.buffers(), grad, need=True)
    tape.x[...] = np.random.default_rng(0).normal(size=tape.x.shape)
    tape.replay()
    tape.chain.wire_back(np.ones_like(tape.y))
    for f, a in list(tape.chain.backward()):
        f(*a)
    y, dy = tape["below"].y, tape["below"].dy
    height, channels, width, n = y.shape
    windows = y.reshape(height, channels // WINDOW, WINDOW, width, n)
    first = windows.argmax(axis=2)  # NumPy's argmax names the first, too
    expected = np.arange(WINDOW)[:, None, None] == first[:, :, None]
    np.testing.assert_array_equal(dy.reshape(windows.shape), expected)
    edge = np.ones((height, width), bool)
    edge[OUTER : height - OUTER, OUTER : width - OUTER] = False
    assert (windows == windows[:, :, :1]).all(axis=(1, 2, 4))[edge].all()
    assert (dy[:, ::WINDOW].transpose(0, 2, 1, 3)[edge] == 1).all()


def test_a_mean_over_padding_ties_too() -> None:
    """Behind pictures whose maps are black alike, all channels of a window are one number."""
    net = Net((MeanPool2d(name="below", window=3, stride=1, padding=1),
               ChannelPool(name="pool", window=2)), (4, 5, 5))  # fmt: skip
    tape = Tape(net, 2, "train", net.theta(), net.buffers(), net.theta(), need=True)
    tape.x[...] = 1.0
    tape.replay()
    tape.chain.wire_back(np.ones_like(tape.y))
    for f, a in list(tape.chain.backward()):
        f(*a)
    dy = tape["below"].dy
    assert (dy[:, 0::2] == 1).all() and (dy[:, 1::2] == 0).all()
