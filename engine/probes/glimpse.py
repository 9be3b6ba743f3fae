"""Looking at another step without going there.

A glimpse is the same session at a step of its present line that was trained before: it shares
lines, histories and keyframes, and has a run of its own, so that the session stands where it stood.
It is to be looked at, never trained on or edited.
"""

from __future__ import annotations

import copy
from collections.abc import Generator

from engine.errors import NotNow
from engine.probes.base import Answer, Probe
from engine.running import Run
from engine.session import Session

AT_ONCE = 64  # steps walked again between two pauses


def glimpse(session: Session, step: int) -> Generator[None, None, Session]:
    """The session at a step of its present line; pauses on its way there, which is a replay from
    the keyframe before. Raises as `seek`."""
    other = copy.copy(session)
    other.run = Run(session.now)
    other.depart(step)
    while other.step < step:
        other.approach(step, AT_ONCE)
        yield
        if other.divergence:  # it ended where it had not: the arithmetic is another
            raise NotNow("On this machine the line ends before that step.", pointer="/step")
    return other


def look(session: Session, probe: Probe, step: int | None = None) -> Generator[None, None, Answer]:
    """A probe's answer, at a step of the present line (None: where the session stands), with pauses
    between its parts. What the session does meanwhile is not seen."""
    if step is None or step == session.step:
        return (yield from probe.slowly(session))
    other = yield from glimpse(session, step)
    return (yield from probe.slowly(other))
