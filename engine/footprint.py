"""How many numbers a tape takes, from shapes alone: what engine/memory/tape.py would allocate.

The two are kept equal by a test over random nets (R23): whoever allocates something new there says
it here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.layers.base import Layer
from engine.losses import Loss
from engine.memory.arena import Shape
from engine.net import Net


def tape_numbers(net: Net, n: int, *, batch: int = 0, loss: Loss | None = None) -> int:
    """Numbers of a tape for n examples. batch: the nominal one, of a tape that trains, with the way
    back and the chance of its layers."""
    counted = _Tape(net, n, batch > 0)
    outputs = net.outputs if loss is not None else 0
    total = (math.prod(net.input_shape) + 1 + outputs) * n
    total += counted.chain(net.layers, net.input_shape, need=False)
    total += sum(2 * rows * n for rows in counted.sheets.values())
    if batch:
        total += sum(site.layer.drawn(site.x, batch) for site in net.sites)
    if loss is not None:
        total += outputs * n + _sum(loss.scratch(outputs, n))
    return total


class _Tape:
    """The walk of a tape over its layers."""

    def __init__(self, net: Net, n: int, trains: bool) -> None:
        self.n, self.trains = n, trains
        self.sheets: dict[str, int] = {}  # rows by kind
        self.passing: dict[str, int] = {}
        self._zeros: set[Shape] = set()

    def chain(self, layers: tuple[Layer, ...], x: Shape, need: bool) -> int:
        total = 0
        for layer in layers:
            total += self._cell(layer, x, need)
            need = need or (self.trains and layer.parameters(x) > 0)
            x = layer.shape(x)
        return total

    def _cell(self, layer: Layer, x: Shape, need: bool) -> int:
        y = layer.shape(x)
        in_sheet = hasattr(layer, "slope") and len(y) == 1 and len(x) == 1
        total = math.prod(x) * self.n if need else 0
        if in_sheet:
            self.sheets[layer.kind] = self.sheets.get(layer.kind, 0) + y[0] + 1
        else:
            total += (math.prod(y) + (len(y) == 1)) * self.n
        for name, shape in layer.scratch(x, self.n).items():
            size = math.prod(shape)
            if name in layer.passing:
                # One that needs more brings its own; those before it keep theirs.
                if size > self.passing.get(name, 0):
                    self.passing[name] = size
                    total += size
            elif name == "zeros":
                total += 0 if shape in self._zeros else size
                self._zeros.add(shape)
            elif not (in_sheet and name == "s"):
                total += size
        return total + sum(self.chain(chain, x, need) for chain in layer.chains().values())


def _sum(shapes: Mapping[str, Shape]) -> int:
    return sum(math.prod(shape) for shape in shapes.values())
