"""The loss of an experiment as a function of all its parameters, with its gradient and curvature.

In float64, on memory of its own: nothing of the training is touched, and what is asked here stands
still while training goes on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from engine.budget import LEAST, forward_cost
from engine.data import Prepared
from engine.layers import Dropout
from engine.layers.base import Layer
from engine.learners import Descent
from engine.losses import Loss
from engine.memory.arena import Arena, Array
from engine.memory.tape import Tape
from engine.net import Net, Site
from engine.penalties import L2
from engine.running import Run

MULTIPLY_ADDS = 5 * 10**7  # of one gradient: a slice or two of a worker's time
NUMBERS = 4 * 10**6  # of the tape: 32 MB
# The width of a difference, of parameters about 1: its error (h²) and that of rounding (1e-16 / h)
# are then both far below what a curvature is asked for.
WIDTH = 1e-4


class Objective:
    """J(θ): the mean loss over training examples, with l2 where it is part of the gradient.

    Dropout is off; batch norms take the statistics of these very examples, as a step on them all
    would. Of large nets the first examples are taken, as many as a budget allows: `count` of `of`.
    `free` is 1 where a number may move, 0 in frozen layers and between the windows of θ.
    """

    def __init__(self, run: Run) -> None:
        """At the present θ of a run. Its learner must be gradient descent."""
        learner, loss = run.experiment.training.learner, run.experiment.training.loss
        if not isinstance(learner, Descent) or loss is None:
            raise ValueError("Only gradient descent has an objective.")
        net, data = run.net, run.prepared
        self.of = len(data.train)
        self.count = affordable(net.sites, self.of)
        self.net = net
        self.theta: Array = run.theta.vector.astype(np.float64)
        self.free = _free(net, run.frozen)
        decoupled = learner.optimizer.decouples
        rate = sum(p.rate for p in learner.penalties if isinstance(p, L2) and not decoupled)
        self.pull = rate * net.decayed(np.float64)
        self._tape = _tape(run, loss, self.count)
        self._fill(data, loss)

    def _fill(self, data: Prepared, loss: Loss) -> None:
        which = data.train[: self.count]
        self._tape.x[...] = data.pick(which)
        self._tape.targets[...] = loss.targets(data.targets[which], data.classes)

    def loss(self, theta: Array) -> float:
        """J at θ (a vector like `theta`); infinite or not a number where it leaves what a computer
        can hold."""
        tape = self._tape
        tape.theta.vector[:] = theta
        tape.replay()
        return float(tape.loss) + 0.5 * float(np.dot(self.pull, theta * theta))

    def gradient(self, theta: Array) -> Array:
        """∇J at θ, a copy; 0 where nothing may move."""
        self.loss(theta)
        assert self._tape.grad is not None
        return np.asarray((self._tape.grad.vector + self.pull * theta) * self.free)

    def product(self, v: Array) -> Array:
        """H v at `theta`, H the Hessian of J: (∇J(θ + hv) − ∇J(θ − hv)) / 2h (two gradients).

        Exact to rounding for a quadratic; at the kinks of ReLU it takes the mean slope across.
        """
        length = float(np.linalg.norm(v))
        if length == 0 or not math.isfinite(length):
            return np.zeros_like(v)
        size = float(np.linalg.norm(self.theta)) / math.sqrt(max(float(self.free.sum()), 1.0))
        h = WIDTH * max(1.0, size) / length
        ahead, behind = self.gradient(self.theta + h * v), self.gradient(self.theta - h * v)
        return np.asarray((ahead - behind) / (2 * h))


def affordable(sites: Sequence[Site], count: int) -> int:
    """How many of `count` training examples one gradient takes: by the net alone, never by time."""
    top = [site for site in sites if "." not in site.path]
    each = sum(site.layer.buffers(site.x, 2) for site in top) // 2 + math.prod(sites[0].x)
    cost = 3 * max(forward_cost(sites), 1)
    return min(count, max(LEAST, min(MULTIPLY_ADDS // cost, NUMBERS // each)))


def _free(net: Net, frozen: frozenset[str]) -> Array:
    marks = net.theta(np.float64)
    for name in marks:
        marks[name][...] = 1.0
    for part in (part for path in frozen for part in net.part(path)):
        marks.vector[part] = 0.0
    return marks.vector


def _tape(run: Run, loss: Loss, n: int) -> Tape:
    quiet = Net(_quiet(run.net.layers, run.silenced), run.net.input_shape)
    buffers = Arena.over(quiet.buffers_plan, run.buffers.vector.astype(np.float64))
    return Tape(
        quiet, n, "train", quiet.theta(np.float64), buffers, quiet.theta(np.float64), loss,
        silenced=run.silenced,
    )  # fmt: skip


def _quiet(
    layers: tuple[Layer, ...], silenced: Mapping[str, tuple[int, ...]], path: str = ""
) -> tuple[Layer, ...]:
    """The layers without dropout; one stays, letting all through, where units of it are held silent
    or a chain would be empty. What is left has the same windows in the same places."""
    made: list[Layer] = []
    for layer in layers:
        here = f"{path}{layer.name}"
        chains = {
            name: _quiet(chain, silenced, f"{here}.{name}{'.' if name else ''}")
            for name, chain in layer.chains().items()
        }
        if isinstance(layer, Dropout):
            if here in silenced:
                made.append(layer.with_(p=0.0))
        else:
            made.append(layer.with_chains(chains) if chains else layer)
    if layers and not made:
        made = [layers[0].with_(p=0.0)]
    return tuple(made)
