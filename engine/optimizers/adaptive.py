"""Optimizers with a step size for every parameter, from the size of its own gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from engine.layers.base import Calls
from engine.memory.arena import Array
from engine.optimizers.base import LearningRate, Optimizer, Workspace
from engine.registry import register, value
from engine.spec import doc

Eps = Annotated[float, Gt(0.0), Le(1.0), doc("added to the root, against dividing by 0")]
Decay = Annotated[float, Ge(0.0), Lt(1.0)]


@register("optimizer", "rmsprop")
class RMSProp(Optimizer):
    """s ← ρ s + (1 − ρ) g²,  θ ← θ − η g / (√s + ε).

    Tieleman, Hinton 2012; PyTorch's RMSprop.
    """

    slots = ("square",)
    learning_rate: LearningRate = 0.01
    rho: Annotated[Decay, doc("memory of the mean square, ρ")] = 0.99
    eps: Eps = 1e-8

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None] | None:
        """η λ < 2, D = √s + ε (Cohen et al. 2022, arXiv:2207.14484)."""
        return (2.0, np.sqrt(slots["square"], dtype=np.float64) + self.eps) if t else None

    def update(self, m: Workspace) -> Calls:
        yield np.multiply, (m.square, m.number(self.rho), m.square)
        yield np.multiply, (m.g, m.g, m.s)
        yield np.multiply, (m.s, m.number(1 - self.rho), m.s)
        yield np.add, (m.square, m.s, m.square)
        yield np.sqrt, (m.square, m.s)
        yield np.add, (m.s, m.number(self.eps), m.s)
        yield np.divide, (m.g, m.s, m.s)
        yield np.multiply, (m.s, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)


@value
class Moments(Optimizer):
    """Base of the Adam family: a first and a second moment of the gradient."""

    slots = ("m", "v")
    learning_rate: LearningRate = 0.001
    beta1: Annotated[Decay, doc("memory of the mean, β₁")] = 0.9
    beta2: Annotated[Decay, doc("memory of the mean square, β₂")] = 0.999
    eps: Eps = 1e-8

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None] | None:
        """η λ < (2 + 2β₁) / (1 − β₁), that is 38 for β₁ = 0.9, D = √v̂ + ε (Cohen et al. 2022,
        arXiv:2207.14484); (1 − β₁ᵗ) of it while the mean is young and corrected for it."""
        if not t:
            return None
        c1, c2 = 1 - self.beta1**t, math.sqrt(1 - self.beta2**t)
        d = np.sqrt(slots["v"], dtype=np.float64) / c2 + self.eps
        return c1 * (2 + 2 * self.beta1) / (1 - self.beta1), d

    def update(self, m: Workspace) -> Calls:
        w: Any = m
        w.step, w.epsilon = m.number(0.0), m.number(0.0)
        yield np.multiply, (w.m, m.number(self.beta1), w.m)
        yield np.multiply, (m.g, m.number(1 - self.beta1), m.s)
        yield np.add, (w.m, m.s, w.m)
        yield np.multiply, (w.v, m.number(self.beta2), w.v)
        yield np.multiply, (m.g, m.g, m.s)
        yield np.multiply, (m.s, m.number(1 - self.beta2), m.s)
        yield np.add, (w.v, m.s, w.v)
        yield np.sqrt, (w.v, m.s)
        yield np.add, (m.s, w.epsilon, m.s)
        yield np.divide, (w.m, m.s, m.s)
        yield np.multiply, (m.s, w.step, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)

    def tick(self, m: Workspace, t: int) -> None:
        # m̂ / (√v̂ + ε) = (√c₂/c₁) m / (√v + ε √c₂): two numbers correct, not two vectors.
        c1, c2 = 1 - self.beta1**t, math.sqrt(1 - self.beta2**t)
        m.step[()] = m.rate * c2 / c1
        m.epsilon[()] = self.eps * c2


@register("optimizer", "adam")
class Adam(Moments):
    """m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): the moments start at 0 and are corrected for it.
    Kingma, Ba 2015, arXiv:1412.6980; PyTorch's Adam.
    """


@register("optimizer", "adamw")
class AdamW(Moments):
    """Adam, with weight decay past the moments: θ ← θ − ηλw, then Adam's step.

    The decay is the penalty `l2`, whose rate is λ. Loshchilov, Hutter 2019, arXiv:1711.05101.
    """

    decouples = True
