"""Arrays that are taken again when nobody holds them any more.

The system hands out fresh pages one by one and clears them, which for a picture of a few hundred
kilobytes takes several times as long as computing it. All sessions of a process share one pool: a
picture is on its way out when the next is drawn, whoever asked.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import count
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from engine.memory.arena import Array, Shape

MOST = 40 * 2**20  # bytes that one pool keeps: two large pictures, or many small ones


class Pool:
    """Uninitialized arrays by name and shape."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Shape, int], Array] = {}
        self._lock = Lock()

    def take(self, name: str, shape: Shape, dtype: DTypeLike) -> Array:
        """An array of that shape, values unspecified. One that was taken before comes again only
        if neither it nor a view of it is held by anybody."""
        with self._lock:
            for i in count():
                key = (name, shape, i)
                if key not in self._kept:
                    break
                if _holders(self._kept, key) == NOBODY and self._kept[key].dtype == dtype:
                    return self._kept[key]
            made = np.empty(shape, dtype)
            if made.nbytes <= MOST:
                if sum(array.nbytes for array in self._kept.values()) + made.nbytes > MOST:
                    self._kept.clear()
                    key = (name, shape, 0)
                self._kept[key] = made
            return made


def _holders(kept: Mapping[Any, Any], key: Any) -> int:
    """References to what stands under a key, those of the question itself included."""
    return sys.getrefcount(kept[key])


NOBODY = _holders({0: object()}, 0)  # how many the question itself holds differs between Pythons

SHARED = Pool()  # of this process
