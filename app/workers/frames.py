"""From a session to a frame: the probes a viewer subscribed to, all at one step, within its budget.

Pictures become bytes (value = lo + q (hi − lo) / 255); everything else goes raw.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app import wire
from app.errors import problem
from engine.errors import NotNow, TinkernetError, TooExpensive
from engine.probes import Answer, Probe, read_probe, visible
from engine.session import Session

Arrays = dict[str, NDArray[Any]]
MOST_CLASSES: Final = 44  # cells along each side of the plane, from three classes
LEAST, USUAL = 10, 20  # cells along each side of a unit's map
STILL: Final = 150_000  # bytes of pictures in a frame while the session stands still
MOST: Final = 400_000  # bytes of the answer to one question on the socket
ROUNDING: Final = 1e-5  # of the largest input: below it a constant one is rounding
BY_FORESEE: Final = "On the socket the future comes by the message “foresee”, in pieces."
# What a page shows before anything else; one frame of these is rendered into it.
FIRST: Final[dict[str, dict[str, Any]]] = {
    "boundary": {},
    "neurons": {},
    "parameters": {},
    "scores": {},
    "points": {},
    "inputs": {},
}


@dataclass
class Wish:
    """What a viewer wants to see: probes by name, at most `rate` frames a second, of at most
    `budget` bytes of pictures. `refused`: probes that cannot be asked so, and why."""

    probes: dict[str, Probe] = field(default_factory=dict)
    refused: dict[str, TinkernetError] = field(default_factory=dict)
    rate: float = 10.0
    budget: int = 6000

    @classmethod
    def read(cls, probes: Mapping[str, Any], rate: float, budget: int) -> Wish:
        """A subscription. A probe that cannot be asked so is refused in its place, alone."""
        made = cls(rate=rate, budget=budget)
        for kind, query in probes.items():
            try:
                made.probes[kind] = read_probe(kind, query)
                if kind == "future":  # thousands of steps: never in every frame
                    del made.probes[kind]
                    raise NotNow(BY_FORESEE)
            except TinkernetError as error:
                made.refused[kind] = error
        return made

    @property
    def is_empty(self) -> bool:
        return not self.probes and not self.refused


def fitted(
    session: Session, wish: Wish, running: bool, beside: int = 0
) -> tuple[dict[str, Probe], int]:
    """The same questions at the resolution that fits the budget (a large one while the session
    stands still), and the bytes of their pictures. beside: bytes of the budget that the rest of the
    frame needs: it is the maps of units that give way."""
    budget = wish.budget if running else max(wish.budget, STILL)
    made = dict(wish.probes)
    experiment = session.run.experiment
    many = experiment.data.classes > 2
    left = budget
    boundary = made.get("boundary")
    if boundary is not None:
        r = boundary.resolution  # type: ignore[attr-defined]
        if many and running:
            r = min(r, MOST_CLASSES)
            made["boundary"] = boundary.with_(resolution=r)
        left -= r * r * (2 if many else 1)
    neurons = made.get("neurons")
    if neurons is not None:
        names = visible(experiment)
        units = sum(site.y[0] for site in session.run.net.sites if site.path in names)
        asked = neurons.resolution  # type: ignore[attr-defined]
        fits = math.isqrt(max(left - beside, 0) // max(units, 1))
        r = max(min(asked, LEAST), min(asked, fits))
        made["neurons"] = neurons.with_(resolution=r)
        left -= r * r * units
    return made, budget - left


def frame(
    session: Session,
    name: str,
    probes: Mapping[str, Probe],
    refused: Mapping[str, TinkernetError] | None = None,
) -> bytes:
    """One message with the answers. A probe that does not apply now says so in its place."""
    arrays: Arrays = {}
    told: dict[str, dict[str, Any]] = {
        kind: {"problem": _why(error)} for kind, error in (refused or {}).items()
    }
    for kind, probe in probes.items():
        begun = time.perf_counter()
        try:
            answer = session.probe(probe)
        except TinkernetError as error:
            told[kind] = {"problem": _why(error)}
            continue
        about, shown = packed(answer)
        took = round(1e3 * (time.perf_counter() - begun), 3)
        told[kind] = {"query": _asked(probe), "info": answer.info, "ms": took, **about}
        arrays |= {f"{kind}.{key}": array for key, array in shown.items()}
    meta: dict[str, Any] = {
        "v": 1,
        "session": name,
        "line": session.line,
        "step": session.step,
        "epoch": session.epoch,
        "probes": told,
    }
    return wire.safetensors(arrays, meta)


def as_frame(answer: Answer, probe: Probe, name: str, asked: int) -> bytes:
    """The answer to a question as a message of its own. Raises `TooExpensive` where it is too large
    for the socket."""
    # Who asks for one layer's maps wants their numbers, not their look.
    numbers = answer.name == "features" and probe.to_json().get("layer") is not None
    about, arrays = ({}, dict(answer.arrays)) if numbers else packed(answer)
    told = {"query": _asked(probe), "info": answer.info, **about}
    meta = {"v": 1, "session": name, "line": answer.line, "step": answer.step, "ask": asked}
    named = {f"{answer.name}.{key}": array for key, array in arrays.items()}
    message = wire.safetensors(named, {**meta, "probes": {answer.name: told}})
    if len(message) > MOST:
        raise TooExpensive(
            f"The answer would be {len(message) // 1000} kB; on the socket it may be "
            f"{MOST // 1000}. Ask for less, or over REST.",
            limit=MOST,
        )
    return message


def _asked(probe: Probe) -> dict[str, Any]:
    """The query as a frame repeats it: without what was not asked, and without a drawing, thousands
    of numbers the asker knows."""
    told = probe.to_json()
    return {
        name: value
        for name, value in told.items()
        if value is not None and name not in ("kind", "drawing")
    }


def _why(error: TinkernetError) -> dict[str, Any]:
    """Why a probe is not in the frame; `now`: it may be later."""
    return {**problem(error), "now": isinstance(error, NotNow)}


def packed(answer: Answer) -> tuple[dict[str, Any], Arrays]:
    """A probe's arrays as they travel in a frame, and the ranges of what became bytes."""
    match answer.name:
        case "boundary":
            return _boundary(answer)
        case "neurons":
            ranges: dict[str, list[float]] = {}
            maps: Arrays = {}
            for layer, picture in answer.arrays.items():
                high = _brief(wire.reach(picture))
                ranges[layer] = [-high, high]
                maps[layer] = wire.quantize(picture, -high, high)
            return {"ranges": ranges}, maps
        case "inputs":
            pictures = answer.arrays["maps"]
            ends = [wire.reach(picture) for picture in pictures]
            # What stands at its mean is 0 but for rounding, and shall look like it.
            ends = [end if end > ROUNDING * max(ends) else max(ends) for end in ends]
            each = [wire.quantize(p, -e, e) for p, e in zip(pictures, ends, strict=True)]
            return {"ranges": [[-e, e] for e in ends]}, {"maps": np.stack(each)}
        case "features":
            return _features(answer)
    return {}, dict(answer.arrays)


