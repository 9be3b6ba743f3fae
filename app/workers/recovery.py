"""What it takes to go on where a session stood when its worker died.

Before anybody is told anything of a session, the front knows its experiment with its edits, and how
far to walk: a new session made of these and walked there is the same, to the bit. It is walked like
a long `seek`: in slices, with a “pause” that ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.workers.goal import Goal
from app.workers.work import Work
from engine.errors import TinkernetError

NOWHERE: Final[dict[str, int]] = {"step": 0, "far": 0}


def whereabouts(work: Work) -> dict[str, int]:
    """`step`: where it stands. `far`: how far the line is to be walked, one more where that breaks,
    so that it breaks again. Only to where it stands where edits lie ahead, which its experiment
    does not tell; not at all where it came from a machine that computes otherwise. While it is on
    its way back, what was to be reached."""
    session = work.session
    if work.returns is not None:
        return work.returns
    if not session.exact:
        return NOWHERE
    far = session.step if session.edits_ahead else session.head
    return {"step": session.step, "far": far + bool(session.divergence)}


def go_back(work: Work, there: dict[str, int], clock: Callable[[], float]) -> None:
    """Walk to where it stood; commands wait till then, but a “pause”, which ends the way."""
    step, far = there["step"], there["far"]
    if far == 0:
        return
    work.returns = there

    def back(_: dict[str, Any] | TinkernetError) -> None:
        work.returns = None

    def arrived(found: dict[str, Any] | TinkernetError) -> None:
        if work.session.divergence or work.session.step != far or step == far:
            back(found)
        else:  # it stood before the end of its line
            work.queue.appendleft(({"kind": "seek", "step": step, "line": None}, back))

    work.goal = Goal(clock(), until_step=far, reply=arrived, seeks=True)
