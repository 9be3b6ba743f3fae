"""What broke when a step left the finite numbers, in words a student can act on."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.experiment import Experiment
from engine.running import Run


def culprit(run: Run) -> str:
    """The first array that is not finite, else the largest: to be asked before θ is restored."""
    grad = getattr(run.stepper, "grad", None)
    arrays = run.net.arrays(run.theta if grad is None or run.stepper.broke != "gradient" else grad)
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            return name
    return max(arrays, key=lambda name: float(np.abs(arrays[name]).max()), default="θ")


def explained(experiment: Experiment, step: int, array: str) -> dict[str, Any]:
    """Step, array, knob with its value, and the sentence. step: the last finite one."""
    learner: Any = experiment.training.learner
    rate = float(getattr(learner, "optimizer", learner).learning_rate)
    return {
        "step": step + 1,
        "array": array,
        "knob": "/training/learner/optimizer/learning_rate",
        "value": rate,
        "sentence": f"At step {step + 1} the numbers of {array} left what a computer can "
        f"hold: with learning rate {rate:g} each step overshot more than the one before. "
        f"Everything up to step {step} is kept.",
    }
