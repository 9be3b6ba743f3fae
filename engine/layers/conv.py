"""The convolution: one small kernel, moved over the picture, sees the same thing everywhere."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from annotated_types import Ge, Le

from engine.convolution.columns import Columns
from engine.convolution.cook_toom import CookToom
from engine.convolution.geometry import Padding, Size, Window, image, window
from engine.errors import Invalid
from engine.initializers import He, Initializer
from engine.layers.base import Calls, Layer
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell
from engine.registry import register
from engine.spec import When, doc

Way: TypeAlias = CookToom | Columns

Kernel: TypeAlias = Annotated[
    Size, Ge(1), Le(32), When("reset"), doc("height and width of the window; one number for both")
]
Stride: TypeAlias = Annotated[
    Size, Ge(1), Le(32), When("reset"), doc("how far the window moves from place to place")
]
Dilation: TypeAlias = Annotated[
    Size, Ge(1), Le(32), When("reset"), doc("distance between the inputs a window looks at")
]
Pad: TypeAlias = Annotated[
    Padding,
    Ge(0),
    Le(32),
    When("reset"),
    doc("zeros around the picture: “same” keeps the size, “valid” has none, or how many"),
]
EPS = 1e-5  # in weight standardization, against dividing by 0


@register("layer", "conv2d")
class Conv2d(Layer):
    """y[o, h, w] = b[o] + Σ_c Σ_i Σ_j W[o, c, i, j] x[c, h s + i d − p, w s + j d − p].

    Inputs outside the picture are 0. With groups, output channels of group g see the input channels
    of group g only; as many groups as channels is the depthwise convolution. dW[o, c, i, j] is the
    sum over all places of dy[o, h, w] times the input seen there; dx sends dy back through the same
    weights. (As everywhere in the field this is the cross-correlation: the kernel is not turned.)

    standardize: every output's weights are shifted and scaled to mean 0 and variance 1 before use
    (Qiao et al. 2019, arXiv:1903.10520). x: channels × height × width. PyTorch's Conv2d.
    Fukushima 1980; LeCun et al. 1989.
    """

    stem = "conv"
    passing = Columns.passing | CookToom.passing

    channels: Annotated[
        int, Ge(1), Le(512), When("reset"), doc("kernels, each makes one map of the output")
    ]
    kernel: Kernel = 3
    stride: Stride = 1
    dilation: Dilation = 1
    padding: Pad = "valid"
    groups: Annotated[
        int, Ge(1), Le(512), When("reset"), doc("parts of the channels that see only their own")
    ] = 1
    bias: Annotated[bool, When("reset"), doc("whether each map has a number added")] = True
    standardize: Annotated[
        bool, When("reset"), doc("whether each kernel is held at mean 0 and variance 1")
    ] = False
    initializer: Annotated[Initializer, doc("where the weights start")] = He()

    # --- shapes ------------------------------------------------------------------------------

    def window(self, x: Shape) -> Window:
        """Where the kernel stands on pictures of shape x. Raises `Invalid` if it does not fit."""
        what = self.name or self.kind
        made = window(what, x, self.kernel, self.stride, self.dilation, self.padding)
        if x[0] % self.groups or self.channels % self.groups:
            raise Invalid(
                f"{what}: {self.groups} groups divide neither the {x[0]} channels that come in nor "
                f"the {self.channels} that go out evenly."
                if x[0] % self.groups and self.channels % self.groups
                else f"{what}: {self.groups} groups do not divide the {x[0]} channels that come in."
                if x[0] % self.groups
                else f"{what}: {self.groups} groups do not divide the {self.channels} channels "
                "that go out.",
                pointer="/groups",
            )
        return made

    def shape(self, x: Shape) -> Shape:
        return (self.channels, *self.window(x).out)

    def windows(self, x: Shape) -> dict[str, Shape]:
        at = self.window(x)
        kernel = (at.down.k, at.across.k, self.channels, x[0] // self.groups)
        return {"W": kernel, **({"b": (self.channels,)} if self.bias else {})}

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        made = self.way(x).scratch(n)
        height, width = self.window(x).out
        if self.bias:
            made |= {"row_sums": (height * self.channels,), "wide": (width * n,), "high": (height,)}
        if self.standardize:
            kernel = self.windows(x)["W"]
            small = {name: (self.channels, 1) for name in ("r", "k")}
            made |= {name: kernel for name in ("standard", "dstandard", "s")} | small
        return made

    def multiply_adds(self, x: Shape) -> int:
        at, (height, width) = self.window(x), self.window(x).out
        each = at.down.k * at.across.k * (x[0] // self.groups) + self.bias
        return height * width * self.channels * each

    def way(self, x: Shape) -> Way:
        """Which of the two algorithms serves here."""
        at = self.window(x)
        if CookToom.fits(at, x[0], self.groups):
            return CookToom(at, x[0], self.channels)
        return Columns(at, x[0], self.channels, self.groups)

    # --- arrays ------------------------------------------------------------------------------

    def arrays(self, w: Any) -> dict[str, Array]:
        shown = {"weight": w.W.transpose(2, 3, 0, 1)}
        return shown | ({"bias": w.b} if self.bias else {})

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        weight = w.W.transpose(2, 3, 0, 1)
        outputs, inputs, kh, kw = weight.shape
        fan_in, fan_out = inputs * kh * kw, outputs // self.groups * kh * kw
        weight[...] = self.initializer.draw(rng, weight.shape, fan_in, fan_out)
        if self.bias:
            w.b.fill(0.0)

    # --- the formula -------------------------------------------------------------------------

    def forward(self, m: Cell) -> Calls:
        way = self.way(_shape(m.x))
        if self.standardize:
            yield from self._standardize(m)
        yield from way.forward(m, self._weights(m), m.b if self.bias else None)

    def backward(self, m: Cell) -> Calls:
        way = self.way(_shape(m.x))
        if self.bias:
            m.wide.fill(1.0)
            m.high.fill(1.0)
            sums = m.row_sums
            yield m.dy.reshape(sums.size, -1).dot, (m.wide, sums)
            yield m.high.dot, (sums.reshape(m.high.size, -1), m.db)
        yield from way.backward(m, self._weights(m), m.dstandard if self.standardize else m.dW)
        if self.standardize:
            yield from self._standardize_back(m)

    def _weights(self, m: Cell) -> Array:
        weights: Array = m.standard if self.standardize else m.W
        return weights

    def _standardize(self, m: Cell) -> Calls:
        """Ŵ = (W − mean W) r,  r = 1/√(var W + ε), for each output channel."""
        share = m.number(self.channels / m.W.size)
        yield from _sums(m.W, m.k, share)
        yield np.subtract, (m.W, m.k, m.standard)
        yield np.multiply, (m.standard, m.standard, m.s)
        yield from _sums(m.s, m.r, share)
        yield np.add, (m.r, m.number(EPS), m.r)
        yield np.sqrt, (m.r, m.r)
        yield np.reciprocal, (m.r, m.r)
        yield np.multiply, (m.standard, m.r, m.standard)

    def _standardize_back(self, m: Cell) -> Calls:
        """dW = r (dŴ − mean dŴ − Ŵ mean(dŴ Ŵ))."""
        share = m.number(self.channels / m.W.size)
        yield np.multiply, (m.dstandard, m.standard, m.s)
        yield from _sums(m.s, m.k, share)
        yield np.multiply, (m.standard, m.k, m.s)
        yield from _sums(m.dstandard, m.k, share)
        yield np.subtract, (m.dstandard, m.s, m.s)
        yield np.subtract, (m.s, m.k, m.s)
        yield np.multiply, (m.s, m.r, m.dW)


def _sums(a: Array, out: Array, share: Array) -> Calls:
    """The mean of kh × kw × outputs × inputs for each output (outputs × 1); share is 1 / count."""
    yield np.add.reduce, (a, (0, 1, 3), None, out[:, 0])
    yield np.multiply, (out, share, out)


def _shape(x: Array) -> Shape:
    height, channels, width, _ = x.shape
    return image("conv", (channels, height, width))
