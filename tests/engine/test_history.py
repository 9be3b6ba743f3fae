"""History: tiles that cover every step once, in little memory, whoever asks when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import busy

from engine.checkpoint import _history
from engine.history import COLUMNS, RING, History
from engine.session import Session

LIMIT = 256_000  # bytes


def _add(history: History, steps: int) -> None:
    row = np.zeros(4, np.float32)
    for _ in range(steps):
        row[:] = history.head + 1, 1.0, 0.1, (history.head + 1) / 100
        history.add([row])


def _covered(points: dict[str, list[object]]) -> list[tuple[int, int]]:
    """(first step, last step) of each tile."""
    return [(a - n + 1, a) for a, n in zip(points["step"], points["steps"], strict=True)]  # type: ignore


@settings(max_examples=25, deadline=None)
@given(
    first=st.sampled_from([0, 1, 10, 63, 64, 1000]),
    asks=st.lists(st.integers(1, 9000), min_size=1, max_size=8),
    most=st.sampled_from([4, 30, 512]),
)
def test_every_step_is_delivered_exactly_once(first: int, asks: list[int], most: int) -> None:
    history = History(0, first)
    since, seen = first, []
    for steps in asks:
        _add(history, steps)
        tiles = _covered(history.points(since, most))
        seen += tiles
        since = tiles[-1][1]
    assert seen[0][0] == first + 1
    assert all(b[0] == a[1] + 1 for a, b in pairwise(seen))
    assert seen[-1][1] == history.head


@pytest.mark.parametrize("first", [0, 10, 63])
def test_tiles_say_the_mean_and_the_ends_of_their_own_steps(first: int) -> None:
    """The loss of step k is k here, so a tile that mixed in another step would show it."""
    history = History(0, first)
    _add(history, 40_000)
    points = history.points(first)
    for (a, b), mean, low, high in zip(
        _covered(points), points["loss_mean"], points["loss_min"], points["loss_max"], strict=True
    ):
        assert (low, high) == (a, b)
        assert mean == pytest.approx((a + b) / 2, rel=1e-6)
    starts = [a for a, _ in _covered(points)]
    assert starts[0] == first + 1


def test_whoever_asks_in_the_middle_of_a_merged_tile_gets_the_rest_of_it() -> None:
    history = History(0, 0)
    _add(history, 30_000)
    for since in (1, 63, 64, 65, 1000, 19_999, 29_999):
        tiles = _covered(history.points(since))
        assert tiles[0][0] == since + 1
        assert sum(b - a + 1 for a, b in tiles) == 30_000 - since
    assert history.points(30_000)["step"] == []


def test_the_last_ten_thousand_steps_are_exact() -> None:
    history = History(0, 7)
    _add(history, 25_000)
    rows = history.window(history.head - 10_000, history.head)
    np.testing.assert_array_equal(rows[:, 0], np.arange(history.head - 9_999, history.head + 1))
    points = history.points(history.head - 100)
    assert points["steps"] == [1] * 100


def test_a_million_steps_take_less_than_256_kb() -> None:
    history = History(0, 0)
    _add(history, 1_000_000)
    for step in range(0, 1_000_000, 64):
        history.test(step, 0.5, 0.9)
    rows, tiles, tested = _history(history)
    assert rows.nbytes <= history.ring.nbytes
    assert history.ring.nbytes + tiles.nbytes + tested.nbytes == history.bytes <= LIMIT
    covered = _covered(history.points(0))
    assert covered[0][0] == 1 and covered[-1][1] == 1_000_000
    assert all(b[0] == a[1] + 1 for a, b in pairwise(covered))
    assert max(history.tested) > 990_000  # the newest evaluations are all there
    assert RING >= 10_000


def test_the_test_points_are_asked_at_multiples_of_one_power_of_two() -> None:
    session = Session(busy())
    session.advance(100)
    points = session.points(0, 0)
    assert tuple(points) == COLUMNS
    asked = [s for s, loss in zip(points["step"], points["test_loss"], strict=True) if loss]
    every = session.run.reading.test_every
    assert every & (every - 1) == 0
    # 97 of 97 test points, forward only, against 16 training points forward and back.
    share = lambda k: 97 / (3 * 16 * k)  # noqa: E731
    assert share(every) <= 0.1 < share(every / 2)
    assert asked == list(range(every, 101, every))


def test_the_curve_after_seeking_is_the_curve_before() -> None:
    session = Session(busy())
    session.advance(300)
    before = session.points(0, 0)
    session.seek(20)
    session.advance(100)
    session.seek(300)
    assert session.points(0, 0) == before


def test_metrics_evaluate_the_test_at_this_very_step() -> None:
    session = Session(busy())
    session.advance(33)
    one = session.metrics()
    other = Session(busy())
    for _ in range(33):
        other.advance(1)
    assert other.metrics() == one
    assert one["step"] == 33 and one["test_loss"] is not None
    assert session.points(0, 0) == other.points(0, 0)  # asking left nothing in the curve
