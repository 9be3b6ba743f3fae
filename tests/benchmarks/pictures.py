"""Nets that see pictures (and one wide net), as layers: their learner is given drawn pictures, in
sizes that no data set has, and steps as in a session.

W8 is one layer alone: forward, and the gradients by its inputs, weights and bias.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.prepared import Floats, Prepared
from engine.data.turns import Turns
from engine.layers import (
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    GlobalMeanPool,
    Layer,
    MaxPool2d,
    ReLU,
    Residual,
)
from engine.layers.chain import name
from engine.learners.base import Setting, Stepper
from engine.learners.descent import Descent
from engine.losses import SoftmaxCrossEntropy
from engine.net import Net
from engine.optimizers import SGD, Adam, Optimizer
from engine.rng import generator

CLASSES, EXAMPLES, EPOCHS = 10, 640, 8
DRAW = 4


@dataclass(frozen=True, eq=False)
class Drawn(Prepared):
    """Inputs as they are, neither scaled nor varied."""

    def __post_init__(self) -> None:
        turned = self.rows.transpose(1, 2, 3, 0) if self.raw.ndim == 4 else self.raw.T
        object.__setattr__(self, "inputs", turned)

    @cached_property
    def rows(self) -> Floats:
        return np.ascontiguousarray(self.raw.transpose(0, 2, 1, 3))


@dataclass(frozen=True)
class Work:
    """A net, the shape of its inputs, and how it is trained; `checked` steps must be the same."""

    layers: tuple[Layer, ...]
    shape: tuple[int, ...]
    batch: int
    optimizer: Optimizer | None  # None: one layer alone
    checked: int = 30

    @property
    def net(self) -> Net:
        return Net(name(self.layers, top=True), self.shape)

    def stepper(self, arrays: dict[str, Any], x: Any, t: Any, seed: int = 1) -> Stepper:
        """Its learner at work on examples x (N × features or N × channels × height × width) with
        classes t, from the parameters given."""
        net = self.net
        theta = net.theta()
        for key, view in net.arrays(theta).items():
            view[...] = arrays[key]
        buffers = net.buffers()
        for key, view in net.arrays(theta, buffers).items():
            if key.endswith("running_var"):
                view[...] = 1.0
        every = np.arange(len(x))
        given: Any = None  # no data set has drawn them
        data = Drawn(given, x, t, CLASSES, every, every[:0], (), turns=Turns(len(every)))
        assert self.optimizer is not None
        learner = Descent(optimizer=self.optimizer, batch=self.batch)
        seeds = defaultdict(lambda: seed)
        return learner.begin(Setting(net, theta, buffers, SoftmaxCrossEntropy(), data, seeds))


def _conv(channels: int, kernel: int = 3, stride: int = 1, bias: bool = False) -> Conv2d:
    padding = kernel // 2
    return Conv2d(channels=channels, kernel=kernel, stride=stride, padding=padding, bias=bias)


def _block(channels: int, stride: int = 1) -> Residual:
    body = (_conv(channels, 3, stride), BatchNorm(), ReLU(), _conv(channels), BatchNorm())
    shortcut = () if stride == 1 else (_conv(channels, 1, stride), BatchNorm())
    return Residual(body=body, shortcut=shortcut)


_RESNET = (
    *(_conv(16), BatchNorm(), ReLU()),
    *(_block(16), ReLU(), _block(32, 2), ReLU(), _block(64, 2), ReLU()),
    *(GlobalMeanPool(), Dense(units=CLASSES)),
)
_ADAM = Adam(learning_rate=0.001)

WORKS = {
    "W4": Work(
        (Dense(units=256), ReLU(), Dense(units=128), ReLU(), Dense(units=CLASSES)),
        (784,),
        64,
        _ADAM,
    ),
    # ConvNetJS's net for MNIST. It has no Adam, so plain gradient descent for everybody.
    "W5": Work(
        (
            *(_conv(8, 5, bias=True), ReLU(), MaxPool2d(window=2)),
            *(_conv(16, 5, bias=True), ReLU(), MaxPool2d(window=3)),
            *(Flatten(), Dense(units=CLASSES)),
        ),
        (1, 24, 24),
        20,
        SGD(learning_rate=0.01),
    ),
    # Batch norm makes rounding grow from step to step: after 30 nobody agrees with anybody.
    "W6": Work(_RESNET, (3, 16, 16), 32, _ADAM, 5),
    "W6b": Work(_RESNET, (3, 32, 32), 32, _ADAM, 5),
    "W8": Work((_conv(32, 3, bias=True),), (16, 32, 32), 32, None, 1),
}


def write(which: str, folder: Path) -> None:
    """start.npz for Python (float32; x: N × features or N × channels × height × width, t: classes,
    of W8 the gradient by its output), start.json for JavaScript."""
    work = WORKS[which]
    net = work.net
    theta, buffers = net.theta(), net.buffers()
    net.initialize(theta, buffers, 1)
    # Of half a million units some stand within rounding of ReLU's kink, where one flipped changes a
    # gradient by a thousandth. In this draw none does, in any of the contestants.
    rng = generator(DRAW, "benchmark", which)
    count = EXAMPLES if work.optimizer else work.batch
    x = rng.standard_normal((count, *work.shape)).astype(np.float32)
    t: Any = rng.integers(CLASSES, size=count)
    if work.optimizer is None:
        t = rng.standard_normal((count, *net.sites[-1].y)).astype(np.float32)
    arrays = {key: a.copy() for key, a in net.arrays(theta).items()}
    for key, a in arrays.items():  # biases of 0 and scales of 1 would prove nothing
        a += 0.1 * rng.standard_normal(a.shape) / math.sqrt(a.size if "weight" in key else 1)
    about = {
        "work": which,
        "layers": [layer.to_json() for layer in net.layers],
        "loss": "softmax_cross_entropy",
        "optimizer": work.optimizer.kind if work.optimizer else "",
        "rate": work.optimizer.learning_rate if work.optimizer else 0.0,
        "batch": work.batch,
        "checked": work.checked,
        "arrays": list(arrays),
    }
    orders = [generator(1, "order", e).permutation(count) for e in range(EPOCHS)]
    common = {"x": x, "t": t, "order": np.array(orders)}
    np.savez(folder / "start.npz", about=json.dumps(about), **common, **arrays)
    if which == "W5":  # the only one that goes to JavaScript
        lists = {key: a.tolist() for key, a in {**common, **arrays}.items()}
        (folder / "start.json").write_text(json.dumps({**about, **lists}))
