"""Nothing, as a layer: for a place where there must be one."""

from __future__ import annotations

import numpy as np

from engine.layers.activations.base import Activation
from engine.layers.base import Calls
from engine.memory.arena import Shape
from engine.memory.cell import Cell
from engine.registry import register


@register("layer", "identity")
class Identity(Activation):
    """y = x.    dx = dy.

    The line among the activations: with it two dense layers are one again. As a branch, or as a
    shortcut, it is what an empty chain is, said aloud; as the whole body of a residual block it
    makes y = 2x. PyTorch's Identity.
    """

    stem = "identity"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {}

    def forward(self, m: Cell) -> Calls:
        yield np.copyto, (m.y, m.x)

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            yield np.copyto, (m.dx, m.dy)
