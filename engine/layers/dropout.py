"""Dropout: hidden units silenced by chance, so that none may lean on another."""

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
from engine.rng import bits16
from engine.spec import Ladder, doc

BLOCK = 64  # steps whose bits are drawn at once: one generator made per 64 steps


@register("layer", "dropout")
class Dropout(Layer):
    """y = mask · x / (1 − p) in training, y = x in use.    dx = mask · dy / (1 − p).

    Each answer of each example is silenced with probability p, anew in every step; the rest is
    scaled up so that the expectation stays (Srivastava et al. 2014). Masks are addressed: the bits
    of step s are block s // 64 of (seed, layer), at the nominal batch size; a smaller last batch
    uses the first columns.
    """

    stem = "drop"
    role = "passes"

    p: Annotated[
        float,
        Ge(0.0),
        Le(0.95),
        Ladder((0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)),
        doc("share of answers silenced"),
    ] = 0.2

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"mask": laid(x, n)}

    def drawn(self, x: Shape, batch: int) -> int:
        # 16 bits each: half a float32.
        return BLOCK * math.prod(self.scratch(x, batch)["mask"]) // 2

    def forward(self, m: Cell) -> Calls:
        if m.mode == "evaluate":
            yield np.copyto, (m.y, m.x)
            return
        yield Bits(m, round(self.p * 65536)).draw, ()
        yield np.multiply, (m.mask, m.number(1 / (1 - self.p)), m.mask)
        yield np.multiply, (m.x, m.mask, m.y)

    def backward(self, m: Cell) -> Calls:
        if m.dx is None:
            return
        if m.mode == "evaluate":
            yield np.copyto, (m.dx, m.dy)
        else:
            yield np.multiply, (m.dy, m.mask, m.dx)


@register("layer", "dropout2d")
class Dropout2d(Dropout):
    """y = mask · x / (1 − p) in training, y = x in use; the mask silences whole maps.

    Neighbouring pixels say nearly the same, so silencing single ones hides little: here every map
    of every example is silenced with probability p. Tompson et al. 2015, arXiv:1411.4280. x:
    channels × height × width. PyTorch's Dropout2d.
    """

    def shape(self, x: Shape) -> Shape:
        return image(self.name or self.kind, x)

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        return {"mask": laid((x[0], 1, 1), n)}


class Bits:
    """The random bits of one dropout layer, a block of steps at a time."""

    def __init__(self, m: Cell, threshold: int) -> None:
        self.m = m
        self.threshold = np.array(threshold, np.uint16)
        self.block = -1
        self.shape = (BLOCK, *m.mask.shape[:-1], m.clock.batch)
        self.bits = np.empty(0, np.uint16)

    def draw(self) -> None:
        """Compare this step's slice with the threshold: 1 where the answer is kept."""
        block, i = divmod(self.m.clock.step, BLOCK)
        if block != self.block:
            count = int(np.prod(self.shape))
            raw = bits16(self.m.clock.seed, "masks", self.m.path, block, count=count)
            self.bits = raw.reshape(self.shape)
            self.block = block
        np.greater_equal(self.bits[i, ..., : self.m.n], self.threshold, self.m.mask)
