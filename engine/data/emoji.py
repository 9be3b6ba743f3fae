"""Emoji, each drawn by two artists."""

from __future__ import annotations

import functools
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np

from engine.data.base import Samples
from engine.data.images import ImageSet
from engine.data.opened import opened
from engine.registry import register
from engine.spec import doc

Artist: TypeAlias = Literal["noto", "twemoji", "both"]


@register("data", "emoji32")
class Emoji32(ImageSet):
    """Emoji in colour, 32 × 32 pixels, drawn by two artists: known to everyone, new to the net.

    773 emoji in ten classes, each by both artists; 156 are kept for the test, whoever drew them.
    Hard about them: few examples of much variety; train on one artist and test on the other to see
    how little of what was learned carries over. Noto Emoji, © Google, Apache-2.0; Twemoji,
    © Twitter and contributors, CC BY 4.0; shrunk and laid on white.
    """

    title = "Emoji, two artists"
    picture = (3, 32, 32)
    kinds = (
        "face", "hand", "person", "animal", "plant",
        "food", "transport", "clothing", "symbol", "flag",
    )  # fmt: skip
    own_split = True

    EMOJI: ClassVar[int] = 773
    TESTED: ClassVar[int] = 156

    train_on: Annotated[Artist, doc("whose pictures are for training")] = "both"
    test_on: Annotated[Artist, doc("whose pictures are for the test")] = "both"

    @property
    def count(self) -> int:
        return self.training_size + self.TESTED * len(_artists(self.test_on))

    @property
    def training_size(self) -> int:
        return (self.EMOJI - self.TESTED) * len(_artists(self.train_on))

    def make(self, seed: int) -> Samples:
        """The same pictures for every seed: those for training, then those for the test."""
        return _emoji32(self.train_on, self.test_on)


def _artists(name: Artist) -> tuple[int, ...]:
    return {"noto": (0,), "twemoji": (1,), "both": (0, 1)}[name]


@functools.lru_cache(maxsize=2)
def _emoji32(train_on: Artist, test_on: Artist) -> Samples:
    kept = opened("emoji32")
    pictures, targets, test = [], [], []
    for name, side in ((train_on, 0), (test_on, 1)):
        own, artists = np.flatnonzero(kept["test"] == side), _artists(name)
        # One artist's after the other's, emoji by emoji: then any first part has both.
        pictures.append(np.stack([kept["pictures"][a, own] for a in artists], axis=1))
        targets.append(np.repeat(kept["targets"][own], len(artists)))
        test.append(np.full(len(targets[-1]), side == 1))
    every = [some.reshape(-1, 3, 32, 32) for some in pictures]
    return Samples(np.concatenate(every), np.concatenate(targets), np.concatenate(test))
