"""How noisy is a gradient of a few examples? Batches of 1 to all, at one and the same θ:

    python examples/studies/batch_size_and_noise.py

With a learning rate of 10⁻⁹ the net stands still, and every step measures the gradient on another
batch. Its variance over the steps falls as 1/batch (and to 0 at the whole of the data, since an
epoch never shows an example twice: the factor is (1/b)(N − b)/(N − 1)).
"""

from __future__ import annotations

from statistics import fmean

import httpx
from lab import experiment, main, progress, session, table

COUNT = 512  # points to learn from
BATCHES = (1, 4, 16, 64, 256)


def study(api: httpx.Client, steps: int) -> dict[int, float]:
    """Variance of the gradient, summed over all parameters, by batch size."""
    found: dict[int, float] = {}
    rows = []
    for batch in progress(BATCHES):
        with session(api, still(batch)) as s:
            seen = []
            for _ in range(steps):
                s.step(1)
                seen.append(flat(s.probe("gradients")["arrays"]))
        found[batch] = sum(variance(values) for values in zip(*seen, strict=True))
        expected = found[1] / batch * (COUNT - batch) / (COUNT - 1)
        rows.append((batch, f"{found[batch]:.4g}", f"{expected:.4g}"))
    table(("batch", "variance of the gradient", "1/b law from batch 1"), rows)
    ratio = found[1] / found[16]
    print(f"\nSixteen examples instead of one: the variance falls by a factor of {ratio:.1f}.")
    return found


def still(batch: int) -> dict:
    """A net at its first weights, all points for training, that hardly moves."""
    return experiment(
        [8, "tanh"],
        {"kind": "xor", "count": 2 * COUNT, "noise": 0.3, "test_share": 0.5},
        optimizer={"kind": "sgd", "learning_rate": 1e-9},
        batch=batch,
    )


def flat(arrays: dict) -> list[float]:
    """All gradients in a row."""
    made: list[float] = []
    for array in arrays.values():
        for row in array["values"]:
            made += row if isinstance(row, list) else [row]
    return made


def variance(values: tuple[float, ...]) -> float:
    """Mean squared distance from the mean."""
    centre = fmean(values)
    return fmean((value - centre) ** 2 for value in values)


if __name__ == "__main__":
    main(study, __doc__, steps=200)
