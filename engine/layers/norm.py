"""Batch normalization: subtract a mean, divide by a deviation, both over the batch.

(Over other sets, example by example: engine/layers/norm_each.py.)
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt, Le

from engine.layers.base import Calls, Layer
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.registry import register, value
from engine.spec import doc


@value
class Norm(Layer):
    """Base: a learned scale γ (starts at 1) and shift β (starts at 0), one pair for each feature;
    of pictures, for each channel."""

    stem = "norm"
    role = "norm"

    eps: Annotated[float, Gt(0.0), Le(1.0), doc("added to the variance, against dividing by 0")] = (
        1e-5
    )

    def windows(self, x: Shape) -> dict[str, Shape]:
        return {"gamma": x[:1], "beta": x[:1]}

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"gamma": w.gamma, "beta": w.beta}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        w.gamma.fill(1.0)
        w.beta.fill(0.0)


@register("layer", "batch_norm")
class BatchNorm(Norm):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over the batch, for each feature.

    Ioffe, Szegedy 2015, arXiv:1502.03167. Of pictures, a feature is a channel: μ and σ² are taken
    over the batch and over all places, since a kernel sees the same thing everywhere. In training
    they are the batch's, and running means of them (momentum 0.1, the variance unbiased, as
    PyTorch's) are kept; in use the running ones stand in. With g = dy, c = x − μ, r = 1/√(σ² + ε)
    and m the count of numbers that share a mean:
    dβ = Σg,  dγ = r Σ g c,  dx = γ r (g − Σg/m − c r² Σgc/m).
    """

    passing = frozenset({"plane"})

    momentum: Annotated[float, Gt(0.0), Le(1.0), doc("weight of the newest batch")] = 0.1

    def statistics(self, x: Shape) -> dict[str, Shape]:
        return {"running": (2, x[0])}  # mean and variance

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        f = x[0]
        rows, across = (x[1], x[2] * n) if len(x) == 3 else (1, n)
        made: dict[str, Shape] = {name: (f,) for name in ("r", "a", "sum_gc", "k")}
        if len(x) == 3:
            made |= {"rows": (rows, f), "high": (rows,), "plane": (f, across)}
        return {
            "c": laid(x, n), "batch": (2, f), "change": (2, f), "ones": (across,), **made,
        }  # fmt: skip

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
        if hasattr(m, "high"):
            m.high.fill(1.0)
        x, c, y = flat(m.x), flat(m.c), flat(m.y)
        if m.mode != "train":
            yield from self._in_use(m, x, y)
            return
        mean, var = m.batch
        count = x.size // len(mean)
        share = m.number(1 / count)
        yield from sums(m, x, m.array(m.ones.size, fill=1 / count), mean)
        yield from by_feature(m, np.subtract, x, mean, c)
        yield from sums_of_products(m, c, c, var)
        yield np.multiply, (var, share, var)
        # running += momentum (batch − running); PyTorch's running variance is the unbiased one
        weight = m.array(2, 1, fill=self.momentum)
        weight[1] *= count / max(count - 1, 1)
        yield np.multiply, (m.batch, weight, m.change)
        yield np.multiply, (m.running, m.number(1 - self.momentum), m.running)
        yield np.add, (m.running, m.change, m.running)
        yield from self._scale(m, var)
        yield from by_feature(m, np.multiply, c, m.a, y)
        yield from by_feature(m, np.add, y, m.beta, y)

    def _in_use(self, m: Cell, x: Array, y: Array) -> Calls:
        """With fixed μ and σ² it is a line: y = a x + (β − a μ),  a = γ r."""
        mean, var = m.running
        yield from self._scale(m, var)
        yield np.multiply, (mean, m.a, m.k)
        yield np.subtract, (m.beta, m.k, m.k)
        yield from by_feature(m, np.multiply, x, m.a, y)
        yield from by_feature(m, np.add, y, m.k, y)

    def _scale(self, m: Cell, var: Array) -> Calls:
        """r = 1/√(σ² + ε),  a = γ r."""
        yield np.add, (var, m.number(self.eps), m.r)
        yield np.sqrt, (m.r, m.r)
        yield np.reciprocal, (m.r, m.r)
        yield np.multiply, (m.gamma, m.r, m.a)

    def backward(self, m: Cell) -> Calls:
        x, c, dy = flat(m.x), flat(m.c), flat(m.dy)
        if m.mode != "train":
            yield from by_feature(m, np.subtract, x, m.running[0], c)
        yield from sums(m, dy, m.ones, m.dbeta)
        yield from sums_of_products(m, dy, c, m.sum_gc)
        yield np.multiply, (m.sum_gc, m.r, m.dgamma)
        if m.dx is None:
            return
        dx = flat(m.dx)
        if m.mode != "train":  # μ and σ² do not depend on x: only the scale remains
            yield from by_feature(m, np.multiply, dy, m.a, dx)
            return
        share = m.number(len(m.a) / x.size)
        yield np.multiply, (m.dgamma, m.r, m.k)
        yield np.multiply, (m.k, share, m.k)
        yield from by_feature(m, np.multiply, c, m.k, dx)
        yield np.multiply, (m.dbeta, share, m.k)
        yield from by_feature(m, np.add, dx, m.k, dx)
        yield np.subtract, (dy, dx, dx)
        yield from by_feature(m, np.multiply, dx, m.a, dx)


def flat(a: Array) -> Array:
    """features × n as it is; an image as rows × channels × (places across · examples)."""
    return a.reshape(*a.shape[:2], -1) if a.ndim == 4 else a


def by_feature(m: Cell, f: np.ufunc, a: Array, numbers: Array, out: Array) -> Calls:
    """out = f(a, numbers), one number for each feature. Of pictures they are first widened to the
    plane of one row, which stays in the cache: half the time of a column read along every row."""
    column = numbers[:, None]
    if a.ndim == 2:
        yield f, (a, column, out)
    else:
        yield np.copyto, (m.plane, column)
        yield f, (a, m.plane, out)


def sums(m: Cell, a: Array, weights: Array, out: Array) -> Calls:
    """out[feature] = Σ a · weights over everything else. Products with ones: cheaper than a sum
    over an axis."""
    if a.ndim == 2:
        yield a.dot, (weights, out)
    else:
        yield a.reshape(m.rows.size, -1).dot, (weights, m.rows.reshape(-1))
        yield m.high.dot, (m.rows, out)


def sums_of_products(m: Cell, a: Array, b: Array, out: Array) -> Calls:
    """out[feature] = Σ a b over everything else."""
    if a.ndim == 2:
        yield np.vecdot, (a, b, out)
    else:
        yield np.vecdot, (a, b, m.rows)
        yield m.high.dot, (m.rows, out)