def _brief(end: float) -> float:
    """An end of a range in as few digits as tell it from its neighbours of 32 bits: a frame of many
    maps was half a header of digits."""
    return float(str(np.float32(end)))


def _features(answer: Answer) -> tuple[dict[str, Any], Arrays]:
    """Maps as bytes, each over its own range, so that a faint one keeps its detail; what is no map
    (the input as it was, the answers of dense layers) as it is."""
    ranges: dict[str, list[list[float]]] = {}
    made: Arrays = {}
    for layer, maps in answer.arrays.items():
        if maps.ndim != 3 or maps.dtype == np.uint8:
            made[layer] = maps
            continue
        ends = [[_brief(m.min()), _brief(m.max())] for m in maps]
        each = [wire.quantize(m, lo, hi) for m, (lo, hi) in zip(maps, ends, strict=True)]
        ranges[layer], made[layer] = ends, np.stack(each)
    return {"ranges": ranges}, made


def _boundary(answer: Answer) -> tuple[dict[str, Any], Arrays]:
    outputs, p = answer.arrays["outputs"], answer.arrays.get("probabilities")
    if answer.info["classes"] > 2:
        sure = p if p is not None else np.clip(outputs, 0.0, 1.0)
        best = outputs.argmax(axis=0).astype(np.uint8)
        return {"lo": 0.0, "hi": 1.0}, {
            "best": best,
            "sure": wire.quantize(sure.max(axis=0), 0.0, 1.0),
        }
    if p is not None:
        return {"lo": 0.0, "hi": 1.0}, {"probabilities": wire.quantize(p[1], 0.0, 1.0)}
    return {"lo": -1.0, "hi": 1.0}, {"outputs": wire.quantize(outputs[0], -1.0, 1.0)}


def first(session: Session) -> bytes:
    """The frame a page is born with."""
    probes = {kind: read_probe(kind, query) for kind, query in FIRST.items()}
    return frame(session, "", probes)
