"""What an experiment will be and cost, from shapes alone: nothing is allocated to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.errors import TooExpensive
from engine.experiment import Experiment
from engine.learners import Descent
from engine.net import walk

MAX_BYTES = 256 * 2**20
MAX_MULTIPLY_ADDS = 2 * 10**9  # of one step
FLOAT = 4


@dataclass(frozen=True)
class Outline:
    """Parameters, the layers with their shapes, and the cost of a session."""

    parameters: int
    layers: list[dict[str, Any]]
    cost: dict[str, int]


def outline(experiment: Experiment) -> Outline:
    """The outline of an experiment. Raises `TooExpensive` over the limits."""
    x = experiment.input_shape
    sites = list(walk(experiment.layers, x))
    layers = [
        {
            "name": site.path,
            "kind": site.layer.kind,
            "shape": list(site.y),
            "parameters": site.layer.parameters(site.x),
            "multiply_adds": site.layer.multiply_adds(site.x),
        }
        for site in sites
    ]
    top = [site for site in sites if "." not in site.path]
    parameters = sum(site.layer.parameters(site.x) for site in top)
    forward = sum(site.layer.multiply_adds(site.x) for site in top)
    size = experiment.data.size
    learner = experiment.training.learner
    batch = learner.batch_size(experiment.data.training_size)
    slots = len(learner.optimizer.slots) if isinstance(learner, Descent) else 0
    tape = sum(site.layer.buffers(site.x, batch) for site in top)
    seen = sum(site.layer.buffers(site.x, size) for site in top)  # the test and the pictures
    numbers = parameters * (6 + slots) + tape + seen + 3 * size * (x[0] + 2)
    cost = {"bytes": FLOAT * numbers, "multiply_adds": 3 * batch * forward}
    if cost["bytes"] > MAX_BYTES:
        raise TooExpensive(
            f"This experiment needs about {cost['bytes'] // 2**20} MB; "
            f"a session may have {MAX_BYTES // 2**20} MB.",
            pointer="/model/layers",
            limit=MAX_BYTES,
        )
    if cost["multiply_adds"] > MAX_MULTIPLY_ADDS:
        raise TooExpensive(
            f"One step of this experiment takes {cost['multiply_adds']:.1e} multiplications; "
            f"the limit is {MAX_MULTIPLY_ADDS:.0e}.",
            pointer="/model/layers",
            limit=MAX_MULTIPLY_ADDS,
        )
    return Outline(parameters, layers, cost)
