"""A picture as PNG: 8 bytes of signature, a header, one deflated block of rows, an end."""

from __future__ import annotations

import struct
import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

GAP: Final = 1  # empty cells between pictures
# Orange – neutral – blue: the sign of an answer, the same in every picture of the product.
_LOW, _ZERO, _HIGH = (
    np.array(c, np.float32) for c in ((234, 154, 76), (246, 243, 236), (80, 150, 207))
)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """height × width × 3 bytes as a PNG file."""
    height, width, _ = pixels.shape
    # Each row begins with the number of its filter; 0 means none.
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, 3 * width)
    header = struct.pack("!2I5B", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)),
            _chunk(b"IEND", b""),
        )
    )


def signed(picture: NDArray[np.floating], lo: float, hi: float) -> NDArray[np.uint8]:
    """height × width numbers as colours: orange at `lo`, neutral in the middle, blue at `hi`."""
    middle, half = (lo + hi) / 2, max((hi - lo) / 2, 1e-12)
    t = np.clip((np.nan_to_num(picture.astype(np.float32), nan=middle) - middle) / half, -1, 1)
    end = np.where(t[..., None] < 0, _LOW, _HIGH)
    coloured: NDArray[np.uint8] = np.rint(_ZERO + np.abs(t)[..., None] * (end - _ZERO)).astype(
        np.uint8
    )
    return coloured


def sheet(pictures: NDArray[Any], across: int | None = None) -> NDArray[np.float64]:
    """n × h × w as one sheet, as square as it can be or `across` in a row; nan between them."""
    n, height, width = pictures.shape
    across = across or int(np.ceil(np.sqrt(n)))
    down = -(-n // across)
    made = np.full((down * (height + GAP) - GAP, across * (width + GAP) - GAP), np.nan)
    for i, picture in enumerate(pictures):
        y, x = (i // across) * (height + GAP), (i % across) * (width + GAP)
        made[y : y + height, x : x + width] = picture
    return made


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
