"""The random numbers of a dataset: one row per point, so that row i does not depend on the count.

Numbers for different things ("place", "noise") come from different generators: changing what one
of them means leaves the others as they were.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.rng import generator


def uniform(
    seed: int, thing: str, count: int, low: float = 0.0, high: float = 1.0
) -> NDArray[np.float64]:
    """count × 2 numbers, uniform in [low, high)."""
    return low + (high - low) * generator(seed, "data", thing).random((count, 2))


def normal(seed: int, thing: str, count: int) -> NDArray[np.float64]:
    """count × 2 numbers, normal with mean 0 and deviation 1."""
    return generator(seed, "data", thing).standard_normal((count, 2))
