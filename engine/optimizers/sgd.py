"""Gradient descent, and gradient descent with a memory: the ball that rolls downhill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from annotated_types import Ge, Lt

from engine.layers.base import Calls
from engine.memory.arena import Array
from engine.optimizers.base import Optimizer, Workspace
from engine.registry import register
from engine.spec import Ladder, doc

Beta = Annotated[
    float,
    Ge(0.0),
    Lt(1.0),
    Ladder((0.0, 0.5, 0.8, 0.9, 0.95, 0.99)),
    doc("share of the velocity that is kept, β"),
]


@register("optimizer", "sgd")
class SGD(Optimizer):
    """θ ← θ − η g."""

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None]:
        """η λ < 2."""
        return 2.0, None

    def update(self, m: Workspace) -> Calls:
        yield np.multiply, (m.g, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)


@register("optimizer", "momentum")
class Momentum(Optimizer):
    """v ← β v + g,  θ ← θ − η v.

    Polyak 1964; PyTorch's SGD with momentum (there η is outside the velocity, as here).
    """

    slots = ("v",)
    momentum: Beta = 0.9

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None]:
        """η λ < 2 + 2β (Cohen et al. 2021, arXiv:2103.00065, eq. 1)."""
        return 2 + 2 * self.momentum, None

    def update(self, m: Workspace) -> Calls:
        yield np.multiply, (m.v, m.number(self.momentum), m.v)
        yield np.add, (m.v, m.g, m.v)
        yield np.multiply, (m.v, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)


@register("optimizer", "nesterov")
class Nesterov(Optimizer):
    """v ← β v + g,  θ ← θ − η (g + β v).

    Nesterov 1983 in the form of Sutskever et al. 2013; PyTorch's SGD with nesterov=True.
    """

    slots = ("v",)
    momentum: Beta = 0.9

    def edge(self, slots: Mapping[str, Array], t: int) -> tuple[float, Array | None]:
        """η λ < (2 + 2β) / (1 + 2β) (Cohen et al. 2021, arXiv:2103.00065, eq. 1)."""
        return (2 + 2 * self.momentum) / (1 + 2 * self.momentum), None

    def update(self, m: Workspace) -> Calls:
        beta = m.number(self.momentum)
        yield np.multiply, (m.v, beta, m.v)
        yield np.add, (m.v, m.g, m.v)
        yield np.multiply, (m.v, beta, m.s)
        yield np.add, (m.s, m.g, m.s)
        yield np.multiply, (m.s, m.eta, m.s)
        yield np.subtract, (m.theta, m.s, m.theta)
