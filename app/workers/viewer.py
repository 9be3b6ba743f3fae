"""One viewer as its worker knows it: what it wants to see, its credit, and which points it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app import wire
from app.workers.frames import fitted, frame
from engine.probes import Probe, read_probe
from engine.session import Session

POINTS_PER_SECOND: Final = 30
MOST_POINTS: Final = 512


class Viewer:
    """Frames on demand, points without gap or repetition."""

    def __init__(self, number: int, line: int | None, since: int | None) -> None:
        self.number = number
        self._since: dict[int, int] = {}
        if line is not None and since is not None:
            self._since[line] = since
        self._probes: dict[str, Probe] = {}
        self._interval = 0.1
        self._budget = 6000
        self._credit = True
        self._seen: Any = None  # what the last frame showed
        self._framed = float("-inf")
        self._drained = True
        self._pointed = float("-inf")
        self._again: dict[int, int] = {}

    def subscribe(self, probes: Mapping[str, Any], rate: float, budget: int) -> None:
        """Ask for other frames; one comes at once. Unknown probes raise."""
        self._probes = {kind: read_probe(kind, query) for kind, query in probes.items()}
        self._interval, self._budget = 1 / rate, budget
        self._seen, self._framed = None, float("-inf")

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

    def frame_due(self, moment: Any, now: float, running: bool) -> float | None:
        """When the next frame is due (≤ now: at once); None while nothing is to be shown."""
        if not self._credit or not self._probes or (moment, running) == self._seen:
            return None
        return self._framed + self._interval if running else now

    def frame(self, session: Session, name: str, moment: Any, now: float, running: bool) -> bytes:
        """The frame; standing still, at full resolution."""
        probes = fitted(session, self._probes, self._budget) if running else self._probes
        message = frame(session, name, probes)
        self._credit, self._seen, self._framed = False, (moment, running), now
        return message

    # --- points ------------------------------------------------------------------------------

    def points_due(self, session: Session, now: float) -> float | None:
        """When points are due; None while there are none, or the last have not left yet."""
        if not self._drained or self._next(session) is None:
            return None
        return self._pointed + 1 / POINTS_PER_SECOND

    def points(self, session: Session, name: str, now: float) -> bytes:
        """The points this viewer lacks, as one event."""
        following = self._next(session)
        assert following is not None
        line, since = following
        whole = line in self._again or line not in self._since
        elapsed = min(now - self._pointed, 1e6)
        most = MOST_POINTS if whole else max(1, min(MOST_POINTS, int(elapsed * POINTS_PER_SECOND)))
        columns = session.points(line, since, most)
        head = session.lines_[line].head
        self._again.pop(line, None)
        self._since[line] = head
        self._drained, self._pointed = False, now
        event = {
            "type": "points",
            "session": name,
            "line": line,
            "since": since,
            "head": head,
            "columns": wire.clean(columns),
        }
        return json.dumps(event, separators=(",", ":"), allow_nan=False).encode()

    def _next(self, session: Session) -> tuple[int, int] | None:
        """The line and step from which points are missing."""
        for line, since in self._again.items():
            if line < len(session.lines_):
                return line, since
        here = session.lines_[session.line]
        since = self._since.get(here.number, here.at)
        return (here.number, since) if here.head > since else None
