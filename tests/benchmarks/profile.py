"""Where the time of a step goes, read off the tape: every call timed alone, the least of many."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.pictures import CLASSES, WORKS

ROUNDS = 60
Range = tuple[int, int, str]


def profile(which: str) -> dict[str, float]:
    """Seconds of a step by what is done: products, copies, pointwise, norms, update, other."""
    work = WORKS[which]
    net = work.net
    theta = net.theta()
    net.initialize(theta, net.buffers(), 1)
    chance = np.random.default_rng(1)
    x = chance.standard_normal((2 * work.batch, *work.shape)).astype(np.float32)
    stepper: Any = work.stepper(net.arrays(theta), x, chance.integers(CLASSES, size=len(x)))
    stepper.step()
    kinds = {site.path: site.layer.kind for site in net.sites}
    owners = [
        (*np.lib.array_utils.byte_bounds(a), kinds[path])
        for path, cell in stepper.tape.cells.items()
        for name, a in vars(cell).items()
        if isinstance(a, np.ndarray) and a.size and name not in ("x", "x1", "dy")
    ]
    calls = [(call, _group(*call, owners)) for call in stepper.tape.calls]
    calls += [(call, "update") for call in stepper.update.calls]
    least = [np.inf] * len(calls)
    for _ in range(ROUNDS):
        for i, ((f, arguments), _) in enumerate(calls):
            started = time.perf_counter()
            f(*arguments)
            least[i] = min(least[i], time.perf_counter() - started)
    found: Counter[str] = Counter()
    for (_, group), seconds in zip(calls, least, strict=True):
        found[group] += seconds
    return dict(found)


def _group(f: Any, arguments: tuple[Any, ...], owners: list[Range]) -> str:
    name = getattr(f, "__name__", "")
    out = _written(f, name, arguments)
    at = None if out is None else np.lib.array_utils.byte_bounds(out)[0]
    kind = next((kind for low, high, kind in owners if at is not None and low <= at < high), "")
    if "norm" in kind:
        return "norms"
    if name in ("matmul", "dot") and kind in ("conv2d", "dense"):
        return "products"
    if name in ("copyto", "fill"):
        return "copies"
    return "pointwise" if kind else "other"  # the loss, and the batch that is taken


def _written(f: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    if isinstance(f, partial):
        return f.keywords.get("out")
    if name == "fill":
        return f.__self__ if isinstance(f.__self__, np.ndarray) else None
    arrays = [a for a in arguments if isinstance(a, np.ndarray)]
    return arrays[0 if name == "copyto" else -1] if arrays else None


def shown(which: str) -> str:
    """The shares of a profile, in a line."""
    found = profile(which)
    whole = sum(found.values())
    parts = sorted(found.items(), key=lambda part: -part[1])
    shares = ", ".join(f"{name} {100 * seconds / whole:.0f} %" for name, seconds in parts)
    return f"{which}: {1e3 * whole:.2f} ms of calls: {shares}"
