"""Data that other people made, kept as bytes in `files/*.npz`.

`files/SOURCES.md` names origin, licence and the script that made each file. Never pickles: opening
one runs no code.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILES = Path(__file__).parent / "files"


@functools.cache
def opened(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a set, read-only: read once a process and shared."""
    with np.load(FILES / f"{name}.npz", allow_pickle=False) as kept:
        arrays = {key: kept[key] for key in kept.files}
    arrays["targets"] = arrays["targets"].astype(np.int64)
    for array in arrays.values():
        array.flags.writeable = False
    return arrays
