"""Normalization of each example by itself: the same in training and in use, no batch is needed.

                                  one mean and variance for                 γ and β for
layer_norm      all features of an example (C × H × W of a picture)       each feature
group_norm      each group of channels, all places                        each channel
instance_norm   each channel, all places                                  each channel

With h = γ dy, z = (x − μ) r, r = 1/√(σ² + ε):  dx = r (h − mean(h) − z mean(h z)), the means over
the set that shares μ. Wu, He 2018, arXiv:1803.08494, draw the sets side by side.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.geometry import image
from engine.errors import Invalid
from engine.layers.base import Calls
from engine.layers.norm import Norm, flat
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.registry import register, value
from engine.spec import When, doc


@value
class NormEach(Norm):
    """Base: what is shared is a set of features of one example."""

    def sets(self, x: Shape) -> int:
        """How many sets an example's features fall into; they are of equal size."""
        return 1

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        sets, (rows, inside) = self.sets(x), self._set(x)
        made: dict[str, Shape] = {name: laid(x, n) for name in ("z", "h", "s")}
        made |= {name: (sets, 1, n) for name in ("mean", "r", "k")}
        if rows > 1:
            made |= {"stripe": (sets, inside, n), "high": (rows,)}
        return {**made, "average": (1, inside), **self._affine_scratch(x, n)}

    def _affine_scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"ones": (n,)}

    def _set(self, x: Shape) -> tuple[int, int]:
        """Rows of a set, and features in each of its rows."""
        if len(x) == 1:
            return 1, x[0] // self.sets(x)
        channels, height, width = x
        return height, channels // self.sets(x) * width

    def forward(self, m: Cell) -> Calls:
        x, z, s = self._by_set(m, m.x), self._by_set(m, m.z), self._by_set(m, m.s)
        rows, inside = self._set(_shape(m.x))
        m.average.fill(1 / (rows * inside))
        if rows > 1:
            m.high.fill(1.0)
        yield from self._mean(m, m.x, m.mean)
        yield np.subtract, (x, m.mean, z)
        yield np.multiply, (z, z, s)
        yield from self._mean(m, m.s, m.r)
        yield np.add, (m.r, m.number(self.eps), m.r)
        yield np.sqrt, (m.r, m.r)
        yield np.reciprocal, (m.r, m.r)
        yield np.multiply, (z, m.r, z)
        yield from self._affine(m)

    def backward(self, m: Cell) -> Calls:
        yield from self._affine_back(m)
        if m.dx is None:
            return
        z, h, s = (self._by_set(m, a) for a in (m.z, m.h, m.s))
        dx = self._by_set(m, m.dx)
        yield np.multiply, (h, z, s)
        yield from self._mean(m, m.s, m.k)
        yield np.multiply, (z, m.k, s)
        yield np.subtract, (h, s, dx)
        yield from self._mean(m, m.h, m.k)
        yield np.subtract, (dx, m.k, dx)
        yield np.multiply, (dx, m.r, dx)

    def _affine(self, m: Cell) -> Calls:
        """y = γ z + β, for each feature or channel."""
        z, y = flat(m.z), flat(m.y)
        yield np.multiply, (z, m.gamma[:, None], y)
        yield np.add, (y, m.beta[:, None], y)

    def _affine_back(self, m: Cell) -> Calls:
        """dγ, dβ, and h = γ dy where dx is asked for."""
        m.ones.fill(1.0)
        dy, z = flat(m.dy), flat(m.z)
        if dy.ndim == 2:
            yield dy.dot, (m.ones, m.dbeta)
            yield np.vecdot, (dy, z, m.dgamma)
        else:
            m.high_rows.fill(1.0)
            yield dy.reshape(m.per_row.size, -1).dot, (m.ones, m.per_row.reshape(-1))
            yield m.high_rows.dot, (m.per_row, m.dbeta)
            yield np.vecdot, (dy, z, m.per_row)
            yield m.high_rows.dot, (m.per_row, m.dgamma)
        if m.dx is not None:
            yield np.multiply, (dy, m.gamma[:, None], flat(m.h))

    def _by_set(self, m: Cell, a: Array) -> Array:
        """rows × sets × features × n, a view."""
        rows, _ = self._set(_shape(m.x))
        return a.reshape(rows, self.sets(_shape(m.x)), -1, m.n)

    def _mean(self, m: Cell, a: Array, out: Array) -> Calls:
        """out[set, 0, example] = the mean of a over the set."""
        by_set = self._by_set(m, a)
        if len(by_set) == 1:
            yield np.matmul, (m.average, by_set[0], out)
        else:
            yield m.high.dot, (by_set.reshape(len(by_set), -1), m.stripe.reshape(-1))
            yield np.matmul, (m.average, m.stripe, out)


