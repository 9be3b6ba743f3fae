"""How many examples are answered at once, and how many are scored: by the net alone, never by time,
so that a run and its replay say the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from engine.net import Site

CHUNK = 2048  # columns of a forward pass at once: few calls
CACHED = 24_576  # numbers of a layer's output at once: what stays in the cache
FEWEST = 64  # columns below which calls and products are not worth their start
GATHERED = 512  # pictures gathered at once to be scored
# Multiply-adds of scoring each part of the data, together a fraction of a second. The test has the
# larger share: it is what one wants to know.
SCORED = {"train": 5 * 10**8, "test": 2 * 10**9}
LEAST = 64  # examples that are scored, however large the net


def at_once(sites: Sequence[Site]) -> int:
    """Columns of a forward pass through these sites at once."""
    widest = max(math.prod(site.y) for site in sites)
    return max(min(CHUNK, CACHED // widest), FEWEST)


def forward_cost(sites: Sequence[Site]) -> int:
    """Multiply-adds of one example, forward."""
    return sum(site.layer.multiply_adds(site.x) for site in sites if "." not in site.path)


def scoring_cost(sites: Sequence[Site], counts: Mapping[str, int]) -> int:
    """Multiply-adds of scoring both parts, of so many examples each."""
    scored = sum(affordable(sites, part, count) for part, count in counts.items())
    return scored * forward_cost(sites)


def affordable(sites: Sequence[Site], part: str, count: int) -> int:
    """How many of the `count` examples of a part are scored: the first that the budget allows."""
    return min(count, max(LEAST, SCORED[part] // max(forward_cost(sites), 1)))
