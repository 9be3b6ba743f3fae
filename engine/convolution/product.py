"""The product of a small matrix and a wide one, as OpenBLAS likes it best.

What is small to it (up to a million multiply-adds) it multiplies as it stands; larger matrices it
copies into blocks first, which pays for large ones. Here a kernel of few numbers meets rows of
thousands, and the copying takes up to a third of the time: so in pieces of the row. (With AVX-512;
where there is no such kernel, pieces cost about 2 %.)
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engine.memory.arena import Array
from engine.memory.cell import Call

SMALL: Final = 1_000_000  # multiply-adds
NARROWEST: Final = 64  # columns, below which the calls cost more than is gained


def product(a: Array, b: Array, out: Array) -> Call:
    """np.matmul(a, b, out), in as few equal pieces of b's columns as are small.

    a: … × M × K, b: … × K × L, out: … × M × L, rows contiguous.
    """
    (m, k), wide = a.shape[-2:], b.shape[-1]
    for pieces in range(1, wide // NARROWEST + 1):
        if wide % pieces == 0 and m * k * wide // pieces <= SMALL:
            break
    else:
        pieces = 1
    if pieces == 1:
        return np.matmul, (a, b, out)
    return np.matmul, (a[..., None, :, :], _pieces(b, pieces), _pieces(out, pieces))


def _pieces(a: Array, pieces: int) -> Array:
    """… × rows × L as … × pieces × rows × L / pieces, a view."""
    *outer, wide = a.shape
    return a.reshape(*outer, pieces, wide // pieces).swapaxes(-3, -2)
