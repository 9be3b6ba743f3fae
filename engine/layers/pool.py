"""Pooling: what a window sees, said in one number. Smaller maps, and small shifts forgotten.

Both kinds go across first and then down, which takes kh + kw steps instead of kh · kw. With a
window whose places do not overlap, every input belongs to at most one of them.
"""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.geometry import Axis, Pair, Size, Window, image, pair, shown, window
from engine.errors import Invalid
from engine.layers.base import Calls, Layer
from engine.layers.pool_axis import apart, largest, rests, spread, to_the_first, total
from engine.memory.arena import Shape
from engine.memory.cell import Cell, laid
from engine.registry import register, value
from engine.spec import When, doc

Fold: TypeAlias = Annotated[
    Size, Ge(1), Le(32), When("reset"), doc("height and width of the window; one number for both")
]


@value
class Pool2d(Layer):
    """Base: a window that moves over each map by itself."""

    stem = "pool"

    window: Fold = 2
    stride: Annotated[
        Size | None,
        Ge(1),
        Le(32),
        When("reset"),
        doc("how far the window moves; null: as far as it is wide, so that places do not overlap"),
    ] = None
    padding: Annotated[
        Size, Ge(0), Le(16), When("reset"), doc("rows and columns put around the picture")
    ] = 0

    def check(self) -> None:
        Layer.check(self)
        for size, zeros in zip(pair(self.window), pair(self.padding), strict=True):
            if 2 * zeros > size:
                raise Invalid(
                    f"The padding is at most half the window: {shown(_half(pair(self.window)))}.",
                    pointer="/padding",
                )

    def at(self, x: Shape) -> Window:
        """Where the window stands. Raises `Invalid` where it does not fit."""
        stride = self.window if self.stride is None else self.stride
        what = self.name or self.kind
        return window(what, x, self.window, stride, 1, self.padding, called="window")

    def shape(self, x: Shape) -> Shape:
        return (x[0], *self.at(x).out)

    def multiply_adds(self, x: Shape) -> int:
        at = self.at(x)
        return math.prod(self.shape(x)) * at.down.k * at.across.k

    def _axes(self, m: Cell) -> Window:
        height, channels, width, _ = m.x.shape
        return self.at((channels, height, width))


@register("layer", "max_pool2d")
class MaxPool2d(Pool2d):
    """y = the largest of x in the window.    dx = dy there, 0 elsewhere; of equals the first.

    The first by rows, then by columns, as PyTorch's MaxPool2d; padding never wins. x: channels ×
    height × width.
    """

    passing = frozenset({"flag", "rest", "share"})

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        at = self.at(x)
        row = laid((x[0], x[1], at.out[1]), n)
        made = {"row": row, "drow": row, "flag": row}
        if not (apart(at.down) and apart(at.across)):
            made["share"] = row
        return made | ({"rest": laid(self.shape(x), n)} if rests(at.down) else {})

    def forward(self, m: Cell) -> Calls:
        at = self._axes(m)
        yield from largest(m.x, m.row, at.across, 2)
        yield from largest(m.row, m.y, at.down, 0)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        at = self._axes(m)
        share = getattr(m, "share", None)
        rest = m.rest if rests(at.down) else m.dy
        yield from to_the_first(m.row, m.y, m.drow, m.dy, rest, at.down, 0, m.flag, share)
        yield from to_the_first(m.x, m.row, m.dx, m.drow, m.drow, at.across, 2, m.flag, share)


@register("layer", "mean_pool2d")
class MeanPool2d(Pool2d):
    """y = the mean of x over the window.    dx = dy / (kh kw) at every input of it.

    Padding counts as zeros, as in PyTorch's AvgPool2d. x: channels × height × width.
    """

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        row = laid((x[0], x[1], self.at(x).out[1]), n)
        return {"row": row, "drow": row, "share": laid(self.shape(x), n)}

    def forward(self, m: Cell) -> Calls:
        at = self._axes(m)
        yield from total(m.x, m.row, at.across, 2)
        yield from total(m.row, m.y, at.down, 0)
        yield np.multiply, (m.y, m.number(1 / (at.down.k * at.across.k)), m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        at = self._axes(m)
        yield np.multiply, (m.dy, m.number(1 / (at.down.k * at.across.k)), m.share)
        yield from spread(m.share, m.drow, at.down, 0)
        yield from spread(m.drow, m.dx, at.across, 2)


@register("layer", "global_mean_pool")
class GlobalMeanPool(Layer):
    """y[c] = the mean of map c.    dx[c, h, w] = dy[c] / (H W).

    What is in the picture, no longer where. Lin, Chen, Yan 2014, arXiv:1312.4400. x: channels ×
    height × width, y: channels. PyTorch's AdaptiveAvgPool2d(1) and flatten.
    """

    stem = "pool"

    def shape(self, x: Shape) -> Shape:
        return (image(self.name or self.kind, x)[0],)

    def multiply_adds(self, x: Shape) -> int:
        return math.prod(x)

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        channels, _, width = x
        return {"row": (channels, width, n), "share": (channels, n)}

    def forward(self, m: Cell) -> Calls:
        height, _, width, _ = m.x.shape
        down, across = m.array(height, fill=1 / height), m.array(1, width, fill=1 / width)
        yield down.dot, (m.x.reshape(height, -1), m.row.reshape(-1))
        yield np.matmul, (across, m.row, m.y[:, None])

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        height, _, width, _ = m.x.shape
        yield np.multiply, (m.dy, m.number(1 / (height * width)), m.share)
        yield np.copyto, (m.dx, m.share[:, None])


@register("layer", "channel_pool")
class ChannelPool(Layer):
    """y[k] = the largest of `window` neighbouring maps, place by place.    dx = dy there, else 0.

    Pooling over what is seen instead of where: a unit that answers to any of several kernels
    (maxout; Goodfellow et al. 2013, arXiv:1302.4389). Of equals the first, as PyTorch's MaxPool3d
    with window [k, 1, 1]: where convolutions see nothing but zeros around the picture, all are
    equal. x: channels × height × width, whose number of channels `window` must divide.
    """

    stem = "pool"

    window: Annotated[
        int, Ge(1), Le(512), When("reset"), doc("neighbouring channels that become one")
    ] = 2

    def shape(self, x: Shape) -> Shape:
        channels, height, width = image(self.name or self.kind, x)
        if channels % self.window:
            raise Invalid(
                f"{self.name or self.kind}: a window of {self.window} channels does not divide the "
                f"{channels} that come in.",
                pointer="/window",
            )
        return (channels // self.window, height, width)

    def multiply_adds(self, x: Shape) -> int:
        return math.prod(x)

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        y = laid(self.shape(x), n)
        return {"flag": y} | ({"rest": y} if rests(self._axis(x[0])) else {})

    def forward(self, m: Cell) -> Calls:
        yield from largest(m.x, m.y, self._axis(m.x.shape[1]), 1)

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            axis = self._axis(m.x.shape[1])
            rest = m.rest if rests(axis) else m.dy
            yield from to_the_first(m.x, m.y, m.dx, m.dy, rest, axis, 1, m.flag, None)

    def _axis(self, channels: int) -> Axis:
        return Axis(channels, self.window, self.window, 1, 0, 0)


def _half(size: Pair) -> Pair:
    return size[0] // 2, size[1] // 2
