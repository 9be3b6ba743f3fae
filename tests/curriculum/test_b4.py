"""B4, output and loss: scores → softmax → probabilities → cross-entropy, and the other losses.

Against the formulas in decimal arithmetic of fifty digits, to 1e-6, by what a person sees of one
example. The scores are written into the bias of the last layer, whose weights are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, getcontext
from typing import Any

import pytest
from workbench import experiment

from engine.probes import read_probe
from engine.session import Session

getcontext().prec = 50
FISH, BEAR, CHAMELEON = range(3)
SCORES = {
    "unsure": (0.25, 0.125, -0.5),
    "sure of the fish": (6.5, -1.25, 2.0),
    "sure of the bear": (-3.0, 4.75, 0.5),
    "far out": (60.0, -45.0, 58.0),
}


def told(scores: Sequence[float], loss: str, target: int) -> tuple[dict[str, Any], int]:
    """What is said of an example of a class whose scores are these, and its number."""
    data = {"kind": "blobs", "count": 60} if len(scores) > 1 else {"kind": "circle", "count": 60}
    session = Session(experiment({"kind": "dense"}, data=data, loss={"kind": loss}))
    session.run.arrays["head.weight"][...] = 0
    session.run.arrays["head.bias"][...] = scores
    prepared = session.run.prepared
    at = next(i for i in range(30) if prepared.targets[prepared.test[i]] == target)
    answer = session.probe(read_probe("example", {"split": "test", "index": at}))
    assert answer.info["target"] == target
    assert answer.info["outputs"] == pytest.approx(scores, abs=1e-6)
    return answer.info, at


def softmax(scores: Sequence[float]) -> list[Decimal]:
    powers = [Decimal(s).exp() for s in scores]
    return [p / sum(powers) for p in powers]


@pytest.mark.parametrize("target", [FISH, BEAR, CHAMELEON])
@pytest.mark.parametrize("name", SCORES)
def test_scores_become_probabilities_and_a_loss(name: str, target: int) -> None:
    info, _ = told(SCORES[name], "softmax_cross_entropy", target)
    p = softmax(SCORES[name])
    assert info["probabilities"] == pytest.approx([float(each) for each in p], abs=1e-6)
    assert sum(info["probabilities"]) == pytest.approx(1, abs=1e-6)
    # Of a loss of a hundred float32 has five decimals.
    assert info["loss"] == pytest.approx(float(-p[target].ln()), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("score", [-30.0, -1.75, -0.5, 0.0, 0.75, 3.0, 30.0])
def test_one_score_by_three_losses(score: float, target: int) -> None:
    """t = −1 or +1: squared (y − t)², hinge max(0, 1 − ty), logistic ln(1 + e⁻ᵗʸ)."""
    t, y = Decimal(2 * target - 1), Decimal(score)
    wanted = {
        "squared_error": (y - t) ** 2,
        "hinge": max(Decimal(0), 1 - t * y),
        "logistic": (1 + (-t * y).exp()).ln(),
    }
    for loss, right in wanted.items():
        info, _ = told([score], loss, target)
        assert info["loss"] == pytest.approx(float(right), rel=1e-6, abs=1e-6), loss
        if loss == "logistic":
            p = 1 / (1 + (-y).exp())
            assert info["probabilities"] == pytest.approx([float(1 - p), float(p)], abs=1e-6)


def test_the_loss_of_a_batch_is_the_mean_of_its_examples() -> None:
    session = Session(
        experiment(data={"kind": "blobs", "count": 60}, loss={"kind": "softmax_cross_entropy"})
    )
    session.advance(20)
    each = [
        session.probe(read_probe("example", {"split": "test", "index": i})).info["loss"]
        for i in range(len(session.run.prepared.test))
    ]
    assert session.metrics()["test_loss"] == pytest.approx(sum(each) / len(each), rel=1e-6)
