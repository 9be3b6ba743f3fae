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
    """η · by^⌊step / every⌋. PyTorch's StepLR."""

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


@register("schedule", "warmup")
class Warmup(Schedule):
    """η (start + (1 − start) step / steps), then η.

    A ramp of so many steps, for the first steps of a net, or of an optimizer that has not measured
    anything yet, are its wildest. Goyal et al. 2017, arXiv:1706.02677; PyTorch's LinearLR up to 1.
    """

    steps: Annotated[int, Ge(1), Le(10_000_000), doc("length of the ramp, in steps")] = 200
    start: Annotated[float, Ge(0.0), Le(1.0), doc("share of the rate that it starts with")] = 0.1

    def factor(self, step: int) -> float:
        return self.start + (1 - self.start) * min(step / self.steps, 1.0)


@register("schedule", "cyclical")
class Cyclical(Schedule):
    """η (floor + (1 − floor) z), z = 0 → 1 → 0 in straight lines: a triangle every 2 · steps.

    Small rates settle, large ones leave what they settled in. Smith 2017, arXiv:1506.01186, policy
    “triangular”; PyTorch's CyclicLR, with η as its highest rate.
    """

    steps: Annotated[int, Ge(1), Le(10_000_000), doc("steps up, and as many down again")] = 500
    floor: Annotated[float, Ge(0.0), Le(1.0), doc("share of the rate at the lowest")] = 0.1

    def factor(self, step: int) -> float:
        half = step / self.steps % 2  # 0 … 2: where in the cycle
        return self.floor + (1 - self.floor) * (1 - abs(half - 1))
