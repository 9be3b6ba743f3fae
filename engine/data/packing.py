"""Painted and erased points as few bytes: what stands behind the experiment in a link.

Sorted by x1: the distance to the point before in steps of the raster (few bits, once they are
deflated), x2 in twelve bits, then the classes. Measured: 2,000 points of two classes make a link of
6.2 kB, 2,000 values one of 7.6 kB.
"""

from __future__ import annotations

import zlib
from itertools import accumulate

from engine.data.painting import LEVELS, STEPS, Extent, Point

MOST = 65_536  # bytes of distances, or of classes


def pack(painted: tuple[Point, ...], erased: tuple[int, ...], extent: Extent) -> bytes:
    """The bytes of points on their raster, in the order of their spots."""
    across = [_place(x1, extent[0], extent[1]) for x1, _, _ in painted]
    upward = [_place(x2, extent[2], extent[3]) for _, x2, _ in painted]
    bits = sum(up << 12 * i for i, up in enumerate(upward))
    # Each kind of number has its own frequencies, so each is deflated by itself.
    return b"".join(
        (
            deflated(_numbers(len(painted), *_distances(across), *_distances(list(erased)))),
            deflated(_numbers(*(round((label + 1) * LEVELS) for _, _, label in painted))),
            bits.to_bytes(_size(len(painted)), "little"),
        )
    )


def unpack(raw: bytes, extent: Extent) -> tuple[list[list[float]], list[int]]:
    """What `pack` made of them. Raises `ValueError` or `zlib.error` where it cannot be read."""
    distances, raw = inflated(raw, MOST)
    labels, raw = inflated(raw, MOST)
    count, *steps = _read(distances)
    across, erased = _places(steps[:count]), _places(steps[count:])
    classes = _read(labels)
    if not len(across) == len(classes) == count or len(raw) != _size(count):
        raise ValueError("not what was packed")
    bits = int.from_bytes(raw, "little")
    painted = [
        [
            _coordinate(x, extent[0], extent[1]),
            _coordinate(bits >> 12 * i & 4095, extent[2], extent[3]),
            round(label / LEVELS - 1, 6),
        ]
        for i, (x, label) in enumerate(zip(across, classes, strict=True))
    ]
    return painted, erased


def deflated(raw: bytes) -> bytes:
    """Bytes as a bare deflate stream."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packed.compress(raw) + packed.flush()


def inflated(raw: bytes, most: int) -> tuple[bytes, bytes]:
    """What a deflate stream at the front of `raw` holds, at most so many bytes, and what stands
    behind it. Raises `ValueError` or `zlib.error` where it does not end."""
    inflate = zlib.decompressobj(-15)
    plain = inflate.decompress(raw, most)
    if not inflate.eof:
        raise ValueError("a stream without an end")
    return plain, inflate.unused_data


def _size(count: int) -> int:
    """Bytes of so many numbers of twelve bits."""
    return (12 * count + 7) // 8


def _place(x: float, low: float, high: float) -> int:
    return round((x - low) * STEPS / (high - low))


def _coordinate(at: int, low: float, high: float) -> float:
    return round(low + at * (high - low) / STEPS, 6)


def _distances(numbers: list[int]) -> list[int]:
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _places(steps: list[int]) -> list[int]:
    return list(accumulate(steps))


def _numbers(*numbers: int) -> bytes:
    """Seven bits a byte, the highest bit where more follow (LEB128)."""
    out = bytearray()
    for n in numbers:
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        out.append(n)
    return bytes(out)


def _read(raw: bytes) -> list[int]:
    made, n, shift = [], 0, 0
    for byte in raw:
        n, shift = n | (byte & 127) << shift, shift + 7
        if not byte & 128:
            made.append(n)
            n = shift = 0
    if shift:
        raise ValueError("a number without an end")
    return made
