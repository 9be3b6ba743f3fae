"""Arrays ↔ bytes: safetensors, JSON and npz. Only workers import this: the front passes bytes on.

A safetensors message allows only text as metadata, so ours stands as JSON in one entry.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.tensors import encode

Arrays: TypeAlias = Mapping[str, NDArray[Any]]


def safetensors(arrays: Arrays, meta: Mapping[str, Any]) -> bytes:
    """One message: `arrays` by name and `meta` as JSON under `__metadata__.tinkernet`."""
    return encode(arrays, {"tinkernet": dumps(meta)})


def quantize(picture: NDArray[Any], lo: float, hi: float) -> NDArray[np.uint8]:
    """Numbers as bytes: value ≈ lo + q (hi − lo) / 255, clamped; not finite → the middle."""
    scale = 255.0 / (hi - lo) if hi > lo else 0.0
    q = np.nan_to_num((picture - lo) * scale, nan=127.5, posinf=255.0, neginf=0.0)
    return np.rint(np.clip(q, 0.0, 255.0)).astype(np.uint8)


def reach(picture: NDArray[Any]) -> float:
    """The largest finite magnitude, as the end of a range symmetric about 0; never 0."""
    finite = np.abs(picture[np.isfinite(picture)]) if picture.size else picture
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def nested(array: NDArray[Any]) -> Any:
    """Nested lists, null where not finite."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return _null(array.tolist())
    return array.tolist()


def as_json(probe: str, line: int, step: int, info: Mapping[str, Any], arrays: Arrays) -> bytes:
    """The JSON form of a probe's answer."""
    shown = {
        name: {"shape": list(a.shape), "dtype": a.dtype.name, "values": nested(a)}
        for name, a in arrays.items()
    }
    answer = {"probe": probe, "line": line, "step": step, "info": info, "arrays": shown}
    return dumps(answer).encode()


def npz(arrays: Arrays, meta: Mapping[str, Any]) -> bytes:
    """A `.npz` that `numpy.load` opens without pickle; the metadata as text under `tinkernet`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in {**arrays, "tinkernet": np.array(dumps(meta))}.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def dumps(document: Any) -> str:
    """JSON in which what is not finite is null, and NumPy's numbers are numbers."""
    return json.dumps(clean(document), separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def clean(document: Any) -> Any:
    """The same document with plain finite numbers."""
    match document:
        case float():
            return document if math.isfinite(document) else None
        case np.ndarray():
            return nested(document)
        case np.generic():
            return clean(document.item())
        case Mapping():
            return {str(key): clean(item) for key, item in document.items()}
        case list() | tuple():
            return [clean(item) for item in document]
        case _:
            return document


def _null(values: Any) -> Any:
    if isinstance(values, list):
        return [_null(item) for item in values]
    return values if math.isfinite(values) else None
