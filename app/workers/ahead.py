"""One way ahead of a session: its future as far as it was made, with pictures on the way.

Made in slices, as far as the wish goes, and off where it would take too long: what is foreseen
must cost the session and its neighbours nothing they can feel.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from numpy.typing import NDArray

from app.errors import OURS
from app.workers.frames import packed
from app.workers.slices import MULTIPLY_ADDS_PER_SECOND
from app.workers.work import Work
from engine.edits import Edit
from engine.errors import TinkernetError
from engine.future import Future, way_on
from engine.probes import Answer
from engine.probes.plane import Boundary

DEAREST: Final = 0.3  # seconds of computing that a whole future may take
LARGEST: Final = 8 * 2**20  # bytes of arrays of one future
SURE: Final = 0.02  # seconds of computing after which its cost is known well enough
KEPT: Final = 48  # pictures
CROWDED: Final = "Many train here at full speed: the future is drawn as time allows."
GROWTH: Final = 4

_log = logging.getLogger("tinkernet")

Pictures = tuple[int, dict[str, NDArray[Any]]]


@dataclass(frozen=True)
class Wish:
    """What a viewer wants to foresee: so many steps, as if edits were made now, and how many key
    pictures on the way."""

    steps: int
    edits: tuple[Edit, ...] = ()
    pictures: int = 16
    resolution: int = 32
    columns: tuple[int, int] = (0, 1)


class Ahead:
    """The future that a wish asks for. `compute` is a clock of this process's computing."""

    def __init__(
        self,
        work: Work,
        wish: Wish,
        room: int = LARGEST,
        compute: Callable[[], float] = time.process_time,
    ) -> None:
        """room: bytes that may be taken for it."""
        self.begun, self.wish = work.session.step, wish
        self.reason = self.sentence = ""  # why there is none
        self.pictures: deque[Pictures] = deque(maxlen=KEPT)
        self.about: dict[str, Any] = {}  # what the pictures show
        self._compute, self._spent, self._made, self._last = compute, 0.0, 0, 1
        self._each: float | None = None  # seconds of wall time per step
        self._way = self._named(work)
        self.future: Future | None = None
        try:
            self._begin(work, room)
        except TinkernetError as error:
            self._off("refused", error.detail)

    def _begin(self, work: Work, room: int) -> None:
        session = work.session
        self.until = self.begun
        if session.divergence and not self.wish.edits:
            self.reason = "diverged"
            return
        cost = session.outline.cost
        least = self.wish.steps * cost["multiply_adds"] / MULTIPLY_ADDS_PER_SECOND
        if least > DEAREST:
            self._too_dear(least)
        elif cost["bytes"] > LARGEST:
            self._off("memory", "This network is too large to be trained ahead beside itself.")
        elif cost["bytes"] > room:
            self._off("crowded", CROWDED)
        else:
            self.future = Future(session, self.wish.edits)
            self.aim(work)
            self._draw()

    def _off(self, reason: str, sentence: str) -> None:
        self.future, self.reason, self.sentence = None, reason, sentence
        self.pictures.clear()

    def _too_dear(self, seconds: float) -> None:
        self._off(
            "cost",
            f"The next {self.wish.steps} steps of this network take about {1e3 * seconds:.0f} ms "
            f"here; the future is drawn where it costs {1e3 * DEAREST:.0f} ms at most.",
        )

    # --- where it stands ---------------------------------------------------------------------

    @property
    def way(self) -> tuple[int, int, int | None]:
        """Names the steps to come (engine/future.py), without the wish's own edits."""
        return self._way[0]

    @property
    def step(self) -> int:
        return self.begun if self.future is None else self.future.step

    @property
    def state(self) -> str:
        """`off`, `drawing`, `whole`, or `diverged`."""
        if self.future is None:
            return "off"
        if self.future.ended:
            return "diverged"
        return "whole" if self.step >= self.until else "drawing"

    @property
    def divergence(self) -> dict[str, Any] | None:
        return None if self.future is None else self.future.session.divergence

    @property
    def bytes(self) -> int:
        """About what its arrays take."""
        return 0 if self.future is None else self.future.session.outline.cost["bytes"]

    def fits(self, work: Work) -> bool:
        """Whether it still tells what this session will become."""
        if self._named(work) != self._way:
            return False
        # A session that came past what was made goes its way without it.
        return self.future is None or self.future.ended or work.session.step <= self.step

    def _named(self, work: Work) -> tuple[tuple[int, int, int | None], Any]:
        return way_on(work.session), work.shape if self.wish.edits else None

    def aim(self, work: Work) -> None:
        """As far as the wish goes: a border every half of it, so that the end moves seldom; the
        goal of a run, where it is not much farther."""
        steps, step = self.wish.steps, work.session.step
        half = max(1, steps // 2)
        until = ((self.begun if self.wish.edits else step) // half + 2) * half
        goal = work.goal
        if goal is not None and goal.until_step is not None and not goal.seeks:
            if step < goal.until_step <= step + 2 * steps:
                until = goal.until_step
        self.until = max(until, self.step)

    # --- time --------------------------------------------------------------------------------

    def shortest(self) -> float:
        """Seconds that one step takes, as far as is known."""
        return self._each or 0.0

    def slice(self, seconds: float, clock: Callable[[], float]) -> None:
        """Go on for about so long. What goes wrong ends this future, and nothing else."""
        try:
            self._slice(seconds, clock)
        except TinkernetError as error:  # an edit that the experiment brought along does not fit
            self._off("refused", error.detail)
        except Exception:
            _log.exception("a future failed")
            self._off("refused", OURS)

    def _slice(self, seconds: float, clock: Callable[[], float]) -> None:
        begun, computed = clock(), self._compute()
        while self.state == "drawing":
            now = clock()
            left = seconds - (now - begun)
            if left <= 0:
                break
            self._steps(left, clock)
        self._spent += self._compute() - computed
        if self.future is not None and self._made and self._spent > SURE:
            whole = self._spent / self._made * self.wish.steps
            if whole > DEAREST:
                self._too_dear(whole)

    def _steps(self, seconds: float, clock: Callable[[], float]) -> None:
        future = self.future
        assert future is not None
        most = 1
        if self._each is not None:
            most = max(1, min(int(seconds / max(self._each, 1e-7)), GROWTH * self._last))
        border = self._border()
        begun = clock()
        made = future.grow(min(border, self.until), most)
        took = clock() - begun
        if made:
            each = took / made
            self._each = each if self._each is None else 0.7 * self._each + 0.3 * each
        self._made, self._last = self._made + made, max(made, self._last)
        if not future.ended and (self.step == border or self.step == self.until):
            self._draw()

    def _border(self) -> int:
        """The next step that is drawn."""
        every = self.wish.steps // max(self.wish.pictures, 1) or 1
        return (self.step // every + 1) * every

    def _draw(self) -> None:
        """A small picture of the answer where it stands, if there is a plane."""
        future, wish = self.future, self.wish
        assert future is not None
        if not wish.pictures or (self.pictures and self.pictures[-1][0] == self.step):
            return
        draws = Boundary(resolution=wish.resolution, columns=wish.columns)
        if draws.refuse(future.session.run.experiment):
            return
        info, arrays = draws.answer(future.session)
        ranges, shown = packed(Answer("boundary", 0, self.step, info, arrays))
        self.about = {**info, **ranges}
        self.pictures.append((self.step, dict(shown)))
