"""Blocks: layers that hold layers. No graph machinery: chains, and their sum or their row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

import numpy as np
from annotated_types import MaxLen

from engine.errors import Invalid
from engine.layers.base import MAX_LAYERS, Calls, Layer
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.registry import register, value
from engine.spec import When, doc


@value
class Block(Layer):
    """Base: what a layer says of itself is the sum over the layers inside."""

    def multiply_adds(self, x: Shape) -> int:
        return sum(total(chain, x, "multiply_adds") for chain in self.chains().values())

    def parameters(self, x: Shape) -> int:
        return sum(total(chain, x, "parameters") for chain in self.chains().values())

    def buffers(self, x: Shape, batch: int) -> int:
        inside = sum(total(chain, x, "buffers", batch) for chain in self.chains().values())
        return Layer.buffers(self, x, batch) + inside


@register("layer", "residual")
class Residual(Block):
    """y = body(x) + shortcut(x); an empty shortcut is the identity.

    dx = (∂body/∂x)ᵀ dy + (∂shortcut/∂x)ᵀ dy: the gradient always has a way past the body.
    He et al. 2015, arXiv:1512.03385. Both sides must give the same shape. With the identity for a
    shortcut it is their identity block, with a layer there their projection block; a body whose
    last layer starts at zeros starts as a block that does nothing.
    """

    stem = "block"

    body: Annotated[
        tuple[Layer, ...], MaxLen(MAX_LAYERS), When("reset"), doc("the layers of the long way")
    ]
    shortcut: Annotated[
        tuple[Layer, ...],
        MaxLen(MAX_LAYERS),
        When("reset"),
        doc("the layers of the short way; none: the identity"),
    ] = ()

    def check(self) -> None:
        Layer.check(self)
        if not self.body:
            raise Invalid("A residual block needs at least one layer in its body.", pointer="/body")
        for i, layer in enumerate(self.body):
            if layer.name == "shortcut":  # block1.shortcut.… would be the layers of both
                raise Invalid(
                    "In the body of a residual block no layer can be named “shortcut”.",
                    pointer=f"/body/{i}/name",
                )

    def chains(self) -> dict[str, tuple[Layer, ...]]:
        return {"": self.body, "shortcut": self.shortcut}

    def with_chains(self, chains: Mapping[str, tuple[Layer, ...]]) -> Self:
        return self.with_(body=chains[""], shortcut=chains["shortcut"])

    def shape(self, x: Shape) -> Shape:
        long, short = end(self.body, x, "body"), end(self.shortcut, x, "shortcut")
        if long != short:
            shown = ["×".join(map(str, shape)) for shape in (long, short)]
            raise Invalid(
                f"{self.name or self.kind}: the body gives {shown[0]}, the shortcut {shown[1]}; "
                "a sum needs equal shapes, so put a layer into the shortcut that brings it there "
                "(dense; of pictures a conv2d with kernel 1), or change the body."
            )
        return long

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


@register("layer", "parallel")
class Parallel(Block):
    """y = [branch1(x); branch2(x); …]: the channels (or features) of all branches, one behind the
    other. An empty branch is the identity.

    dx = Σ (∂branchᵢ/∂x)ᵀ dyᵢ, dyᵢ the part of dy that stands for branch i. GoogLeNet's block:
    windows of several sizes look at the same picture (Szegedy et al. 2014, arXiv:1409.4842). Maps
    of all branches must have one size.
    """

    stem = "block"

    branches: Annotated[
        tuple[tuple[Layer, ...], ...],
        MaxLen(8),
        When("reset"),
        doc("the layers of each branch"),
    ]

    def check(self) -> None:
        Layer.check(self)
        if not self.branches:
            raise Invalid("A parallel block needs at least one branch.", pointer="/branches")

    def chains(self) -> dict[str, tuple[Layer, ...]]:
        return {f"branch{i}": branch for i, branch in enumerate(self.branches, 1)}

    def with_chains(self, chains: Mapping[str, tuple[Layer, ...]]) -> Self:
        return self.with_(branches=tuple(chains.values()))

    def shape(self, x: Shape) -> Shape:
        ends = [end(branch, x, f"branches/{i}") for i, branch in enumerate(self.branches)]
        if len({each[1:] for each in ends}) > 1:
            shown = ", ".join("×".join(map(str, shape)) for shape in ends)
            raise Invalid(
                f"{self.name or self.kind}: the branches give {shown}; beside each other they need "
                "maps of one size.",
                pointer="/branches",
            )
        return (sum(each[0] for each in ends), *ends[0][1:])

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        ends = {name: end(branch, x, name) for name, branch in self.chains().items()}
        return {f"d_{name}": laid(shape, n) for name, shape in ends.items()}

    def chain_dy(self, m: Cell, chain: str) -> Array:
        made: Array = getattr(m, f"d_{chain}")
        return made

    def forward(self, m: Cell) -> Calls:
        for name, part in self._parts(m, m.y):
            yield from m.chains[name].forward()
            yield np.copyto, (part, m.chains[name].y)

    def backward(self, m: Cell) -> Calls:
        for name, part in self._parts(m, m.dy):
            yield np.copyto, (self.chain_dy(m, name), part)
            yield from m.chains[name].backward()
        if m.dx is None:
            return
        first, *others = m.chains.values()
        yield np.copyto, (m.dx, first.dx)
        for chain in others:
            yield np.add, (m.dx, chain.dx, m.dx)

    def _parts(self, m: Cell, a: Array) -> Iterator[tuple[str, Array]]:
        """Each branch's share of the channels of y or dy, by the branch's name."""
        axis, start = (1 if a.ndim == 4 else 0), 0
        for name, chain in m.chains.items():
            stop = start + chain.y.shape[axis]
            yield name, a[:, start:stop] if axis else a[start:stop]
            start = stop


def end(chain: tuple[Layer, ...], x: Shape, field: str) -> Shape:
    """The shape behind a chain of layers. field: where the chain stands in its block, so that a
    refusal points to the layer inside."""
    for i, layer in enumerate(chain):
        try:
            x = layer.shape(x)
        except Invalid as refused:
            raise refused.at(i).at(field) from None
    return x


def total(chain: tuple[Layer, ...], x: Shape, what: str, *more: int) -> int:
    """The sum over a chain of one of the numbers that layers say of themselves."""
    s = 0
    for layer in chain:
        s += getattr(layer, what)(x, *more)
        x = layer.shape(x)
    return s
