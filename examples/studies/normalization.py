"""What is a norm good for? A deep net without one, with batch norm, with layer norm:

    python examples/studies/normalization.py

Ten ReLU layers whose weights begin too small, at three learning rates. Without a norm every layer
makes the signal smaller, and nothing arrives; a norm takes the scale away. Means over seeds.
"""

from __future__ import annotations

from functools import partial
from statistics import fmean

import httpx
from lab import experiment, main, progress, spread, table, trained

NORMS = {"none": [], "batch norm": ["batch_norm"], "layer norm": ["layer_norm"]}
RATES = (0.01, 0.1, 1.0)
DEPTH, WIDTH = 10, 16


def study(api: httpx.Client, steps: int, seeds: int) -> dict[tuple[str, float], float]:
    """Mean test accuracy by norm and rate."""
    found: dict[tuple[str, float], float] = {}
    rows = []
    for name in progress(NORMS):
        cells = []
        for rate in RATES:
            made = trained(api, partial(deep, name, rate), steps, seeds)
            right = [s.metrics["test_accuracy"] for s in made]
            found[name, rate] = fmean(right)
            cells.append(spread(right, 2))
        rows.append((name, *cells))
    table(("norm", *(f"η = {rate:g}" for rate in RATES)), rows)
    best = {name: max(found[name, rate] for rate in RATES) for name in NORMS}
    print("\nAt the best of its rates: "
          + ", ".join(f"{name} {right:.0%}" for name, right in best.items())
          + " of the test points right.")  # fmt: skip
    return found


def deep(name: str, rate: float, seed: int) -> dict:
    """Plain gradient descent on the ring."""
    return experiment(
        [WIDTH, *NORMS[name], "relu"] * DEPTH,
        {"kind": "circle", "count": 400},
        seed=seed,
        optimizer={"kind": "sgd", "learning_rate": rate},
        initializer={"kind": "normal", "deviation": 0.1},
    )


if __name__ == "__main__":
    main(study, __doc__, steps=600, seeds=3)
