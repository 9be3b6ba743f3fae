"""What a net of pictures has learned to see: its kernels, and the maps they make of one picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
from annotated_types import MaxLen

from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.net import Site
from engine.probes.base import MAX_UNITS, Probe, pick, single, visible
from engine.probes.examples import OfExample
from engine.probes.ways import columns
from engine.registry import register
from engine.session import Session
from engine.spec import doc

NO_PICTURES = "These data are no pictures."


def refuse_points(experiment: Experiment) -> str:
    """Why a question about pictures does not apply; empty where it does."""
    return "" if len(experiment.input_shape) == 3 else NO_PICTURES


@register("probe", "filters")
class Filters(Probe):
    """The kernels of the convolutions: outputs × inputs × height × width, and the biases."""

    rate = 5.0
    layer: Annotated[str | None, doc("one convolution; null: all")] = None

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        known = tuple(s.path for s in run.net.sites if s.layer.kind in ("conv2d", "local2d"))
        arrays: dict[str, Array] = {}
        info: dict[str, Any] = {}
        for path in pick(self.layer, known):
            weight = run.arrays[f"{path}.weight"]
            shown = weight[:MAX_UNITS] if weight.ndim == 4 else weight
            arrays[f"{path}.weight"] = shown.copy()
            if f"{path}.bias" in run.arrays:
                arrays[f"{path}.bias"] = run.arrays[f"{path}.bias"].copy()
            info[path] = {"reach": float(abs(weight).max()), "shown": len(shown)}
        return info, arrays


@register("probe", "features")
class Features(OfExample):
    """One picture on its way through the net: the maps (channels × height × width) or answers of
    every column, its input as the net gets it, and as it was (`raw`, 0 … 255).

    `gradients`: also `LAYER.grad` and `input.grad`, the gradient of this picture's loss by each of
    these numbers, and the `loss`, of a picture whose class is known."""

    layer: Annotated[
        str | None, doc("any one layer, by its dotted path; null: the last of every column")
    ] = None
    inside: Annotated[
        tuple[str, ...],
        MaxLen(16),
        doc("blocks, by their dotted paths, whose own columns are shown too"),
    ] = ()
    gradients: Annotated[
        bool, doc("also the loss’s gradient by every number shown, by the calls that train")
    ] = False

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        x, target, where = self.example(session)
        loss = run.experiment.training.loss
        slopes = run.reading.slopes() if self.gradients and target is not None else None
        tape = slopes or run.reading.tape(1)
        tape.x[...] = x
        if slopes is not None and loss is not None:
            tape.targets[...] = loss.targets(np.array([target]), run.prepared.classes)
        tape.replay()
        shown = visible(run.experiment)
        if self.layer is not None:
            shown = pick(self.layer, tuple(run.net.by_path))
        shown += tuple(path for block in self.inside for path in _columns(run.net.by_path, block))
        arrays: dict[str, Array] = {"input": single(x)}
        own = self.own(session)
        if own is not None:
            arrays["raw"] = np.rint(own).astype(np.uint8)
        elif where is not None:
            arrays["raw"] = run.prepared.raw[where]
        layers: dict[str, Any] = {}
        for path in shown:
            y = single(tape[path].y)
            layers[path] = {"shape": list(y.shape), "low": float(y.min()), "high": float(y.max())}
            arrays[path] = y[:MAX_UNITS]
        if slopes is not None and slopes.chain.dx is not None:
            arrays["input.grad"] = single(slopes.chain.dx)
            arrays |= {f"{path}.grad": single(slopes[path].dy)[:MAX_UNITS] for path in shown}
        p = None if loss is None else loss.probabilities(tape.y)
        info = {
            "layers": layers,
            "target": None if target is None else target.item(),
            "where": where,
            "outputs": [float(v) for v in tape.y[:, 0]],
            "probabilities": None if p is None else [float(v) for v in p[:, 0]],
            "class_names": list(run.prepared.data.class_names),
            "loss": None if slopes is None else float(slopes.loss),
            "silenced": {path: list(units) for path, units in run.silenced.items()},
            "frozen": sorted(run.frozen),
        }
        return info, arrays


def _columns(sites: Mapping[str, Site], block: str) -> Iterator[str]:
    """The last layer of every column inside a block. Raises `Unknown` for what is no block."""
    pick(block, tuple(path for path, site in sites.items() if site.layer.chains()))
    for name, chain in sites[block].layer.chains().items():
        yield from columns(chain, f"{block}.{name}{'.' if name else ''}")
