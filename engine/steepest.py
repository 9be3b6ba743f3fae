"""The largest eigenvalue of a symmetric operator, by power iteration that remembers.

Plain power iteration looks for the next vector in A v alone. Here it is the best one (the largest
vᵀAv / vᵀv) in the span of v, of what A v adds to it, and of the change before: locally optimal
iteration (Knyazev 2001, SIAM J. Sci. Comput. 23:517). A step costs one product with A all the same,
far fewer steps are needed, and it is the largest eigenvalue that is found, not the largest in size.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from engine.memory.arena import Array

TINY = 1e-9  # what is left of a unit vector that lies in the span of the others


@dataclass(frozen=True)
class Steepest:
    """An eigenvalue and its unit vector. residual: ‖A v − λ v‖ / |λ|: there is an eigenvalue no
    farther from `value` than this share of it. products: with A, that it took."""

    value: float
    vector: Array
    residual: float
    products: int


def steepest(
    apply: Callable[[Array], Array], start: Array, tolerance: float, most: int
) -> Generator[None, None, Steepest]:
    """The largest eigenvalue; pauses after each product with A.

    start: a vector that is not 0. Ends when the residual is at most `tolerance`, or after `most`
    products (at least one is made).
    """
    v = start / np.linalg.norm(start)
    av = apply(v)
    p = ap = None
    for made in range(1, max(most, 1) + 1):
        value = float(v @ av)
        rest = av - value * v
        size = float(np.linalg.norm(rest))
        residual = size / abs(value) if value else float(size > 0)
        found = Steepest(value, v, residual, made)
        yield
        if not residual > tolerance or made >= most:
            break
        w = rest / size
        w -= (w @ v) * v
        w /= np.linalg.norm(w)
        vectors, images = [v, w], [av, apply(w)]
        if p is not None and ap is not None:
            # The change before, at right angles to both; of A p nothing new has to be computed.
            for q, aq in zip(vectors, images, strict=True):
                share = float(p @ q)
                p, ap = p - share * q, ap - share * aq
            length = float(np.linalg.norm(p))
            if length > TINY:
                vectors.append(p / length)
                images.append(ap / length)
        inside = np.array([[a @ b for b in images] for a in vectors])
        c = np.linalg.eigh((inside + inside.T) / 2)[1][:, -1]
        if not np.isfinite(c).all():
            break
        p = sum((k * q for k, q in zip(c[1:], vectors[1:], strict=True)), np.zeros_like(v))
        ap = sum((k * q for k, q in zip(c[1:], images[1:], strict=True)), np.zeros_like(v))
        v, av = c[0] * v + p, c[0] * av + ap
        scale = float(np.linalg.norm(v))
        v, av = v / scale, av / scale
    return found
