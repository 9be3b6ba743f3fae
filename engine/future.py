"""The future of a session: what it would become if nobody touched it, or if one knob were turned.

A step costs microseconds, so a thousand of them can be made before anybody asks. An offshoot is a
session that goes on from another's moment: it copies θ, slots, statistics and position, shares the
data, and leaves nothing behind: no keyframe, no older line. Since chance is addressed and not
streamed, what it finds is what will come, to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.divergence import culprit, explained
from engine.edits import Edit
from engine.history import History
from engine.keyframes import Keyframes, State
from engine.lines import Line
from engine.memory.arena import Array
from engine.running import Run
from engine.session import Session

Tested = tuple[int, float, float | None]  # step, loss and accuracy on the points kept for the test


class Offshoot(Session):
    """A session that only goes on: it keeps no states, and cannot go back."""

    def __init__(self, origin: Session, edits: Sequence[Edit] = ()) -> None:
        """From where another stands, with edits that act at once.

        Raises what `Session.edit` raises where one of them does not fit.
        """
        self.__dict__.update(origin.__dict__)
        line, run = origin._line, origin.run
        # Running on where edits lie ahead opens another line, and so does an edit before them.
        leaves = bool(edits) or origin.edits_ahead
        known = line.edits[: origin._applied] if leaves else list(line.edits)
        frames = Keyframes(origin.outline.cost["multiply_adds"])
        history = History(0, origin.step)
        self.lines_ = [Line(0, None, origin.step, line.base, known, history, frames)]
        self._at = 0
        self.run = Run.__new__(Run)
        self.run.__dict__.update(run.__dict__)  # with the data, which both read and none writes
        self.run.restore(run.state(origin.step, origin._applied))
        if edits:
            self.edit(edits)

    def _keep(self, state: State) -> None:
        """Nobody goes back along it."""

    def _diverged(self) -> None:
        self.divergence = explained(self.run.experiment, self.step, culprit(self.run))


class Future:
    """The next steps of a session, made ahead of it. The session itself is left as it is."""

    def __init__(self, session: Session, edits: Sequence[Edit] = ()) -> None:
        """Begins where the session stands, as if `edits` were made now. Raises as `Session.edit`;
        a session that diverged has no future but with an edit."""
        self.begun = session.step
        self.session = Offshoot(session, edits)

    @property
    def step(self) -> int:
        """How far it has come: the last finite step."""
        return self.session.step

    @property
    def ended(self) -> bool:
        """Whether the loss became infinite: there is nothing beyond."""
        return self.session.divergence is not None

    def grow(self, until: int, most: int) -> int:
        """Make up to `most` steps, towards step `until`; returns how many."""
        return self.session.advance(max(0, min(most, until - self.step)))

    def rows(self, since: int) -> Array:
        """What history keeps of the steps after `since`, one row each (steps × 4, float32): loss,
        |g|², learning rate, epoch. As far back as steps are kept one by one."""
        return self.session.lines_[0].history.window(since, self.step)

    def tests(self, since: int) -> list[Tested]:
        """What the test points said along the way after `since`."""
        tested = self.session.lines_[0].history.tested
        return [(step, *tested[step]) for step in sorted(tested) if step > since]

    @property
    def theta(self) -> Array:
        """All parameters where it stands, as one vector; of one that ended, the broken ones."""
        return np.asarray(self.session.run.theta.vector)


def way_on(session: Session) -> tuple[int, int, int | None]:
    """What names the steps to come: as long as it is the same, so are they. The line, how many
    edits it has, and where another line would leave it if training went on from here."""
    leaves = session.step if session.edits_ahead else None
    return session.line, len(session._line.edits), leaves
