"""Answers about pictures as one PNG: kernels, maps, pieces of the data, large enough to be seen."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app import wire
from app.png import png, sheet, signed
from engine.errors import NotNow
from engine.probes import Answer

SEEN: Final = 320  # pixels that the shorter side of a sheet has at least
PAPER: Final = 255


def drawn(answer: Answer) -> bytes | None:
    """The PNG of an answer about pictures; None where another form serves it. Raises `NotNow`
    where a layer must be named first."""
    match answer.name:
        case "filters":
            kernels = [a for a in answer.arrays.values() if a.ndim == 4]
            if len(kernels) != 1:
                raise NotNow(f"Name one “layer” to draw it: {', '.join(answer.info)}.")
            outputs, inputs = kernels[0].shape[:2]
            flat = kernels[0].reshape(outputs * inputs, *kernels[0].shape[2:])
            across = None if inputs == 1 else inputs  # a row for every output
            return _signs(sheet(flat, across))
        case "features":
            layers = [name for name in answer.info["layers"] if answer.arrays[name].ndim == 3]
            if len(layers) != 1:
                raise NotNow(f"Name one “layer” to draw it: {', '.join(answer.info['layers'])}.")
            maps = sheet(answer.arrays[layers[0]])
            return _signs(maps) if np.nanmin(maps) < 0 else _ink(maps)
        case "receptive":
            return _ink(answer.arrays["support"].sum(axis=0))
        case "patches" | "mistakes":
            stack = answer.arrays.get("patches", answer.arrays.get("pictures"))
            if stack is None or not len(stack):
                raise NotNow("There is no picture to draw.")
            return _as_they_are(stack)
        case "confusion":
            return _ink(answer.arrays["counts"].astype(np.float64))
    return None


def _signs(cells: NDArray[np.float64]) -> bytes:
    """Orange, neutral, blue; zero is neutral."""
    high = wire.reach(cells)
    pixels = signed(cells, -high, high)
    pixels[np.isnan(cells)] = PAPER
    return png(_large(pixels))


def _ink(cells: NDArray[np.floating[Any]]) -> bytes:
    """Nothing is white, the largest number black."""
    high = max(float(np.nanmax(cells)), 1e-12)
    grey = PAPER * (1 - np.nan_to_num(cells, nan=0.0) / high)
    return png(_large(np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)))


def _as_they_are(stack: NDArray[np.uint8]) -> bytes:
    """Pictures of the data, grey or in colour."""
    parts = [np.nan_to_num(sheet(stack[:, c]), nan=PAPER) for c in range(stack.shape[1])]
    colours = parts if len(parts) == 3 else parts[:1] * 3
    return png(_large(np.stack(colours, axis=2).astype(np.uint8)))


def _large(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every cell a square of pixels, so that a kernel of 3 × 3 can be seen."""
    times = max(1, -(-SEEN // min(pixels.shape[:2])))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)
