"""Which optimizer? All of them from one start, each at the best of its own learning rates:

    python examples/studies/optimizers.py

An optimizer must not be judged at another's rate: each tries five, a factor of about three apart,
and the rate with the lowest training loss in the end counts. Data, first weights and the order of
the examples are the same for all.
"""

from __future__ import annotations

from math import inf
from typing import Any

import httpx
from lab import experiment, main, ok, progress, session, table

RATES = (0.003, 0.01, 0.03, 0.1, 0.3)
OTHER = {"adadelta": tuple(30 * rate for rate in RATES)}  # its rate is a factor near 1
GOAL = 0.1  # training loss


def study(api: httpx.Client, steps: int) -> dict[str, tuple[float, float, int | None]]:
    """(rate, training loss in the end, steps to the goal) by optimizer."""
    known = ok(api.get("/api/catalog"))["families"]["optimizer"]
    found: dict[str, tuple[float, float, int | None]] = {}
    for kind in progress(sorted(known)):
        tries = [run(api, kind, rate, steps) for rate in OTHER.get(kind, RATES)]
        found[kind] = min(tries, key=lambda row: row[1])
    order = sorted(found, key=lambda kind: found[kind][1])
    table(
        ("optimizer", "its rate", "training loss", f"steps to {GOAL}"),
        [
            (kind, f"{rate:g}", f"{loss:.4f}", "–" if reached is None else reached)
            for kind in order
            for rate, loss, reached in [found[kind]]
        ],
    )
    print(f"\nHere, after {steps} steps: {order[0]} is first and {order[-1]} last. It is one "
          "problem and one start: change them, and the order changes.")  # fmt: skip
    return found


def run(api: httpx.Client, kind: str, rate: float, steps: int) -> tuple[float, float, int | None]:
    """One try."""
    optimizer: dict[str, Any] = {"kind": kind, "learning_rate": rate}
    points = {"kind": "spiral", "count": 400}
    layers = [16, "tanh", 16, "tanh"]
    with session(api, experiment(layers, points, optimizer=optimizer)) as s:
        end = s.step(steps)["train_loss"]
        if s.diverged:
            return rate, inf, None
        curve = s.history()
    # The loss of a batch is noisy: the mean of ten counts.
    losses, at = curve["loss_mean"], curve["step"]
    reached = next(
        (at[i] for i in range(9, len(losses)) if sum(losses[i - 9 : i + 1]) / 10 <= GOAL), None
    )
    return rate, end, reached


if __name__ == "__main__":
    main(study, __doc__, steps=2000)
