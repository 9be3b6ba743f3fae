"""NumPy calls of one training step: what a step of a small net costs, without the noise of time."""

from __future__ import annotations

from typing import Any

from engine.experiment import Experiment
from engine.session import Session

# The batch into the tape, and the row packed into the history.
AROUND = 2


def calls_per_step(experiment: Experiment) -> int:
    """Calls of the tape and of the update, with those around them."""
    stepper: Any = Session(experiment).run.stepper
    numbers = 2 if experiment.to_json()["training"]["learner"]["optimizer"]["kind"] == "adam" else 0
    return len(stepper.tape.calls) + len(stepper.update.calls) + numbers + AROUND
