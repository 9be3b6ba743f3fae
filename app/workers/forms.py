"""Forms of an answer beside the frame: what REST gives by `Accept`, and the data's thumbnails."""

from __future__ import annotations

import base64
from typing import Any, Final

import numpy as np

from app import wire
from app.png import png, sheet, signed
from app.workers.sheets import drawn
from engine.data import ImageSet, PlaneSet, prepare
from engine.errors import Invalid, NotNow
from engine.probes import Answer
from engine.registry import known
from engine.session import Session

PREVIEW: Final = 60  # points of a tile
SHOWN: Final = 4  # pictures of a tile, in two rows


def previews() -> dict[str, Any]:
    """A few points, or a sheet of a few pictures, of every dataset: for the tiles of the page."""
    made = {}
    for kind, cls in known("data").items():
        if issubclass(cls, ImageSet):
            made[kind] = _sheet(cls())
            continue
        data = cls(count=PREVIEW) if issubclass(cls, PlaneSet) else cls()
        found = prepare(data, None, 1)
        every = max(1, len(found.raw) // PREVIEW)
        made[kind] = {
            "inputs": np.round(found.raw[::every, list(cls.plane)].astype(float), 2),
            "targets": found.targets[::every],
            "classes": found.classes,
            "extent": list(found.extent_on(cls.plane)),
        }
    return made


def _sheet(data: ImageSet) -> dict[str, Any]:
    """The first picture of each of the first classes, as one PNG in a data URI."""
    samples = data.make(1)
    classes = range(min(SHOWN, data.classes))
    first = [int(np.argmax(samples.targets == k)) for k in classes]
    pictures = [sheet(channel) for channel in np.moveaxis(samples.inputs[first], 1, 0)]
    pixels = np.nan_to_num(np.stack(pictures, axis=-1), nan=255).astype(np.uint8)
    whole = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
    return {
        "sheet": "data:image/png;base64," + base64.b64encode(png(whole)).decode(),
        "shape": list(data.shape),
        "targets": list(classes),
        "classes": data.classes,
        "class_names": list(data.class_names),
    }


def predicted(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """What a session answers to raw `inputs`, or to a `drawing` made into a picture as the data's
    own are. Raises `Invalid`, and `NotNow` for a drawing where the data are points."""
    if "drawing" not in given:
        return {"step": session.step, **session.predict(given["inputs"])}
    data = session.run.prepared.data
    if not isinstance(data, ImageSet):
        raise NotNow("These data are points, not pictures: there is nothing to draw.")
    try:
        picture = data.prepare_drawing(given["drawing"])
    except Invalid as error:
        raise error.at("drawing") from None
    return {"step": session.step, **session.predict(picture[None]), "picture": picture}


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
    found = drawn(answer)
    if found is not None:
        return found
    pictures = [a for a in answer.arrays.values() if a.ndim == 3 and a.shape[1] > 1]
    if not pictures:
        raise NotNow("This probe draws no picture: ask for JSON, safetensors or npz.")
    if "probabilities" in answer.arrays:
        shown = answer.arrays["probabilities"][-1]
        return png(signed(shown, 0.0, 1.0))
    high = max(wire.reach(picture) for picture in pictures)
    return png(signed(sheet(np.concatenate(pictures)), -high, high))
