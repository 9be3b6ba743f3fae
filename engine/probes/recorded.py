"""What the last step left behind: masks and gradients, read off the recording tape."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.net import walk
from engine.probes.base import Probe, pick, recording
from engine.registry import register
from engine.session import Session
from engine.spec import doc

DROPS = frozenset({"dropout", "dropout2d"})


@register("probe", "masks")
class Masks(Probe):
    """Which answers dropout silenced in this step: examples × units, 1 where an answer was kept.

    Of pictures dropout2d silences whole maps (examples × channels), dropout single places (examples
    × channels × height × width); the share is by unit, or by map."""

    layer: Annotated[str | None, doc("one dropout layer; null: all")] = None

    def refuse(self, experiment: Experiment) -> str:
        sites = walk(experiment.layers, experiment.input_shape)
        found = any(site.layer.kind in DROPS for site in sites)
        return "" if found else "There is no dropout layer in this net."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        tape = recording(session)
        drops = {s.path: s.layer for s in session.run.net.sites if s.layer.kind in DROPS}
        info: dict[str, Any] = {}
        arrays: dict[str, Array] = {}
        for path in pick(self.layer, tuple(drops)):
            kept = _by_example(tape[path].mask > 0)
            p = float(getattr(drops[path], "p", 0.0))
            arrays[f"{path}.mask"] = kept
            arrays[f"{path}.share"] = silenced_share(kept)
            info[path] = {
                "p": p,
                "off": int(kept.size - kept.sum()),
                "of": int(kept.size),
                "expected": p * kept.size,
            }
        stepper: Any = session.run.stepper
        arrays["batch.index"] = stepper.recorded().astype(np.int32)
        return info, arrays


def _by_example(kept: Array) -> Array:
    """Examples first: × units, × channels, or × channels × height × width."""
    if kept.ndim == 4:
        kept = kept.transpose(3, 1, 0, 2)
        if kept.shape[2:] == (1, 1):
            kept = kept[:, :, 0, 0]
        return kept.astype(np.uint8)
    return kept.T.astype(np.uint8)


def silenced_share(kept: Array) -> Array:
    """The share that was silenced of each unit or map."""
    others = (0, *range(2, kept.ndim))
    return np.asarray(1 - kept.mean(axis=others), np.float32)


@register("probe", "gradients")
class Gradients(Probe):
    """The gradients of this step, by the same names as the parameters."""

    layer: Annotated[str | None, doc("one layer; null: all")] = None

    def refuse(self, experiment: Experiment) -> str:
        rule = experiment.training.learner.kind == "perceptron"
        return "The perceptron rule knows no gradient." if rule else ""

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        recording(session)
        run = session.run
        stepper: Any = run.stepper
        found = run.net.arrays(stepper.grad)
        paths = tuple(dict.fromkeys(name.rsplit(".", 1)[0] for name in found))
        info: dict[str, Any] = {}
        arrays: dict[str, Array] = {}
        rate = float(stepper.now[2])
        for path in pick(self.layer, paths):
            own = {n: a.copy() for n, a in found.items() if n.rsplit(".", 1)[0] == path}
            arrays |= own
            flat = np.concatenate([a.ravel() for a in own.values()])
            theta = np.concatenate([run.arrays[n].ravel() for n in own])
            size = float(np.linalg.norm(theta))
            norm = float(np.linalg.norm(flat))
            counts, edges = np.histogram(
                np.log10(np.maximum(np.abs(flat), 1e-12)), bins=32, range=(-8.0, 2.0)
            )
            info[path] = {
                "norm": norm,
                "ratio": rate * norm / size if size else None,
                "histogram": {"counts": counts.tolist(), "low": float(edges[0]), "high": 2.0},
            }
        return info, arrays
