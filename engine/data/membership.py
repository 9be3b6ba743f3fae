"""Who is in the training part and who in the test part, with what a hand did to the set.

A painted point trains: it is put there to be learned from, and the test stays the one it was. What
is taken away leaves its part, and nobody else crosses the border for it. Of a set that is painted
altogether, each point has a rank fixed by the seed and its spot, as other sets' have by their
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Dataset, Samples
from engine.data.painting import chances, codes
from engine.data.split import Indices, ranks, split, within_classes
from engine.data.turns import Turns
from engine.errors import Invalid
from engine.rng import generator


@dataclass(frozen=True, eq=False)
class Parts:
    """train, test: places among the examples that are there. numbers: of each in the set itself, −1
    for painted ones; None where no hand was."""

    train: Indices
    test: Indices
    turns: Turns
    numbers: Indices | None = None


def check_erased(data: Dataset, seed: int) -> None:
    """Raise `Invalid` where nothing to learn from, or nothing to be tested on, is left."""
    if data.erased and data.own:
        train, test = _own(data, data.make(seed).targets if data.stratified else None, seed)
        there = _there(data)
        for part, word in ((train, "learn from"), (test, "be tested on")):
            if not there[part].any():
                raise Invalid(
                    f"At least one example to {word} stays in the set.", pointer="/erased"
                )


def with_painted(
    data: Dataset, samples: Samples, seed: int
) -> tuple[NDArray[np.float32], NDArray[Any], Parts]:
    """What the set drew (float32, and targets), without what was taken away and with what was
    painted, and the parts of it."""
    raw = samples.inputs.astype(np.float32)
    targets = samples.targets if data.classes else samples.targets.astype(np.float32)
    if not data.painted and not data.erased:
        train, test = _own(data, targets, seed)
        return raw, targets, Parts(train, test, Turns(len(train)))
    there, train, test = np.ones(0, bool), np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(raw):
        there = _there(data)
        train, test = _own(data, targets, seed)
    place = np.where(there, np.cumsum(there) - 1, -1)  # where each own example stands now
    own = int(there.sum())
    numbers = np.concatenate([np.flatnonzero(there), np.full(len(data.painted), -1)])
    train, test, turns = _parts(data, place, train, test, own, seed)
    if data.painted:
        points = np.array(data.painted, np.float64)
        raw = np.concatenate([raw[there], points[:, :2].astype(np.float32)])
        targets = np.concatenate([targets[there], points[:, 2].astype(targets.dtype)])
    else:
        raw, targets = raw[there], targets[there]
    return raw, targets, Parts(train, test, turns, numbers)


def _own(data: Dataset, targets: NDArray[Any] | None, seed: int) -> tuple[Indices, Indices]:
    """The parts of what the set itself has, whatever was taken away."""
    rank = ranks(seed, data.own)
    if data.stratified and targets is not None:
        rank = within_classes(rank, targets)
    return split(rank, data.test_share)


def _there(data: Dataset) -> NDArray[np.bool_]:
    there = np.ones(data.own, bool)
    there[[number for number in data.erased if number < data.own]] = False
    return there


def _parts(
    data: Dataset, place: Indices, train: Indices, test: Indices, own: int, seed: int
) -> tuple[Indices, Indices, Turns]:
    spots = codes(data.painted, data.extent) if data.extent else np.zeros(0, np.uint64)
    painted = own + np.arange(len(spots))
    if not len(place):
        key = int(generator(seed, "data", "painted").integers(2**63))
        train, test = split(chances(spots, key), data.test_share)
        return train, test, Turns(0, None, spots[train])
    stay = place[train]
    left = np.where(stay >= 0, np.cumsum(stay >= 0) - 1, -1)
    turns = Turns(len(train), left if (stay < 0).any() else None, spots)
    return np.concatenate([stay[stay >= 0], painted]), place[test][place[test] >= 0], turns
