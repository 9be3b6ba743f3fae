"""What the engine's tests build on: small nets on a tape, small experiments, questions."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from engine.catalog import DEFAULT
from engine.experiment import Experiment
from engine.layers import Layer
from engine.layers.chain import name
from engine.losses import Loss, SquaredError
from engine.memory.arena import Arena, Array, Shape
from engine.memory.cell import Mode
from engine.memory.tape import Clock, Tape
from engine.net import Net
from engine.probes import Answer, read_probe
from engine.rng import generator
from engine.session import Session


def wired(
    layers: tuple[Layer, ...],
    inputs: int | Shape = 4,
    n: int = 7,
    mode: Mode = "train",
    dtype: Any = np.float64,
    loss: Loss | None = None,
    seed: int = 1,
    clock: Clock | None = None,
) -> Tape:
    """A tape of a net with drawn parameters, inputs and targets; gradients of the inputs too.

    Parameters are moved off their first values, so that no scale is 1 and no shift 0.
    """
    net = Net(name(layers, top=True), (inputs,) if isinstance(inputs, int) else inputs)
    theta, buffers = net.theta(dtype), net.buffers(dtype)
    net.initialize(theta, buffers, seed)
    rng = generator(seed, "workbench")
    for array in net.arrays(theta).values():
        array += 0.3 * rng.standard_normal(array.shape)
    loss = SquaredError() if loss is None else loss
    tape = Tape(net, n, mode, theta, buffers, net.theta(dtype), loss, clock, need=True)
    fill(tape, seed)
    return tape


def pulled(
    net: Net, n: int, theta: Arena, buffers: Arena, mode: Mode = "train"
) -> tuple[Tape, Array]:
    """A tape without a loss, for nets that end in pictures, and the gradient by its output, which
    is to be filled in."""
    tape = Tape(net, n, mode, theta, buffers, net.theta(theta.vector.dtype), need=True)
    dy = np.zeros_like(tape.y)
    tape.chain.wire_back(dy)
    tape.calls += list(tape.chain.backward())
    return tape, dy


def theirs(a: Array) -> Array:
    """A batch as PyTorch lays it out, examples first: n × channels × height × width; a view."""
    return a.transpose(3, 1, 0, 2) if a.ndim == 4 else a.T


def fill(tape: Tape, seed: int) -> None:
    """Draw a batch into a tape; its row of ones stays."""
    rng = generator(seed, "batch")
    tape.x[...] = rng.standard_normal(tape.x.shape)
    tape.targets[...] = rng.standard_normal(tape.targets.shape)


def gradients(tape: Tape) -> dict[str, Array]:
    """Copies of every gradient of a tape, by dotted name, and of the inputs'."""
    assert tape.grad is not None
    made = {k: np.array(a) for k, a in tape.net.arrays(tape.grad).items()}
    if tape.chain.dx is not None:
        made["inputs"] = np.array(tape.chain.dx)
    return made


def experiment(*layers: dict[str, Any], **changes: Any) -> Experiment:
    """The default experiment with other layers (or the same) and some parts replaced.

    changes: `learner`, `optimizer` (merged into the default's), `data`, `loss` (replace), `seed`.
    """
    document = copy.deepcopy(DEFAULT)
    learner = document["training"]["learner"]
    if layers:
        document["model"]["layers"] = list(layers)
    for key, value in changes.items():
        match key:
            case "learner":
                learner.update(value)
            case "optimizer":
                learner["optimizer"] = value
            case "loss":
                document["training"]["loss"] = value
            case "features":
                document["model"]["input"] = {"kind": "plane", "features": value}
            case _:
                document[key] = value
    return Experiment.from_json(document)


def pictures(*layers: dict[str, Any], **changes: Any) -> Experiment:
    """The small digits under softmax, with Adam in batches of 32; changes: as of `experiment`."""
    given = {
        "model": {"input": {"kind": "image"}, "layers": list(layers)},
        "data": {"kind": "digits8"},
        "loss": {"kind": "softmax_cross_entropy"},
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "learner": {"batch": 32},
        "seed": 4,
    }
    return experiment(**given | changes)


# A net in which everything that remembers is at work: moments, masks, running statistics.
BUSY: tuple[dict[str, Any], ...] = (
    {"kind": "dense", "units": 6},
    {"kind": "batch_norm"},
    {"kind": "tanh"},
    {"kind": "dropout", "p": 0.2},
    {"kind": "dense", "units": 4},
    {"kind": "prelu"},
    {"kind": "dense"},
)


def ask(session: Session, probe: str, **query: Any) -> Answer:
    """What a probe answers; a refusal is raised."""
    return session.probe(read_probe(probe, query))


def busy() -> Experiment:
    """Adam, dropout and batch norm on 97 training points in batches of 16: a last batch of one."""
    return experiment(
        *BUSY,
        data={"kind": "circle", "count": 194, "noise": 0.1},
        learner={"batch": 16, "penalties": [{"kind": "l2", "rate": 1e-4}], "clip": 1.0},
    )
