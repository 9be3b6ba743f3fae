"""Foreseeing in idle time: whose future goes on, for how long, and what viewers are told of it.

A future gets the time that nobody needs: between two steps of a paced run, while everybody stands
still. Where a worker is never idle it gets three hundredths of the time, so that it comes at last
and the others do not feel it. What is newer ends what is older at once: there is no queue.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from app.workers.foresight import Foresight, Look
from app.workers.work import Work

SLICE: Final = 0.005  # seconds at a time, so that a command waits no longer
SHORT: Final = 0.001  # seconds of idleness worth using
TRICKLE: Final = 0.03  # of the time, where a worker is never idle
SAVED: Final = 0.004  # seconds of it that may be saved up
PATIENCE: Final = 1.0  # seconds without idle time after which it is said
MOST: Final = 64 * 2**20  # bytes of the futures of a worker


class Foresights:
    """The futures of all sessions of a worker, in the time that is left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of: dict[Work, Foresight] = {}
        self._allowance, self._counted = 0.0, clock()
        self._fed = clock()  # when there was idle time, or nothing to do with it

    def wish(self, work: Work, viewer: int, told: dict[str, Any]) -> None:
        self._of.setdefault(work, Foresight(work)).wish(viewer, told)

    def drained(self, work: Work, viewer: int) -> None:
        """The last piece has left for the client."""
        look = self._look(work, viewer)
        if look is not None:
            look.is_drained = True

    def leave(self, work: Work, viewer: int | None = None) -> None:
        """A viewer, or the whole session, is gone."""
        found = self._of.get(work)
        if found is not None and viewer is not None:
            found.looks.pop(viewer, None)
        if found is not None and (viewer is None or not found.looks):
            del self._of[work]

    def _look(self, work: Work, viewer: int) -> Look | None:
        found = self._of.get(work)
        return None if found is None else found.looks.get(viewer)

    def due(self, work: Work, viewer: int) -> float | None:
        """When a piece for a viewer is due."""
        found = self._of.get(work)
        return None if found is None else found.due(viewer, self._starved())

    def piece(self, work: Work, viewer: int, now: float) -> bytes:
        return self._of[work].piece(viewer, now)

    # --- time --------------------------------------------------------------------------------

    def wait(self, free: float) -> float:
        """Seconds until it wants to go on, where nothing else is due for `free` seconds."""
        if free < SHORT or not any(found.ready() for found in self._of.values()):
            return math.inf
        return 0.0

    def turn(self, due: float) -> None:
        """Use what is left until something else is due. Whoever is busy asks nothing: to look
        through all that could be foreseen takes longer than a step."""
        now = self._clock()
        self._allowance = min(SAVED, self._allowance + TRICKLE * (now - self._counted))
        self._counted = now
        idle = due - now >= SHORT
        if not self._of or (not idle and self._allowance < SHORT):
            return
        ready = [found for found in self._of.values() if found.ready()]
        if idle or not ready:
            self._fed = now
        if not ready:
            return
        chosen = min(ready, key=lambda found: found.had)
        room = MOST - sum(found.size for found in self._of.values())
        chosen.slice(min(SLICE, due - now) if idle else self._allowance, self._clock, room)
        if not idle:
            self._allowance -= self._clock() - now

    def _starved(self) -> bool:
        return self._clock() - self._fed > PATIENCE
