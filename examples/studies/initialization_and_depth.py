"""How should weights begin? Tanh nets of growing depth, four ways to draw their first weights:

    python examples/studies/initialization_and_depth.py

For each: the size of the gradient that reaches the first layer in the first step, and what was
learned in the end. Glorot and Bengio 2010 saw the first, and proposed the remedy.
"""

from __future__ import annotations

from math import sqrt
from statistics import fmean

import httpx
from lab import experiment, main, progress, session, spread, table

STARTS = {
    "normal, 0.1": {"kind": "normal", "deviation": 0.1},
    "normal, 1": {"kind": "normal", "deviation": 1.0},
    "glorot": {"kind": "glorot"},
    "he": {"kind": "he"},
}
WIDTH, DEPTHS = 16, (2, 6, 12)


def study(api: httpx.Client, steps: int, seeds: int) -> dict[tuple[str, int], tuple[float, float]]:
    """(size of the first layer's gradient, test accuracy) by start and depth."""
    found: dict[tuple[str, int], tuple[float, float]] = {}
    rows = []
    for start in progress(STARTS):
        for depth in DEPTHS:
            sizes, right = [], []
            for seed in range(1, seeds + 1):
                with session(api, deep(start, depth, seed)) as s:
                    s.step(1)
                    gradients = s.probe("gradients", layer="dense1")["arrays"]
                    sizes.append(size(gradients["dense1.weight"]["values"]))
                    right.append(s.step(steps - 1)["test_accuracy"])
            found[start, depth] = fmean(sizes), fmean(right)
            rows.append((start, depth, f"{fmean(sizes):.2g}", spread(right)))
    table(("first weights", "hidden layers", "gradient at the first", "test accuracy"), rows)
    worst = min(found, key=lambda key: found[key][0])
    print(
        f"\nThe gradient that reaches the first layer is smallest with “{worst[0]}” and "
        f"{worst[1]} layers: {found[worst][0]:.1g}."
    )
    return found


def deep(start: str, depth: int, seed: int) -> dict:
    """A tanh net on the ring, plain gradient descent."""
    return experiment(
        [WIDTH, "tanh"] * depth,
        {"kind": "circle", "count": 400},
        seed=seed,
        optimizer={"kind": "sgd", "learning_rate": 0.1},
        initializer=STARTS[start],
    )


def size(gradient: list[list[float]]) -> float:
    """Root mean square of a matrix."""
    return sqrt(fmean(g * g for row in gradient for g in row))


if __name__ == "__main__":
    main(study, __doc__, steps=1500, seeds=3)
