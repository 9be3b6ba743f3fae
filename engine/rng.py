"""Randomness is addressed, not streamed.

Every random number is a pure function of (seed, purpose, path, index): a name is hashed to the key
of a counter-based generator (Philox; Salmon et al. 2011), so nobody has to remember how many
numbers were drawn before. Hence a checkpoint holds no generator, seeking is exact, and a layer
inserted in the middle leaves the first weights of all the others alone.

    generator(7, "init", "dense1")      the same numbers in any order, in any process
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, purpose: str, *path: str | int) -> np.random.Generator:
    """A generator of its own for one purpose and place.

    seed: 0 … 2³²−1. purpose: "data", "init", "order", "masks" or "augment"; what belongs to no
    experiment's chance has a purpose of its own. path: layer names and indices.
    """
    return np.random.Generator(_philox(seed, purpose, path))


def bits16(seed: int, purpose: str, *path: str | int, count: int) -> NDArray[np.uint16]:
    """`count` random 16-bit integers, from the raw stream, which NumPy never changes.

    16 bits, not 8, so that a dropout rate of 0.1 is 0.1000 and not 0.1016.
    """
    words = _philox(seed, purpose, path).random_raw(-(-count // 4))
    return words.view(np.uint16)[:count]


class Aimed:
    """One generator to be pointed at one place after the other, where making a new one each time
    would take longer than what is drawn.

    `aimed.at(…)` draws what `generator(…)` would; what it gave before is then void.
    """

    def __init__(self) -> None:
        self._philox = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._philox)
        self._start: Any = self._philox.state  # counter 0, nothing drawn yet

    def at(self, seed: int, purpose: str, *path: str | int) -> np.random.Generator:
        key = _key(seed, purpose, path)
        self._start["state"]["key"][:] = key & (2**64 - 1), key >> 64
        self._philox.state = self._start
        return self._generator


def _philox(seed: int, purpose: str, path: tuple[str | int, ...]) -> np.random.Philox:
    return np.random.Philox(key=_key(seed, purpose, path))


def _key(seed: int, purpose: str, path: tuple[str | int, ...]) -> int:
    """128 bits."""
    name = "\x1f".join([str(seed), purpose, *map(str, path)])
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "little")
