"""A person's own drawing or picture as a set of pictures has its own: cut out, scaled, centred.

A net knows digits that were all prepared alike. One drawn small in a corner is to it as strange as
a letter, until it has gone through the same preparation.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import Invalid

Reals = NDArray[np.float64]
Bytes = NDArray[np.uint8]

MOST = 1024  # pixels along a side of what is given
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look (ITU-R BT.601)
FAINT = 0.15 * 255  # ink on paper is darker than the paper by more


def given(picture: ArrayLike) -> Reals:
    """A picture that was sent, as height × width × channels (1 or 3).

    picture: height × width, or × 1 or × 3 for red, green, blue; numbers from 0 to 255. Raises
    `Invalid` when it is no such thing.
    """
    try:
        array: NDArray[Any] = np.asarray(picture)
    except ValueError:  # lists of unequal lengths
        array = np.array(None)
    if array.ndim == 2:
        array = array[..., None]
    sides = array.shape[:2]
    if (
        array.dtype.kind not in "fiu"
        or array.ndim != 3
        or array.shape[2] not in (1, 3)
        or not 1 <= min(sides) <= max(sides) <= MOST
    ):
        raise Invalid(
            "A picture is height × width numbers, or height × width × 3 for red, green and blue; "
            f"a side has from 1 to {MOST} pixels.",
            limit=MOST,
        )
    if not ((array >= 0) & (array <= 255)).all():
        raise Invalid("Every number of a picture is from 0, black, to 255, white.", limit=255)
    return array.astype(np.float64)


def whole(picture: Reals, shape: tuple[int, int, int]) -> Bytes:
    """A picture (height × width × channels) as another set has them, channels × height × width: the
    largest part from the middle that has its proportions, scaled; grey where it has one channel."""
    channels, height, width = shape
    high, wide = picture.shape[:2]
    scale = min(high / height, wide / width)
    rows, columns = max(1, round(scale * height)), max(1, round(scale * width))
    top, left = (high - rows) // 2, (wide - columns) // 2
    part = picture[top : top + rows, left : left + columns]
    if channels == 1:
        part = grey(part)[..., None]
    made = resized(part, height, width)
    made = np.broadcast_to(made, (height, width, channels))
    return np.rint(made).astype(np.uint8).transpose(2, 0, 1).copy()


def grey(picture: Reals) -> Reals:
    """Height × width, as bright as the colours look."""
    return picture[..., 0] if picture.shape[2] == 1 else picture @ np.array(LUMA)


def ink(picture: Reals) -> Reals:
    """What is drawn, height × width: 0 where nothing is. Dark strokes on light paper are turned
    round, and what is hardly darker than the paper counts as paper."""
    drawn = grey(picture)
    border = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    paper = float(np.median(border))
    if paper > 127:
        drawn, paper = 255 - drawn, 255 - paper
    if paper > 0:
        drawn = np.where(drawn - paper > FAINT, drawn, 0.0)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if len(rows) == 0:
        return np.zeros((0, 0))
    return np.asarray(drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def centred(drawn: Reals, side: int, box: int) -> Reals:
    """Ink as MNIST prepares it: scaled so that its longer side is `box`, in a square of `side`, its
    centre of mass moved by whole pixels to the middle. Without ink the square is empty.

    drawn: height × width, cut to what is drawn. The middle is side / 2, counted from the middle of
    the first pixel, as it is in MNIST's own pictures.
    """
    made = np.zeros((side, side))
    if drawn.size:
        scale = box / max(drawn.shape)
        small = resized(drawn, *(max(1, round(scale * length)) for length in drawn.shape))
        top, left = (
            _start(side / 2 - at, length, side)
            for at, length in zip(_mass(small), small.shape, strict=True)
        )
        made[top : top + small.shape[0], left : left + small.shape[1]] = small
    return made


def upright(drawn: Reals, side: int, widest: int) -> Reals:
    """Ink from top to bottom of a square of `side`, at most `widest` wide, its centre of mass moved
    by whole pixels to the middle. drawn: as in `centred`."""
    made = np.zeros((side, side))
    if drawn.size:
        width = max(1, round(side / drawn.shape[0] * drawn.shape[1]))
        small = resized(drawn, side, min(width, widest))
        left = _start((side - 1) / 2 - _mass(small)[1], small.shape[1], side)
        made[:, left : left + small.shape[1]] = small
    return made


def resized(picture: Reals, height: int, width: int) -> Reals:
    """A picture (its first two axes) at another size: each new pixel is the mean over its area."""
    down, across = _shares(picture.shape[0], height), _shares(picture.shape[1], width)
    # One axis after the other: (new rows × rows) · (rows × …), then the same for columns.
    tall = np.tensordot(down, picture, axes=(1, 0))
    return np.ascontiguousarray(np.moveaxis(np.tensordot(across, tall, axes=(1, 1)), 0, 1))


def _shares(old: int, new: int) -> Reals:
    """new × old: the share of every old pixel in the mean over each new one."""
    edges = np.arange(new + 1) * (old / new)
    low, high = edges[:-1, None], edges[1:, None]
    place = np.arange(old)
    overlap = np.minimum(high, place + 1) - np.maximum(low, place)
    return np.asarray(overlap.clip(0) / (high - low))


def _mass(drawn: Reals) -> tuple[float, float]:
    """Row and column of the centre of mass, counted from the middle of the first pixel."""
    down, across = drawn.sum(axis=1), drawn.sum(axis=0)
    every = drawn.sum()
    return float(down @ np.arange(len(down)) / every), float(
        across @ np.arange(len(across)) / every
    )


def _start(wish: float, length: int, side: int) -> int:
    """The whole number nearest to a wish from which `length` pixels fit into `side`."""
    return min(max(math.floor(wish + 0.5), 0), side - length)
