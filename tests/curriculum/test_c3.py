"""C3, weight decay: the norm of θ falls with λ, l1 makes zeros, and the border gets smoother.

That at a minimum of J + λR the penalty R does not grow with λ is a theorem for any J: add the two
inequalities of the two minima. Nor does it exceed J(0)/λ, for at w = 0 there is no penalty. Without
a hidden layer plain descent reaches the minimum (of l1 as well: ISTA, Daubechies et al. 2004), and
the test is those theorems. With one, and by Adam, whose steps shrink l1's part otherwise, it need
not, and what holds of the norm and of the slope of the answer is measured: seeds 100 to 105, fixed
before the first run, every run counts.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from chance import SEEDS
from workbench import experiment

from engine.probes import read_probe
from engine.session import Session

RUNS = SEEDS[:6]
NOISY = {"kind": "moons", "count": 100, "noise": 0.3, "test_share": 0.5}
HIDDEN = ({"kind": "dense", "units": 16}, {"kind": "tanh"})


def trained(kind: str, rate: float, seed: int, hidden: bool = True) -> Session:
    """On 50 points at once, after 1,200 steps: by Adam, or without a hidden layer by descent."""
    adam, plain = ({"kind": k, "learning_rate": r} for k, r in (("adam", 0.02), ("sgd", 0.3)))
    session = Session(
        experiment(
            *(HIDDEN if hidden else ()), {"kind": "dense"},
            data=NOISY, loss={"kind": "logistic"},
            optimizer=adam if hidden else plain,
            learner={"batch": 50, "penalties": [{"kind": kind, "rate": rate}] if rate else []},
            seed=seed,
        )
    )  # fmt: skip
    session.advance(1200)
    assert session.state != "diverged"
    return session


def weights(session: Session) -> np.ndarray:
    """All that a penalty acts on."""
    return np.concatenate([a.ravel() for k, a in session.run.arrays.items() if "weight" in k])


def slope(session: Session) -> float:
    """The mean length of the answer's gradient over the plane, per cell."""
    raw = session.probe(read_probe("boundary", {"resolution": 40})).arrays["outputs"][0]
    return float(np.hypot(*np.gradient(raw)).mean())


@pytest.mark.parametrize("seed", RUNS)
@pytest.mark.parametrize(("kind", "order"), [("l2", 2), ("l1", 1)])
def test_at_the_minimum_the_penalty_falls_with_its_rate(kind: str, order: int, seed: int) -> None:
    """J(0) is ln 2, the loss of even chances."""
    rates = (0.0, 0.01, 0.03, 0.1, 0.3)
    found = [weights(trained(kind, rate, seed, hidden=False)) for rate in rates]
    norms = [float(np.linalg.norm(w, order)) for w in found]
    assert all(larger > smaller for larger, smaller in itertools.pairwise(norms))
    for rate, norm in zip(rates[1:], norms[1:], strict=True):
        assert rate * (norm**2 / 2 if kind == "l2" else norm) < math.log(2)


def test_decay_shrinks_the_weights_of_a_net_and_smooths_its_border() -> None:
    for seed in RUNS:
        runs = [trained("l2", rate, seed) for rate in (0.0, 0.001, 0.01, 0.1)]
        norms = [float(np.linalg.norm(weights(run))) for run in runs]
        assert norms == sorted(norms, reverse=True), seed
        slopes = [slope(run) for run in runs]
        assert slopes[0] > 2 * slopes[2] and slopes[2] > slopes[3], seed


def test_l1_makes_weights_exactly_zero_and_l2_does_not() -> None:
    for seed in RUNS:
        assert np.mean(weights(trained("l1", 0.1, seed)) == 0) > 0.2
        assert not (weights(trained("l2", 0.1, seed)) == 0).any()
