"""Layers that move numbers: a picture laid out as a vector, or made larger."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.geometry import image
from engine.layers.base import Calls, Layer
from engine.memory.arena import Shape
from engine.memory.cell import Cell, laid
from engine.registry import register
from engine.spec import When, doc


@register("layer", "flatten")
class Flatten(Layer):
    """y[(c H + h) W + w] = x[c, h, w]: a picture as a vector.

    In this order, so that the weights of a dense layer behind it are PyTorch's. x: channels ×
    height × width, y: channels · height · width.
    """

    stem = "flat"
    role = "passes"

    def shape(self, x: Shape) -> Shape:
        return (math.prod(image(self.name or self.kind, x)),)

    def forward(self, m: Cell) -> Calls:
        height, channels, width, n = m.x.shape
        yield np.copyto, (m.y.reshape(channels, height, width, n), m.x.swapaxes(0, 1))

    def backward(self, m: Cell) -> Calls:
        if m.dx is not None:
            height, channels, width, n = m.x.shape
            yield np.copyto, (m.dx, m.dy.reshape(channels, height, width, n).swapaxes(0, 1))


@register("layer", "upsample")
class Upsample(Layer):
    """y[c, h, w] = x[c, ⌊h / f⌋, ⌊w / f⌋]: every pixel becomes a square of f × f.

    dx sums dy over each square. x: channels × height × width. PyTorch's Upsample, mode "nearest".
    """

    stem = "up"

    factor: Annotated[
        int, Ge(1), Le(8), When("reset"), doc("how many times higher and wider, f")
    ] = 2

    def shape(self, x: Shape) -> Shape:
        channels, height, width = image(self.name or self.kind, x)
        return (channels, height * self.factor, width * self.factor)

    def multiply_adds(self, x: Shape) -> int:
        return math.prod(self.shape(x))

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        channels, height, width = x
        return {"row": laid((channels, height, width * self.factor), n)}

    def forward(self, m: Cell) -> Calls:
        f, (height, channels, width, n) = self.factor, m.x.shape
        squares = m.y.reshape(height, f, channels, width, f, n)
        yield np.copyto, (squares, m.x[:, None, :, :, None])

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        f, (height, channels, width, n) = self.factor, m.x.shape
        rows, columns = m.dy.reshape(height, f, -1), m.row.reshape(height, channels, width, f, n)
        flat = m.row.reshape(height, -1)
        yield np.copyto, (flat, rows[:, 0])
        for i in range(1, f):
            yield np.add, (flat, rows[:, i], flat)
        yield np.copyto, (m.dx, columns[:, :, :, 0])
        for j in range(1, f):
            yield np.add, (m.dx, columns[:, :, :, j], m.dx)
