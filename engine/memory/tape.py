"""A tape is one batch size and mode of a net, wired once and replayed every step.

    tape = Tape(net, 32, "train", theta, buffers, grad, loss)
    tape.block[...] = batch                the inputs, a row of ones, the targets: one copy
    tape.replay()                          forward, loss, backward

Wiring gives every layer its cell, so that the output of one *is* the input of the next, and asks it
for its prepared calls. Nothing is allocated afterwards, no layer object is touched in a step, and
what the calls left behind (activations, masks, gradients) is the recording of the step, there for
anyone to read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.memory.arena import Arena, Array, Shape
from engine.memory.cell import Call, Cell, Mode, laid, with_ones
from engine.memory.sheets import Sheet, sheets

if TYPE_CHECKING:
    from engine.layers.base import Layer
    from engine.losses import Loss
    from engine.net import Net


class Clock:
    """What noise is addressed by: the step being made, the seed of masks, the nominal batch."""

    def __init__(self, seed: int, batch: int) -> None:
        self.seed = seed
        self.batch = batch
        self.step = 0


class Chain:
    """Layers wired one behind the other: what goes in (x), what comes out (y), and dx."""

    def __init__(
        self, tape: Tape, layers: tuple[Layer, ...], path: str, x: Array, x1: Array, need: bool
    ) -> None:
        self.links: list[tuple[Layer, Cell]] = []
        self.sheets: tuple[Sheet, ...] = ()  # of the whole tape, in its outermost chain
        self.y, self.y1 = x, x1
        self._dy: Array | None = None
        shape = _shape(x)
        for layer in layers:
            cell = tape.cell(layer, f"{path}{layer.name}", shape, self.y, self.y1, need)
            self.links.append((layer, cell))
            self.y, self.y1 = cell.y, cell.y1
            shape = layer.shape(shape)
            need = need or (tape.grad is not None and layer.parameters(_shape(cell.x)) > 0)

    @property
    def dx(self) -> Array | None:
        return self.links[0][1].dx if self.links else self._dy

    def wire_back(self, dy: Array | None) -> None:
        """Hand every cell the gradient of its output: the dx of the layer above."""
        self._dy = dy
        for layer, cell in reversed(self.links):
            if cell.keep is not None and dy is not None:  # a lesion lets no gradient through
                cell.above, cell.dy = dy, np.zeros_like(dy)
            else:
                cell.above, cell.dy = None, dy  # type: ignore[assignment]
            for name, chain in cell.chains.items():
                chain.wire_back(None if cell.dy is None else layer.chain_dy(cell, name))
            dy = cell.dx

    def forward(self) -> Iterator[Call]:
        for layer, cell in self.links:
            yield from layer.forward(cell)
            if cell.keep is not None:
                yield np.multiply, (cell.y, cell.keep, cell.y)

    def backward(self) -> Iterator[Call]:
        for sheet in self.sheets:
            yield from sheet.slopes()
        for layer, cell in reversed(self.links):
            if cell.dy is None:
                return
            if cell.above is not None:
                yield np.multiply, (cell.above, cell.keep, cell.dy)
            yield from layer.backward(cell)


class Tape:
    """The cells and prepared calls of a net for batches of n in one mode.

    grad: where gradients go; None for a tape that only runs forward.
    loss: None for a tape without targets. need: whether the gradient of the inputs is wanted too.
    silenced: units held at 0, by layer path.
    """

    def __init__(
        self,
        net: Net,
        n: int,
        mode: Mode,
        theta: Arena,
        buffers: Arena,
        grad: Arena | None = None,
        loss: Loss | None = None,
        clock: Clock | None = None,
        need: bool = False,
        silenced: Mapping[str, tuple[int, ...]] | None = None,
    ) -> None:
        self.net, self.n, self.mode = net, n, mode
        self.theta, self.buffers, self.grad = theta, buffers, grad
        self.clock = clock or Clock(0, n)
        self.silenced = silenced or {}
        self.cells: dict[str, Cell] = {}
        self._zeros: dict[Shape, Array] = {}
        self._passing: dict[str, Array] = {}
        dtype = self.dtype = theta.vector.dtype
        size = math.prod(net.input_shape)
        outputs = net.outputs if loss is not None else 0
        # Inputs, ones and targets share one block, so that a batch is one copy.
        self.block = np.zeros((size + 1 + outputs, n), dtype)
        self.block[size] = 1.0
        self.x = self.block[:size].reshape(laid(net.input_shape, n))
        x1 = self.block[: size + 1] if len(net.input_shape) == 1 else self.x
        self.targets = self.block[size + 1 :]
        # What a batch is copied into; pictures come into x by a call (engine/learners/gather.py).
        self.batch = self.block if len(net.input_shape) == 1 else self.targets
        self.sheets = sheets(net, n, mode, dtype)
        self.chain = Chain(self, net.layers, "", self.x, x1, need and grad is not None)
        self.chain.sheets = tuple(self.sheets.values())
        self.y = self.chain.y
        self.loss = np.zeros((), dtype)
        self.calls: list[Call] = list(self.chain.forward())
        if loss is not None:
            self.calls += self._backward(loss)

    def _backward(self, loss: Loss) -> Iterator[Call]:
        m = self.top = Cell("loss", self.n, self.mode, self.dtype)
        m.y, m.t, m.dy, m.loss = self.y, self.targets, np.zeros_like(self.y), self.loss
        for name, shape in loss.scratch(len(self.y), self.n).items():
            setattr(m, name, np.zeros(shape, self.dtype))
        yield from loss.value(m)
        if self.grad is not None:
            yield from loss.gradient(m)
            self.chain.wire_back(m.dy)
            yield from self.chain.backward()

    def cell(self, layer: Layer, path: str, shape: Shape, x: Array, x1: Array, need: bool) -> Cell:
        """A layer's memory: its windows of θ, g and the statistics, its output and scratch."""
        m = self.cells[path] = Cell(path, self.n, self.mode, self.dtype)
        m.clock, m.x, m.x1 = self.clock, x, x1
        m.y, m.y1 = with_ones(layer.shape(shape), self.n, self.dtype)
        m.dx = np.zeros(laid(shape, self.n), self.dtype) if need else None
        for name in layer.windows(shape):
            setattr(m, name, self.theta[f"{path}.{name}"])
            setattr(m, f"d{name}", None if self.grad is None else self.grad[f"{path}.{name}"])
        for name in layer.statistics(shape):
            setattr(m, name, self.buffers[f"{path}.{name}"])
        for name, size in layer.scratch(shape, self.n).items():
            if name in layer.passing:
                setattr(m, name, self._passed(name, size))
                continue
            made = np.zeros(size, self.dtype)
            # Zeros are only read: all layers may read the same, which then stay in the cache.
            setattr(m, name, self._zeros.setdefault(size, made) if name == "zeros" else made)
        if layer.kind in self.sheets and len(shape) == 1:
            self.sheets[layer.kind].lend(m, shape[0])
        m.keep = None
        if off := self.silenced.get(path):
            # A unit of an image is a channel.
            units = (1, m.y.shape[1], 1, 1) if m.y.ndim == 4 else (len(m.y), 1)
            keep = np.ones(math.prod(units), self.dtype)
            keep[list(off)] = 0.0
            m.keep = keep.reshape(units)
        m.chains = {
            name: Chain(self, chain, f"{path}.{name}{'.' if name else ''}", x, x1, need)
            for name, chain in layer.chains().items()
        }
        return m

    def _passed(self, name: str, shape: Shape) -> Array:
        """Scratch that one layer uses after the other: what one leaves there is soon overwritten,
        so it hardly leaves the cache. (Where a later layer needs more, it brings its own.)"""
        size = math.prod(shape)
        if name not in self._passing or self._passing[name].size < size:
            self._passing[name] = np.zeros(size, self.dtype)
        return self._passing[name][:size].reshape(shape)

    def replay(self) -> None:
        """Run the list: forward, and with a loss its value, with gradients the way back."""
        for f, a in self.calls:
            f(*a)

    def __getitem__(self, path: str) -> Cell:
        return self.cells[path]


def _shape(x: Array) -> Shape:
    """Shape of one example of a batch, as `laid` lays it out."""
    if x.ndim == 4:
        height, channels, width, _ = x.shape
        return (channels, height, width)
    return tuple(x.shape[:-1])
