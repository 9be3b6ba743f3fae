"""Photographs: something to lay filters over, to measure pixels in, to slide a net across.

They are no dataset: nobody says what is on them. Origin and licence stand in `files/SOURCES.md`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.data.opened import FILES
from engine.errors import Unknown

# Name → what it shows and whom to thank, to be said wherever the photograph is shown.
PHOTOGRAPHS: Mapping[str, str] = MappingProxyType(
    {
        "chelsea": "A cat. Stéfan van der Walt, CC0.",
        "coffee": "A cup of coffee. Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0.",
        "rocket": "A rocket before its launch. SpaceX, public domain.",
        "camera": "A man with a camera. Lav Varshney, CC0.",
        "coins": "Greek coins from Pompeii. Brooklyn Museum, no known restrictions.",
        "hubble_deep_field": "The farthest galaxies. NASA, ESA, public domain.",
        "china": "A pagoda in Beijing. “china.jpg” by danielbuechele, CC BY 2.0, shrunk.",
        "flower": "A dahlia. “flower.jpg” by vultilion, CC BY 2.0, shrunk.",
    }
)


@functools.cache
def photograph(name: str) -> NDArray[np.uint8]:
    """A photograph, height × width × channels (3, or 1 of grey ones), longer side 320, read-only.

    Raises `Unknown` for any other name.
    """
    if name not in PHOTOGRAPHS:
        raise Unknown(
            f"There is no such photograph; there are: {', '.join(PHOTOGRAPHS)}.", known=PHOTOGRAPHS
        )
    with np.load(FILES / "photographs.npz", allow_pickle=False) as kept:
        pixels: NDArray[np.uint8] = kept[name]
    pixels.flags.writeable = False
    return pixels
