"""What elementwise functions share: x, y, dx and dy have one shape."""

from __future__ import annotations

import numpy as np

from engine.layers.base import Calls, Layer
from engine.memory.arena import Shape
from engine.memory.cell import Cell, laid
from engine.registry import value


@value
class Activation(Layer):
    """Base of the elementwise functions; one scratch array of the activation's shape."""

    role = "activation"

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"s": laid(x, n)}


@value
class FromOutput(Activation):
    """Base of those whose slope s follows from y alone: dx = s dy.

    So the slopes of all of a kind on a tape are computed together (engine/memory/sheets.py); only
    pictures, which are large, get theirs when it is needed.
    """

    def slope(self, m: Cell) -> Calls:
        """Prepared calls that write m.s = dy/dx from m.y."""
        raise NotImplementedError(f"{self.kind} says its slope")

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            if m.y.ndim > 2:
                yield from self.slope(m)
            yield np.multiply, (m.s, m.dy, m.dx)
