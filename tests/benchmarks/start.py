"""The common start: one net's weights, data and order of examples, written for every contestant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.experiment import Experiment
from engine.rng import generator
from engine.session import Session

EPOCHS = 8  # whose order is given; afterwards everybody shuffles alone


def write(experiment: Experiment, resolution: int, folder: Path) -> None:
    """start.npz for Python (float32; x: N × features, t: N or N × 1), start.json for JavaScript."""
    session = Session(experiment)
    run = session.run
    data, loss = run.prepared, experiment.training.loss
    assert loss is not None
    labels = data.targets[data.train]
    softmax = loss.kind == "softmax_cross_entropy"
    signs = loss.targets(labels, data.classes).T.astype(np.float32)
    # The logistic loss of the others takes 0 and 1.
    t = labels if softmax else (signs + 1) / 2 if loss.kind == "logistic" else signs
    seed = experiment.seed_of("order")
    orders = [generator(seed, "order", e).permutation(len(labels)) for e in range(EPOCHS)]
    axis = -6 + 12 * (np.arange(resolution) + 0.5) / resolution
    grid = np.stack([np.tile(axis, resolution), np.repeat(axis[::-1], resolution)], axis=1)
    arrays = {name: a.copy() for name, a in run.net.arrays(run.theta).items()}
    learner: Any = experiment.training.learner
    about = {
        "experiment": experiment.to_json(),
        "layers": [layer.to_json() for layer in experiment.layers],
        "loss": loss.kind,
        "optimizer": learner.optimizer.kind,
        "rate": learner.optimizer.learning_rate,
        "batch": learner.batch,
        "resolution": resolution,
        "arrays": list(arrays),
    }
    common = {"x": data.inputs[:, data.train].T, "t": t, "order": np.array(orders), "grid": grid}
    np.savez(folder / "start.npz", about=json.dumps(about), **common, **arrays)
    lists = {name: a.tolist() for name, a in {**common, **arrays}.items()}
    (folder / "start.json").write_text(json.dumps({**about, **lists}))
