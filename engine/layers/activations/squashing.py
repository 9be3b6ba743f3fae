"""Functions that squash: bounded on both sides, and so saturated far out."""

from __future__ import annotations

import numpy as np

from engine.layers.activations.base import FromOutput
from engine.layers.base import Calls
from engine.memory.cell import Cell
from engine.registry import register


@register("layer", "sigmoid")
class Sigmoid(FromOutput):
    """y = 1 / (1 + e⁻ˣ) = (1 + tanh(x/2)) / 2.    dx = dy y (1 − y).

    Bounded in (0, 1), saturates at both ends, outputs centred at 0.5.
    """

    stem = "sigmoid"

    def forward(self, m: Cell) -> Calls:
        half = m.number(0.5)
        yield np.multiply, (m.x, half, m.y)  # by tanh: no overflow at any x
        yield np.tanh, (m.y, m.y)
        yield np.multiply, (m.y, half, m.y)
        yield np.add, (m.y, half, m.y)

    def slope(self, m: Cell) -> Calls:
        yield np.multiply, (m.y, m.y, m.s)
        yield np.subtract, (m.y, m.s, m.s)


@register("layer", "tanh")
class Tanh(FromOutput):
    """y = tanh x = 2 σ(2x) − 1.    dx = dy (1 − y²).

    Bounded in (−1, 1), saturates at both ends, centred at 0: preferable to the sigmoid.
    """

    stem = "tanh"

    def forward(self, m: Cell) -> Calls:
        yield np.tanh, (m.x, m.y)

    def slope(self, m: Cell) -> Calls:
        yield np.multiply, (m.y, m.y, m.s)
        yield np.subtract, (m.number(1.0), m.s, m.s)
