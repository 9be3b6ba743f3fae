"""What a session works at: a `step` that ends by itself, a `run` at a pace until something, or the
replay that a `seek` takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.errors import OURS, Failed
from app.workers.stops import Stop, said
from engine.errors import TinkernetError
from engine.session import Session

Reply = Callable[[dict[str, Any] | TinkernetError], None]
# Further behind than this, a paced run does not try to catch up.
LAG = 0.25  # seconds
NO_LIMIT = 1_000_000


@dataclass
class Goal:
    """Work under way. A `step` or `seek` has a reply waiting; a `run` has answered already."""

    begun: float
    pace: float | None = None  # steps per second; None: as fast as it goes
    until_step: int | None = None
    until_loss: float | None = None
    stop: Stop | None = None  # the other ends of a run
    reply: Reply | None = None
    seeks: bool = False  # steps that were made before are walked again
    made: int = 0  # steps, since `anchor`
    anchor: float = -math.inf

    def __post_init__(self) -> None:
        self.anchor = max(self.anchor, self.begun)

    @property
    def is_awaited(self) -> bool:
        """Further commands wait for it, but those that end it."""
        return self.reply is not None

    @property
    def has_end(self) -> bool:
        """Such a run goes on though nobody watches."""
        return any(end is not None for end in (self.until_step, self.until_loss, self.stop))

    def due(self) -> float:
        """When the next step may be made."""
        return self.anchor if self.pace is None else self.anchor + self.made / self.pace

    def allowed(self, step: int, now: float) -> int:
        """How many steps may be made now, standing at `step`."""
        most = NO_LIMIT if self.until_step is None else max(0, self.until_step - step)
        if self.pace is None:
            return most
        if now - self.due() > LAG:
            self.anchor, self.made = now, 0
        owed = math.floor((now - self.anchor) * self.pace + 1e-9) + 1 - self.made
        return min(most, max(0, owed))

    def reached(self, step: int, loss: float) -> dict[str, Any] | None:
        """Which end holds, standing at `step` after a step whose loss was `loss`; None of them."""
        if self.until_step is not None and step >= self.until_step:
            return said("step", self.until_step, step, f"Step {step:,} is reached.")
        if self.until_loss is not None and loss <= self.until_loss:
            words = f"The loss of a step is {loss:.4g}: at most {self.until_loss:g} was asked for."
            return said("loss", self.until_loss, loss, words)
        return None

    def ended(self, session: Session) -> dict[str, Any] | None:
        """Which end holds where the session stands, after the steps that were made."""
        loss = float(session.run.stepper.now[0]) if self.made else math.inf
        found = self.reached(session.step, loss)
        return found or (None if self.stop is None else self.stop.reached(session))

    def advance(self, session: Session, steps: int) -> int:
        """Make up to so many steps, and none past an end; how many."""
        begun = session.step
        if self.stop is not None and (most := self.stop.allowed(session)) is not None:
            steps = min(steps, most)
        if self.until_loss is None:
            stop = self.stop
            ended = None if stop is None else lambda: bool(stop.reached(session))
            made = session.advance(steps, ended)
            self.made += made
            return made
        while session.step - begun < steps and session.advance(1):
            self.made += 1
            if self.ended(session):
                break
        return session.step - begun


@contextmanager
def answered(reply: Reply) -> Iterator[None]:
    """What goes wrong is told to whoever asked; a mistake of ours goes on to where it is logged."""
    try:
        yield
    except TinkernetError as error:
        reply(error)
    except Exception:
        reply(Failed(OURS))
        raise
