"""A person's own drawing goes through the preparation of the set it is held against."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from workbench import pictures

from engine.data import ImageSet
from engine.data.digits import Digits8, Digits28
from engine.data.drawing import resized
from engine.data.emoji import Emoji32
from engine.data.photographed import Fashion28, Textures32
from engine.data.photographs import photograph
from engine.errors import Invalid
from engine.registry import known
from engine.session import Session

SETS: dict[str, type[ImageSet]] = {
    kind: cls for kind, cls in known("data").items() if issubclass(cls, ImageSet)
}


def canvas(digit: np.ndarray, times: int, top: int, left: int) -> np.ndarray:
    """A stored digit, enlarged, somewhere on a sheet of 300 × 280."""
    large = np.kron(digit, np.ones((times, times)))
    sheet = np.zeros((300, 280))
    sheet[top : top + len(large), left : left + len(large)] = large
    return sheet


@pytest.mark.parametrize(
    ("times", "top", "left"), [(1, 0, 0), (5, 90, 60), (10, 20, 0), (3, 216, 196)]
)
def test_a_stored_digit_enlarged_and_put_elsewhere_returns_as_itself(
    times: int, top: int, left: int
) -> None:
    stored = Digits28().make(0).inputs[::97, 0]
    for digit in stored:
        made = Digits28().prepare_drawing(canvas(digit, times, top, left))
        assert np.array_equal(made[0], digit)


def test_an_enlargement_by_a_broken_number_returns_nearly() -> None:
    for digit in Digits28().make(0).inputs[::200, 0].astype(float):
        large = resized(np.pad(digit, 4), 117, 117)  # 3.25 times
        made = Digits28().prepare_drawing(large.round())[0].astype(float)
        # The new edges lie between the old pixels, and the sum may move by one.
        moves = [np.roll(made, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
        assert max(np.corrcoef(m.ravel(), digit.ravel())[0, 1] for m in moves) > 0.93


def test_a_small_digit_returns_nearly_as_itself() -> None:
    stored = Digits8().make(0).inputs[::3, 0]
    alike = []
    for digit in stored:
        made = Digits8().prepare_drawing(canvas(digit, 12, 40, 90))[0]
        assert made.shape == (8, 8) and (made.sum(axis=1) > 0).any()
        alike.append(np.corrcoef(made.ravel(), digit.ravel())[0, 1])
    # Up to half a block to the side: where in a block its strokes were, the table has not kept.
    assert np.mean(alike) > 0.93 and np.quantile(alike, 0.05) > 0.7


def test_the_net_says_the_same_of_a_digit_and_of_its_drawing() -> None:
    conv = {"kind": "conv2d", "channels": 8, "kernel": 3, "padding": "same"}
    net = (conv, {"kind": "relu"}, {"kind": "flatten"}, {"kind": "dense"})
    session = Session(pictures(*net, seed=0))
    session.advance(200)
    raw = session.run.prepared.raw[session.run.prepared.test]
    drawn = np.stack([Digits8().prepare_drawing(canvas(d, 9, 30, 70)) for d in raw[:, 0]])
    before, after = (session.predict(x)["outputs"].argmax(axis=1) for x in (raw, drawn))
    assert (before == after).mean() > 0.97


def test_a_drawing_in_a_corner_stands_in_the_middle() -> None:
    sheet = np.zeros((200, 320))
    sheet[10:60, 280:290] = 255  # a thin 1
    made = Digits28().prepare_drawing(sheet)[0]
    rows, columns = np.nonzero(made)
    assert rows.max() - rows.min() + 1 == 20 and columns.max() - columns.min() + 1 == 4
    assert (rows.mean(), columns.mean()) == pytest.approx((14, 14), abs=0.51)
    small = Digits8().prepare_drawing(sheet)[0]
    assert (small.sum(axis=1) > 0).all(), "from top to bottom"
    assert not small[:, [0, 1, 6, 7]].any()


def test_a_wide_stroke_is_fitted_by_its_width() -> None:
    sheet = np.zeros((100, 100))
    sheet[40:50, 5:95] = 255
    rows, columns = np.nonzero(Digits28().prepare_drawing(sheet)[0])
    assert columns.max() - columns.min() + 1 == 20 and rows.max() - rows.min() + 1 == 2
    small = Digits8().prepare_drawing(sheet)[0]
    assert np.array_equal(small[:, 1:7], np.full((8, 6), 255)) and not small[:, [0, 7]].any()


def test_dark_on_light_is_turned_round() -> None:
    digit = Digits28().make(0).inputs[3, 0]
    sheet = canvas(digit, 5, 90, 60)
    turned = Digits28().prepare_drawing(255 - sheet)
    assert np.array_equal(turned[0], digit)
    # On grey paper, in colour: what is hardly darker than the paper is paper.
    paper = 200 - sheet[..., None] * 0.7 + np.array([4.0, -3.0, 2.0])
    paper[5, 5] -= 20  # a fleck
    on_paper = Digits28().prepare_drawing(paper)[0]
    assert np.corrcoef(on_paper.ravel(), digit.ravel())[0, 1] > 0.85
    assert not on_paper[:3].any()


@pytest.mark.parametrize("data", [Digits8(), Digits28()])
def test_nothing_drawn_is_an_empty_picture(data: ImageSet) -> None:
    for blank in (np.zeros((40, 30)), np.full((40, 30), 255), np.full((1, 1), 255)):
        made = data.prepare_drawing(blank)
        assert made.shape == data.shape and not made.any()


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("size", [(1, 1), (5, 900), (31, 33), (64, 64, 1), (100, 80, 3)])
def test_any_picture_becomes_one_of_the_set(kind: str, size: tuple[int, ...]) -> None:
    data = SETS[kind]()
    made = data.prepare_drawing(np.random.default_rng(1).integers(0, 256, size))
    assert made.shape == data.shape and made.dtype == np.uint8 and made.flags.c_contiguous


@pytest.mark.parametrize("data", [Emoji32(), Fashion28(), Textures32()])
def test_a_picture_of_the_set_stays_as_it_is_and_larger_ones_are_scaled(data: ImageSet) -> None:
    one = data.make(0).inputs[5]
    again = data.prepare_drawing(one.transpose(1, 2, 0))
    assert np.array_equal(again, one)
    large = np.kron(one.transpose(1, 2, 0), np.ones((4, 4, 1)))
    assert np.array_equal(data.prepare_drawing(large), one)
    # Of a wider one the middle.
    wide = np.pad(large, ((0, 0), (40, 40), (0, 0)))
    assert np.array_equal(data.prepare_drawing(wide), one)


def test_colours_become_grey_as_bright_as_they_look_and_grey_becomes_colour() -> None:
    red, green, blue = (
        int(Textures32().prepare_drawing(np.full((40, 40, 3), colour))[0, 9, 9])
        for colour in ([255, 0, 0], [0, 255, 0], [0, 0, 255])
    )
    assert (red, green, blue) == (76, 150, 29)
    grey = Emoji32().prepare_drawing(np.full((50, 50), 99))
    assert (grey == 99).all() and grey.shape == (3, 32, 32)
    cat = Emoji32().prepare_drawing(photograph("chelsea")).astype(float)
    middle = photograph("chelsea")[:, 53:266].astype(float)
    assert cat.mean(axis=(1, 2)) == pytest.approx(middle.mean(axis=(0, 1)), abs=1.0)


def test_scaling_keeps_the_mean_and_never_leaves_the_range() -> None:
    rng = np.random.default_rng(2)
    for old, new in (
        ((7, 9), (3, 4)),
        ((20, 11), (28, 28)),
        ((100, 64), (10, 32)),
        ((1, 1), (3, 5)),
    ):
        picture = rng.random(old)
        made = resized(picture, *new)
        assert made.shape == new
        assert made.mean() == pytest.approx(picture.mean())
        assert picture.min() - 1e-12 <= made.min() <= made.max() <= picture.max() + 1e-12


@pytest.mark.parametrize(
    "picture",
    [
        3,
        [],
        [[]],
        [1, 2, 3],
        [[1, 2], [3]],
        [["1"]],
        [[True]],
        [[None]],
        [[math.nan]],
        [[-1]],
        [[256]],
        np.zeros((1025, 3)),
        np.zeros((4, 4, 2)),
        np.zeros((4, 4, 4)),
        np.zeros((1, 4, 4, 3)),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(picture: Any) -> None:
    with pytest.raises(Invalid) as caught:
        Digits28().prepare_drawing(picture)
    assert caught.value.detail.endswith(".")
    assert caught.value.limit in (1024, 255)
