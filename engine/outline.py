"""What an experiment will be and cost, from shapes alone: nothing is allocated to know it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.budget import GATHERED, affordable, at_once, forward_cost
from engine.errors import TooExpensive
from engine.experiment import Experiment
from engine.footprint import tape_numbers
from engine.inuse import merged
from engine.learners import Descent
from engine.net import Net, Site, walk

MAX_BYTES = 256 * 2**20
MAX_MULTIPLY_ADDS = 2 * 10**9  # of one step
FLOAT = 4
BASE = 200 * 2**10  # bytes of a history's first blocks, and of what is no array
EACH = 4 * 2**10  # of each layer on each tape, for its objects and calls


@dataclass(frozen=True)
class Outline:
    """Parameters, the layers with their shapes, and the cost of a session.

    cost: `bytes` of what a session holds once it has trained for an epoch and was scored, without
    the keyframes after the first, which have a budget of their own; `shared_bytes` of these that
    other sessions on the same pictures use as well, so that k of them take
    k (bytes − shared_bytes) + shared_bytes; and the `multiply_adds` of a step.
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
    shared = _shared(experiment) if len(x) == 3 else 0
    # θ, its gradient, marks and scratch of an update; what is kept of the first moment.
    numbers = parameters * (6 + 2 * slots) + _tapes(experiment, sites, batch)
    tapes = 3 + (data.training_size % batch > 0)  # to train on, for the test, for all that is asked
    cost = {
        "bytes": FLOAT * numbers + shared + BASE + EACH * len(sites) * tapes,
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


def _tapes(experiment: Experiment, sites: Sequence[Site], batch: int) -> int:
    """Numbers of the tapes for a batch, for the last smaller one and for scoring; of what is picked
    for each, of targets and answers; and of points as a table, in order and shuffled."""
    data, loss = experiment.data, experiment.training.loss
    net = Net(experiment.layers, experiment.input_shape)
    used = Net(merged(experiment.layers)[0], experiment.input_shape)
    one, outputs = math.prod(net.input_shape), net.outputs
    train, test = data.training_size, data.size - data.training_size
    batches = [n for n in (batch, train % batch) if n]
    total = sum(tape_numbers(net, n, batch=batch, loss=loss) for n in batches)
    scored = {part: affordable(sites, part, n) for part, n in (("train", train), ("test", test))}
    if len(net.input_shape) == 3:
        some = max(scored.values())
        gathered = {part for n in scored.values() for part in (min(n, GATHERED), n % GATHERED) if n}
        widths = {min(at_once(sites), n) for n in gathered if n}
        total += sum(tape_numbers(used, n) for n in widths)
        picked = (sum(batches) + max(widths) + min(some, GATHERED)) * one
        return total + picked + outputs * (2 * data.size + 3 * some)
    if scored["test"] == test and loss is not None:
        total += tape_numbers(used, test, loss=loss)
    total += tape_numbers(used, min(at_once(sites), data.size))
    return total + 2 * train * (one + 1 + outputs) + data.size * (4 * one + 2 * outputs + 6)


def _shared(experiment: Experiment) -> int:
    """Bytes of the pictures: one as they were drawn, four as the net gets them, and the targets."""
    return experiment.data.size * ((1 + FLOAT) * math.prod(experiment.input_shape) + 8)
