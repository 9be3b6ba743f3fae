"""Sets of pictures that other people made, kept as bytes in `files/*.npz`.

`files/SOURCES.md` names origin, licence and the script that made each file. Never pickles: opening
one runs no code. Every file is read once a process and shared.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Samples, Share
from engine.data.images import ImageSet, Picture
from engine.registry import register

FILES = Path(__file__).parent / "files"


@functools.cache
def opened(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a file, read-only."""
    with np.load(FILES / f"{name}.npz", allow_pickle=False) as kept:
        arrays = {key: kept[key] for key in kept.files}
    arrays["targets"] = arrays["targets"].astype(np.int64)
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


@register("data", "digits8")
class Digits8(ImageSet):
    """Handwritten digits of 8 × 8 pixels: the smallest pictures that still say something.

    1,797 digits by 13 people, about 180 of each; a pixel counts the inked cells in a block of 4 × 4
    of the scan, 0 … 16, here times 255/16. Hard about them: so small, an 8 and a 1 differ in few
    pixels. E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI (1998), the test
    part. CC BY 4.0.
    """

    title = "Small digits"

    test_share: Share = 0.2

    @property
    def shape(self) -> Picture:
        return (1, 8, 8)

    @property
    def classes(self) -> int:
        return 10

    @property
    def size(self) -> int:
        return 1797

    def make(self, seed: int) -> Samples:
        """The same digits for every seed, in the order of the table."""
        return _digits8()


@functools.cache
def _digits8() -> Samples:
    kept = opened("digits8")
    # A byte a pixel, as in every set: 16 becomes 255.
    pictures = np.round(kept["pictures"] * (255 / 16)).astype(np.uint8)
    pictures.flags.writeable = False
    return Samples(pictures, kept["targets"])
