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
        return self.until_step is not None or self.until_loss is not None

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

    def reached(self, step: int, loss: float) -> bool:
        """Whether an `until_…` holds, standing at `step` after a step whose loss was `loss`."""
        if self.until_step is not None and step >= self.until_step:
            return True
        return self.until_loss is not None and loss <= self.until_loss


def steps_to_border(session: Session, epochs: int) -> int:
    """Steps to the n-th epoch border from here."""
    stepper: Any = session.run.stepper
    train = len(session.run.prepared.train)
    end = getattr(stepper, "end", train)
    batch = session.run.experiment.training.learner.batch_size(train)
    here = stepper.position if stepper.position < end else 0
    return math.ceil((end - here) / batch) + (epochs - 1) * math.ceil(end / batch)


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
