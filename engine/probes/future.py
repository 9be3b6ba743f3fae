"""Where it leads: the steps to come if nobody touches the session, or if some edits were made."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le, MaxLen

from engine.edits import AT_A_TIME, Edit
from engine.errors import NotNow, TooExpensive
from engine.experiment import Experiment
from engine.future import Future as Ahead
from engine.memory.arena import Array
from engine.probes.base import Slow
from engine.probes.plane import Boundary
from engine.registry import register
from engine.session import Session
from engine.spec import doc

FARTHEST = 10_000  # steps ahead, as many as history keeps one by one
PART = 16  # steps between two pauses
MOST = 2 * 10**9  # multiply-adds that one answer may take: well under a second


@register("probe", "future")
class Future(Slow):
    """What the next steps will bring if nobody touches the session, or if these edits were made
    now: to the bit what comes when it trains on. The losses of every step, what the points kept for
    the test say along the way, and the answer over the plane at the end. Nothing is changed.

    Where the loss becomes infinite the curve ends, `info` says why, and there is no picture."""

    rate = 1.0
    steps: Annotated[int, Ge(1), Le(FARTHEST), doc("how many steps ahead")] = 2000
    edits: Annotated[
        tuple[Edit, ...], MaxLen(AT_A_TIME), doc("as if these were made now; none are")
    ] = ()
    resolution: Annotated[int, Ge(2), Le(256), doc("cells along each side of the picture")] = 32

    def cost(self, experiment: Experiment) -> int:
        return self.steps * 1000

    def picture(self, session: Session) -> Boundary | None:
        """What draws the answer over the plane, where there is one."""
        made = Boundary(resolution=self.resolution)
        return None if made.refuse(session.run.experiment) else made

    def begin(self, session: Session) -> Ahead:
        """The way ahead, with no step made. Raises `NotNow` where the session has diverged,
        `TooExpensive`, and what an edit raises that does not fit."""
        if session.divergence and not self.edits:
            raise NotNow(f"{session.divergence['sentence']} There is no future on this way.")
        each = session.outline.cost["multiply_adds"]
        if each * self.steps > MOST:
            most = MOST // each
            raise TooExpensive(
                f"{self.steps} steps of this net are more than one answer may take; ask for at "
                f"most {most}, or fork the session and train the fork.",
                pointer="/steps",
                limit=most,
            )
        return Ahead(session, self.edits)

    def told(self, ahead: Ahead) -> tuple[dict[str, Any], dict[str, Array]]:
        """Information and arrays of the way as far as it was made."""
        begun, session = ahead.begun, ahead.session
        rows, tests = ahead.rows(begun), ahead.tests(begun)
        arrays = {
            "steps": np.arange(begun + 1, ahead.step + 1, dtype=np.int32),
            "loss": rows[:, 0].copy(),
            "grad_norm": np.sqrt(rows[:, 1]),
            "learning_rate": rows[:, 2].copy(),
            "tested": np.array([step for step, *_ in tests], np.int32),
            "test_loss": np.array([loss for _, loss, _ in tests], np.float32),
        }
        if all(right is not None for *_, right in tests):
            arrays["test_accuracy"] = np.array([right for *_, right in tests], np.float32)
        info = {"from": begun, "to": ahead.step, "divergence": session.divergence}
        if (draws := self.picture(session)) is not None and not ahead.ended:
            about, pictures = draws.answer(session)
            info, arrays = info | about, arrays | pictures
        return info, arrays

    def work(
        self, session: Session
    ) -> Generator[None, None, tuple[dict[str, Any], dict[str, Array]]]:
        ahead = self.begin(session)
        until = ahead.begun + self.steps
        while ahead.step < until and not ahead.ended:
            ahead.grow(until, PART)
            yield
        return self.told(ahead)
