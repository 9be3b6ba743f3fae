"""How well the net does on the training and on the test points, used as it is (evaluate mode)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.memory.arena import Array
from engine.memory.cell import Cell
from engine.running import Run


def score(run: Run) -> dict[str, dict[str, Any]]:
    """For "train" and "test": loss (without penalties), count, and for classes wrong, accuracy."""
    outputs = run.forward(run.prepared.inputs)[""]
    return {part: _score(run, outputs, which) for part, which in parts(run).items()}


def test(run: Run) -> tuple[float, float | None]:
    """Loss and accuracy (None for regression) on the test points: cheap enough to be watched."""
    tape = run.exam()
    if tape is None:
        found = score(run)["test"]
        return found["loss"], found["accuracy"]
    tape.replay()
    data, loss = run.prepared, run.experiment.training.loss
    if not data.classes or loss is None:
        return float(tape.loss), None
    right = loss.predicted(tape.y, data.classes) == data.targets[data.test]
    return float(tape.loss), float(np.count_nonzero(right)) / len(data.test)


def parts(run: Run) -> dict[str, NDArray[np.int64]]:
    """Indices of the training and of the test points."""
    return {"train": run.prepared.train, "test": run.prepared.test}


def wrong(run: Run, outputs: Array) -> NDArray[np.bool_] | None:
    """Which points the net gets wrong; None for regression."""
    data = run.prepared
    if not data.classes:
        return None
    loss = run.experiment.training.loss
    if loss is None:  # the perceptron answers 0 or 1
        said = np.asarray(outputs[0] > 0.5, np.int64)
    else:
        said = loss.predicted(outputs, data.classes)
    return np.asarray(said != data.targets)


def mean_loss(run: Run, outputs: Array, targets: NDArray[Any]) -> float:
    """The loss of outputs (outputs × n) against n targets, by the loss's own prepared calls."""
    loss = run.experiment.training.loss
    if loss is None:
        return float(np.mean(np.abs(outputs[0] - targets)))
    m = Cell("score", outputs.shape[1], "evaluate", outputs.dtype)
    m.y, m.dy, m.loss = outputs, np.empty_like(outputs), np.zeros((), outputs.dtype)
    m.t = loss.targets(targets, run.prepared.classes).astype(outputs.dtype)
    for name, shape in loss.scratch(*outputs.shape).items():
        setattr(m, name, np.zeros(shape, outputs.dtype))
    for f, a in loss.value(m):
        f(*a)
    return float(m.loss)


def _score(run: Run, outputs: Array, which: NDArray[np.int64]) -> dict[str, Any]:
    here = np.ascontiguousarray(outputs[:, which])
    made: dict[str, Any] = {
        "loss": mean_loss(run, here, run.prepared.targets[which]),
        "count": len(which),
        "wrong": None,
        "accuracy": None,
    }
    missed = wrong(run, outputs)
    if missed is not None:
        made["wrong"] = int(missed[which].sum())
        made["accuracy"] = 1 - made["wrong"] / len(which)
    return made
