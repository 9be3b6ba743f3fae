"""What an experiment will be and cost, from shapes alone: nothing is allocated to know it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.budget import GATHERED, affordable, at_once, forward_cost
from engine.errors import TooExpensive
from engine.experiment import Experiment
from engine.learners import Descent
from engine.net import Site, walk

MAX_BYTES = 256 * 2**20
MAX_MULTIPLY_ADDS = 2 * 10**9  # of one step
FLOAT = 4


@dataclass(frozen=True)
class Outline:
    """Parameters, the layers with their shapes, and the cost of a session.

    cost: `bytes` of all its arrays, `shared_bytes` of these that other sessions on the same
    pictures use as well, so that k of them take k (bytes − shared_bytes) + shared_bytes, and the
    `multiply_adds` of a step.
    """

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
    parameters = sum(site.layer.parameters(site.x) for site in _top(sites))
    data, learner = experiment.data, experiment.training.learner
    batch = learner.batch_size(data.training_size)
    slots = len(learner.optimizer.slots) if isinstance(learner, Descent) else 0
    picture = len(x) == 3
    shared = _shared(experiment) if picture else 0
    kept = _pictures(experiment, sites, batch) if picture else _points(experiment, sites, batch)
    cost = {
        "bytes": FLOAT * (parameters * (6 + slots) + kept) + shared,
        "shared_bytes": shared,
        "multiply_adds": 3 * batch * forward_cost(sites),
    }
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


def _top(sites: Sequence[Site]) -> list[Site]:
    """The sites of the net's own chain, which count those inside them."""
    return [site for site in sites if "." not in site.path]


def _tape(sites: Sequence[Site], n: int) -> int:
    """Numbers of a tape for n examples, its inputs included."""
    inside = sum(site.layer.buffers(site.x, n) for site in _top(sites))
    return inside + n * (math.prod(sites[0].x) + 1 + 4 * math.prod(_top(sites)[-1].y))


def _points(experiment: Experiment, sites: Sequence[Site], batch: int) -> int:
    """Numbers of the tapes and of the data: as the net gets them, as a table, and shuffled."""
    size = experiment.data.size
    seen = sum(site.layer.buffers(site.x, size) for site in _top(sites))  # test and pictures
    tape = sum(site.layer.buffers(site.x, batch) for site in _top(sites))
    return tape + seen + 3 * size * (sites[0].x[0] + 2)


def _pictures(experiment: Experiment, sites: Sequence[Site], batch: int) -> int:
    """Numbers of the tapes for a batch, for the last smaller one and for scoring; of the pictures
    picked for each, and of targets and answers."""
    data, outputs = experiment.data, math.prod(_top(sites)[-1].y)
    parts = {"train": data.training_size, "test": data.size - data.training_size}
    some = max(affordable(sites, part, n) for part, n in parts.items())
    tapes = [batch, data.training_size % batch, min(at_once(sites), some)]
    picked = (sum(tapes) + min(some, GATHERED)) * math.prod(sites[0].x)
    return sum(_tape(sites, n) for n in tapes if n) + picked + outputs * (2 * data.size + 3 * some)


def _shared(experiment: Experiment) -> int:
    """Bytes of the pictures: one as they were drawn, four as the net gets them, and the targets."""
    return experiment.data.size * ((1 + FLOAT) * math.prod(experiment.input_shape) + 8)
