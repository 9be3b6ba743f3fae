"""Nonlinearities: what makes two layers more than one.

Elementwise, so x, y, dx and dy share one shape. Without one, W₂(W₁x) = (W₂W₁)x is one layer again.
Each backward pass multiplies dy by the slope; where the slope is 0 nothing is learned.
(NumPy takes the output of maximum and minimum by name only, hence `partial`.)
"""

from __future__ import annotations

import math
from functools import partial
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.layers.base import Calls, Layer
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.registry import register, value
from engine.spec import doc

SMALL = 2048  # numbers, below which the fewer nanoseconds are those of the call


@value
class Activation(Layer):
    """Base of the elementwise functions; one scratch array of the activation's shape."""

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"s": laid(x, n)}


@register("layer", "step")
class Step(Activation):
    """y = 1 if x > 0, else 0. Rosenblatt's threshold (1958).

    Its slope is 0 wherever it has one, so gradient descent learns nothing through it: only the
    perceptron rule does.
    """

    stem = "step"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"zeros": laid(x, n)}

    def forward(self, m: Cell) -> Calls:
        yield np.heaviside, (m.x, m.zeros, m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            yield m.dx.fill, (0.0,)


@value
class Squashing(Activation):
    """Base of sigmoid and tanh, whose slope s follows from y alone: dx = s dy.

    So the slopes of all of a kind on a tape are computed together (engine/memory/sheets.py); only
    pictures, which are large, get theirs when it is needed.
    """

    def slope(self, m: Cell) -> Calls:
        """Prepared calls that write m.s = dy/dx from m.y."""
        raise NotImplementedError(f"{self.kind} says its slope")

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            if m.y.ndim > 2:
                yield from self.slope(m)
            yield np.multiply, (m.s, m.dy, m.dx)


@register("layer", "sigmoid")
class Sigmoid(Squashing):
    """y = 1 / (1 + e⁻ˣ) = (1 + tanh(x/2)) / 2.    dx = dy y (1 − y).

    Bounded in (0, 1), saturates at both ends, outputs centred at 0.5.
    """

    stem = "sigmoid"

    def forward(self, m: Cell) -> Calls:
        half = m.number(0.5)
        yield np.multiply, (m.x, half, m.y)  # by tanh: no overflow at any x
        yield np.tanh, (m.y, m.y)
        yield np.multiply, (m.y, half, m.y)
        yield np.add, (m.y, half, m.y)

    def slope(self, m: Cell) -> Calls:
        yield np.multiply, (m.y, m.y, m.s)
        yield np.subtract, (m.y, m.s, m.s)


@register("layer", "tanh")
class Tanh(Squashing):
    """y = tanh x = 2 σ(2x) − 1.    dx = dy (1 − y²).

    Bounded in (−1, 1), saturates at both ends, centred at 0: preferable to the sigmoid.
    """

    stem = "tanh"

    def forward(self, m: Cell) -> Calls:
        yield np.tanh, (m.x, m.y)

    def slope(self, m: Cell) -> Calls:
        yield np.multiply, (m.y, m.y, m.s)
        yield np.subtract, (m.number(1.0), m.s, m.s)


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
    """y = max(x, 0) + α min(x, 0), α learned.    dα = Σ dy min(x, 0).

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


@register("layer", "gelu")
class GELU(Activation):
    """y = ½ x (1 + tanh u),  u = √(2/π) (x + 0.044715 x³).

    Hendrycks, Gimpel 2016, arXiv:1606.08415, in the tanh form (PyTorch's approximate="tanh").
    dx = dy ½ (1 + t + x (1 − t²) u′),  t = tanh u,  u′ = √(2/π) (1 + 3·0.044715 x²).
    """

    stem = "gelu"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"s": laid(x, n), "t": laid(x, n), "square": laid(x, n)}

    def forward(self, m: Cell) -> Calls:
        c = math.sqrt(2 / math.pi)
        yield np.multiply, (m.x, m.x, m.square)
        yield np.multiply, (m.square, m.number(c * 0.044715), m.t)
        yield np.add, (m.t, m.number(c), m.t)
        yield np.multiply, (m.t, m.x, m.t)
        yield np.tanh, (m.t, m.t)
        yield np.add, (m.t, m.number(1.0), m.y)
        yield np.multiply, (m.y, m.x, m.y)
        yield np.multiply, (m.y, m.number(0.5), m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        c, one = math.sqrt(2 / math.pi), m.number(1.0)
        yield np.multiply, (m.square, m.number(3 * c * 0.044715), m.s)
        yield np.add, (m.s, m.number(c), m.s)  # u′
        yield np.multiply, (m.s, m.x, m.s)
        yield np.multiply, (m.t, m.t, m.dx)
        yield np.subtract, (one, m.dx, m.dx)
        yield np.multiply, (m.dx, m.s, m.dx)  # x (1 − t²) u′
        yield np.add, (m.dx, m.t, m.dx)
        yield np.add, (m.dx, one, m.dx)
        yield np.multiply, (m.dx, m.number(0.5), m.dx)
        yield np.multiply, (m.dx, m.dy, m.dx)
