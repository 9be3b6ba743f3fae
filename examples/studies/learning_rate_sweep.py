"""Which learning rate? A sweep over five decades, from the same start:

    python examples/studies/learning_rate_sweep.py

Gradient descent on all points at once. Too small a rate goes nowhere, too large a one overshoots
the valley's walls: the last column is η times the curvature λmax where it stands in the end. Above
2 no minimum can hold it (Cohen et al. 2021 found nets to train right at that edge).
"""

from __future__ import annotations

from math import inf

import httpx
from lab import experiment, main, progress, session, table

RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)


def study(api: httpx.Client, steps: int) -> dict[float, float]:
    """The training loss in the end by rate; infinite where it diverged."""
    found: dict[float, float] = {}
    rows = []
    for rate in progress(RATES):
        with session(api, whole(rate)) as s:
            metrics = s.step(steps)
            if s.diverged:
                found[rate] = inf
                rows.append((rate, "–", "–", f"diverged at step {s.state['step'] + 1}"))
                continue
            found[rate] = metrics["train_loss"]
            product = s.probe("curvature")["info"]["product"]
            rows.append(
                (rate, f"{metrics['train_loss']:.4f}", f"{metrics['test_loss']:.4f}",
                 f"{product:.2f}")
            )  # fmt: skip
    table(("learning rate", "training loss", "test loss", "η λmax"), rows)
    best = min(found, key=lambda rate: found[rate])
    print(f"\nAfter {steps} steps the lowest training loss is at η = {best:g}: {found[best]:.4f}.")
    return found


def whole(rate: float) -> dict:
    """A small net on two moons; every step sees all points."""
    return experiment(
        [8, "tanh"],
        {"kind": "moons", "count": 300, "noise": 0.2},
        optimizer={"kind": "sgd", "learning_rate": rate},
        loss="squared_error",
        batch=None,
    )


if __name__ == "__main__":
    main(study, __doc__, steps=1000)
