"""The locally connected layer: windows as in a convolution, but a kernel of its own at each place.

Local processing without sharing weights.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.geometry import Window, window
from engine.initializers import He, Initializer
from engine.layers.base import Calls, Layer
from engine.layers.conv import Kernel, Pad, Stride
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell
from engine.registry import register
from engine.spec import When, doc


@register("layer", "local2d")
class Local2d(Layer):
    """y[o, h, w] = b[o, h, w] + Σ_c Σ_i Σ_j W[h, w, o, c, i, j] x[c, h s + i − p, w s + j − p].

    As conv2d, but nothing is shared: height · width times as many weights, and what was learned in
    one place is not known in another. dW[h, w] = dy[h, w] · window(h, w)ᵀ. x: channels × height ×
    width. Gregor, LeCun 2010, arXiv:1006.0448.
    """

    stem = "local"

    channels: Annotated[
        int, Ge(1), Le(512), When("reset"), doc("kernels at each place, each makes one map")
    ]
    kernel: Kernel = 3
    stride: Stride = 1
    padding: Pad = "valid"
    initializer: Annotated[Initializer, doc("where the weights start")] = He()

    def window(self, x: Shape) -> Window:
        """Where the kernels stand. Raises `Invalid` where they do not fit."""
        return window(self.name or self.kind, x, self.kernel, self.stride, 1, self.padding)

    def shape(self, x: Shape) -> Shape:
        return (self.channels, *self.window(x).out)

    def windows(self, x: Shape) -> dict[str, Shape]:
        at = self.window(x)
        kernel = (self.channels, at.down.k, at.across.k, x[0])
        return {"W": (*at.out, *kernel), "b": (at.out[0], self.channels, at.out[1])}

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        at = self.window(x)
        seen = (*at.out, at.down.k, at.across.k, x[0], n)
        return {"seen": seen, "dseen": seen, "ones": (n,)}

    def multiply_adds(self, x: Shape) -> int:
        at = self.window(x)
        return math.prod(self.shape(x)) * (at.down.k * at.across.k * x[0] + 1)

    def arrays(self, w: Any) -> dict[str, Array]:
        return {"weight": w.W.transpose(0, 1, 2, 5, 3, 4), "bias": w.b.transpose(1, 0, 2)}

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        kernel = w.W.shape[3:]
        fan_in, fan_out = math.prod(kernel), self.channels * math.prod(kernel[:2])
        # Place by place: the same numbers as in one draw, and an initializer sees one kernel.
        for place in np.ndindex(w.W.shape[:2]):
            w.W[place] = self.initializer.draw(rng, w.W.shape[2:], fan_in, fan_out)
        w.b.fill(0.0)

    def forward(self, m: Cell) -> Calls:
        at = self._at(m)
        for i, j, inside, places in _taps(at, m.x):
            yield np.copyto, (m.seen[places[0], places[1], i, j], inside)
        height, width = at.out
        kernels = m.W.reshape(height, width, self.channels, -1)
        yield np.matmul, (kernels, m.seen.reshape(height, width, -1, m.n), m.y.swapaxes(1, 2))
        yield np.add, (m.y, m.b[..., None], m.y)

    def backward(self, m: Cell) -> Calls:
        at = self._at(m)
        m.ones.fill(1.0)
        height, width = at.out
        dy, seen = m.dy.swapaxes(1, 2), m.seen.reshape(height, width, -1, m.n)
        yield m.dy.reshape(-1, m.n).dot, (m.ones, m.db.reshape(-1))
        yield np.matmul, (dy, seen.swapaxes(2, 3), m.dW.reshape(height, width, self.channels, -1))
        if m.dx is None:
            return
        kernels = m.W.reshape(height, width, self.channels, -1).swapaxes(2, 3)
        yield np.matmul, (kernels, dy, m.dseen.reshape(height, width, -1, m.n))
        yield m.dx.fill, (0.0,)
        for i, j, inside, places in _taps(at, m.dx):
            yield np.add, (inside, m.dseen[places[0], places[1], i, j], inside)

    def _at(self, m: Cell) -> Window:
        height, channels, width, _ = m.x.shape
        return self.window((channels, height, width))


def _taps(at: Window, x: Array) -> Any:
    """For each place (i, j) in the kernel: what of x it sees (places down × places across ×
    channels × examples), and from which places."""
    for i in range(at.down.k):
        rows, down = at.down.seen(i)
        for j in range(at.across.k):
            columns, across = at.across.seen(j)
            if rows.start < rows.stop and columns.start < columns.stop:
                yield i, j, x[rows, :, columns].swapaxes(1, 2), (down, across)
