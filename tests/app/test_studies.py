"""The studies of examples/studies, run against the server: each finds what docs/studies.md tells.

They run shorter than by hand, on as few seeds; what is claimed here is what holds so.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "examples/studies"
NAMES = {path.stem for path in STUDIES.glob("*.py")} - {"lab"}


@pytest.fixture(autouse=True)
def _beside_each_other(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """They import `lab` from their own folder, as scripts do."""
    monkeypatch.syspath_prepend(STUDIES)
    yield
    for name in NAMES | {"lab"}:
        sys.modules.pop(name, None)


def found(name: str, client: httpx.Client, **numbers: int) -> Any:
    return importlib.import_module(name).study(client, **numbers)


def test_every_study_is_told_and_run_here() -> None:
    told = (ROOT / "docs/studies.md").read_text(encoding="utf-8")
    here = Path(__file__).read_text(encoding="utf-8")
    for name in NAMES:
        assert f"{name}.py" in told, name
        assert f'found("{name}"' in here, name
    assert len(NAMES) == 8


def test_too_small_a_start_lets_no_gradient_through_a_deep_net(client: httpx.Client) -> None:
    made = found("initialization_and_depth", client, steps=400, seeds=1)
    vanishing = made["normal, 0.1", 12][0]
    assert vanishing < 1e-6 < 1e-3 < made["glorot", 12][0]
    assert made["normal, 0.1", 12][1] < 0.6 < 0.9 < made["glorot", 12][1]


def test_the_gradients_variance_falls_as_one_over_the_batch(client: httpx.Client) -> None:
    made = found("batch_size_and_noise", client, steps=64)
    assert sorted(made, key=lambda batch: -made[batch]) == sorted(made)
    # 64 steps tell a variance to about a fifth; the law says 16.5.
    assert 8 < made[1] / made[16] < 33


def test_dropout_makes_the_gap_smaller(client: httpx.Client) -> None:
    made = found("dropout_and_gap", client, steps=600, seeds=3)
    assert 0 < made[0.5] < made[0.0]


def test_rates_end_in_a_wall(client: httpx.Client) -> None:
    made = found("learning_rate_sweep", client, steps=300)
    best = min(made, key=lambda rate: made[rate])
    assert made[0.001] > made[0.01] > made[0.1] >= made[best]
    assert made[10.0] == made[100.0] == inf


def test_capacity_helps_training_longer_than_the_test(client: httpx.Client) -> None:
    made = found("capacity", client, steps=1000, seeds=2)
    assert made[64][0] < made[4][0] < made[1][0]
    assert made[64][1] > min(test for _, test in made.values())


def test_every_optimizer_races_and_most_beat_plain_descent(client: httpx.Client) -> None:
    made = found("optimizers", client, steps=1000)
    known = client.get("/api/catalog").json()["families"]["optimizer"]
    assert set(made) == set(known)
    assert made["adam"][1] < made["sgd"][1]


def test_a_norm_carries_a_signal_that_would_die_out(client: httpx.Client) -> None:
    made = found("normalization", client, steps=120, seeds=1)
    assert made["none", 0.01] < 0.6 < 0.9 < made["batch norm", 0.01]


def test_wrong_labels_are_learned_last(client: httpx.Client) -> None:
    made = found("label_noise", client, steps=1500, seeds=2)
    learned, end, lowest = made[0.4]
    assert learned > 0.85 and lowest < 0.7 * end
