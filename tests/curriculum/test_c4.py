"""C4, dropout: masks by chance and by the seed, an expectation kept, and what it does to a net.

That the mean over masks is the answer in use holds exactly for what is linear in the mask (Hinton
et al. 2012, arXiv:1207.0580; Srivastava et al. 2014). That the units' correlation falls is so for
what the next layer is given: two masks drawn apart take away from each unit's variance no
covariance, so the correlation shrinks by V/(V + p/(1−p) E h²) for each. Of the trained units
themselves, unmasked, nothing is claimed: on the digits of 8 × 8 their correlation was as often
higher with dropout as lower. The border's roughness is measured: seeds 100 to 107, fixed before
the first run, every run counts.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from chance import SEEDS
from workbench import experiment, fill, wired

from engine.layers import Dense, Dropout, Tanh
from engine.memory.tape import Clock
from engine.probes import read_probe
from engine.session import Session


def resting(p: float, seed: int, units: int = 24) -> Session:
    """Two hidden layers with dropout behind each, on 50 noisy points."""
    drop = [{"kind": "dropout", "p": p}] if p else []
    hidden = [{"kind": "dense", "units": units}, {"kind": "tanh"}, *drop]
    return Session(
        experiment(
            *hidden, *hidden, {"kind": "dense"},
            data={"kind": "moons", "count": 100, "noise": 0.3, "test_share": 0.5},
            loss={"kind": "logistic"}, learner={"batch": 25},
            optimizer={"kind": "adam", "learning_rate": 0.01}, seed=seed,
        )
    )  # fmt: skip


def masks(session: Session) -> dict[str, np.ndarray]:
    arrays = session.probe(read_probe("masks", {})).arrays
    return {key: a.copy() for key, a in arrays.items() if key.endswith(".mask")}


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_as_many_are_silenced_as_chance_allows(p: float) -> None:
    session, off, of = resting(p, 100), np.zeros(2), 0
    for _ in range(40):
        session.advance(1)
        now = masks(session)
        off += [(mask == 0).sum() for mask in now.values()]
        of += now["drop1.mask"].size
    assert of == 40 * 25 * 24
    # 2.81 deviations: 99.5 % of all series lie within.
    assert (np.abs(off - p * of) < 2.81 * math.sqrt(of * p * (1 - p))).all()


def test_masks_are_addressed_by_the_seed_and_the_step() -> None:
    one, again, other = resting(0.5, 100), resting(0.5, 100), resting(0.5, 101)
    for session in (one, again, other):
        session.advance(30)
    kept = masks(one)
    for key, mask in masks(again).items():
        np.testing.assert_array_equal(mask, kept[key])
    assert any(not np.array_equal(mask, kept[key]) for key, mask in masks(other).items())
    assert not np.array_equal(kept["drop1.mask"], kept["drop2.mask"])
    one.advance(20)
    assert not np.array_equal(masks(one)["drop1.mask"], kept["drop1.mask"])
    one.seek(30)
    for key, mask in masks(one).items():
        np.testing.assert_array_equal(mask, kept[key])


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_the_mean_over_masks_is_the_answer_in_use(p: float) -> None:
    """Of one layer behind the mask: it is linear in it. Within four standard errors, which
    chance exceeds once in 16,000."""
    net = (Dense(units=12), Tanh(), Dropout(p=p), Dense(units=3))
    clock = Clock(7, 200)
    noisy = wired(net, n=200, mode="sample", clock=clock)
    noisy.x[...] = noisy.x[:, :1]
    calm = wired(net, n=1, mode="evaluate")
    calm.x[...] = noisy.x[:, :1]
    calm.replay()
    found = []
    for step in range(50):
        clock.step = step
        noisy.replay()
        found.append(noisy.y.copy())
    answers = np.concatenate(found, axis=1)
    error = answers.std(axis=1) / math.sqrt(answers.shape[1])
    assert (answers.std(axis=1) > 0.1).all()
    assert (np.abs(answers.mean(axis=1) - calm.y[:, 0]) < 4 * error).all()


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_what_the_next_layer_is_given_is_less_correlated(p: float) -> None:
    clock = Clock(3, 4000)
    tape = wired((Dense(units=6), Tanh(), Dropout(p=p)), n=4000, mode="sample", clock=clock)
    fill(tape, 5)
    tape.replay()
    h, given = tape["tanh1"].y, tape["drop1"].y
    before, after = np.corrcoef(h), np.corrcoef(given)
    share = np.sqrt(h.var(axis=1) / (h.var(axis=1) + p / (1 - p) * (h**2).mean(axis=1)))
    pairs = np.triu_indices(6, 1)
    assert (np.abs(before[pairs]) > 0.1).sum() >= 5
    wanted = before * np.outer(share, share)
    # A correlation of 4,000 pairs is known to 1/√4000 = 0.016.
    np.testing.assert_allclose(after[pairs], wanted[pairs], atol=4 / math.sqrt(4000))
    assert np.abs(after[pairs]).mean() < np.abs(before[pairs]).mean() * (1 - p / 2)


def roughness(p: float, seed: int) -> float:
    """How steep the raw answer is over the plane, in the mean, after 1,000 steps."""
    session = resting(p, seed)
    session.advance(1000)
    raw = session.probe(read_probe("boundary", {"resolution": 40})).arrays["outputs"][0]
    return float(np.hypot(*np.gradient(raw)).mean())


def test_the_border_gets_smoother_with_p() -> None:
    for seed in SEEDS[:8]:
        rough = [roughness(p, seed) for p in (0.0, 0.2, 0.5)]
        assert rough[0] > 1.2 * rough[1] > 1.2 * rough[2], (seed, rough)
