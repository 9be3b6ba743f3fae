"""Penalties: the wish to keep weights small, on weights alone (not on biases and norms).

A penalty is not part of the loss that is shown. It enters at the update, on the whole vector θ,
through a vector that is 1 where a weight stands and 0 elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le

from engine.layers.base import Calls
from engine.registry import register, value
from engine.spec import Ladder, Live, Spec, doc

RATES = Ladder((0.0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1))


@value
class Penalty(Spec):
    """Base of every penalty."""

    family: ClassVar[str] = "penalty"
    live: ClassVar[Live] = "now"

    rate: Annotated[float, Ge(0.0), Le(100.0), RATES, doc("its strength, λ")] = 1e-4

    def before(self, m: Any, decouples: bool) -> Calls:
        """Prepared calls before the optimizer's: on m.g, or on m.theta where it decouples."""
        yield from ()

    def after(self, m: Any) -> Calls:
        """Prepared calls after the optimizer's, on m.theta."""
        yield from ()


@register("penalty", "l2")
class L2(Penalty):
    """½ λ Σ w²: adds λw to the gradient before the optimizer sees it. Weight decay, ridge.

    Under `adamw` it decouples: θ ← θ − ηλw, past the moments (Loshchilov, Hutter 2019,
    arXiv:1711.05101). Squared error has no ½ here, so TensorFlow Playground's rate counts twice.
    """

    def before(self, m: Any, decouples: bool) -> Calls:
        strength = m.decayed * m.number(self.rate)
        yield np.multiply, (m.theta, strength, m.s)
        if decouples:
            yield np.multiply, (m.s, m.eta, m.s)
            yield np.subtract, (m.theta, m.s, m.theta)
        else:
            yield np.add, (m.g, m.s, m.g)


@register("penalty", "l1")
class L1(Penalty):
    """λ Σ |w|, by soft thresholding after the step: w ← sign(w) max(|w| − ηλ, 0).

    The proximal step (ISTA; Daubechies et al. 2004): weights become exactly 0, and can come back.
    """

    def after(self, m: Any) -> Calls:
        strength, zeros = m.decayed * m.number(self.rate), np.zeros_like(m.theta)
        yield np.multiply, (strength, m.eta, m.s)
        yield np.absolute, (m.theta, m.s2)
        yield np.subtract, (m.s2, m.s, m.s2)
        yield partial(np.maximum, out=m.s2), (m.s2, zeros)
        yield np.copysign, (m.s2, m.theta, m.theta)
