"""How far the last step went, against how large the weights are."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from engine.experiment import Experiment
from engine.memory.arena import Arena, Array
from engine.probes.base import Probe, pick, recording
from engine.registry import register
from engine.session import Session
from engine.spec import doc


@register("probe", "updates")
class Updates(Probe):
    """What the optimizer took from the weights in the last step, in their lengths: by layer.

    Info, by layer: `update` = ‖Δw‖, `weight` = ‖w‖, `ratio` their quotient (null where w is 0),
    `moved`, the share of weights that changed at all, and `frozen`; `ratio` also as an array, in
    that order, 0 for null. Weights alone, without biases, and
    without what l1 or a decoupled weight decay takes beside the optimizer. A rough rule: about
    1e-3 is well, far less is slow, far more is wild (Karpathy, CS231n notes, “Ratio of
    weights:updates”)."""

    layer: Annotated[str | None, doc("one layer; null: all that have weights")] = None

    def refuse(self, experiment: Experiment) -> str:
        rule = experiment.training.learner.kind == "perceptron"
        return (
            "The perceptron’s rule has no optimizer whose steps could be measured." if rule else ""
        )

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        recording(session)
        run = session.run
        stepper: Any = run.stepper
        taken = run.net.arrays(Arena.over(run.net.theta_plan, stepper.update.m.s))
        paths = [name.removesuffix(".weight") for name in taken if name.endswith(".weight")]
        info: dict[str, Any] = {}
        for path in pick(self.layer, tuple(paths)):
            still = any(path == held or path.startswith(f"{held}.") for held in run.frozen)
            change = np.zeros(1) if still else taken[f"{path}.weight"]
            update = float(np.linalg.norm(change))
            weight = float(np.linalg.norm(run.arrays[f"{path}.weight"]))
            info[path] = {
                "update": update,
                "weight": weight,
                "ratio": update / weight if weight else None,
                "moved": float(np.count_nonzero(change)) / change.size,
                "frozen": still,
            }
        ratios = [np.nan if told["ratio"] is None else told["ratio"] for told in info.values()]
        return info, {"ratio": np.nan_to_num(np.array(ratios, np.float32))}
