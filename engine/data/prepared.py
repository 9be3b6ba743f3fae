"""Data ready for training: the examples as drawn, the two parts, and the inputs the net gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data.augment import Augment
from engine.data.base import Dataset
from engine.data.painting import Extent
from engine.data.split import Indices
from engine.data.turns import Turns
from engine.errors import NotNow

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Base of prepared data; all arrays are read-only, for sessions may share them.

    raw: the examples as drawn, N of them. targets: N classes (int64) or values (float32). train,
    test: indices of the two parts, in the order of `raw`. names: of the net's inputs; none where
    they are pixels. inputs: as the net gets them, the examples along the last axis. numbers: of
    each example in the set itself, −1 for painted ones; None where no hand was. turns: how an epoch
    goes through the training part.
    """

    data: Dataset
    raw: NDArray[Any]
    targets: NDArray[Any]
    classes: int
    train: Indices
    test: Indices
    names: tuple[str, ...]
    inputs: Floats = field(init=False, repr=False)
    numbers: Indices | None = field(default=None, kw_only=True)
    turns: Turns = field(default_factory=lambda: Turns(0), kw_only=True)

    def transform(self, raw: ArrayLike) -> Floats:
        """Raw examples as the net gets them, C-contiguous, the examples along the last axis.

        Raises `Invalid` when the shape is another or a value cannot be.
        """
        raise NotImplementedError(f"{type(self).__name__} transforms")

    def pick(self, which: Indices) -> Floats:
        """The inputs of some examples, by their places: as `inputs`, a copy."""
        return np.take(self.inputs, which, axis=-1)

    def augment(self, seed: int) -> Augment | None:
        """What varies the training examples; None where nothing does. seed: of `augment`."""
        return None

    @property
    def rows(self) -> Floats:
        """The inputs of pictures, one after the other: N × height × channels × width.

        Raises `NotNow` for points."""
        raise NotNow("These data are points, not pictures.")

    @property
    def extent(self) -> Extent:
        """The part of the plane that is drawn: x1 low, x1 high, x2 low, x2 high."""
        return self.extent_on()

    def extent_on(self, columns: tuple[int, int] = (0, 1)) -> Extent:
        """The part drawn over two chosen columns. Raises `NotNow` where there is no plane."""
        raise NotNow("These data are pictures: they have no plane to draw.")

    def on_plane(self, x1: ArrayLike, x2: ArrayLike, columns: tuple[int, int] = (0, 1)) -> Floats:
        """Raw examples at places of the plane. Raises `NotNow` where there is no plane."""
        raise NotNow("These data are pictures: they have no plane to draw.")
