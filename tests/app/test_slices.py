"""Fair time, with a clock that the test turns."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.workers.goal import LAG, Goal
from app.workers.slices import GROWTH, SLICE, Meter, Turns


class One:
    """Something that takes turns and uses `cost` seconds each time."""

    def __init__(self, cost: float) -> None:
        self.cost, self.had, self.turns = cost, 0.0, 0

    def take(self) -> None:
        self.had += self.cost
        self.turns += 1


def test_a_heavy_net_gets_no_more_time_than_a_light_one() -> None:
    heavy, lights = One(0.050), [One(SLICE) for _ in range(10)]
    turns, everyone = Turns(), [heavy, *lights]
    for one in everyone:
        turns.enter(one)
    total = 0.0
    while total < 11.0:
        chosen = turns.next(everyone)
        assert chosen is not None
        chosen.take()
        total += chosen.cost
    for light in lights:
        assert light.had == pytest.approx(1.0, abs=0.06)
    assert heavy.had == pytest.approx(1.0, abs=0.06)


def test_who_stood_still_does_not_catch_up() -> None:
    turns, busy, late = Turns(), One(SLICE), One(SLICE)
    turns.enter(busy)
    for _ in range(100):
        turns.next([busy])
        busy.take()
    turns.enter(late)
    for _ in range(10):
        chosen = turns.next([busy, late])
        assert chosen is not None
        chosen.take()
    assert late.turns == pytest.approx(5, abs=1)


def test_nobody_ready_is_nobody() -> None:
    assert Turns().next([]) is None


def test_a_slice_grows_until_it_is_full() -> None:
    meter, sizes = Meter(), []
    for _ in range(12):
        steps = meter.steps()
        sizes.append(steps)
        meter.measured(steps, steps * 20e-6)
    assert sizes[0] == 1
    for before, after in pairwise(sizes):
        assert after <= GROWTH * before
    assert sizes[-1] == pytest.approx(SLICE / 20e-6, abs=1)


def test_a_step_longer_than_a_slice_is_made_alone() -> None:
    meter = Meter()
    meter.measured(1, 0.05)
    assert meter.steps() == 1


def test_the_cost_of_many_steps_is_predicted_before_any_was_made() -> None:
    meter = Meter()
    assert meter.predicted(10**9, 100) >= 10_000
    assert meter.predicted(1000, 2 * 10**9) == pytest.approx(100)
    meter.measured(100, 0.1)
    assert meter.predicted(1000, 100) == pytest.approx(1.0)
    meter.forget()
    assert meter.seconds is None


def test_a_pace_is_kept_step_by_step() -> None:
    goal = Goal(begun=100.0, pace=50.0)
    made = []
    for i in range(11):
        now = 100.0 + i / 100
        steps = goal.allowed(0, now)
        goal.made += steps
        made.append(steps)
    assert made == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert goal.due() == pytest.approx(100.12)


def test_a_pace_that_cannot_be_kept_is_not_made_up_for() -> None:
    goal = Goal(begun=0.0, pace=1000.0)
    goal.made = 1
    assert goal.allowed(0, 10.0) == 1  # not ten thousand
    goal.made += 1
    assert goal.allowed(0, 10.0 + LAG / 2) <= 1000 * LAG / 2


def test_a_goal_ends_at_its_step_and_at_its_loss() -> None:
    goal = Goal(0.0, until_step=10, until_loss=0.5)
    assert goal.allowed(7, 0.0) == 3
    assert not goal.reached(9, 0.6)
    assert goal.reached(10, 0.6)
    assert goal.reached(2, 0.5)
    assert goal.has_end
    assert not Goal(0.0).has_end
