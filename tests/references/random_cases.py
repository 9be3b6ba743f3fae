"""200 random networks that train for a few steps beside PyTorch: how they are drawn. No torch here.

Everything that can be chosen has its chance: layers of vectors and of pictures, blocks, losses,
optimizers, penalties, clipping, schedules, initializers. Left out are `step`, which has no
gradient, and dropout, whose chance is ours alone. And nets of which a gradient is 0 by their form,
where there are rounding errors to compare and adaptive optimizers make steps of them: a norm stands
behind something well bent (it takes a bias out again), no mean over all places behind a norm of
each map (it is that map's shift), and under the hinge, whose slopes are ±1, no two classes of one
size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from draws import Draw, Shape

Json = dict[str, Any]

COUNT = 200
PICTURES = 4  # every so many-th net is one of pictures
STEPS = 4
WHOLE = 8  # arrays of so many numbers are stored as they are

BENT = ("tanh", "elu", "silu", "gelu")
ACTIVATIONS = (*BENT, "sigmoid", "softplus", "relu", "leaky_relu", "prelu", "identity")
INITIALIZERS = ("zeros", "normal", "uniform", "glorot", "he", "lecun", "orthogonal")
LOSSES = ("squared_error", "logistic", "hinge", "softmax_cross_entropy")
RATES = {
    "sgd": 0.1, "momentum": 0.03, "nesterov": 0.03, "rmsprop": 0.01, "adam": 0.02, "adamw": 0.02,
    "adagrad": 0.05, "adadelta": 1.0,
}  # fmt: skip
SCHEDULES: tuple[tuple[str, Json], ...] = (
    ("constant", {}),
    ("constant", {}),
    ("step_decay", {"every": 2, "by": 0.5}),
    ("cosine", {"steps": 5, "floor": 0.1}),
    ("warmup", {"steps": 3, "start": 0.25}),
    ("cyclical", {"steps": 2, "floor": 0.3}),
)


@dataclass(frozen=True)
class NetCase:
    """layers: named, as JSON. shape: features, or channels, height, width. n: of the batch."""

    name: str
    layers: tuple[Json, ...]
    shape: Shape
    n: int
    loss: str
    outputs: int
    optimizer: str
    l1: float
    l2: float
    clip: float | None
    schedule: tuple[str, Json]

    @property
    def rate(self) -> float:
        return RATES[self.optimizer]

    def inputs(self) -> np.ndarray:
        """n × shape."""
        return 2 * Draw(self.name, "x").numbers((self.n, *self.shape))

    def targets(self) -> np.ndarray:
        """n × outputs, as the loss encodes them."""
        draw = Draw(self.name, "t")
        if self.loss == "squared_error":
            return draw.numbers((self.n, self.outputs))
        chosen = [draw.integer(0, max(self.outputs, 2) - 1) for _ in range(self.n)]
        if self.loss == "softmax_cross_entropy":
            return np.eye(self.outputs)[chosen]
        if self.loss == "hinge":
            chosen = [int(i > 0) for i in range(self.n)]
        return 2.0 * np.array(chosen)[:, None] - 1

    def first(self, key: str, shape: Shape) -> np.ndarray:
        """First values of an array: such that signals neither fade nor grow."""
        a = Draw(self.name, key).numbers(shape)
        if key.endswith(("gamma", "running_var")):
            return abs(a) + 0.5
        return a * (1.6 / math.sqrt(math.prod(shape[1:])) if key.endswith("weight") else 0.3)


def cases() -> Iterator[NetCase]:
    """All of them."""
    for i in range(COUNT):
        name = f"net {i}"
        draw = Draw(name)
        loss = draw.choose(LOSSES)
        wide = {"squared_error": draw.integer(1, 3), "softmax_cross_entropy": draw.integer(3, 5)}
        outputs = wide.get(loss, 1)
        body, shape = (_pictures if i % PICTURES == PICTURES - 1 else _vectors)(draw)
        yield NetCase(
            name,
            tuple(_named([*body, _dense(draw, outputs)])),
            shape,
            draw.integer(5, 9) if len(shape) == 1 else draw.integer(3, 5),
            loss,
            outputs,
            draw.choose(tuple(RATES)),
            draw.choose((0.0, 0.0, 0.01, 0.1)),
            draw.choose((0.0, 0.0, 0.01, 0.1)),
            draw.choose((None, None, 0.2, 1.0)),
            draw.choose(SCHEDULES),
        )


def _dense(draw: Draw, units: int) -> Json:
    return {"kind": "dense", "units": units, "initializer": {"kind": draw.choose(INITIALIZERS)}}


def _bend(draw: Draw, *norms: str) -> list[Json]:
    """An activation, and perhaps a norm behind it."""
    kind = draw.choose(ACTIVATIONS)
    norm = draw.choose(("", *norms)) if kind in BENT else ""
    return [{"kind": kind}, *([{"kind": norm}] if norm else [])]


def _vectors(draw: Draw) -> tuple[list[Json], Shape]:
    inputs, width = draw.integer(2, 6), draw.integer(4, 8)
    made = [_dense(draw, width), *_bend(draw, "batch_norm", "layer_norm")]
    for _ in range(draw.integer(0, 2)):
        what = draw.choose(("dense", "residual", "parallel"))
        if what == "dense":
            width = draw.integer(4, 8)
            made += [_dense(draw, width), *_bend(draw, "batch_norm", "layer_norm")]
        elif what == "residual":
            straight: list[list[Json]] = [[], [{"kind": "identity"}]]
            short = draw.choose((*straight, [_dense(draw, width)]))
            body = [_dense(draw, draw.integer(3, 6)), *_bend(draw), _dense(draw, width)]
            made.append({"kind": what, "body": body, "shortcut": short})
        else:
            units = draw.integer(2, 5)
            past = draw.choose(([], [{"kind": "identity"}]))
            made.append({"kind": what, "branches": [[_dense(draw, units), *_bend(draw)], past]})
            width += units
    return made, (inputs,)


def _pictures(draw: Draw) -> tuple[list[Json], Shape]:
    shape = (draw.integer(1, 3), *draw.pair(6, 8))
    kernel: Json = {"channels": 4, "kernel": draw.integer(2, 3)}
    kernel["initializer"] = {"kind": draw.choose(INITIALIZERS)}
    if draw.integer(0, 4):
        kernel = {"kind": "conv2d", "padding": draw.choose((0, 1)), **kernel}
        kernel |= {"stride": draw.choose((1, 1, 2)), "standardize": draw.integer(0, 5) == 0}
    else:
        kernel = {"kind": "local2d", "padding": 0, "stride": 2, **kernel}
    made = [kernel, *_bend(draw, "batch_norm", "instance_norm", "layer_norm")]
    if draw.integer(0, 1):
        same = {"kind": "conv2d", "channels": 4, "kernel": 3, "padding": 1, "stride": 1}
        body = [{**same, "initializer": {"kind": draw.choose(INITIALIZERS)}}, *_bend(draw)]
        made.append({"kind": "residual", "body": body, "shortcut": []})
    pool = draw.choose(("", "max_pool2d", "mean_pool2d", "channel_pool", "upsample"))
    if pool == "upsample":
        made.append({"kind": pool, "factor": 2})
    elif pool == "channel_pool":
        made.append({"kind": pool, "window": 2})
    elif pool:
        made.append({"kind": pool, "window": 2, "stride": None, "padding": 0})
    ends = ("flatten", "global_mean_pool")
    alone = any(layer["kind"] == "instance_norm" for layer in made)
    made.append({"kind": ends[0] if alone else draw.choose(ends)})
    return made, shape


def _named(layers: list[Json]) -> list[Json]:
    made = []
    for i, layer in enumerate(layers, 1):
        inside: Json = {"name": f"it{i}"}
        for chain in ("body", "shortcut"):
            if chain in layer:
                inside[chain] = _named(layer[chain])
        if "branches" in layer:
            inside["branches"] = [_named(branch) for branch in layer["branches"]]
        made.append({**layer, **inside})
    return made
