"""What the norms of a net hold: means and variances, of the batch and running, scale and shift."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from engine.experiment import Experiment
from engine.layers import BatchNorm
from engine.layers.norm import Norm
from engine.memory.arena import Array
from engine.net import walk
from engine.probes.base import Probe, pick
from engine.registry import register
from engine.session import Session
from engine.spec import doc


@register("probe", "normalization")
class Normalization(Probe):
    """The norms of the net: `LAYER.gamma` and `LAYER.beta`; of batch norm `LAYER.running_mean` and
    `LAYER.running_var` (in use), and after a step `LAYER.batch_mean` and `LAYER.batch_var` (of the
    last batch, the variance as it is divided by)."""

    layer: Annotated[str | None, doc("one norm; null: all")] = None

    def refuse(self, experiment: Experiment) -> str:
        sites = walk(experiment.layers, experiment.input_shape)
        found = any(isinstance(site.layer, Norm) for site in sites)
        return "" if found else "There is no normalization in this net."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        norms = {s.path: s.layer for s in run.net.sites if isinstance(s.layer, Norm)}
        tape = run.stepper.recording
        arrays: dict[str, Array] = {}
        info: dict[str, Any] = {}
        for path in pick(self.layer, tuple(norms)):
            arrays |= {n: a.copy() for n, a in run.arrays.items() if n.rsplit(".", 1)[0] == path}
            info[path] = {"kind": norms[path].kind}
            if isinstance(norms[path], BatchNorm) and tape is not None:
                mean, var = np.array(tape[path].batch)
                arrays |= {f"{path}.batch_mean": mean, f"{path}.batch_var": var}
        return info, arrays
