"""Optimizers that divide by all the gradients a parameter has met: Adagrad, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np

from engine.layers.base import Calls
from engine.memory.arena import Array
from engine.optimizers.adaptive import Decay, Eps
from engine.optimizers.base import LearningRate, Optimizer, Workspace
from engine.registry import register
from engine.spec import doc


@register("optimizer", "adagrad")
class Adagrad(Optimizer):
    """s ← s + g²,  θ ← θ − η g / (√s + ε).

    The sum only grows, so steps only shrink, the faster the larger a parameter's gradients were.
    Duchi, Hazan, Singer 2011; PyTorch's Adagrad without its lr_decay.
    """

    slots = ("sum",)
    learning_rate: LearningRate = 0.01
    eps: Eps = 1e-10

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None] | None:
        """η λ < 2, D = √s + ε: descent in which each parameter has a rate of its own, η / D."""
        return (2.0, np.sqrt(slots["sum"], dtype=np.float64) + self.eps) if t else None

    def update(self, m: Workspace) -> Calls:
        yield np.multiply, (m.g, m.g, m.s)
        yield np.add, (m.sum, m.s, m.sum)
        yield np.sqrt, (m.sum, m.s)
        yield np.add, (m.s, m.number(self.eps), m.s)
        yield np.divide, (m.g, m.s, m.s)
        yield np.multiply, (m.s, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)


@register("optimizer", "adadelta")
class Adadelta(Optimizer):
    """s ← ρ s + (1 − ρ) g²,  d = g √(u + ε) / √(s + ε),  u ← ρ u + (1 − ρ) d²,  θ ← θ − η d.

    Adagrad that forgets, with steps in the units of θ, from the size of the steps before: η is 1,
    and it begins slowly, for there are none yet. Zeiler 2012, arXiv:1212.5701; PyTorch's Adadelta.
    """

    slots = ("square", "moved")
    learning_rate: LearningRate = 1.0
    rho: Annotated[Decay, doc("memory of both mean squares, ρ")] = 0.9
    eps: Eps = 1e-6

    def update(self, m: Workspace) -> Calls:
        rho, rest, eps = m.number(self.rho), m.number(1 - self.rho), m.number(self.eps)
        yield np.multiply, (m.square, rho, m.square)
        yield np.multiply, (m.g, m.g, m.s)
        yield np.multiply, (m.s, rest, m.s)
        yield np.add, (m.square, m.s, m.square)
        yield np.add, (m.square, eps, m.s2)
        yield np.sqrt, (m.s2, m.s2)
        yield np.add, (m.moved, eps, m.s)
        yield np.sqrt, (m.s, m.s)
        yield np.divide, (m.s, m.s2, m.s)
        yield np.multiply, (m.s, m.g, m.s)  # d
        yield np.multiply, (m.moved, rho, m.moved)
        yield np.multiply, (m.s, m.s, m.s2)
        yield np.multiply, (m.s2, rest, m.s2)
        yield np.add, (m.moved, m.s2, m.moved)
        yield np.multiply, (m.s, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)
