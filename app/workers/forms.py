"""Forms of an answer beside the frame: what REST gives by `Accept`, and the data's thumbnails."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app import wire
from app.png import mosaic, png, signed
from engine.data import PlaneSet, prepare
from engine.errors import NotNow
from engine.probes import Answer
from engine.registry import known

PREVIEW: Final = 60


def previews() -> dict[str, Any]:
    """A few points of every dataset, for the tiles of the page."""
    made = {}
    for kind, cls in known("data").items():
        data = cls(count=PREVIEW) if issubclass(cls, PlaneSet) else cls()
        found = prepare(data, None, 1)
        every = max(1, len(found.raw) // PREVIEW)
        made[kind] = {
            "inputs": np.round(found.raw[::every, :2].astype(float), 2),
            "targets": found.targets[::every],
            "classes": found.classes,
            "extent": list(found.extent),
        }
    return made


def formed(answer: Answer, form: str, session: str) -> bytes:
    """A probe's answer over REST: json, safetensors, npz, or png for pictures."""
    where = {"session": session, "line": answer.line, "step": answer.step}
    match form:
        case "json":
            return wire.as_json(answer.name, answer.line, answer.step, answer.info, answer.arrays)
        case "safetensors":
            told = {"v": 1, **where, "probes": {answer.name: {"info": answer.info}}}
            return wire.safetensors(
                {f"{answer.name}.{key}": a for key, a in answer.arrays.items()}, told
            )
        case "npz":
            return wire.npz(answer.arrays, {**where, "info": answer.info})
    pictures = [a for a in answer.arrays.values() if a.ndim == 3 and a.shape[1] > 1]
    if not pictures:
        raise NotNow("This probe draws no picture: ask for JSON, safetensors or npz.")
    if "probabilities" in answer.arrays:
        shown = answer.arrays["probabilities"][-1]
        return png(signed(shown, 0.0, 1.0))
    high = max(wire.reach(picture) for picture in pictures)
    return png(signed(mosaic(np.concatenate(pictures)), -high, high))
