"""An optimizer is arithmetic on flat vectors, as in the textbook.

All parameters stand in one vector θ, all gradients in g, every slot (a momentum, a second moment)
in a vector like them. `update` yields prepared calls once; `tick` fills the few numbers that change
from step to step. So a whole net's update is a handful of NumPy calls, whatever its layers.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Le

from engine.layers.base import Calls
from engine.memory.arena import Array
from engine.memory.cell import Call
from engine.penalties import Penalty
from engine.registry import value
from engine.spec import Ladder, Live, Spec, doc

LearningRate = Annotated[
    float,
    Gt(0.0),
    Le(1000.0),
    Ladder((1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)),
    doc("how far one step goes along the gradient, η"),
]


@value
class Optimizer(Spec):
    """Base of every optimizer."""

    family: ClassVar[str] = "optimizer"
    live: ClassVar[Live] = "now"
    slots: ClassVar[tuple[str, ...]] = ()  # vectors like θ that it remembers
    decouples: ClassVar[bool] = False  # whether the l2 penalty goes past its moments

    learning_rate: LearningRate = 0.03

    def update(self, m: Workspace) -> Calls:
        """Prepared calls that change m.theta, given m.g, its slots and scratch m.s, m.s2.

        At their end m.s holds what was taken from m.theta: whoever looks at a step reads it there.
        """
        raise NotImplementedError(f"{self.kind} says its update")

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None] | None:
        """Where steps begin to overshoot, as (c, d): along a direction of curvature λ they shrink
        while η λ < c and grow beyond, λ an eigenvalue of D⁻¹ᐟ² H D⁻¹ᐟ², D = diag(d) (None: D = 1).

        slots: the optimizer's vectors after t updates. None where no such limit is known, or not
        yet: before the first update an adaptive optimizer has measured nothing.
        """
        return None

    def tick(self, m: Workspace, t: int) -> None:
        """Fill the numbers that depend on t = 1, 2, …, the count of updates; m.rate holds η."""


class Workspace:
    """The vectors an update works on: theta, g, the slots, scratch s and s2, and 0-d eta."""

    theta: Array
    g: Array
    s: Array
    s2: Array
    decayed: Array
    eta: Array
    rate: float

    def __init__(self, theta: Array, g: Array, decayed: Array, slots: Sequence[str]) -> None:
        self.theta, self.g, self.decayed = theta, g, decayed
        self.s, self.s2 = np.zeros_like(theta), np.zeros_like(theta)
        self.eta, self.rate = self.number(0.0), 0.0
        for slot in slots:
            setattr(self, slot, np.zeros_like(theta))

    def aside(self) -> Workspace:
        """The same with scratch of its own, for what comes behind the optimizer."""
        made = copy.copy(self)
        made.s, made.s2 = np.zeros_like(self.theta), np.zeros_like(self.theta)
        return made

    def __getattr__(self, name: str) -> Any:  # the slots and numbers an optimizer names
        raise AttributeError(f"this optimizer has no {name!r}")

    def number(self, x: float) -> Array:
        """A 0-d array of θ's type."""
        return np.array(x, self.theta.dtype)


class Update:
    """One optimizer at work: its slots, the count of updates, and the list that is replayed.

    The list begins with |g|² and ends with |θ|², by which whoever runs it sees that all stayed
    finite. frozen: windows of the vectors that must stand still (slices); they are kept and put
    back, so that their slots stand still too.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        theta: Array,
        g: Array,
        decayed: Array,
        penalties: Sequence[Penalty] = (),
        clip: float | None = None,
        frozen: Sequence[slice] = (),
    ) -> None:
        self.optimizer = optimizer
        self.t = 0
        self.clip = clip
        self.ticks = type(optimizer).tick is not Optimizer.tick  # not worth a call for nothing
        m = self.m = Workspace(theta, g, decayed, optimizer.slots)
        self.square, self.norm = m.number(0.0), m.number(0.0)  # |g|² before clipping, |θ|² after
        self.scale = m.number(1.0)
        kept, put_back = _freeze([theta, *self.slots.values()], frozen)
        shorten: list[Call] = [(self._shorten, ()), (np.multiply, (g, self.scale, g))]
        self.calls: list[Call] = [
            (g.dot, (g, self.square)),
            *kept,
            *(shorten if clip is not None else []),
            *(call for p in penalties for call in p.before(m, optimizer.decouples)),
            *optimizer.update(m),
            *(call for p in penalties for call in p.after(m.aside())),
            *put_back,
            (theta.dot, (theta, self.norm)),
        ]

    @property
    def slots(self) -> dict[str, Array]:
        """The optimizer's vectors by name."""
        return {slot: getattr(self.m, slot) for slot in self.optimizer.slots}

    def prepare(self, rate: float) -> None:
        """Count an update, with learning rate `rate`, that the list is about to make."""
        self.t += 1
        if self.m.rate != rate:
            self.m.rate = rate
            self.m.eta[()] = rate
        if self.ticks:
            self.optimizer.tick(self.m, self.t)

    def __call__(self, rate: float) -> None:
        """One update with learning rate `rate`."""
        self.prepare(rate)
        for f, a in self.calls:
            f(*a)

    def _shorten(self) -> None:
        """The factor that brings the gradient down to the largest norm. One that is not finite
        stays as it is: it says which of its numbers broke (engine/divergence.py)."""
        square, most = float(self.square), self.clip or math.inf
        self.scale[()] = min(1.0, most / math.sqrt(square)) if 0.0 < square < math.inf else 1.0


def _freeze(vectors: list[Array], frozen: Sequence[slice]) -> tuple[list[Call], list[Call]]:
    """Calls that keep the frozen windows of the vectors, and calls that put them back."""
    keep: list[Call] = []
    back: list[Call] = []
    for part in frozen:
        for vector in vectors:
            window, kept = vector[part], np.empty_like(vector[part])
            keep.append((np.copyto, (kept, window)))
            back.append((np.copyto, (window, kept)))
    return keep, back
