"""The learning rate over time: every schedule's factors are those of PyTorch's."""

from __future__ import annotations

import cases
import numpy as np
import pytest
from workbench import experiment

from engine.registry import known
from engine.session import Session

STORED = np.load(cases.HERE / "schedules.npz", allow_pickle=False)
every_schedule = pytest.mark.parametrize("kind", known("schedule"))


def _factors(kind: str) -> np.ndarray:
    schedule = known("schedule")[kind](**cases.SCHEDULES[kind])
    return np.array([schedule.factor(step) for step in range(cases.SCHEDULED)])


@every_schedule
def test_the_factors_are_those_of_pytorch(kind: str) -> None:
    np.testing.assert_allclose(_factors(kind), STORED[kind], rtol=1e-12)


@pytest.mark.filterwarnings("ignore::UserWarning:torch")
def test_the_stored_factors_are_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_side

    for kind, given in cases.SCHEDULES.items():
        live = torch_side.factors(kind, given, cases.SCHEDULED)
        np.testing.assert_allclose(STORED[kind], live, rtol=1e-12)


@every_schedule
def test_the_rate_that_a_step_is_made_with_is_the_chosen_one_times_the_factor(kind: str) -> None:
    schedule = {"kind": kind, **cases.SCHEDULES[kind]}
    session = Session(
        experiment(optimizer={"kind": "sgd", "learning_rate": 0.2}, learner={"schedule": schedule})
    )
    rates = []
    for _ in range(cases.SCHEDULED):
        session.advance(1)
        rates.append(session.metrics()["learning_rate"])
    np.testing.assert_allclose(rates, 0.2 * STORED[kind], rtol=1e-6)


def test_what_comes_down_stays_down_and_what_warmed_up_stays_warm() -> None:
    find = known("schedule")
    assert find["cosine"](steps=10, floor=0.3).factor(10_000) == pytest.approx(0.3)
    assert find["warmup"](steps=10, start=0.3).factor(10_000) == 1.0


def test_a_cycle_repeats_itself_for_ever() -> None:
    cycle = known("schedule")["cyclical"](steps=7, floor=0.25)
    first = [cycle.factor(step) for step in range(14)]
    assert [cycle.factor(14 * 1000 + step) for step in range(14)] == pytest.approx(first)
    assert (
        first[0] == 0.25 and first[7] == 1.0 and first == pytest.approx([first[0], *first[:0:-1]])
    )
