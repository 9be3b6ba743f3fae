"""Which examples are kept for the test.

Every example has a rank fixed by the seed and its index; the test part is the lowest ranks. So a
changed share only moves examples across the border, and more points leave the old ranks alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.rng import generator

Indices = NDArray[np.int64]


def ranks(seed: int, count: int) -> NDArray[np.float64]:
    """A number in [0, 1) for each example; number i does not depend on the count."""
    return generator(seed, "data", "split").random(count)


def within_classes(rank: NDArray[np.float64], targets: NDArray[Any]) -> NDArray[np.float64]:
    """Ranks for which the lowest part of all is the same part of every class.

    An example's new rank is its place among its own class, (place + ½) / size; the old one breaks
    ties between classes.
    """
    made = np.empty(len(rank))
    for k in np.unique(targets):
        own = np.flatnonzero(targets == k)
        made[own[rank[own].argsort()]] = (np.arange(len(own)) + 0.5) / len(own)
    order = np.lexsort((rank, made))
    made[order] = np.arange(len(rank)) / len(rank)
    return made


def kept(count: int, test_share: float) -> int:
    """How many of so many examples are kept for the test: the rounded share, but no side empty."""
    return min(max(round(count * test_share), 1), count - 1)


def split(rank: NDArray[np.float64], test_share: float) -> tuple[Indices, Indices]:
    """(train, test): indices in the data's own order, at least one on each side.

    rank: N numbers, N ≥ 2; the round(N · test_share) lowest are the test part.
    """
    is_test = np.zeros(len(rank), dtype=bool)
    is_test[rank.argsort(kind="stable")[: kept(len(rank), test_share)]] = True
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)
