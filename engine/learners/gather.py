"""How pictures come into a batch: picked from where they stand, turned so that examples are last.

Points are laid out once an epoch in the order of the epoch, and a batch is then one copy. Pictures
would take many megabytes that way, for every session: they stay where they are, one copy for all.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from engine.data import Prepared
from engine.data.augment import Augment
from engine.memory.arena import Array
from engine.memory.tape import Tape


class Order(Protocol):
    """What says which examples come next: an epoch's order, and how far it has come."""

    order: Array
    epoch: int
    position: int


class Gather:
    """Fills a tape's inputs with the next pictures: the first of the tape's calls."""

    def __init__(
        self, data: Prepared, tape: Tape, at: Order, augment: Augment | None = None
    ) -> None:
        self.data, self.at, self.n, self.augment = data, at, tape.n, augment
        self.rows = data.rows
        self.picked = np.empty((tape.n, *self.rows.shape[1:]), self.rows.dtype)
        self.varied = self.picked if augment is None else np.empty_like(self.picked)
        self.turned = self.varied.transpose(1, 2, 3, 0)
        self.x = tape.x

    def fill(self) -> None:
        """Pick the batch (examples first), vary it, and copy it into the tape (examples last)."""
        at = self.at
        which = self.data.train[at.order[at.position : at.position + self.n]]
        np.take(self.rows, which, axis=0, out=self.picked, mode="clip")
        if self.augment is not None:
            self.augment.apply(self.picked, self.varied, which, at.epoch)
        np.copyto(self.x, self.turned)
