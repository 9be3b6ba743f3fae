"""C6, “regularizes”: the gap between training and test, with and without batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.experiment import Experiment
from engine.session import Session

CONV: dict[str, Any] = {"kind": "conv2d", "channels": 8, "kernel": 3, "padding": "same"}
SEEDS = range(1, 7)


def gap(norm: bool, seed: int) -> float:
    """Test loss less training loss, of a net that knows its few digits by heart."""
    norms = [{"kind": "batch_norm"}] if norm else []
    column = [CONV, *norms, {"kind": "relu"}]
    session = Session(
        Experiment.from_json(
            {
                "format": 1,
                "seed": seed,
                "data": {"kind": "digits8", "test_share": 0.9},
                "model": {
                    "input": {"kind": "image"},
                    "layers": [*column, *column, {"kind": "max_pool2d"}, {"kind": "flatten"},
                               {"kind": "dense"}],
                },
                "training": {
                    "loss": {"kind": "softmax_cross_entropy"},
                    "learner": {
                        "kind": "descent",
                        "batch": 16,
                        "optimizer": {"kind": "sgd", "learning_rate": 0.05},
                    },
                },
            }
        )
    )  # fmt: skip
    session.advance(300)
    told = session.metrics()
    assert told["train_accuracy"] == 1.0
    return float(told["test_loss"] - told["train_loss"])


def test_the_gap_is_smaller_with_batch_normalization() -> None:
    """Noise of the batches in its means: on the average over seeds, and by no more than a little;
    that it replaces a penalty is more than these digits show."""
    plain, normalized = (np.array([gap(norm, seed) for seed in SEEDS]) for norm in (False, True))
    assert (normalized > 0).all()
    assert normalized.mean() < plain.mean()
    assert np.count_nonzero(normalized < plain) > len(SEEDS) / 2
