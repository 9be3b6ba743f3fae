"""A case that is compared with PyTorch, drawn by name. No torch here.

It is a short net, the shape of its pictures, and passes over it: a batch, then (on the same
parameters) a smaller one, as the last of an epoch is, each with a gradient by the output that is
drawn too. The answers of all passes and all gradients are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from draws import Draw, Shape

Json = dict[str, Any]
Pass = tuple[int, str]  # a batch of so many, in training or in use


@dataclass(frozen=True)
class Case:
    """layers: named, as JSON. shape: channels, height, width; or features."""

    name: str
    layers: tuple[Json, ...]
    shape: Shape
    passes: tuple[Pass, ...]
    ties: bool = False  # whole numbers come in, of which many are equal
    shift: float = 0.0  # added to what comes in

    def inputs(self, i: int) -> np.ndarray:
        """What comes into pass i: n × shape."""
        draw, shape = Draw(self.name, i, "x"), (self.passes[i][0], *self.shape)
        return draw.whole(shape, 2) if self.ties else draw.numbers(shape) + self.shift

    def pull(self, i: int, shape: Shape) -> np.ndarray:
        """The gradient by the output of pass i."""
        return Draw(self.name, i, "dy").numbers(shape)

    def first(self, key: str, shape: Shape) -> np.ndarray:
        """First values of one of its arrays; scales and variances stay off 0."""
        a = Draw(self.name, key).numbers(shape)
        return abs(a) + 0.5 if key.endswith(("gamma", "running_var")) else a


def drawn(draw: Draw, name: str, layers: list[Json], shape: Shape, **more: Any) -> Case:
    """With a batch of 1 … 4, and the smaller one behind it."""
    n = more.pop("n", None) or draw.choose((1, 2, 3, 4))
    passes = [(n, "train")] + ([(draw.integer(1, n - 1), "train")] if n > 1 else [])
    named = [{"name": f"it{i}", **layer} for i, layer in enumerate(layers, 1)]
    return Case(name, tuple(named), shape, tuple(more.pop("passes", passes)), **more)


def short(size: tuple[int, int]) -> Any:
    """As a person writes it: one number for a square."""
    return size[0] if size[0] == size[1] else list(size)


def fits(draw: Draw, sizes: tuple[int, int], layer: Callable[[], Json]) -> tuple[Json, Shape]:
    """A window and a picture that it has a place in."""
    while True:
        made, (h, w) = layer(), draw.pair(*sizes)
        k, s = both(made.get("kernel") or made["window"]), both(made.get("stride") or 1)
        d, p = both(made.get("dilation", 1)), made.get("padding", 0)
        if p == "same" and s == (1, 1):
            return made, (h, w)
        zeros = (0, 0) if isinstance(p, str) else both(p)
        if p != "same" and all(
            n + 2 * z >= e * (m - 1) + 1 for n, z, e, m in zip((h, w), zeros, d, k, strict=True)
        ):
            return made, (h, w)


def both(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])
