"""What does dropout do to overfitting? A large net, few noisy points, p from 0 to 0.5:

    python examples/studies/dropout_and_gap.py

The gap is test loss minus training loss, both with dropout off. Means over seeds, whose data and
first weights differ.
"""

from __future__ import annotations

from functools import partial
from statistics import fmean

import httpx
from lab import experiment, main, progress, spread, table, trained

SHARES = (0.0, 0.1, 0.3, 0.5)


def study(api: httpx.Client, steps: int, seeds: int) -> dict[float, float]:
    """The mean gap by p."""
    found: dict[float, float] = {}
    rows = []
    for p in progress(SHARES):
        made = trained(api, partial(crowded, p), steps, seeds)
        train = [s.metrics["train_loss"] for s in made]
        test = [s.metrics["test_loss"] for s in made]
        found[p] = fmean(b - a for a, b in zip(train, test, strict=True))
        rows.append((p, spread(train), spread(test), f"{found[p]:.3f}"))
    table(("dropout p", "training loss", "test loss", "gap"), rows)
    best = min(found, key=lambda p: found[p])
    print(f"\nThe gap is smallest at p = {best}: {found[best]:.3f} against {found[0.0]:.3f} at 0.")
    return found


def crowded(p: float, seed: int) -> dict:
    """Two layers of 32 units for 50 points."""
    drop = {"kind": "dropout", "p": p}
    return experiment(
        [32, "tanh", drop, 32, "tanh", drop],
        {"kind": "gaussians", "count": 250, "noise": 0.3, "test_share": 0.8},
        seed=seed,
    )


if __name__ == "__main__":
    main(study, __doc__, steps=1500, seeds=5)
