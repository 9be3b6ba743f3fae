"""Schedules: the learning rate over time, as a factor on the rate that was chosen."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from annotated_types import Ge, Gt, Le

from engine.registry import register, value
from engine.spec import Live, Spec, doc


@value
class Schedule(Spec):
    """Base of every schedule."""

    family: ClassVar[str] = "schedule"
    live: ClassVar[Live] = "now"

    def factor(self, step: int) -> float:
        """What the rate is multiplied by in the step that leads from θ_step to θ_step+1."""
        raise NotImplementedError(f"{self.kind} gives a factor")


@register("schedule", "constant")
class Constant(Schedule):
    """η stays."""

    def factor(self, step: int) -> float:
        return 1.0


@register("schedule", "step_decay")
class StepDecay(Schedule):
    """η · factor^⌊step / every⌋. PyTorch's StepLR."""

    every: Annotated[int, Ge(1), Le(10_000_000), doc("steps between two drops")] = 1000
    by: Annotated[float, Gt(0.0), Le(1.0), doc("what each drop multiplies the rate by")] = 0.5

    def factor(self, step: int) -> float:
        return float(self.by ** (step // self.every))


@register("schedule", "cosine")
class Cosine(Schedule):
    """η (floor + (1 − floor) (1 + cos(π step / steps)) / 2), then η · floor.

    Loshchilov, Hutter 2017, arXiv:1608.03983; PyTorch's CosineAnnealingLR without restarts.
    """

    steps: Annotated[int, Ge(1), Le(10_000_000), doc("length of the way down")] = 2000
    floor: Annotated[float, Ge(0.0), Le(1.0), doc("share of the rate that remains")] = 0.0

    def factor(self, step: int) -> float:
        way = min(step / self.steps, 1.0)
        return self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * way))
