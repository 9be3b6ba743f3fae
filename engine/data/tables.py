"""Tables: measured examples with named columns.

Kept as small integers in `files/*.npz` (see `files/SOURCES.md` for origin and licence), never as
pickles: opening one runs no code.
"""

from __future__ import annotations

import functools

import numpy as np

from engine.data.base import Dataset, Samples, Share, Standardize
from engine.data.opened import FILES
from engine.registry import register


@register("data", "iris")
class Iris(Dataset):
    """Irises of three species, measured in centimetres (R. A. Fisher, 1936).

    150 flowers, four columns, 50 of each species. Setosa stands apart, the other two touch.
    """

    title = "Iris flowers"
    stratified = True

    test_share: Share = 0.2
    standardize: Standardize = True

    @property
    def columns(self) -> tuple[str, ...]:
        return ("sepal_length", "sepal_width", "petal_length", "petal_width")

    @property
    def classes(self) -> int:
        return 3

    @property
    def class_names(self) -> tuple[str, ...]:
        return ("setosa", "versicolor", "virginica")

    @property
    def size(self) -> int:
        return 150

    def make(self, seed: int) -> Samples:
        """The same flowers for every seed, in the order of the table."""
        return _iris()


@functools.cache
def _iris() -> Samples:
    with np.load(FILES / "iris.npz", allow_pickle=False) as kept:
        inputs, targets = kept["millimetres"] / 10.0, kept["species"].astype(np.int64)
    # Shared by every session of the process.
    inputs.flags.writeable = targets.flags.writeable = False
    return Samples(inputs, targets)
