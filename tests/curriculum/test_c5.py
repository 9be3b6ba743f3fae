"""C5, fewer neurons, fewer layers: capacity against both losses.

The classical picture (Vapnik 1998; Geman et al. 1992): with capacity the training loss falls and
the gap to the test loss grows, so that the test loss is least in between. (Nets far larger than
these may come down again: Belkin et al. 2019, arXiv:1812.11118; nothing is claimed of them here.)
50 noisy points of the circle, nets from none to two layers of 32. Measured: seeds 100 to 111, fixed
before the first run, every run counts in the medians.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from chance import SEEDS
from workbench import experiment

from engine.probes import read_probe
from engine.session import Session

NONE, FEW, MANY = (), (4,), (32, 32)
SWEEP = (NONE, (1,), (2,), FEW, (16,), MANY)


@cache
def losses(units: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Training and test loss of every seed after 1,200 steps."""
    found = []
    for seed in SEEDS[:12]:
        hidden: list[dict[str, Any]] = []
        for n in units:
            hidden += [{"kind": "dense", "units": n}, {"kind": "tanh"}]
        session = Session(
            experiment(
                *hidden, {"kind": "dense"},
                data={"kind": "circle", "count": 100, "noise": 0.2, "test_share": 0.5},
                loss={"kind": "logistic"}, learner={"batch": 25},
                optimizer={"kind": "adam", "learning_rate": 0.03}, seed=seed,
            )
        )  # fmt: skip
        session.advance(1200)
        info = session.probe(read_probe("scores", {})).info
        found.append((info["train"]["loss"], info["test"]["loss"]))
    train, test = np.array(found).T
    return train, test


def test_the_training_loss_falls_with_capacity() -> None:
    medians = [float(np.median(losses(units)[0])) for units in SWEEP]
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 0.5 and medians[-1] < 0.02


def test_the_gap_to_the_test_loss_grows() -> None:
    gaps = [float(np.median(losses(units)[1] - losses(units)[0])) for units in (NONE, FEW, MANY)]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 3 * max(gaps[0], 0.05)


def test_the_test_loss_is_least_in_between() -> None:
    least = min(float(np.median(losses(units)[1])) for units in SWEEP[1:-1])
    assert least < np.median(losses(NONE)[1])
    assert least < np.median(losses(MANY)[1])
