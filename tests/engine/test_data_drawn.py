"""Pictures drawn by a rule: the rule, said a second time, and the lesson each of them is for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.data.drawn import Drawn, FarPixels, Shapes
from engine.errors import Invalid
from engine.experiment import Experiment
from engine.registry import known
from engine.rng import generator
from engine.session import Session

DRAWN: dict[str, type[Drawn]] = {
    kind: cls for kind, cls in known("data").items() if issubclass(cls, Drawn)
}
every_set = pytest.mark.parametrize("kind", DRAWN)


def accuracy(data: dict[str, Any], layers: list[dict[str, Any]], steps: int = 400) -> float:
    """On the test part, after some steps."""
    session = Session(
        Experiment.from_json(
            {
                "format": 1,
                "seed": 1,
                "data": data,
                "model": {"input": {"kind": "image"}, "layers": [*layers, {"kind": "dense"}]},
                "training": {
                    "loss": {"kind": "softmax_cross_entropy"},
                    "learner": {
                        "kind": "descent",
                        "optimizer": {"kind": "adam", "learning_rate": 0.02},
                    },
                },
            }
        )
    )
    session.advance(steps)
    return float(session.metrics()["test_accuracy"])


def conv(kernel: int | list[int], **settings: Any) -> list[dict[str, Any]]:
    """One convolution, then whatever it found anywhere."""
    layer = {"kind": "conv2d", "channels": 8, "kernel": kernel, "padding": "same", **settings}
    return [layer, {"kind": "relu"}, {"kind": "global_mean_pool"}]


DENSE = [{"kind": "flatten"}, {"kind": "dense", "units": 64}, {"kind": "relu"}]


@every_set
def test_pictures_are_balanced_bytes(kind: str) -> None:
    data = DRAWN[kind](count=401, side=24)
    made = data.make(3)
    assert made.inputs.shape == (401, 1, 24, 24) and made.inputs.dtype == np.uint8
    sizes = np.bincount(made.targets)
    assert len(sizes) == data.classes and sizes.max() - sizes.min() <= 1


@every_set
def test_more_pictures_leave_the_first_ones_as_they_were(kind: str) -> None:
    few, more = (DRAWN[kind](count=count, noise=0.2).make(3) for count in (30, 700))
    assert np.array_equal(few.inputs, more.inputs[:30])
    assert np.array_equal(few.targets, more.targets[:30])
    other = DRAWN[kind](count=30, noise=0.2).make(4)
    assert not any(np.array_equal(a, b) for a, b in zip(few.inputs, other.inputs, strict=True))


@every_set
def test_noise_scales_one_pattern_of_the_size_that_is_said(kind: str) -> None:
    calm, some, more = (
        DRAWN[kind](count=300, noise=noise).make(3).inputs.astype(float)
        for noise in (0.0, 0.1, 0.3)
    )
    inner = (calm > 50) & (calm < 205)  # far from black and white, where noise is cut off
    first, second = (some - calm)[inner], (more - calm)[inner]
    assert first.std() == pytest.approx(0.1 * 127.5, rel=0.03)
    free = np.abs(second) < 45
    assert second[free] == pytest.approx(3 * first[free], abs=2.01)


def ink(pictures: np.ndarray) -> np.ndarray:
    """How much of each pixel a shape covers: n × side × side."""
    return (pictures[:, 0] - 64.0) / 128


def radii(count: int, seed: int) -> np.ndarray:
    chance = generator(seed, "data", "place").random((count, 4))[:, 2]
    return Shapes.SMALL + (Shapes.LARGE - Shapes.SMALL) * chance


def test_shapes_of_one_size_have_one_area() -> None:
    """So that the sum, the first thing a linear reader finds, tells no class from another."""
    made, r = Shapes(count=2000).make(1), radii(2000, 1)
    share = ink(made.inputs).sum(axis=(1, 2)) / (math.pi * r**2)
    for k in range(4):
        own = share[made.targets == k]
        assert own.mean() == pytest.approx(1, abs=0.02)
        assert own.min() > 0.99 and own.max() < 1.07


def test_shapes_are_the_shapes_of_their_names() -> None:
    """By their moments: of a disc, a square, a triangle on its base, a cross."""
    made, r = Shapes(count=2000, side=24).make(2), radii(2000, 2)
    covered, at = ink(made.inputs), np.arange(24)
    area = covered.sum(axis=(1, 2))
    spread, skew = np.zeros(2000), []
    for axis in (1, 2):
        along = covered.sum(axis=3 - axis)
        from_middle = at - (along @ at / area)[:, None]
        spread += (along * from_middle**2).sum(axis=1) / area
        skew.append((along * from_middle**3).sum(axis=1) / area / r**3)
    wanted = {
        "circle": 1 / (2 * math.pi),
        "square": 1 / 6,
        "triangle": 3**0.5 / 9,
        "cross": 59 / 300,
    }
    for k, name in enumerate(Shapes().class_names):
        own = made.targets == k
        # Second moment over the area; the pixels' own extent adds 1/6 to the moment.
        found = ((spread - 1 / 6) / area)[own].mean()
        assert found == pytest.approx(wanted[name], rel=0.04), name
        assert abs(skew[1][own]).max() < 0.05, "left and right alike"
        assert ((skew[0][own] < -0.05) == (name == "triangle")).all(), "heavier below than above"


def test_shapes_are_anywhere_and_whole() -> None:
    made = Shapes(count=2000, side=20).make(1)
    inked = ink(made.inputs) > 0.05
    border = np.ones((20, 20), bool)
    border[1:-1, 1:-1] = False
    for axis in (1, 2):
        middle = (inked.sum(axis=3 - axis) @ np.arange(20)) / inked.sum(axis=(1, 2))
        assert middle.min() < 5 and middle.max() > 14
    assert (inked & border).any(), "up to the border"


@pytest.mark.parametrize("distance", [1, 4, 9])
def test_far_pixels_agree_where_the_class_says_so(distance: int) -> None:
    data = FarPixels(count=600, distance=distance)
    made = data.make(5)
    uppers = set()
    for picture, target in zip(made.inputs[:, 0].astype(int), made.targets, strict=True):
        rows, columns = np.nonzero(abs(picture - 127.5) > 1)
        assert len(rows) == 4
        assert sorted(picture[rows, columns]) == [0, 0, 255, 255], "in every picture the same"
        (a, b), (c, d) = columns[:2], columns[2:]
        assert rows[0] == rows[1] and rows[2] == rows[3] and rows[2] - rows[0] >= distance
        assert b - a == d - c == distance
        for row, first, second in ((rows[0], a, b), (rows[2], c, d)):
            assert (picture[row, first] == picture[row, second]) == bool(target)
        uppers.add(int(rows[0]))
    assert uppers == set(range(20 - distance))


@pytest.mark.parametrize("target", [0, 1])
def test_one_mark_of_far_pixels_says_nothing(target: int) -> None:
    """Wherever a mark stands, it is as often white as black in either class."""
    made = FarPixels(count=5000).make(1)
    own = made.inputs[made.targets == target, 0].astype(int)
    whites, marks = (own == 255).sum(axis=0), (abs(own - 127.5) > 1).sum(axis=0)
    # Of n marks n/2 ± √n/2: here within four deviations everywhere.
    assert (abs(whites - marks / 2) <= 2 * np.sqrt(marks) + 1e-9).all()


@pytest.mark.parametrize(("side", "distance"), [(16, 8), (20, 10), (24, 12)])
def test_a_distance_that_does_not_fit_is_refused(side: int, distance: int) -> None:
    with pytest.raises(Invalid) as caught:
        FarPixels.from_json({"side": side, "distance": distance})
    assert caught.value.pointer == "/distance"
    FarPixels.from_json({"side": side, "distance": distance - 1})


def test_a_dense_net_has_to_see_every_place_and_a_convolution_does_not() -> None:
    data = {"kind": "shapes", "count": 1000}
    assert accuracy(data, DENSE, 300) < 0.6
    assert accuracy(data, conv(7), 300) > 0.9


def test_far_pixels_need_a_field_that_reaches_from_one_to_the_other() -> None:
    data = {"kind": "far_pixels", "distance": 4, "count": 1000}
    assert accuracy(data, conv([1, 4])) < 0.6, "one pixel short"
    assert accuracy(data, conv([1, 5])) > 0.95
    assert accuracy(data, conv([1, 3], dilation=[1, 4])) > 0.95, "three weights, far apart"
