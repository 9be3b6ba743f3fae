"""The threshold of 1958: a decision without a slope."""

from __future__ import annotations

import numpy as np

from engine.layers.activations.base import Activation
from engine.layers.base import Calls
from engine.memory.arena import Shape
from engine.memory.cell import Cell, laid
from engine.registry import register


@register("layer", "step")
class Step(Activation):
    """y = 1 if x > 0, else 0. Rosenblatt's threshold (1958).

    Its slope is 0 wherever it has one, so gradient descent learns nothing through it: only the
    perceptron rule does.
    """

    stem = "step"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"zeros": laid(x, n)}

    def forward(self, m: Cell) -> Calls:
        yield np.heaviside, (m.x, m.zeros, m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            yield m.dx.fill, (0.0,)
