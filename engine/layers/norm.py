"""Normalization: subtract a mean, divide by a deviation; the question is over which set.

batch_norm    over the examples of the batch, for each feature
layer_norm    over the features of the layer, for each example
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt, Le

from engine.layers.base import Calls, Layer, features
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell
from engine.registry import register, value
from engine.spec import doc


@value
class Norm(Layer):
    """Base: a learned scale γ (starts at 1) and shift β (starts at 0) for each feature."""

    stem = "norm"

    eps: Annotated[float, Gt(0.0), Le(1.0), doc("added to the variance, against dividing by 0")] = (
        1e-5
    )

    def windows(self, x: Shape) -> dict[str, Shape]:
        return {"gamma": (features(self, x),), "beta": (features(self, x),)}

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"gamma": w.gamma, "beta": w.beta}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        w.gamma.fill(1.0)
        w.beta.fill(0.0)


@register("layer", "batch_norm")
class BatchNorm(Norm):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over the batch, for each feature.

    Ioffe, Szegedy 2015, arXiv:1502.03167. In training μ and σ² are the batch's, and running means
    of them (momentum 0.1, the variance unbiased, as PyTorch's) are kept; in use the running ones
    stand in. With g = dy, c = x − μ, r = 1/√(σ² + ε):
    dβ = Σg,  dγ = r Σ g c,  dx = γ r (g − Σg/n − c r² Σgc/n).
    """

    momentum: Annotated[float, Gt(0.0), Le(1.0), doc("weight of the newest batch")] = 0.1

    def statistics(self, x: Shape) -> dict[str, Shape]:
        return {"running": (2, features(self, x))}  # mean and variance

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        f = features(self, x)
        small = {name: (f,) for name in ("r", "a", "sum_gc", "k")}
        return {"c": (f, n), "batch": (2, f), "change": (2, f), "ones": (n,), **small}

    def arrays(self, w: Any) -> dict[str, Array]:
        shown = {"gamma": w.gamma, "beta": w.beta}
        if hasattr(w, "running"):
            shown |= {"running_mean": w.running[0], "running_var": w.running[1]}
        return shown

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        Norm.initialize(self, w, x, rng)
        w.running[0] = 0.0
        w.running[1] = 1.0

    def forward(self, m: Cell) -> Calls:
        m.ones.fill(1.0)
        if m.mode != "train":
            yield from self._in_use(m)
            return
        mean, var = m.batch
        average = m.array(m.n, fill=1 / m.n)
        yield m.x.dot, (average, mean)
        yield np.subtract, (m.x, mean[:, None], m.c)
        yield np.vecdot, (m.c, m.c, var)
        yield np.multiply, (var, m.number(1 / m.n), var)
        # running += momentum (batch − running); PyTorch's running variance is the unbiased one
        weight = m.array(2, 1, fill=self.momentum)
        weight[1] *= m.n / max(m.n - 1, 1)
        yield np.multiply, (m.batch, weight, m.change)
        yield np.multiply, (m.running, m.number(1 - self.momentum), m.running)
        yield np.add, (m.running, m.change, m.running)
        yield from self._scale(m, var)
        yield np.multiply, (m.c, m.a[:, None], m.y)
        yield np.add, (m.y, m.beta[:, None], m.y)

    def _in_use(self, m: Cell) -> Calls:
        """With fixed μ and σ² it is a line: y = a x + (β − a μ),  a = γ r."""
        mean, var = m.running
        yield from self._scale(m, var)
        yield np.multiply, (mean, m.a, m.k)
        yield np.subtract, (m.beta, m.k, m.k)
        yield np.multiply, (m.x, m.a[:, None], m.y)
        yield np.add, (m.y, m.k[:, None], m.y)

    def _scale(self, m: Cell, var: Array) -> Calls:
        """r = 1/√(σ² + ε),  a = γ r."""
        yield np.add, (var, m.number(self.eps), m.r)
        yield np.sqrt, (m.r, m.r)
        yield np.reciprocal, (m.r, m.r)
        yield np.multiply, (m.gamma, m.r, m.a)

    def backward(self, m: Cell) -> Calls:
        if m.mode != "train":
            yield np.subtract, (m.x, m.running[0][:, None], m.c)
        yield m.dy.dot, (m.ones, m.dbeta)
        yield np.vecdot, (m.dy, m.c, m.sum_gc)
        yield np.multiply, (m.sum_gc, m.r, m.dgamma)
        if m.dx is None:
            return
        if m.mode != "train":  # μ and σ² do not depend on x: only the scale remains
            yield np.multiply, (m.dy, m.a[:, None], m.dx)
            return
        n = m.number(1 / m.n)
        yield np.multiply, (m.dgamma, m.r, m.k)
        yield np.multiply, (m.k, n, m.k)
        yield np.multiply, (m.c, m.k[:, None], m.dx)
        yield np.multiply, (m.dbeta, n, m.k)
        yield np.add, (m.dx, m.k[:, None], m.dx)
        yield np.subtract, (m.dy, m.dx, m.dx)
        yield np.multiply, (m.dx, m.a[:, None], m.dx)


@register("layer", "layer_norm")
class LayerNorm(Norm):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over the layer's features, for each example.

    Ba, Kiros, Hinton 2016, arXiv:1607.06450. The same in training and in use: no batch is needed.
    With h = γ dy, z = (x − μ) r:  dx = r (h − mean(h) − z mean(h z)),  means over the features.
    """

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        f = features(self, x)
        wide = {name: (f, n) for name in ("z", "h", "s")}
        small = {name: (n,) for name in ("mean", "r", "ones", "k")}
        return {**wide, **small, "average": (f,)}

    def forward(self, m: Cell) -> Calls:
        m.average.fill(1 / m.average.size)
        m.ones.fill(1.0)
        yield m.average.dot, (m.x, m.mean)
        yield np.subtract, (m.x, m.mean, m.z)
        yield np.multiply, (m.z, m.z, m.s)
        yield m.average.dot, (m.s, m.r)
        yield np.add, (m.r, m.number(self.eps), m.r)
        yield np.sqrt, (m.r, m.r)
        yield np.reciprocal, (m.r, m.r)
        yield np.multiply, (m.z, m.r, m.z)
        yield np.multiply, (m.z, m.gamma[:, None], m.y)
        yield np.add, (m.y, m.beta[:, None], m.y)

    def backward(self, m: Cell) -> Calls:
        yield m.dy.dot, (m.ones, m.dbeta)
        yield np.vecdot, (m.dy, m.z, m.dgamma)
        if m.dx is None:
            return
        yield np.multiply, (m.dy, m.gamma[:, None], m.h)
        yield np.multiply, (m.h, m.z, m.s)
        yield m.average.dot, (m.s, m.k)
        yield np.multiply, (m.z, m.k, m.s)
        yield np.subtract, (m.h, m.s, m.dx)
        yield m.average.dot, (m.h, m.k)
        yield np.subtract, (m.dx, m.k, m.dx)
        yield np.multiply, (m.dx, m.r, m.dx)
