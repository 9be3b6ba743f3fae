"""C1, overfitting: with more parameters than points the two losses part.

Of 697 parameters and 20 points every run learns its points by heart (Zhang et al. 2017,
arXiv:1611.03530, is the famous case) and grows so sure that its test loss rises again (Guo et al.
2017, arXiv:1706.04599: accuracy may stand still while the loss overfits). With 500 points of the
same kind the same net cannot. The two clouds of noise 0.3 overlap, so no net is right everywhere.
The rule, written before the first run on them: seeds 100 to 111, every run counts.
"""

from __future__ import annotations

from chance import SEEDS
from workbench import experiment

from engine.outline import outline
from engine.probes import read_probe
from engine.session import Session

RUNS = SEEDS[:12]
HIDDEN = ({"kind": "dense", "units": 24}, {"kind": "tanh"})


def begun(points: int, seed: int) -> Session:
    """Half of twice as many points is kept for the test."""
    return Session(
        experiment(
            *HIDDEN, *HIDDEN, {"kind": "dense"},
            data={"kind": "moons", "count": 2 * points, "noise": 0.3, "test_share": 0.5},
            loss={"kind": "logistic"}, learner={"batch": 20},
            optimizer={"kind": "adam", "learning_rate": 0.01}, seed=seed,
        )
    )  # fmt: skip


def ends(points: int, seed: int) -> tuple[float, float, float]:
    """Training loss and test loss after 1,500 steps, and the least test loss on the way."""
    session, least = begun(points, seed), float("inf")
    for _ in range(15):
        session.advance(100)
        least = min(least, session.metrics()["test_loss"])
    info = session.probe(read_probe("scores", {})).info
    return info["train"]["loss"], info["test"]["loss"], least


def test_there_are_more_parameters_than_points() -> None:
    session = begun(20, 100)
    assert outline(session.experiment).parameters == 697 > 20 == len(session.run.prepared.train)


def test_with_few_points_the_losses_part_and_the_test_loss_rises_again() -> None:
    for seed in RUNS:
        train, test, least = ends(20, seed)
        assert train < 0.01, seed
        assert test > train + 0.1, seed
        assert test > 1.2 * least, seed


def test_with_many_points_they_hardly_part() -> None:
    few = sorted(test - train for train, test, _ in (ends(20, seed) for seed in RUNS))
    many = sorted(test - train for train, test, _ in (ends(500, seed) for seed in RUNS[:4]))
    assert many[-1] < 0.2
    assert many[-1] < few[len(few) // 2] / 2
