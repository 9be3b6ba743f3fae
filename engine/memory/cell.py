"""A cell is one layer's memory on one tape.

The layer is a value and holds nothing; what its formulas name is here:

    x, y        what comes in, what goes out (features × N; an image H × C × W × N)
    dx, dy      the gradients of the loss by them
    x1, y1      x and y with one more row, of ones (dense activations only)
    W1, dW1 …   the layer's windows of θ and of its gradient, by the names it declared
    anything    scratch the layer asked for, by the name it chose

A layer writes only `y`, `dx`, its own gradients, statistics and scratch: `x` and `dy` belong to its
neighbours, who may still need them. (ReLU's backward written into `dy` looks right, and inside a
residual block gives a gradient wrong by 12 %.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from engine.memory.arena import Array, Shape

# train: noise on, batch statistics, these are recorded · evaluate: the net as it is used ·
# sample: noise on, statistics frozen (an ensemble of subnetworks cannot disturb training).
Mode: TypeAlias = Literal["train", "evaluate", "sample"]
Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]


class Cell:
    """One layer's windows and buffers. Attributes are set when the tape is wired."""

    clock: Any  # the tape's: step, seed and nominal batch, by which noise is addressed
    x: Array
    x1: Array
    y: Array
    y1: Array
    s: Array  # scratch; the slope where it follows from y alone (tanh, sigmoid, softplus)
    t: Array  # targets and loss: the cell behind the last layer, where the loss works
    loss: Array
    dy: Array
    dx: Array | None  # None in the first layer: nobody asks for the gradient of the data

    def __init__(self, path: str, n: int, mode: Mode, dtype: np.dtype[Any]) -> None:
        self.path = path
        self.n = n
        self.mode = mode
        self.dtype = dtype
        self.chains: dict[str, Any] = {}  # of a block: the wired layers inside it
        self.keep: Array | None = None  # 0 where a unit is held silent, 1 elsewhere
        self.above: Array | None = None  # dy before the silent units are taken out of it

    def __getattr__(self, name: str) -> Any:  # only for what __init__ and wiring did not set
        raise AttributeError(f"cell {self.path} has no {name!r}")

    def array(self, *shape: int, fill: float = 0.0) -> Array:
        """A new buffer of this tape's type, made once when the tape is wired."""
        made = np.empty(shape, self.dtype)
        made.fill(fill)
        return made

    def number(self, x: float) -> Array:
        """A 0-d array: NumPy multiplies by it without converting a Python number each time."""
        return np.array(x, self.dtype)


def laid(shape: Shape, n: int) -> Shape:
    """How a batch of n lies in memory: features × n, an image height × channels × width × n.

    A row of a picture, with all its channels, is then one block, and the examples stand innermost.
    """
    if len(shape) == 3:
        channels, height, width = shape
        return (height, channels, width, n)
    return (*shape, n)


def with_ones(shape: Shape, n: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """A buffer for a batch of `shape`, and the same with a row of ones below (vectors only).

    [W b] [x; 1] = W x + b: the bias is a column of the weights, so one product does both.
    """
    if len(shape) != 1:
        image = np.zeros(laid(shape, n), dtype)
        return image, image
    whole = np.zeros((shape[0] + 1, n), dtype)
    whole[-1] = 1.0
    return whole[:-1], whole
