"""Sheets: the outputs of all tanh layers of a net in one array, of each such activation in its own.

Their slope follows from the output alone, element by element: it is then computed for the whole net
at once, whatever the layers. (As one vector of parameters makes an update a handful of calls.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.memory.cell import Call, Cell, Mode

if TYPE_CHECKING:
    from engine.layers.activations import FromOutput
    from engine.net import Net


class Sheet:
    """The outputs y (each with its row of ones) and slopes s of all layers of one kind."""

    def __init__(self, layer: FromOutput, rows: int, n: int, mode: Mode, dtype: Any) -> None:
        self.layer = layer
        self.lent = 0  # rows that have been handed out
        self.whole = Cell(layer.kind, n, mode, dtype)
        self.whole.y = np.ones((rows, n), dtype)
        self.whole.s = np.zeros((rows, n), dtype)

    def lend(self, m: Cell, units: int) -> None:
        """Give a cell the next rows as its y, y1 and s."""
        first, last = self.lent, self.lent + units
        m.y, m.y1 = self.whole.y[first:last], self.whole.y[first : last + 1]
        m.s = self.whole.s[first:last]
        self.lent = last + 1

    def slopes(self) -> Iterator[Call]:
        """Prepared calls that write s from y, for all the layers."""
        return self.layer.slope(self.whole)


def sheets(net: Net, n: int, mode: Mode, dtype: Any) -> dict[str, Sheet]:
    """A sheet for each kind of layer that has one, by kind; pictures stand outside."""
    rows: dict[str, int] = {}
    layers: dict[str, Any] = {}
    for site in net.sites:
        if hasattr(site.layer, "slope") and len(site.y) == 1:
            kind = site.layer.kind
            rows[kind] = rows.get(kind, 0) + site.y[0] + 1
            layers[kind] = site.layer
    return {kind: Sheet(layers[kind], rows[kind], n, mode, dtype) for kind in rows}
