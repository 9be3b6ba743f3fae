"""One viewer as its worker knows it: what it wants to see, its credit, and which points it has.

A frame is made only for a viewer that has drawn the last one, and only when something changed.
Points go one batch at a time; the next holds all that came meanwhile. So what a slow viewer costs
does not grow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from app import wire
from app.workers.frames import Wish, fitted, frame
from engine.session import Session

POINTS_PER_SECOND: Final = 30
BATCHES_PER_SECOND: Final = 10
MOST_POINTS: Final = 512
# After a frame that took t seconds, a running session trains for so many t before the next.
SHARE: Final = 3.0
# Bytes of a frame, beside those of pictures that its budget allows, before units' maps become
# coarser, and then frames rarer: its header, a few small arrays. With these, states and points a
# line carries 600 kbit/s at ten frames a second.
BESIDE: Final = 600


class Viewer:
    """Frames on demand, points without gap or repetition.

    line, since: what the client already holds; None: nothing.
    """

    def __init__(self, number: int, line: int | None, since: int | None) -> None:
        self.number = number
        self._wish = Wish()
        self._credit = True
        self._seen: Any = None  # what the last frame showed
        self._next_frame = -math.inf
        self._beside = 0  # bytes of the last frame that were no pictures of the plane
        self._has: dict[int, int] = {}  # by line, the step up to which points were sent
        if line is not None and since is not None:
            self._has[line] = since
        self._again: dict[int, int] = {}
        self._drained = True
        self._pointed = -math.inf

    def subscribe(self, probes: Mapping[str, Any], rate: float, budget: int) -> None:
        """Ask for other frames; one comes at once."""
        self._wish = Wish.read(probes, rate, budget)
        self._credit, self._seen, self._next_frame = True, None, -math.inf

    def credit(self) -> None:
        """It has drawn the last frame."""
        self._credit = True

    def drained(self) -> None:
        """The last points have left for the client."""
        self._drained = True

    def rewind(self, line: int, since: int) -> None:
        """Send the points of a line again."""
        self._again[line] = since

    # --- frames ------------------------------------------------------------------------------

    def frame_due(self, moment: Any, running: bool) -> float | None:
        """When the next frame is due; None while nothing new is to be shown."""
        if not self._credit or self._wish.is_empty or (moment, running) == self._seen:
            return None
        return self._next_frame if running else -math.inf

    def frame(
        self, session: Session, name: str, moment: Any, running: bool, clock: Callable[[], float]
    ) -> bytes:
        """The frame; standing still at full resolution, else as the budget allows.

        Where even coarse pictures exceed the budget, or all that is shown makes more bytes than a
        viewer who is content with that budget should get, or takes long to make, frames become
        rarer: however large a net is, its viewer's line carries no more.
        """
        begun = clock()
        probes, pictures = fitted(session, self._wish, running, max(0, self._beside - BESIDE))
        message = frame(session, name, probes, refused=self._wish.refused)
        ended = clock()
        self._credit, self._seen = False, (moment, running)
        self._beside = len(message) - pictures
        budget = self._wish.budget
        over = max(1.0, pictures / budget, len(message) / (budget + BESIDE))
        self._next_frame = max(begun + over / self._wish.rate, ended + SHARE * (ended - begun))
        return message

    # --- points ------------------------------------------------------------------------------

    def points_due(self, session: Session) -> float | None:
        """When points are due; None while there are none, or the last have not left yet."""
        if not self._drained or self._missing(session) is None:
            return None
        return self._pointed + 1 / BATCHES_PER_SECOND

    def points(self, session: Session, name: str, now: float) -> bytes:
        """The points this viewer lacks, as one event. `since` is where the first of them begins."""
        missing = self._missing(session)
        assert missing is not None
        line, since = missing
        whole = line in self._again or line not in self._has
        seconds = min(now - self._pointed, 60.0)
        # Tiles are aligned, so that there may be one more than asked for.
        most = MOST_POINTS if whole else max(1, math.floor(seconds * POINTS_PER_SECOND) - 1)
        columns = session.points(line, since, min(most, MOST_POINTS))
        head = session.lines_[line].head
        if columns["step"]:
            # Old points are merged: the first may begin before what was asked for.
            since = min(since, columns["step"][0] - columns["steps"][0])
        self._again.pop(line, None)
        self._has[line] = head
        self._drained, self._pointed = False, now
        event = {"type": "points", "session": name, "line": line, "since": since, "head": head}
        return wire.dumps({**event, "columns": columns}).encode()

    def _missing(self, session: Session) -> tuple[int, int] | None:
        """A line and the step from which its points are missing."""
        lines = session.lines_
        for line in [line for line in self._again if line >= len(lines)]:
            del self._again[line]  # there is no such line, and wishes must not pile up
        for line, since in self._again.items():
            if lines[line].head > since:
                return line, since
        # Lines that were left while points were still on their way, then the present one.
        for line in (*self._has, session.line):
            if line < len(lines):
                since = self._has.get(line, lines[line].at)
                if lines[line].head > since:
                    return line, since
        return None
