"""What chance allows: how many of so many runs may get there where each does with a probability.

The lessons' tests run on seeds that were fixed by one rule before the first run, `SEEDS`, and all
of them count. How many must get there then follows from the binomial and from nothing else.
"""

from __future__ import annotations

from math import comb

SEEDS = range(100, 132)
TAIL = 0.005  # on either side: of a hundred true tests one fails by chance


def expected(share: float, runs: int = len(SEEDS)) -> range:
    """The counts that 99 % of all series of `runs` give where a run gets there with `share`:
    fewer come by chance in at most one of 200 series, and so do more."""
    chances = [comb(runs, k) * share**k * (1 - share) ** (runs - k) for k in range(runs + 1)]
    fewest, below = 0, chances[0]
    while below <= TAIL:
        fewest += 1
        below += chances[fewest]
    most, above = runs, chances[runs]
    while above <= TAIL:
        most -= 1
        above += chances[most]
    return range(fewest, most + 1)
