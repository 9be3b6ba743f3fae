"""Features, split, standardization, and the one door through which the net sees a point."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from engine.data import FEATURES, Dataset, ImageSet, Prepared, prepare
from engine.data.plane import prepare_points
from engine.data.split import ranks, split, within_classes
from engine.errors import Invalid, Unknown
from engine.registry import known

SETS: dict[str, type[Dataset]] = known("data")
POINTS = [kind for kind, cls in SETS.items() if not issubclass(cls, ImageSet)]
SHARED = [kind for kind, cls in SETS.items() if not cls.own_split]


def prepared(
    kind: str, features: tuple[str, ...] | None = None, seed: int = 3, **settings: object
) -> Prepared:
    return prepare(SETS[kind].from_json(settings), features, seed)


@pytest.mark.parametrize("kind", SHARED)
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
def test_every_example_is_on_one_side(kind: str, share: float) -> None:
    made = prepared(kind, test_share=share)
    size = len(made.raw)
    assert np.array_equal(np.sort(np.concatenate([made.train, made.test])), np.arange(size))
    assert len(made.test) == min(max(1, round(size * share)), size - 1)
    for side in (made.train, made.test):
        assert side.dtype == np.int64
        assert np.all(np.diff(side) > 0), "the data's own order"


@pytest.mark.parametrize("share", [0.001, 0.999])
def test_each_side_has_at_least_one_point(share: float) -> None:
    made = prepared("xor", count=4, test_share=share)
    assert sorted((len(made.train), len(made.test))) == [1, 3]


@pytest.mark.parametrize("kind", ["circle", "iris", "reg_plane"])
def test_a_changed_share_only_moves_points_across_the_border(kind: str) -> None:
    shares = [0.1, 0.2, 0.5, 0.8, 0.9]
    parts = [set(prepared(kind, test_share=share).test.tolist()) for share in shares]
    for small, large in itertools.pairwise(parts):
        assert small < large


def test_more_points_keep_their_ranks() -> None:
    assert np.array_equal(ranks(3, 100), ranks(3, 500)[:100])
    assert not np.array_equal(ranks(3, 100), ranks(4, 100))
    # So the old points that change sides are those near the border only.
    few, more = prepared("circle", count=400), prepared("circle", count=500)
    moved = set(few.test.tolist()) ^ {i for i in more.test.tolist() if i < 400}
    assert len(moved) < 40


def test_noise_leaves_the_split_alone() -> None:
    assert np.array_equal(prepared("circle").test, prepared("circle", noise=0.5).test)


def test_the_split_does_not_follow_the_classes() -> None:
    made = prepared("gaussians", count=5000)
    assert made.targets[made.train].mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("share", [0.1, 0.2, 1 / 3, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_iris_keeps_its_balance_on_both_sides(share: float, seed: int) -> None:
    made = prepared("iris", seed=seed, test_share=share)
    sizes = np.bincount(made.targets[made.test], minlength=3)
    assert sizes.max() - sizes.min() <= 1


def test_ranks_within_classes_keep_the_order_of_each_class() -> None:
    targets = np.array([0, 0, 1, 0, 1, 0, 0, 1, 0, 0])
    rank = ranks(1, 10)
    made = within_classes(rank, targets)
    for k in (0, 1):
        own = targets == k
        assert np.array_equal(made[own].argsort(), rank[own].argsort())
    _, test = split(made, 0.3)
    assert targets[test].sum() == 1 and len(test) == 3


def test_features_are_raw() -> None:
    made = prepared("xor", tuple(FEATURES))
    assert made.names == ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
    assert made.inputs.shape == (7, 400)
    for i in (0, 7, 399):
        x, y = map(float, made.raw[i])
        wanted = [x, y, x * x, y * y, x * y, math.sin(x), math.sin(y)]
        assert made.inputs[:, i] == pytest.approx(wanted, rel=1e-6)


def test_features_come_in_the_order_asked_for() -> None:
    made = prepared("xor", ("sin(x2)", "x1"))
    assert made.names == ("sin(x2)", "x1")
    assert np.array_equal(made.inputs[1], made.raw[:, 0])


@pytest.mark.parametrize(
    ("kind", "features", "pointer", "family"),
    [
        ("xor", (), "/features", Invalid),
        ("xor", ("x1", "x3"), "/features/1", Unknown),
        ("xor", ("x1", "x2", "x1"), "/features/2", Invalid),
        ("iris", ("x1",), "/features", Invalid),
    ],
)
def test_wrong_features_are_answered_with_their_place(
    kind: str, features: tuple[str, ...], pointer: str, family: type[Invalid]
) -> None:
    with pytest.raises(family) as caught:
        prepared(kind, features)
    assert caught.value.pointer == pointer
    if family is Unknown:
        assert caught.value.known == sorted(FEATURES)


@pytest.mark.parametrize("kind", POINTS)
def test_the_arrays_have_the_types_training_needs(kind: str) -> None:
    made = prepared(kind)
    assert made.raw.dtype == made.inputs.dtype == np.float32
    assert made.inputs.shape == made.raw.shape[::-1]
    assert made.inputs.flags.c_contiguous and made.raw.flags.c_contiguous
    assert made.targets.dtype == (np.int64 if made.classes else np.float32)
    for array in (made.raw, made.inputs, made.targets, made.train, made.test):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("kind", "features"), [("iris", None), ("moons", None), ("moons", tuple(FEATURES))]
)
def test_standardized_inputs_have_mean_0_and_deviation_1_over_the_training_part(
    kind: str, features: tuple[str, ...] | None
) -> None:
    made = prepared(kind, features, standardize=True)
    train = made.inputs[:, made.train].astype(np.float64)
    assert train.mean(axis=1) == pytest.approx(0, abs=1e-6)
    assert train.std(axis=1) == pytest.approx(1, abs=1e-6)
    # Measured on the training part alone: the test part gives it away.
    assert np.abs(made.inputs[:, made.test].mean(axis=1)).max() > 1e-3


def test_a_plane_set_is_not_standardized_unless_asked() -> None:
    made = prepared("moons")
    assert np.array_equal(made.inputs, made.raw.T)


def test_a_constant_column_is_shifted_and_not_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    flowers = SETS["iris"]().make(0)
    inputs = flowers.inputs.copy()
    inputs[:, 1] = 0.1
    made = type(flowers)(inputs, flowers.targets)
    monkeypatch.setattr(SETS["iris"], "make", lambda self, seed: made)
    prepared_set = prepare_points(SETS["iris"](), None, 3)
    assert prepared_set.deviation[1] == 1
    assert prepared_set.inputs[1] == pytest.approx(0, abs=1e-7)
    other = np.array([[5.0, 3.1, 1.0, 0.2]])
    assert prepared_set.transform(other)[1, 0] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("kind", "features", "standardize"),
    [("iris", None, True), ("circle", ("x1", "x1*x2"), True), ("circle", None, False)],
)
def test_a_point_sent_by_hand_is_seen_as_in_training(
    kind: str, features: tuple[str, ...] | None, standardize: bool
) -> None:
    made = prepared(kind, features, standardize=standardize)
    again = made.transform(made.raw.tolist())
    assert again.tobytes() == made.inputs.tobytes()
    assert again.flags.c_contiguous
    one = made.transform(made.raw[5:6])
    assert np.array_equal(one[:, 0], made.inputs[:, 5])


@pytest.mark.parametrize(
    "raw",
    [
        [[1.0]],
        [[1.0, 2.0, 3.0]],
        [1.0, 2.0],
        [],
        [[1.0, 2.0], [3.0]],
        [["1", "2"]],
        [[None, 1.0]],
        [[True, False]],
        [[math.nan, 0.0]],
        [[1e39, 0.0]],
        [[1e30, 0.0]],
        [[10**400, 0]],
    ],
)
def test_a_point_that_is_none_is_refused_with_a_sentence(raw: Any) -> None:
    made = prepared("circle", ("x1", "x1^2"))
    with pytest.raises(Invalid) as caught:
        made.transform(raw)
    assert caught.value.detail.endswith(".")


def test_a_plane_set_is_drawn_on_its_plane() -> None:
    made = prepared("circle")
    assert made.extent == (-6, 6, -6, 6)
    x1, x2 = np.meshgrid([-6.0, 0.0, 6.0], [6.0, -6.0])
    points = made.on_plane(x1, x2)
    assert points.dtype == np.float32
    assert points.tolist() == [[-6, 6], [0, 6], [6, 6], [-6, -6], [0, -6], [6, -6]]
    assert np.array_equal(made.on_plane(x1, x2, (1, 0)), points[:, ::-1])


def test_a_table_is_drawn_over_two_columns_with_the_others_at_their_mean() -> None:
    made = prepared("iris")
    points = made.on_plane([1.0, 2.0], 3.0, columns=(2, 0))
    mean = made.raw[made.train].mean(axis=0, dtype=np.float64)
    assert points[:, 2].tolist() == [1, 2] and points[:, 0].tolist() == [3, 3]
    assert points[:, 1] == pytest.approx(np.full(2, mean[1]), rel=1e-6)
    assert points[:, 3] == pytest.approx(np.full(2, mean[3]), rel=1e-6)
    # The others are 0 for the net, where it is standardized.
    assert made.transform(points)[[1, 3]] == pytest.approx(np.zeros((2, 2)), abs=1e-6)
    low, high, bottom, top = made.extent_on((2, 3))
    assert low < made.raw[:, 2].min() < made.raw[:, 2].max() < high < 8
    assert bottom < made.raw[:, 3].min() < made.raw[:, 3].max() < top < 3
    assert made.extent == made.extent_on((0, 1))


@pytest.mark.parametrize("columns", [(0, 0), (0, 4), (-1, 2)])
def test_columns_that_are_not_there_are_refused(columns: tuple[int, int]) -> None:
    made = prepared("iris")
    for ask in (lambda: made.on_plane(0, 0, columns), lambda: made.extent_on(columns)):
        with pytest.raises(Invalid) as caught:
            ask()
        assert caught.value.pointer == "/columns"
        assert caught.value.limit == 3
