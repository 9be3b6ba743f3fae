"""Whose turn it is: the order in which an epoch goes through the training examples.

Addressed by seed and epoch, and such that a point that comes or goes leaves the order of the others
alone: the set's own are shuffled as if none were missing and none were added, the missing ones are
passed over, and each painted point steps in at a place that chance gives its spot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.painting import chances

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Turns:
    """own: training examples the set itself has. left: for each of them its place among those that
    are trained on, −1 where it was taken away; None: all are there. codes: of the spots of the
    painted ones, which stand behind them."""

    own: int
    left: Places | None = None
    codes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def __eq__(self, other: object) -> bool:
        """Whether the same examples take their turns."""
        if self is other:
            return True
        return (
            isinstance(other, Turns)
            and self.own == other.own
            and np.array_equal(self.codes, other.codes)
            and (self.left is None) == (other.left is None)
            and (self.left is None or np.array_equal(self.left, other.left))  # type: ignore[arg-type]
        )

    __hash__ = None  # type: ignore[assignment]

    def order(self, chance: np.random.Generator) -> NDArray[Any]:
        """Places of the training examples in the order of an epoch, whose chance this is."""
        shuffled = chance.permutation(self.own)
        if self.left is None and not len(self.codes):
            return shuffled
        return self._mixed(chance, shuffled)[0]

    def keys(self, chance: np.random.Generator) -> NDArray[np.float64]:
        """What that order is sorted by, in [0, 1): a point that stays keeps its key."""
        shuffled = chance.permutation(self.own)
        return self._mixed(chance, shuffled)[1]

    def _mixed(
        self, chance: np.random.Generator, shuffled: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[np.float64]]:
        keys = (np.arange(self.own) + 0.5) / max(self.own, 1)
        if self.left is not None:
            shuffled = self.left[shuffled]
            keys, shuffled = keys[shuffled >= 0], shuffled[shuffled >= 0]
        painted = len(shuffled) + np.arange(len(self.codes))
        steps_in = chances(self.codes, int(chance.integers(2**63)))
        keys = np.concatenate([keys, steps_in])
        by = np.argsort(keys, kind="stable")
        return np.concatenate([shuffled, painted])[by], keys[by]
