"""Nets of pictures on the wire: maps as bytes over ranges of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.workers.frames import packed
from engine.experiment import Experiment
from engine.probes import read_probe
from engine.session import Session

LAYERS = [
    {"kind": "conv2d", "channels": 4, "padding": "same"},
    {"kind": "relu"},
    {"kind": "max_pool2d"},
    {"kind": "flatten"},
    {"kind": "dense"},
]


def session() -> Session:
    experiment: dict[str, Any] = {
        "format": 1,
        "data": {"kind": "digits8"},
        "model": {"input": {"kind": "image"}, "layers": LAYERS},
        "training": {
            "loss": {"kind": "softmax_cross_entropy"},
            "learner": {"kind": "descent", "optimizer": {"kind": "adam", "learning_rate": 0.01}},
        },
    }
    return Session(Experiment.from_json(experiment))


def test_maps_travel_as_bytes_each_over_its_own_range() -> None:
    made = session()
    made.advance(20)
    answer = made.probe(read_probe("features", {"index": 3}))
    about, arrays = packed(answer)
    assert set(arrays) == set(answer.arrays)
    for layer in ("input", "relu1", "pool1"):
        exact, sent = answer.arrays[layer], arrays[layer]
        assert sent.dtype == np.uint8 and sent.shape == exact.shape
        for q, values, (lo, hi) in zip(sent, exact, about["ranges"][layer], strict=True):
            assert (lo, hi) == (values.min(), values.max())
            np.testing.assert_allclose(lo + q * (hi - lo) / 255, values, atol=(hi - lo) / 509)
    np.testing.assert_array_equal(arrays["raw"], answer.arrays["raw"])
    np.testing.assert_array_equal(arrays["head"], answer.arrays["head"])
