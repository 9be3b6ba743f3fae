"""Handwritten digits, small and large."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from engine.data.base import Samples, Share
from engine.data.drawing import Bytes, Reals, centred, ink, resized, upright
from engine.data.images import ImageSet
from engine.data.opened import opened
from engine.registry import register
from engine.spec import Ladder, When, doc

DIGITS = tuple("0123456789")
WIDEST = 24  # of 32 columns: digits8 hardly uses its first and last column


@register("data", "digits8")
class Digits8(ImageSet):
    """Handwritten digits of 8 × 8 pixels: the smallest pictures that still say something.

    1,797 digits by 13 people, about 180 of each; a pixel counts the inked cells in a block of 4 × 4
    of the scan, 0 … 16, here times 255/16. Hard about them: so small, an 8 and a 1 differ in few
    pixels. E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI (1998), the test
    part. CC BY 4.0.
    """

    title = "Small digits"
    picture = (1, 8, 8)
    kinds = DIGITS

    test_share: Share = 0.2

    @property
    def count(self) -> int:
        return 1797

    def make(self, seed: int) -> Samples:
        """The same digits for every seed, in the order of the table."""
        return _digits8()

    def as_ours(self, picture: Reals) -> Bytes:
        """From top to bottom of a square of 32 × 32, of which each pixel is a block of 4 × 4."""
        blocks = resized(upright(ink(picture), 32, WIDEST), 8, 8)
        return np.rint(blocks)[None].astype(np.uint8)


@functools.cache
def _digits8() -> Samples:
    kept = opened("digits8")
    # A byte a pixel, as in every set: 16 becomes 255.
    pictures = np.round(kept["pictures"] * (255 / 16)).astype(np.uint8)
    pictures.flags.writeable = False
    return Samples(pictures, kept["targets"])


@register("data", "digits28")
class Digits28(ImageSet):
    """Handwritten digits of 28 × 28 pixels: the pictures on which convolutional nets grew up.

    MNIST: digits written by clerks and by pupils, scaled into 20 × 20, centred by mass. 1,000 of
    each class, every fifth from MNIST's own test part, whose writers are others. Hard about them:
    little; a dense net gets 95 %, so that the last few percent are what is worth a convolution.
    Y. LeCun, C. Cortes, C. Burges, from NIST. CC BY-SA 3.0.
    """

    title = "Handwritten digits"
    picture = (1, 28, 28)
    kinds = DIGITS
    own_split = True

    count: Annotated[
        int,
        Ge(50),
        Le(10_000),
        When("next_epoch"),
        Ladder((500, 1000, 2000, 5000, 10_000)),
        doc("how many pictures, a fifth of them for the test: fewer make a quick class"),
    ] = 10_000

    @property
    def training_size(self) -> int:
        return self.count - self.count // 5

    def make(self, seed: int) -> Samples:
        """The first digits of the file; every fifth is for the test."""
        kept, first = opened("digits28"), slice(self.count)
        test = np.arange(self.count) % 5 == 4
        return Samples(kept["pictures"][first], kept["targets"][first], test)

    def as_ours(self, picture: Reals) -> Bytes:
        """In a box of 20 × 20, its centre of mass in the middle of 28 × 28."""
        return np.rint(centred(ink(picture), 28, 20))[None].astype(np.uint8)
