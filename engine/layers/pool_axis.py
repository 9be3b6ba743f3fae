"""Pooling along one axis, as prepared calls: the largest of a window, its sum, and the ways back.

`number` says which axis of the arrays it is. Inputs outside the picture are left out: they never
win, and add nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from engine.convolution.geometry import Axis
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call


def _taps(a: Array, b: Array, axis: Axis, number: int) -> Iterator[tuple[Array, Array]]:
    """For every tap of the window: what it sees of a, and its places in b."""
    before = (slice(None),) * number
    for j in range(axis.k):
        seen, places = axis.seen(j)
        if seen.start < seen.stop:
            yield a[(*before, seen)], b[(*before, places)]


def apart(axis: Axis) -> bool:
    """Whether every input belongs to one place at most, and every place sees only inputs."""
    return axis.s >= axis.k and axis.before == axis.after == 0


def rests(axis: Axis) -> bool:
    """Whether what the first inputs leave of dy must be written down for others than the last."""
    return not apart(axis) or axis.k > 2


def largest(x: Array, y: Array, axis: Axis, number: int) -> Iterator[Call]:
    """y = the largest of what each place sees of x."""
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


def to_the_first(
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
    if apart(axis):
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


def total(x: Array, y: Array, axis: Axis, number: int) -> Iterator[Call]:
    """y = the sum of what each place sees of x."""
    taps = list(_taps(x, y, axis, number))
    if _inside(axis) and len(taps) > 1:
        (first, _), (second, _), *taps = taps
        yield np.add, (first, second, y)
    else:
        yield y.fill, (0.0,)
    for seen, places in taps:
        yield np.add, (places, seen, places)


def spread(dy: Array, dx: Array, axis: Axis, number: int) -> Iterator[Call]:
    """dx = the sum of dy over the places that see an input."""
    alone = apart(axis)
    if not alone:
        yield dx.fill, (0.0,)
    for back, places in _taps(dx, dy, axis, number):
        if alone:
            yield np.copyto, (back, places)
        else:
            yield np.add, (back, places, back)
