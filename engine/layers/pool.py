"""Pooling: what a window sees, said in one number. Smaller maps, and small shifts forgotten.

Both kinds go across first and then down, which takes kh + kw steps instead of kh · kw. With a
window whose places do not overlap, every input belongs to at most one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Annotated, TypeAlias

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.geometry import Axis, Pair, Size, Window, image, pair, shown, window
from engine.errors import Invalid
from engine.layers.base import Calls, Layer
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell, laid
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
        if not (_apart(at.down) and _apart(at.across)):
            made["share"] = row
        return made | ({"rest": laid(self.shape(x), n)} if _rests(at.down) else {})

    def forward(self, m: Cell) -> Calls:
        at = self._axes(m)
        yield from _largest(m.x, m.row, at.across, 2)
        yield from _largest(m.row, m.y, at.down, 0)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        at = self._axes(m)
        share = getattr(m, "share", None)
        rest = m.rest if _rests(at.down) else m.dy
        yield from _to_the_first(m.row, m.y, m.drow, m.dy, rest, at.down, 0, m.flag, share)
        yield from _to_the_first(m.x, m.row, m.dx, m.drow, m.drow, at.across, 2, m.flag, share)


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
        yield from _sum(m.x, m.row, at.across, 2)
        yield from _sum(m.row, m.y, at.down, 0)
        yield np.multiply, (m.y, m.number(1 / (at.down.k * at.across.k)), m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        at = self._axes(m)
        yield np.multiply, (m.dy, m.number(1 / (at.down.k * at.across.k)), m.share)
        yield from _spread(m.share, m.drow, at.down, 0)
        yield from _spread(m.drow, m.dx, at.across, 2)


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
    (maxout; Goodfellow et al. 2013, arXiv:1302.4389). Of equals the first. x: channels × height ×
    width, whose number of channels `window` must divide.
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
        return {"flag": y} | ({"rest": y} if _rests(self._axis(x[0])) else {})

    def forward(self, m: Cell) -> Calls:
        yield from _largest(m.x, m.y, self._axis(m.x.shape[1]), 1)

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            axis = self._axis(m.x.shape[1])
            rest = m.rest if _rests(axis) else m.dy
            yield from _to_the_first(m.x, m.y, m.dx, m.dy, rest, axis, 1, m.flag, None)

    def _axis(self, channels: int) -> Axis:
        return Axis(channels, self.window, self.window, 1, 0, 0)


# --- one axis at a time --------------------------------------------------------------------------


def _taps(a: Array, b: Array, axis: Axis, number: int) -> Iterator[tuple[Array, Array]]:
    """For every tap of the window: what it sees of a, and its places in b."""
    before = (slice(None),) * number
    for j in range(axis.k):
        seen, places = axis.seen(j)
        if seen.start < seen.stop:
            yield a[(*before, seen)], b[(*before, places)]


def _apart(axis: Axis) -> bool:
    """Whether every input belongs to one place at most, and every place sees only inputs."""
    return axis.s >= axis.k and axis.before == axis.after == 0


def _rests(axis: Axis) -> bool:
    """Whether what the first inputs leave of dy must be written down for others than the last."""
    return not _apart(axis) or axis.k > 2


def _largest(x: Array, y: Array, axis: Axis, number: int) -> Iterator[Call]:
    taps = list(_taps(x, y, axis, number))
    if _inside(axis) and len(taps) > 1:
        (first, _), (second, _), *taps = taps
        yield partial(np.maximum, out=y), (first, second)
    else:
        yield y.fill, (-np.inf,)
    for seen, places in taps:
        yield partial(np.maximum, out=places), (places, seen)


def _inside(axis: Axis) -> bool:
    return axis.before == axis.after == 0


def _to_the_first(
    x: Array,
    y: Array,
    dx: Array,
    dy: Array,
    rest: Array,
    axis: Axis,
    number: int,
    flags: Array,
    shares: Array | None,
) -> Iterator[Call]:
    """Give dy to the first input that equals y. rest: what of dy is not yet given (dy itself, where
    it may be used up). flags, shares: scratch; shares only where windows overlap."""
    if _apart(axis):
        yield from _to_the_first_apart(x, y, dx, dy, rest, axis, number, flags)
        return
    yield dx.fill, (0.0,)
    if rest is not dy:
        yield np.copyto, (rest, dy)
    for (seen, places), (back, left) in zip(
        _taps(x, y, axis, number), _taps(dx, rest, axis, number), strict=True
    ):
        assert shares is not None
        flag, share = _part(flags, left.shape), _part(shares, left.shape)
        yield np.equal, (seen, places, flag)
        yield np.multiply, (flag, left, share)
        yield np.add, (back, share, back)
        yield np.subtract, (left, share, left)


def _to_the_first_apart(
    x: Array, y: Array, dx: Array, dy: Array, rest: Array, axis: Axis, number: int, flags: Array
) -> Iterator[Call]:
    """The same where every input belongs to one place: what the last is left with is its own."""
    seen = [part for part, _ in _taps(x, y, axis, number)]
    back = [part for part, _ in _taps(dx, dy, axis, number)]
    flag, left = _part(flags, y.shape), dy
    for j in range(axis.k - 1):
        after = back[-1] if j == axis.k - 2 else rest
        yield np.equal, (seen[j], y, flag)
        yield np.multiply, (flag, left, back[j])
        yield np.subtract, (left, back[j], after)
        left = after
    if axis.k == 1:
        yield np.copyto, (back[0], dy)


def _part(scratch: Array, shape: Shape) -> Array:
    """The front of a scratch array, in another shape."""
    return scratch.reshape(-1)[: math.prod(shape)].reshape(shape)


def _sum(x: Array, y: Array, axis: Axis, number: int) -> Iterator[Call]:
    taps = list(_taps(x, y, axis, number))
    if _inside(axis) and len(taps) > 1:
        (first, _), (second, _), *taps = taps
        yield np.add, (first, second, y)
    else:
        yield y.fill, (0.0,)
    for seen, places in taps:
        yield np.add, (places, seen, places)


def _spread(dy: Array, dx: Array, axis: Axis, number: int) -> Iterator[Call]:
    apart = _apart(axis)
    if not apart:
        yield dx.fill, (0.0,)
    for back, places in _taps(dx, dy, axis, number):
        if apart:
            yield np.copyto, (back, places)
        else:
            yield np.add, (back, places, back)


def _half(size: Pair) -> Pair:
    return size[0] // 2, size[1] // 2
