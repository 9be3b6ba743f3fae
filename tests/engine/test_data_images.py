"""Pictures as the net gets them: layout, scale, one copy for all, and what is refused."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy as np
import pytest

from engine.data import ImageSet, PreparedImages, prepare
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.registry import known

SETS: dict[str, type[ImageSet]] = {
    kind: cls for kind, cls in known("data").items() if issubclass(cls, ImageSet)
}
every_set = pytest.mark.parametrize("kind", SETS)


def prepared(kind: str, seed: int = 3, **settings: object) -> PreparedImages:
    made = prepare(SETS[kind].from_json(settings), None, seed)
    assert isinstance(made, PreparedImages)
    return made


def experiment(data: dict[str, object], kind: str = "image", **fields: object) -> Experiment:
    return Experiment.from_json(
        {
            "format": 1,
            "data": data,
            "model": {
                "input": {"kind": kind, **fields},
                "layers": [{"kind": "flatten"}, {"kind": "dense"}],
            },
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {"kind": "descent", "optimizer": {"kind": "sgd"}},
            },
        }
    )


@every_set
def test_pictures_are_bytes_and_inputs_stand_row_by_row(kind: str) -> None:
    made = prepared(kind)
    n, (channels, height, width) = made.data.size, made.data.shape
    assert made.raw.dtype == np.uint8 and made.raw.shape == (n, channels, height, width)
    assert made.inputs.dtype == np.float32 and made.inputs.shape == (height, channels, width, n)
    assert made.rows.shape == (n, height, channels, width) and made.rows.flags.c_contiguous
    assert np.shares_memory(made.rows, made.inputs)
    assert made.targets.dtype == np.int64 and made.targets.shape == (n,)
    for array in (made.raw, made.rows, made.inputs, made.targets, made.train, made.test):
        assert not array.flags.writeable


@every_set
def test_every_picture_is_on_one_side(kind: str) -> None:
    made = prepared(kind)
    both = np.concatenate([made.train, made.test])
    assert np.array_equal(np.sort(both), np.arange(made.data.size))
    for side in (made.train, made.test):
        assert np.all(np.diff(side) > 0), "the data's own order"
        assert set(made.targets[side]) == set(range(made.classes))


@every_set
def test_channels_have_mean_0_and_deviation_1_over_the_training_part(kind: str) -> None:
    made = prepared(kind)
    train = made.rows[made.train].astype(np.float64)
    assert train.mean(axis=(0, 1, 3)) == pytest.approx(0, abs=1e-5)
    assert train.std(axis=(0, 1, 3)) == pytest.approx(1, abs=1e-5)
    shares = made.raw[made.train].astype(np.float64) / 255
    assert made.mean == pytest.approx(shares.mean(axis=(0, 2, 3)), rel=1e-9)
    assert made.deviation == pytest.approx(shares.std(axis=(0, 2, 3)), rel=1e-9)


@every_set
def test_without_standardizing_a_pixel_is_its_share_of_white(kind: str) -> None:
    made = prepared(kind, standardize=False)
    for i in (0, made.data.size - 1):
        wanted = (made.raw[i] / 255).astype(np.float32).transpose(1, 0, 2)
        assert np.array_equal(made.inputs[..., i], wanted)


@every_set
@pytest.mark.parametrize("standardize", [True, False])
def test_a_picture_sent_by_hand_is_seen_as_in_training(kind: str, standardize: bool) -> None:
    made = prepared(kind, standardize=standardize)
    again = made.transform(made.raw[:5].tolist())
    assert again.flags.c_contiguous
    assert np.array_equal(again, made.inputs[..., :5])
    assert np.array_equal(made.transform(made.raw[2:3].astype(np.float64)), again[..., 2:3])


def test_grey_pictures_may_come_without_their_channel() -> None:
    made = prepared("digits8")
    assert np.array_equal(made.transform(made.raw[:3, 0]), made.inputs[..., :3])


@pytest.mark.parametrize(
    "raw",
    [
        [],
        3.0,
        np.zeros((8, 8)),
        np.zeros((2, 1, 28, 28)),
        np.zeros((2, 3, 8, 8)),
        np.zeros((2, 64)),
        np.full((1, 8, 8), 255.5),
        np.full((1, 8, 8), -1),
        np.full((1, 8, 8), math.nan),
        np.full((1, 8, 8), True),
        [[["0"] * 8] * 8],
        [[[0] * 8] * 7 + [[0] * 7]],
        [[[10**400] * 8] * 8],
    ],
    ids=lambda raw: str(np.shape(raw)) if isinstance(raw, np.ndarray) else str(type(raw)),
)
def test_a_picture_that_is_none_is_refused_with_a_sentence(raw: Any) -> None:
    with pytest.raises(Invalid) as caught:
        prepared("digits8").transform(raw)
    assert caught.value.detail.endswith(".")
    assert caught.value.limit in (64, 255)


def test_a_wrong_size_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(Invalid) as caught:
        prepared("digits8").transform(np.zeros((2, 28, 28)))
    assert caught.value.detail == (
        "Pictures are n × 1 × 8 × 8 here, 64 numbers each; given was 2 × 1 × 28 × 28, "
        "784 numbers each."
    )


def test_sessions_share_one_copy_for_as_long_as_one_of_them_lives() -> None:
    first = prepared("digits8", seed=11)
    for seed in range(12, 20):  # others that push it out of the last few
        prepared("digits8", seed=seed)
    assert prepared("digits8", seed=11) is first
    assert prepared("digits8", seed=12).raw is first.raw, "the bytes are the same for every seed"
    gone = weakref.ref(first)
    del first
    for seed in range(12, 20):
        prepared("digits8", seed=seed)
    gc.collect()
    assert gone() is None, "and no longer"


def test_pictures_have_no_plane_and_points_no_rows() -> None:
    made = prepared("digits8")
    for ask in (lambda: made.extent, lambda: made.on_plane(0, 0)):
        with pytest.raises(NotNow, match="no plane"):
            ask()
    with pytest.raises(NotNow, match="not pictures"):
        _ = prepare(known("data")["circle"](), None, 1).rows


@every_set
def test_an_image_input_has_the_shape_of_the_pictures(kind: str) -> None:
    made = experiment({"kind": kind})
    assert made.input_shape == SETS[kind]().shape
    assert made.features == ()
    assert made.outputs == made.data.classes


@pytest.mark.parametrize(
    ("data", "input_kind", "sentence"),
    [
        ("digits8", "plane", "“digits8” is a set of pictures: take the input “image”."),
        ("circle", "image", "“circle” holds points and no pictures: take the input “plane”."),
    ],
)
def test_data_and_input_must_suit_each_other(data: str, input_kind: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        experiment({"kind": data}, input_kind)
    assert caught.value.pointer == "/model/input/kind"
    assert caught.value.detail == sentence


def test_an_image_input_has_no_fields() -> None:
    with pytest.raises(Invalid) as caught:
        experiment({"kind": "digits8"}, "image", features=["x1"])
    assert caught.value.pointer == "/model/input/features"
