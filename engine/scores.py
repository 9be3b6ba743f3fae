"""How well the net does on the training and on the test examples, used as it is (evaluate mode).

Of large nets and many pictures the first of each part are scored, as many as a budget of
multiply-adds allows (engine/budget.py); every score says how many of how many.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.budget import GATHERED, affordable
from engine.memory.arena import Array
from engine.memory.cell import Cell
from engine.running import Run

Places = NDArray[np.int64]


def score(run: Run) -> dict[str, dict[str, Any]]:
    """For "train" and "test": loss (without penalties), `count` `of` how many were scored, and for
    classes wrong and accuracy."""
    return examine(run)[0]


def examine(run: Run) -> tuple[dict[str, dict[str, Any]], NDArray[np.bool_] | None]:
    """The scores, and which of all examples are answered wrong: None for regression, and where not
    every example was scored."""
    places, data = looked_at(run), run.prepared
    whole = sum(map(len, places.values())) == len(data.targets)
    missed = np.zeros(len(data.targets), np.bool_) if whole and data.classes else None
    every = run.reading.forward(data.inputs)[""] if whole and data.inputs.ndim == 2 else None
    made = {}
    for part, which in places.items():
        here = outputs(run, which) if every is None else np.ascontiguousarray(every[:, which])
        made[part] = _score(run, here, which) | {"of": len(parts(run)[part])}
        said = wrong(run, here, which)
        if missed is not None and said is not None:
            missed[which] = said
    return made, missed


def test(run: Run) -> tuple[float, float | None]:
    """Loss and accuracy (None for regression) on the test examples: cheap enough to be watched."""
    tape = run.reading.exam()
    if tape is None:
        which = looked_at(run)["test"]
        found = _score(run, outputs(run, which), which)
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


def looked_at(run: Run) -> dict[str, Places]:
    """Indices of the training and of the test examples that are scored: the first of each part."""
    return {
        part: which[: affordable(run.net.sites, part, len(which))]
        for part, which in parts(run).items()
    }


def outputs(run: Run, which: Places) -> Array:
    """What the net answers for some examples, by their places: outputs × n."""
    if run.prepared.inputs.ndim == 2:
        return run.reading.forward(run.prepared.pick(which))[""]
    some = [which[i : i + GATHERED] for i in range(0, len(which), GATHERED)]
    return np.concatenate([run.reading.forward(run.prepared.pick(w))[""] for w in some], axis=1)


def wrong(run: Run, outputs: Array, which: Places) -> NDArray[np.bool_] | None:
    """Which of these examples the net gets wrong; None for regression. outputs: its answers."""
    data = run.prepared
    if not data.classes:
        return None
    loss = run.experiment.training.loss
    if loss is None:  # the perceptron answers 0 or 1
        said = np.asarray(outputs[0] > 0.5, np.int64)
    else:
        said = loss.predicted(outputs, data.classes)
    return np.asarray(said != data.targets[which])


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


def _score(run: Run, outputs: Array, which: Places) -> dict[str, Any]:
    made: dict[str, Any] = {
        "loss": mean_loss(run, outputs, run.prepared.targets[which]),
        "count": len(which),
        "wrong": None,
        "accuracy": None,
    }
    missed = wrong(run, outputs, which)
    if missed is not None:
        made["wrong"] = int(missed.sum())
        made["accuracy"] = 1 - made["wrong"] / len(which)
    return made
