"""How large a net? Hidden layers of 1 to 64 units on few noisy points:

    python examples/studies/capacity.py

Training loss falls with every unit; test loss falls first and then rises, since what is learned
last are accidents of these points. Means over seeds.
"""

from __future__ import annotations

from functools import partial
from statistics import fmean

import httpx
from lab import experiment, main, progress, spread, table, trained

WIDTHS = (1, 2, 4, 8, 16, 64)


def study(api: httpx.Client, steps: int, seeds: int) -> dict[int, tuple[float, float]]:
    """(training loss, test loss) by width, means over seeds."""
    found: dict[int, tuple[float, float]] = {}
    rows = []
    for width in progress(WIDTHS):
        made = trained(api, partial(net, width), steps, seeds)
        train = [s.metrics["train_loss"] for s in made]
        test = [s.metrics["test_loss"] for s in made]
        found[width] = fmean(train), fmean(test)
        rows.append((width, made[0].parameters, spread(train), spread(test)))
    table(("units", "parameters", "training loss", "test loss"), rows)
    best = min(found, key=lambda width: found[width][1])
    print(f"\nThe test loss is lowest with {best} units, the training loss with "
          f"{min(found, key=lambda width: found[width][0])}.")  # fmt: skip
    return found


def net(width: int, seed: int) -> dict:
    """Two hidden layers, 60 points to learn from and 240 kept for the test."""
    return experiment(
        [width, "tanh", width, "tanh"],
        {"kind": "moons", "count": 300, "noise": 0.25, "test_share": 0.8},
        seed=seed,
    )


if __name__ == "__main__":
    main(study, __doc__, steps=2000, seeds=5)
