"""Experiments chosen at random, of all sizes that a person might try, and what they really take."""

from __future__ import annotations

import gc
import importlib
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

from engine.errors import TinkernetError
from engine.experiment import Experiment
from engine.memory.pool import SHARED
from engine.outline import outline
from engine.session import Session

preparing = importlib.import_module("engine.data.prepare")

MANY = {"blobs", "spirals", "iris", "wine"}  # sets of three and more classes
TABLES = {"iris", "wine"}
OPTIMIZERS = ("sgd", "momentum", "adam", "adamw", "rmsprop")
MOST_STEPS = 40


def _hidden(c: random.Random, first: dict[str, Any], rare: str) -> list[dict[str, Any]]:
    made = [first]
    if c.random() < 0.2:
        made.append({"kind": "batch_norm"})
    made.append({"kind": c.choice(["relu", "tanh", "sigmoid", "gelu"])})
    if c.random() < 0.25:
        made.append({"kind": rare, "p": 0.2} if rare == "dropout" else {"kind": rare, "window": 2})
    return made


def _whole(c: random.Random, data: Any, model: Any, loss: str, batch: int) -> dict[str, Any]:
    optimizer = {"kind": c.choice(OPTIMIZERS), "learning_rate": 0.003}
    learner = {"kind": "descent", "batch": batch, "optimizer": optimizer}
    training = {"loss": {"kind": loss}, "learner": learner}
    seed = c.randrange(100)
    return {"format": 1, "seed": seed, "data": data, "model": model, "training": training}


def plane(c: random.Random) -> dict[str, Any]:
    kind = c.choice(["circle", "xor", "moons", "spiral", "reg_plane", *sorted(MANY)])
    data: dict[str, Any] = {"kind": kind}
    if kind not in TABLES:
        data["count"] = c.choice([100, 200, 500, 1000, 2000])
    if c.random() < 0.5:
        data["test_share"] = c.choice([0.2, 0.5])
    layers = []
    for _ in range(c.randrange(1, 6)):
        units = c.choice([2, 3, 5, 8, 16, 32, 64, 128, 256])
        layers += _hidden(c, {"kind": "dense", "units": units}, "dropout")
    layers.append({"kind": "dense"})
    loss = "softmax_cross_entropy" if kind in MANY else "logistic"
    loss = "squared_error" if kind == "reg_plane" else loss
    model = {"input": {"kind": "plane"}, "layers": layers}
    return _whole(c, data, model, loss, c.choice([1, 10, 32, 64, 100]))


def pictures(c: random.Random) -> dict[str, Any]:
    kind = c.choice(["digits8", "digits28", "fashion28", "textures32", "shapes"])
    data: dict[str, Any] = {"kind": kind}
    if kind in ("digits28", "fashion28", "shapes"):
        data["count"] = c.choice([200, 500, 1000])
    layers = []
    for _ in range(c.randrange(0, 4)):
        conv = {"kind": "conv2d", "channels": c.choice([2, 4, 8, 12]), "padding": "same"}
        layers += _hidden(c, conv | {"kernel": c.choice([1, 3, 5])}, "max_pool2d")
    layers.append({"kind": "flatten"})
    if c.random() < 0.5:
        layers += _hidden(c, {"kind": "dense", "units": c.choice([10, 30, 60])}, "dropout")
    layers.append({"kind": "dense"})
    model = {"input": {"kind": "image"}, "layers": layers}
    return _whole(c, data, model, "softmax_cross_entropy", c.choice([8, 16, 32, 64]))


def experiments(seed: int, count: int, share_of_pictures: float) -> Iterator[Experiment]:
    """So many that the engine accepts."""
    c = random.Random(seed)
    while count:
        document = (pictures if c.random() < share_of_pictures else plane)(c)
        try:
            made = Experiment.from_json(document)
            outline(made)
        except TinkernetError:
            continue
        yield made
        count -= 1


def predicted_over_taken(experiment: Experiment) -> float:
    """What the outline says, by the most bytes that a session held at any moment until it had
    trained over an epoch's border and was scored; without the keyframes after the first. Pictures
    stand outside on both sides: another session may have made them."""
    session = Session(experiment)  # what is imported and read from files once
    session.advance(1)
    session.metrics()
    cost = outline(experiment).cost
    held = session.run.prepared if cost["shared_bytes"] else None
    del session
    if held is None:
        preparing._last.clear()
    SHARED._kept.clear()
    gc.collect()
    batch = experiment.training.learner.batch_size(experiment.data.training_size)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        session = Session(experiment)
        session.advance(min(experiment.data.training_size // batch + 2, MOST_STEPS))
        session.metrics()
        taken = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    kept = list(session.lines_[0].keyframes.states.values())[1:]
    ratio: float = (cost["bytes"] - cost["shared_bytes"]) / (
        taken - sum(state.bytes for state in kept)
    )
    return ratio