@register("layer", "layer_norm")
class LayerNorm(NormEach):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over the layer's features, for each example.

    Ba, Kiros, Hinton 2016, arXiv:1607.06450. The same in training and in use: no batch is needed.
    γ and β are one pair for each feature, of pictures for each channel and place. PyTorch's
    LayerNorm over all features.
    """

    def windows(self, x: Shape) -> dict[str, Shape]:
        if len(x) == 1:
            return Norm.windows(self, x)
        channels, height, width = x
        return {name: (height, channels, width) for name in ("gamma", "beta")}

    def arrays(self, w: object) -> dict[str, Array]:
        shown = Norm.arrays(self, w)
        return {k: a if a.ndim == 1 else a.swapaxes(0, 1) for k, a in shown.items()}

    def _affine(self, m: Cell) -> Calls:
        yield np.multiply, (m.z, m.gamma[..., None], m.y)
        yield np.add, (m.y, m.beta[..., None], m.y)

    def _affine_back(self, m: Cell) -> Calls:
        m.ones.fill(1.0)
        yield m.dy.reshape(-1, m.n).dot, (m.ones, m.dbeta.reshape(-1))
        yield np.vecdot, (m.dy, m.z, m.dgamma)
        if m.dx is not None:
            yield np.multiply, (m.dy, m.gamma[..., None], m.h)


@value
class ChannelNorm(NormEach):
    """Base of those of pictures: γ and β for each channel."""

    def windows(self, x: Shape) -> dict[str, Shape]:
        return Norm.windows(self, image(self.name or self.kind, x))

    def _affine_scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        channels, height, width = x
        return {"ones": (width * n,), "per_row": (height, channels), "high_rows": (height,)}


@register("layer", "group_norm")
class GroupNorm(ChannelNorm):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over a group of channels and all places.

    Wu, He 2018, arXiv:1803.08494. groups: 1 shares one mean among all channels; as many as channels
    is instance_norm. x: channels × height × width. PyTorch's GroupNorm.
    """

    groups: Annotated[
        int, Ge(1), Le(512), When("reset"), doc("parts the channels fall into, of equal size")
    ] = 4

    def shape(self, x: Shape) -> Shape:
        channels = image(self.name or self.kind, x)[0]
        if channels % self.groups:
            raise Invalid(
                f"{self.name or self.kind}: {self.groups} groups do not divide the {channels} "
                "channels that come in.",
                pointer="/groups",
            )
        return x

    def sets(self, x: Shape) -> int:
        return self.groups


@register("layer", "instance_norm")
class InstanceNorm(ChannelNorm):
    """y = γ (x − μ) / √(σ² + ε) + β,  μ, σ² over all places of one channel of one example.

    Ulyanov, Vedaldi, Lempitsky 2016, arXiv:1607.08022: takes the contrast out of each picture.
    x: channels × height × width. PyTorch's InstanceNorm2d with affine=True.
    """

    def shape(self, x: Shape) -> Shape:
        return image(self.name or self.kind, x)

    def sets(self, x: Shape) -> int:
        return x[0]


def _shape(x: Array) -> Shape:
    if x.ndim == 4:
        height, channels, width, _ = x.shape
        return (channels, height, width)
    return (len(x),)
