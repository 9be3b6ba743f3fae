"""Blocks: layers that hold layers. No graph machinery; two chains and a sum."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from engine.errors import Invalid
from engine.layers.base import Calls, Layer
from engine.memory.arena import Shape
from engine.memory.cell import Cell
from engine.registry import register
from engine.spec import When, doc


@register("layer", "residual")
class Residual(Layer):
    """y = body(x) + shortcut(x); an empty shortcut is the identity.

    dx = (∂body/∂x)ᵀ dy + (∂shortcut/∂x)ᵀ dy: the gradient always has a way past the body.
    He et al. 2015, arXiv:1512.03385. Both sides must give the same shape.
    """

    stem = "block"

    body: Annotated[tuple[Layer, ...], When("reset"), doc("the layers of the long way")]
    shortcut: Annotated[
        tuple[Layer, ...], When("reset"), doc("the layers of the short way; none: the identity")
    ] = ()

    def check(self) -> None:
        Layer.check(self)
        if not self.body:
            raise Invalid("A residual block needs at least one layer in its body.", pointer="/body")

    def chains(self) -> dict[str, tuple[Layer, ...]]:
        return {"": self.body, "shortcut": self.shortcut}

    def shape(self, x: Shape) -> Shape:
        long, short = end(self.body, x), end(self.shortcut, x)
        if long != short:
            shown = ["×".join(map(str, shape)) for shape in (long, short)]
            raise Invalid(
                f"{self.name or self.kind}: the body gives {shown[0]}, the shortcut {shown[1]}; "
                "a sum needs equal shapes, so put a dense layer in the shortcut or change the body."
            )
        return long

    def multiply_adds(self, x: Shape) -> int:
        return sum(total(chain, x, "multiply_adds") for chain in self.chains().values())

    def parameters(self, x: Shape) -> int:
        return sum(total(chain, x, "parameters") for chain in self.chains().values())

    def buffers(self, x: Shape, batch: int) -> int:
        inside = sum(total(chain, x, "buffers", batch) for chain in self.chains().values())
        return Layer.buffers(self, x, batch) + inside

    def forward(self, m: Cell) -> Calls:
        body, short = m.chains[""], m.chains["shortcut"]
        yield from body.forward()
        yield from short.forward()
        yield np.add, (body.y, short.y, m.y)

    def backward(self, m: Cell) -> Calls:
        body, short = m.chains[""], m.chains["shortcut"]
        yield from body.backward()
        yield from short.backward()
        if m.dx is not None:
            yield np.add, (body.dx, short.dx, m.dx)


def end(chain: tuple[Layer, ...], x: Shape) -> Shape:
    """The shape behind a chain of layers."""
    for layer in chain:
        x = layer.shape(x)
    return x


def total(chain: tuple[Layer, ...], x: Shape, what: str, *more: int) -> int:
    """The sum over a chain of one of the numbers that layers say of themselves."""
    s = 0
    for layer in chain:
        s += getattr(layer, what)(x, *more)
        x = layer.shape(x)
    return s
