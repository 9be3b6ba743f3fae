"""Nets of pictures on the wire: maps as bytes over ranges of their own."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

from app.workers.forms import formed
from app.workers.frames import packed
from engine.catalog import DEFAULT
from engine.errors import NotNow
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


@pytest.mark.parametrize(
    ("probe", "query"),
    [
        ("filters", {"layer": "conv1"}),
        ("features", {"layer": "relu1"}),
        ("features", {"layer": "conv1"}),
        ("receptive", {"layer": "conv1", "y": 2, "x": 2}),
        ("patches", {"layer": "relu1"}),
        ("mistakes", {}),
        ("confusion", {}),
    ],
)
def test_answers_about_pictures_can_be_had_as_png(probe: str, query: dict[str, Any]) -> None:
    made = session()
    made.advance(5)
    png = formed(made.probe(read_probe(probe, query)), "png", "s")
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack("!2I", png[16:24])
    assert min(width, height) >= 320


def test_a_png_of_maps_needs_one_layer() -> None:
    made = session()
    with pytest.raises(NotNow, match="Name one “layer” to draw it: relu1, pool1, head"):
        formed(made.probe(read_probe("features", {})), "png", "s")


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


@pytest.mark.parametrize("probe", ["boundary", "neurons", "inputs"])
def test_pictures_of_the_plane_can_be_had_as_png(probe: str) -> None:
    plane = Session(Experiment.from_json(DEFAULT))
    png = formed(plane.probe(read_probe(probe, {"resolution": 12})), "png", "s")
    width, height = struct.unpack("!II", png[16:24])
    assert min(width, height) >= 12
