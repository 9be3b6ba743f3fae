"""Named arrays as one byte string: the safetensors format, written and read by hand.

An 8-byte length, a JSON header (name → dtype, shape, offsets; text metadata), then the raw
little-endian numbers. The header is padded so that the data begin at a multiple of 8, and arrays
stand by item size, so that a browser can lay typed arrays over the message without copying.
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import numpy as np

from engine.errors import Broken
from engine.memory.arena import Array

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U16": "<u2", "U8": "|u1"}
NAMES = {np.dtype(code): name for name, code in TYPES.items()}
MAX_HEADER = 2**20


def encode(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The arrays and some text as bytes."""
    ordered = sorted(arrays.items(), key=lambda item: -item[1].dtype.itemsize)
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    parts: list[bytes] = []
    offset = 0
    for name, array in ordered:
        raw = np.ascontiguousarray(array)
        end = offset + raw.nbytes
        header[name] = {
            "dtype": NAMES[raw.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        parts.append(raw.tobytes())
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def decode(raw: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays and metadata from bytes; every size is checked before a number is read.

    Raises `Broken` where the bytes are torn or not of this format.
    """
    try:
        return _decode(raw)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, Broken):
            raise
        raise Broken("This file is torn, or not a checkpoint of ours.") from None


def _decode(raw: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    length = int.from_bytes(raw[:8], "little")
    if length > MAX_HEADER or 8 + length > len(raw):
        raise ValueError
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body = memoryview(raw)[8 + length :]
    arrays: dict[str, Array] = {}
    if max((entry["data_offsets"][1] for entry in header.values()), default=0) != len(body):
        raise ValueError  # bytes that no array speaks of
    for name, entry in header.items():
        dtype = np.dtype(TYPES[entry["dtype"]])
        start, end = entry["data_offsets"]
        shape = tuple(entry["shape"])
        if not 0 <= start <= end <= len(body) or end - start != math.prod(shape) * dtype.itemsize:
            raise ValueError
        arrays[name] = np.frombuffer(body[start:end], dtype).reshape(shape)
    return arrays, {str(k): str(v) for k, v in metadata.items()}
