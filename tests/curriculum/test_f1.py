"""F1, image classification: real handwritten digits are told apart after a minute of training."""

from __future__ import annotations

from typing import Any

import pytest

from engine.experiment import Experiment
from engine.session import Session

# The net that the menu gives to a set of pictures, by the size of its kernels.
NETS: dict[str, dict[str, Any]] = {
    "digits8": {"kernel": 3, "batch": 32, "learning_rate": 0.003, "data": {}},
    "digits28": {"kernel": 5, "batch": 64, "learning_rate": 0.002, "data": {"shift": 1}},
}
# A step takes 1.2 and 6 ms of one core here: a minute holds ten times as many steps.
STEPS = {"digits8": 5000, "digits28": 1000}


def _experiment(kind: str, seed: int) -> Experiment:
    net = NETS[kind]

    def conv(channels: int) -> list[dict[str, Any]]:
        made = {"kind": "conv2d", "channels": channels, "kernel": net["kernel"], "padding": "same"}
        return [made, {"kind": "relu"}, {"kind": "max_pool2d"}]

    return Experiment.from_json(
        {
            "format": 1,
            "seed": seed,
            "data": {"kind": kind, **net["data"]},
            "model": {
                "input": {"kind": "image"},
                "layers": [*conv(8), *conv(16), {"kind": "flatten"}, {"kind": "dense"}],
            },
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {
                    "kind": "descent",
                    "batch": net["batch"],
                    "optimizer": {"kind": "adam", "learning_rate": net["learning_rate"]},
                },
            },
        }
    )


@pytest.mark.parametrize("kind", NETS)
def test_held_out_digits_are_right_at_97_percent_within_a_minute_of_steps(kind: str) -> None:
    session = Session(_experiment(kind, 3))
    before = session.metrics()["test_accuracy"]
    session.advance(STEPS[kind])
    after = session.metrics()
    assert before < 0.3
    assert after["test_accuracy"] >= 0.97
    assert after["test_count"] == len(session.run.prepared.test) >= 300
