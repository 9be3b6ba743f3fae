"""What the activations answered in the last batch: how they spread, saturate, or stay silent."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.errors import NotNow
from engine.experiment import Experiment
from engine.layers.activations import Activation
from engine.memory.arena import Array
from engine.net import walk
from engine.probes.base import Probe, pick, recording
from engine.registry import register
from engine.session import Session
from engine.spec import doc


def _flat(kind: str, y: Array) -> Array | None:
    """Where an answer lies on a flat part of its activation; None where it has none."""
    match kind:
        case "relu":
            return np.asarray(y <= 0)
        case "tanh":
            return np.asarray(np.abs(y) > 0.95)  # slope 1 − y² below 0.1
        case "sigmoid":
            return np.asarray(np.abs(y - 0.5) > 0.475)  # slope y (1 − y) below a tenth of its most
    return None


@register("probe", "activations")
class Activations(Probe):
    """What every activation answered in the last step's batch: `LAYER.counts`, a histogram.

    Info, by layer: `low` and `high` of the histogram, `mean`, `units` (of pictures: maps), and
    where the activation is flat somewhere (tanh beyond ±0.95, sigmoid within 0.025 of its ends,
    ReLU at 0) `share`, of answers that lie there, and `dead`, units all of whose answers do."""

    layer: Annotated[str | None, doc("one activation; null: all")] = None
    bins: Annotated[int, Ge(4), Le(100), doc("how many bins of the histogram")] = 25

    def refuse(self, experiment: Experiment) -> str:
        sites = walk(experiment.layers, experiment.input_shape)
        found = any(isinstance(site.layer, Activation) for site in sites)
        return "" if found else "There is no activation in this net."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        tape = recording(session)
        bends = {s.path: s.layer for s in session.run.net.sites if isinstance(s.layer, Activation)}
        if not bends:
            raise NotNow("There is no activation in this net.")
        info: dict[str, Any] = {}
        made: dict[str, Array] = {}
        for path in pick(self.layer, tuple(bends)):
            y, kind = tape[path].y, bends[path].kind
            units = y.shape[1] if y.ndim == 4 else len(y)
            low, high = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}.get(kind, (0.0, 0.0))
            if low == high:
                low, high = min(0.0, float(y.min())), max(float(y.max()), 1e-6)
            made[f"{path}.counts"] = np.histogram(y, self.bins, (low, high))[0].astype(np.int32)
            told = {"kind": kind, "low": low, "high": high, "units": units}
            told |= {"mean": float(y.mean()), "share": None, "dead": None}
            flat = _flat(kind, y)
            if flat is not None:
                others = (0, 2, 3) if y.ndim == 4 else (1,)
                told["share"] = float(flat.mean())
                told["dead"] = int(flat.all(axis=others).sum())
            info[path] = told
        return info, made
