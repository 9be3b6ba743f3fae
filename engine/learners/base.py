"""A learner is what makes steps. Nobody owns the loop: only the session knows about time.

`Learner` is the value (its settings); `begin` makes its `Stepper`, the memory at work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.data import Prepared
from engine.losses import Loss
from engine.memory.arena import Arena, Array
from engine.memory.tape import Tape
from engine.net import Net
from engine.registry import value
from engine.rng import generator
from engine.spec import Live, Spec


@dataclass
class Setting:
    """What a learner works on: a net with its memory, a loss, data, and the seeds of chance."""

    net: Net
    theta: Arena
    buffers: Arena
    loss: Loss | None
    data: Prepared
    seeds: Mapping[str, int]
    silenced: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()


Row = tuple[float, float, float, float]  # what history keeps of a step: loss, |g|², rate, epoch


class Stepper:
    """A learner at work. `now` is the row of the last step."""

    recording: Tape | None = None  # the tape that ran last: what led to the present θ
    slots: dict[str, Array]
    batch: int = 1  # examples in a step
    end: int  # of the epoch: the position at which the next begins
    broke: str = ""  # what was not finite when a step failed: "gradient" or "parameters"

    def __init__(self, setting: Setting, step: int = 0) -> None:
        self.setting = setting
        self.made = step  # steps since the start of the line
        self.epoch = 0
        self.position = 0  # examples of this epoch already seen
        self.now = (0.0, 0.0, 0.0, 0.0)
        self.slots = {}

    def steps(self, most: int) -> list[Row]:
        """So many steps, and the row of each. Fewer where the next would not be finite: θ may then
        be the broken one."""
        raise NotImplementedError

    def step(self) -> bool:
        """One step. False if it would not be finite."""
        return bool(self.steps(1))

    def use(self, data: Prepared) -> None:
        """Go on with other data: the same points moved, or at an epoch's border, others."""
        raise NotImplementedError

    def ends(self, position: int) -> int:
        """Where an epoch ends of which so many examples were seen when its data came."""
        return len(self.setting.data.train)

    def _place(self, data: Prepared, done: bool) -> int:
        """The position in this epoch among other data. What was seen stays seen; a point whose turn
        would have been before the present place comes with the next epoch. done: the epoch is."""
        now, other = self.setting.data.turns, data.turns
        if not self.position or now == other:
            return self.position
        if done:
            return len(data.train)
        address = self.setting.seeds["order"], "order", self.epoch
        cut = now.keys(generator(*address))[self.position - 1]
        return int(other.keys(generator(*address)).searchsorted(cut, "right"))

    @property
    def at(self) -> float:
        """Epochs seen, with the part of this one."""
        return self.epoch + self.position / max(len(self.setting.data.train), 1)

    def state(self) -> dict[str, Any]:
        """The few numbers beside θ, buffers and slots that a restart needs."""
        return {"epoch": self.epoch, "position": self.position}

    def resume(self, step: int, state: Mapping[str, Any]) -> None:
        """Continue from a state; the caller has filled θ, buffers and slots."""
        self.made, self.epoch, self.position = step, state["epoch"], state["position"]


@value
class Learner(Spec):
    """Base of every learner."""

    family: ClassVar[str] = "learner"
    live: ClassVar[Live] = "now"
    wants_loss: ClassVar[bool] = True

    def begin(self, setting: Setting) -> Stepper:
        """The memory at work, at step 0."""
        raise NotImplementedError(f"{self.kind} begins")

    def batch_size(self, examples: int) -> int:
        """Examples in one step, of so many there are."""
        raise NotImplementedError(f"{self.kind} knows its batch")
