"""Functions that are a line far above 0 and bend without a corner.

(NumPy takes the output of maximum and minimum by name only, hence `partial`.)
"""

from __future__ import annotations

import math
from functools import partial
from typing import Annotated

import numpy as np
from annotated_types import Gt, Le

from engine.layers.activations.base import Activation, FromOutput
from engine.layers.base import Calls
from engine.memory.arena import Shape
from engine.memory.cell import Cell, laid
from engine.registry import register
from engine.spec import doc


@register("layer", "elu")
class ELU(Activation):
    """y = x if x > 0, else α (eˣ − 1).    dx = dy or dy α eˣ.

    Bends towards −α, so that outputs come out nearer to 0 in the mean and no unit is quite dead.
    Clevert, Unterthiner, Hochreiter 2015, arXiv:1511.07289; PyTorch's ELU.
    """

    stem = "elu"

    alpha: Annotated[float, Gt(0.0), Le(10.0), doc("how far below zero it goes, α")] = 1.0

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        shape = laid(x, n)
        return {"below": shape, "zeros": shape}

    def forward(self, m: Cell) -> Calls:
        yield partial(np.minimum, out=m.below), (m.x, m.zeros)  # e to what is above 0 may overflow
        yield np.expm1, (m.below, m.below)
        yield np.multiply, (m.below, m.number(self.alpha), m.below)
        yield partial(np.maximum, out=m.y), (m.x, m.zeros)
        yield np.add, (m.y, m.below, m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        # α eˣ is what it was below, and α more; above, where that is 0, there is 1 − α to add.
        yield np.greater, (m.x, m.number(0.0), m.dx)
        yield np.multiply, (m.dx, m.number(1 - self.alpha), m.dx)
        yield np.add, (m.dx, m.number(self.alpha), m.dx)
        yield np.add, (m.dx, m.below, m.dx)
        yield np.multiply, (m.dx, m.dy, m.dx)


@register("layer", "softplus")
class Softplus(FromOutput):
    """y = ln(1 + eˣ).    dx = dy σ(x) = dy (1 − e⁻ʸ).

    ReLU with its corner rounded: never 0, and never quite without a slope. Dugas et al. 2000;
    PyTorch's Softplus.
    """

    stem = "softplus"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"s": laid(x, n), "zeros": laid(x, n)}

    def forward(self, m: Cell) -> Calls:
        yield np.logaddexp, (m.x, m.zeros, m.y)  # ln(eˣ + e⁰), by the larger: no overflow at any x

    def slope(self, m: Cell) -> Calls:
        yield np.negative, (m.y, m.s)
        yield np.expm1, (m.s, m.s)
        yield np.negative, (m.s, m.s)


@register("layer", "silu")
class SiLU(Activation):
    """y = x σ(x).    dx = dy (σ + y (1 − σ)).

    Dips to −0.28 at x = −1.28 and comes back to 0. Elfwing, Uchibe, Doya 2017, arXiv:1702.03118;
    also called swish (Ramachandran et al. 2017); PyTorch's SiLU.
    """

    stem = "silu"

    def forward(self, m: Cell) -> Calls:
        half = m.number(0.5)
        yield np.multiply, (m.x, half, m.s)  # σ by tanh: no overflow at any x
        yield np.tanh, (m.s, m.s)
        yield np.multiply, (m.s, half, m.s)
        yield np.add, (m.s, half, m.s)
        yield np.multiply, (m.x, m.s, m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        yield np.multiply, (m.y, m.s, m.dx)
        yield np.subtract, (m.y, m.dx, m.dx)
        yield np.add, (m.dx, m.s, m.dx)
        yield np.multiply, (m.dx, m.dy, m.dx)


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
