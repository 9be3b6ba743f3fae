"""An arena is one vector, and the named windows of it.

All parameters of a net live in one vector θ, their gradients in a second of the same plan, each
optimizer slot in another. So an optimizer is the textbook's arithmetic on vectors, a checkpoint is
a copy, and a direction in parameter space is just another arena.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

# Windows begin on cache lines (64 bytes of float32): BLAS reads whole lines, and no two windows
# share one. The few numbers between stay 0 and move nothing.
ALIGN = 16


class Plan:
    """Where each named window of a vector begins: names, shapes, offsets. A value; no numbers."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = dict(shapes)
        self.offsets: dict[str, int] = {}
        size = 0
        for name, shape in self.shapes.items():
            self.offsets[name] = size
            size += -(-math.prod(shape) // ALIGN) * ALIGN
        self.size = size


class Arena:
    """One vector with named, aligned windows.

    `vector` is the whole; `arena["dense1.W1"]` is a window of it, never a copy.
    """

    def __init__(
        self, plan: Plan, dtype: DTypeLike = np.float32, vector: Array | None = None
    ) -> None:
        self.plan = plan
        self.vector: Array = np.zeros(plan.size, dtype) if vector is None else vector
        self._windows = {
            name: self.vector[start : start + math.prod(shape)].reshape(shape)
            for (name, shape), start in zip(plan.shapes.items(), plan.offsets.values(), strict=True)
        }

    @classmethod
    def over(cls, plan: Plan, vector: Array) -> Arena:
        """The windows of a vector that is there already."""
        return cls(plan, vector=vector)

    def __getitem__(self, name: str) -> Array:
        return self._windows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._windows)

    def __contains__(self, name: object) -> bool:
        return name in self._windows

    def beside(self, other: Arena) -> Arena:
        """The same windows, and another's where this has none of that name."""
        made = Arena(self.plan, vector=self.vector)
        made._windows = {**other._windows, **made._windows}
        return made

    def like(self) -> Arena:
        """Another arena of the same plan and type, filled with zeros."""
        return Arena(self.plan, self.vector.dtype)
