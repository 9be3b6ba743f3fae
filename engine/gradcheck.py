"""The checker of gradients: what backward says, against what the loss does.

A derivative is what the loss changes by when the numbers change a little. So each array in turn is
moved along random directions v, and the slope that is measured, (J(θ + hv) − J(θ − hv)) / 2h, is
compared with the slope that backward claims, g · v. It replays the very list of calls that trains,
on a float64 tape: nothing is written twice, so nothing can be right only in the copy.
"""

from __future__ import annotations

import numpy as np

from engine.memory.arena import Array
from engine.memory.tape import Tape

STEP = 1e-5  # h: truncation (h²) and rounding (1e-16 / h) are then both about 1e-11
# An array whose gradient is 0 (a bias before a batch norm) is measured against this share of the
# whole gradient: rounding is not an error.
FLOOR = 1e-3


def gradient_errors(tape: Tape, seed: int = 0, directions: int = 3) -> dict[str, float]:
    """Relative error of the gradient of each array, by dotted name, and of “inputs” where asked.

    tape: float64, with a loss, gradients, and a batch in its block; what it holds afterwards is the
    recording at the same θ. The clock stands still, so noise is the same in every replay. Below
    1e-6 a gradient is right; a derivative wrong by 0.1 % gives about 1e-3. Raises `ValueError` for
    a tape that is not float64 or has no gradient.
    """
    if tape.grad is None or tape.dtype != np.float64:
        raise ValueError("A gradient is checked on a float64 tape with a loss and gradients.")
    rng = np.random.default_rng(seed)
    tape.replay()
    pairs = _pairs(tape)
    claims = {name: np.array(gradient) for name, (_, gradient) in pairs.items()}
    whole = float(np.sqrt(sum(float(np.vdot(g, g)) for g in claims.values())))
    errors: dict[str, float] = {}
    for name, (array, _) in pairs.items():
        scale = max(float(np.linalg.norm(claims[name])), FLOOR * whole) or 1.0
        errors[name] = 0.0
        for _ in range(directions):
            v = rng.standard_normal(array.shape)
            off = abs(_slope(tape, array, v) - float(np.vdot(claims[name], v))) / scale
            errors[name] = max(errors[name], off) if np.isfinite(off) else np.inf
    tape.replay()
    return errors


def _pairs(tape: Tape) -> dict[str, tuple[Array, Array]]:
    """Every array that can be moved, and the window where its gradient stands."""
    assert tape.grad is not None
    gradients = tape.net.arrays(tape.grad)
    pairs = {name: (a, gradients[name]) for name, a in tape.net.arrays(tape.theta).items()}
    if tape.chain.dx is not None:
        pairs["inputs"] = (tape.x, tape.chain.dx)
    return pairs


def _slope(tape: Tape, array: Array, v: Array) -> float:
    """The measured slope of the loss along v."""
    kept = array.copy()
    ends = []
    for side in (1.0, -1.0):
        array[...] = kept + side * STEP * v
        tape.replay()
        ends.append(float(tape.loss))
    array[...] = kept
    return (ends[0] - ends[1]) / (2 * STEP)
