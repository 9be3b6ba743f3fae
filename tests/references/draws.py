"""Numbers and choices by name, from a raw stream that NumPy never changes, and what is kept of a
large array. No torch here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
Shape = tuple[int, ...]

WHOLE = 160  # arrays of so many numbers are stored as they are
DIRECTIONS = 4  # of a larger one, beside its norm, its products with so many vectors


class Draw:
    """A stream of its own for every name. Its numbers are the same in float32 and float64."""

    def __init__(self, *path: str | int) -> None:
        self._bits = np.random.PCG64(list("/".join(map(str, path)).encode()))

    def integer(self, low: int, high: int) -> int:
        """low … high, both included."""
        return low + int(self._bits.random_raw()) % (high - low + 1)

    def choose(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def pair(self, low: int, high: int) -> tuple[int, int]:
        return self.integer(low, high), self.integer(low, high)

    def numbers(self, shape: Shape) -> np.ndarray:
        """Evenly from −1 … 1, on a grid of 2⁻²³."""
        raw = np.atleast_1d(self._bits.random_raw(math.prod(shape))) >> np.uint64(40)
        return raw.reshape(shape) / 2.0**23 - 1

    def whole(self, shape: Shape, most: int) -> np.ndarray:
        """Whole numbers from −most … most: many are equal."""
        raw = np.atleast_1d(self._bits.random_raw(math.prod(shape))) >> np.uint64(8)
        return (raw % np.uint64(2 * most + 1)).reshape(shape).astype(float) - most

    def signs(self, size: int) -> np.ndarray:
        """DIRECTIONS × size of ±1."""
        raw = np.atleast_1d(self._bits.random_raw(-(-DIRECTIONS * size // 64)))
        bits = np.unpackbits(raw.astype("<u8").view(np.uint8))[: DIRECTIONS * size]
        return bits.reshape(DIRECTIONS, size) * 2.0 - 1


def kept(name: str, a: np.ndarray, whole: int = WHOLE) -> np.ndarray:
    """An array of at most so many numbers as it is, of a larger one its norm and its products with
    a few vectors of ±1.

    The product of a difference d with a vector of ±1 has the variance ‖d‖²: whatever differs
    shows, by as much as it differs.
    """
    flat = np.asarray(a, float).ravel()
    if flat.size <= whole:
        return flat
    return np.array([np.linalg.norm(flat), *(Draw(name, "signs").signs(flat.size) @ flat)])


def apart(name: str, ours: np.ndarray, theirs: np.ndarray, whole: int = WHOLE) -> float:
    """How far an array is from what was kept of another, relative to the norm of that."""
    difference = kept(name, ours, whole) - theirs
    if ours.size <= whole:
        far, norm = np.linalg.norm(difference), np.linalg.norm(theirs)
    else:
        far, norm = np.abs(difference).max(), theirs[0]
    return float(far / norm) if far else 0.0
