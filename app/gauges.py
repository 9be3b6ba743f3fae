"""What the front measures of itself: how late its loop is, what it served, what it holds.

A histogram holds counts alone, so that measuring for a year costs what measuring for a minute does.
"""

from __future__ import annotations

import asyncio
import bisect
import math
import os
import time
from collections import Counter
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

LATE: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)  # seconds
TOOK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
EVERY: Final = 0.05  # seconds between two looks at the clock
_STATUS: Final = Path("/proc/self/statm")
_OPEN: Final = Path("/proc/self/fd")


class Histogram:
    """Counts of values up to each bound, all there were and their sum, as Prometheus reads it."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = (*bounds, math.inf)
        self.total = 0.0
        self._counts = [0] * len(self.bounds)

    def add(self, value: float) -> None:
        self._counts[bisect.bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        return sum(self._counts)

    def up_to(self) -> dict[float, int]:
        """By bound, how many values were at most that; the last bound is infinite."""
        found, so_far = {}, 0
        for bound, count in zip(self.bounds, self._counts, strict=True):
            so_far += count
            found[bound] = so_far
        return found


class Gauges:
    """One per server. `served` is told of every request and socket that ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.late = Histogram(LATE)
        self.took = Histogram(TOOK)
        self.answers: Counter[str] = Counter()  # by the class of their status, as "2xx"
        self._clock = clock

    def served(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """A socket counts among the answers only; how long it was open says nothing."""
        self.answers[f"{status // 100}xx"] += 1
        if scope["type"] == "http":
            self.took.add(seconds)

    async def watch(self) -> None:
        """For ever: ask to be woken, and count how much too late that happens."""
        while True:
            due = self._clock() + EVERY
            await asyncio.sleep(EVERY)
            self.late.add(max(0.0, self._clock() - due))


def resident_bytes() -> int | None:
    """Memory of this process; None where the system does not tell it so."""
    try:
        pages = int(_STATUS.read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int | None:
    """Open file descriptors of this process; None where the system does not tell it so."""
    try:
        return len(list(_OPEN.iterdir()))
    except OSError:
        return None
