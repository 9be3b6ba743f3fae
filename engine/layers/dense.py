"""The fully connected layer: every output looks at every input."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge, Le

from engine.initializers import Glorot, Initializer
from engine.layers.base import Calls, Layer, features
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell
from engine.registry import register
from engine.spec import When, doc


@register("layer", "dense")
class Dense(Layer):
    """y = W x + b.

    dW = dy xᵀ,  db = dy 1,  dx = Wᵀ dy.
    x: inputs × n, W: units × inputs, y: units × n. PyTorch's Linear.
    """

    stem = "dense"

    units: Annotated[
        int | None, Ge(1), Le(1024), When("reset"), doc("outputs; null: what the loss needs")
    ] = None
    initializer: Annotated[Initializer, doc("where the weights start")] = Glorot()
    bias_start: Annotated[
        float, Ge(-100.0), Le(100.0), When("reset"), doc("where every bias starts")
    ] = 0.0

    def shape(self, x: Shape) -> Shape:
        features(self, x)
        assert self.units is not None, "units: null is resolved before shapes are asked for"
        return (self.units,)

    def windows(self, x: Shape) -> dict[str, Shape]:
        # [W b]ᵀ: so that Wᵀ alone is one block too, which a product reads without copying it.
        return {"W1": (features(self, x) + 1, *self.shape(x))}

    def multiply_adds(self, x: Shape) -> int:
        return self.shape(x)[0] * (x[0] + 1)

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"weight": w.W1[:-1].T, "bias": w.W1[-1]}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        inputs, outputs = w.W1.shape[0] - 1, w.W1.shape[1]
        w.W1[:-1] = self.initializer.draw(rng, (outputs, inputs), inputs, outputs).T
        w.W1[-1] = self.bias_start

    def forward(self, m: Cell) -> Calls:
        yield m.W1.T.dot, (m.x1, m.y)  # y = [W b] [x; 1]

    def backward(self, m: Cell) -> Calls:
        yield m.x1.dot, (m.dy.T, m.dW1)  # [dW db]ᵀ = [x; 1] dyᵀ
        if m.dx is not None:
            yield m.W1[:-1].dot, (m.dy, m.dx)  # dx = Wᵀ dy
