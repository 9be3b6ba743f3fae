"""Functions with a corner at 0: one line above it, another below.

(NumPy takes the output of maximum and minimum by name only, hence `partial`.)
"""

from __future__ import annotations

import math
from functools import partial
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.layers.activations.base import Activation
from engine.layers.base import Calls
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.registry import register
from engine.spec import doc

SMALL = 2048  # numbers, below which the fewer nanoseconds are those of the call


@register("layer", "relu")
class ReLU(Activation):
    """y = max(x, 0).    dx = dy where x > 0, else 0.

    Unbounded, cheap, does not saturate above; a unit that is negative everywhere is dead for ever.
    """

    stem = "relu"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        # Zeros as an array are 3× faster than a scalar 0; of pictures one row of them is enough.
        shape = laid(x, n)
        return {"zeros": shape[1:] if len(x) == 3 else shape}

    def forward(self, m: Cell) -> Calls:
        yield partial(np.maximum, out=m.y), (m.x, m.zeros)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        # 1 where it let something through. Of a y ≥ 0 both say the same: to compare costs more by
        # the call and, since the answer is converted in blocks, a third by the number.
        if m.y.size < SMALL:
            yield np.sign, (m.y, m.dx)
        else:
            yield np.greater, (m.y, m.number(0.0), m.dx)
        yield np.multiply, (m.dx, m.dy, m.dx)


@register("layer", "leaky_relu")
class LeakyReLU(Activation):
    """y = x if x > 0, else αx.    dx = dy or α dy.

    A small slope below zero, so that no unit dies (Maas et al. 2013).
    """

    stem = "relu"

    alpha: Annotated[float, Ge(0.0), Le(1.0), doc("slope below zero, α")] = 0.02

    def forward(self, m: Cell) -> Calls:
        yield np.multiply, (m.x, m.number(self.alpha), m.s)
        yield partial(np.maximum, out=m.y), (m.x, m.s)  # α ≤ 1, so the larger is the right one

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            yield np.greater, (m.x, m.number(0.0), m.s)
            yield np.multiply, (m.s, m.number(1 - self.alpha), m.s)
            yield np.add, (m.s, m.number(self.alpha), m.s)
            yield np.multiply, (m.s, m.dy, m.dx)


@register("layer", "prelu")
class PReLU(Activation):
    """y = max(x, 0) + α min(x, 0), α learned.    dx = dy or α dy,  dα = Σ dy min(x, 0).

    He et al. 2015, arXiv:1502.01852. One α for the layer, starting at 0.25, as PyTorch's.
    """

    stem = "relu"

    start: Annotated[float, Ge(-1.0), Le(1.0), doc("where α starts")] = 0.25

    def windows(self, x: Shape) -> dict[str, Shape]:
        return {"alpha": (1,)}

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        shape = laid(x, n)
        return {"s": shape, "below": shape, "zeros": shape, "ones": (math.prod(shape),)}

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"alpha": w.alpha}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        w.alpha[0] = self.start

    def forward(self, m: Cell) -> Calls:
        m.ones.fill(1.0)
        yield partial(np.minimum, out=m.below), (m.x, m.zeros)
        yield np.multiply, (m.below, m.alpha, m.s)
        yield partial(np.maximum, out=m.y), (m.x, m.zeros)
        yield np.add, (m.y, m.s, m.y)

    def backward(self, m: Cell) -> Calls:
        yield np.multiply, (m.dy, m.below, m.s)
        yield m.s.reshape(1, -1).dot, (m.ones, m.dalpha)
        if m.dx is not None:
            yield np.greater, (m.x, m.number(0.0), m.s)  # dx = dy (h + α (1 − h))
            yield np.multiply, (m.s, m.dy, m.dx)
            yield np.subtract, (m.dy, m.dx, m.s)
            yield np.multiply, (m.s, m.alpha, m.s)
            yield np.add, (m.dx, m.s, m.dx)
