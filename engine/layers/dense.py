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
        return {"W1": (*self.shape(x), features(self, x) + 1)}

    def multiply_adds(self, x: Shape) -> int:
        return self.shape(x)[0] * (x[0] + 1)

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"weight": w.W1[:, :-1], "bias": w.W1[:, -1]}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        outputs, inputs = w.W1.shape[0], w.W1.shape[1] - 1
        w.W1[:, :-1] = self.initializer.draw(rng, (outputs, inputs), inputs, outputs)
        w.W1[:, -1] = self.bias_start

    def forward(self, m: Cell) -> Calls:
        yield m.W1.dot, (m.x1, m.y)  # y = [W b] [x; 1]

    def backward(self, m: Cell) -> Calls:
        yield m.dy.dot, (m.x1.T, m.dW1)  # [dW db] = dy [x; 1]ᵀ
        if m.dx is not None:
            yield m.W1[:, :-1].T.dot, (m.dy, m.dx)  # dx = Wᵀ dy
