"""Fair time: whoever has had least goes next, for about ten milliseconds.

Every session counts the seconds it has used, its pictures included. So a net whose step takes fifty
milliseconds waits five turns, and thirty small nets do not starve beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

SLICE: Final = 0.010  # seconds
# A slice may hold so many times the steps of the one before, until the cost of a step is known.
GROWTH: Final = 4
# No machine multiplies faster than this: a bound for what was not measured yet.
MULTIPLY_ADDS_PER_SECOND: Final = 2e10
SHORTEST_STEP: Final = 1e-5  # seconds


class Runnable(Protocol):
    """What takes turns: it counts the seconds it has had."""

    had: float


R = TypeVar("R", bound=Runnable)


class Turns:
    """Whose turn it is among those that may go on now."""

    def __init__(self) -> None:
        self._level = 0.0

    def enter(self, newcomer: Runnable) -> None:
        """Begin beside the others: what one saved while it stood still is not paid back."""
        newcomer.had = max(newcomer.had, self._level)

    def next(self, ready: Sequence[R]) -> R | None:
        """The one that has had least; the first of them where several have."""
        chosen = min(ready, key=lambda one: one.had, default=None)
        if chosen is not None:
            self._level = max(self._level, chosen.had)
        return chosen


class Meter:
    """Measured seconds per step, and how many steps make a slice."""

    def __init__(self) -> None:
        self.seconds: float | None = None
        self._last = 0

    def forget(self) -> None:
        """After an edit a step may cost something else."""
        self.seconds, self._last = None, 0

    def steps(self) -> int:
        """Steps that are expected to fill a slice; at least one."""
        if self.seconds is None:
            return 1
        fitting = math.floor(SLICE / max(self.seconds, 1e-7))
        return max(1, min(fitting, GROWTH * self._last))

    def predicted(self, steps: int, multiply_adds: int) -> float:
        """Seconds that so many steps will take, at the least where none was measured yet."""
        least = max(SHORTEST_STEP, multiply_adds / MULTIPLY_ADDS_PER_SECOND)
        return steps * (least if self.seconds is None else self.seconds)

    def measured(self, steps: int, seconds: float) -> None:
        """Learn from a slice. Early ones are short and count for little."""
        if steps == 0:
            return
        self._last = steps
        each = seconds / steps
        if self.seconds is None:
            self.seconds = each
        else:
            self.seconds += min(0.5, max(0.05, seconds / SLICE / 4)) * (each - self.seconds)
