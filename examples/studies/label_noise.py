"""What do wrong labels do? A large net trained too long, with more and more labels near the border
given to the wrong class:

    python examples/studies/label_noise.py

First it learns the rule, then the wrong labels by heart: the test is best before the end. Stopping
there is a regularizer. Means over seeds.
"""

from __future__ import annotations

from statistics import fmean

import httpx
from lab import experiment, main, progress, session, spread, table

NOISES = (0.0, 0.2, 0.4)
LOOKS = 20  # how often the test is looked at


def study(api: httpx.Client, steps: int, seeds: int) -> dict[float, tuple[float, float, float]]:
    """(training accuracy in the end, test loss in the end, lowest test loss on the way)."""
    found: dict[float, tuple[float, float, float]] = {}
    rows = []
    for noise in progress(NOISES):
        learned, end, best, when = [], [], [], []
        for seed in range(1, seeds + 1):
            with session(api, large(noise, seed)) as s:
                seen = [s.step(steps // LOOKS) for _ in range(LOOKS)]
            losses = [metrics["test_loss"] for metrics in seen]
            learned.append(seen[-1]["train_accuracy"])
            end.append(losses[-1])
            best.append(min(losses))
            when.append((losses.index(min(losses)) + 1) * (steps // LOOKS))
        found[noise] = fmean(learned), fmean(end), fmean(best)
        rows.append(
            (noise, f"{fmean(learned):.0%}", spread(end), spread(best), f"{fmean(when):.0f}")
        )
    head = ("noise", "learned by heart", "test loss in the end", "lowest", "at step (mean)")
    table(head, rows)
    worst = max(found, key=lambda noise: found[noise][1] - found[noise][2])
    end_, best_ = found[worst][1:]
    print(f"\nStopping in time is worth most at noise {worst}: {best_:.3f} instead of {end_:.3f}.")
    return found


def large(noise: float, seed: int) -> dict:
    """Two layers of 32 units for 100 points of xor."""
    return experiment(
        [32, "relu", 32, "relu"],
        {"kind": "xor", "count": 300, "noise": noise, "test_share": 2 / 3},
        seed=seed,
    )


if __name__ == "__main__":
    main(study, __doc__, steps=3000, seeds=3)
