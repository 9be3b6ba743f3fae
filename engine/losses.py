"""Losses: one number that says how wrong the batch was, and its gradient by the net's outputs.

The net ends in raw outputs; sigmoid and softmax belong to the loss, where they cancel against the
logarithm and nothing overflows. `value` and `gradient` yield prepared calls on

    m.y  outputs × n   the raw outputs          m.t   outputs × n   the targets, as the loss wants
    m.dy outputs × n   the gradient by y        m.loss  0-d         the mean over the batch

A batch's loss is the mean over its examples, without penalties.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import Invalid
from engine.layers.base import Calls
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell
from engine.registry import register, value
from engine.spec import Live, Spec


@value
class Loss(Spec):
    """Base of every loss. `classes` is 0 for regression."""

    family: ClassVar[str] = "loss"
    live: ClassVar[Live] = "reset"

    def outputs(self, classes: int) -> int:
        """How many outputs the head needs. Raises `Invalid` where the data do not fit."""
        raise NotImplementedError(f"{self.kind} counts its outputs")

    def targets(self, y: NDArray[Any], classes: int) -> Array:
        """Targets as an outputs × N array, from N class numbers or values."""
        raise NotImplementedError(f"{self.kind} encodes its targets")

    def scratch(self, outputs: int, n: int) -> dict[str, Shape]:
        """Buffers of the formulas for a batch of n."""
        return {"s": (outputs, n)}

    def value(self, m: Cell) -> Calls:
        """Prepared calls that write m.loss."""
        raise NotImplementedError(f"{self.kind} computes its value")

    def gradient(self, m: Cell) -> Calls:
        """Prepared calls that write m.dy; they run after those of `value`."""
        raise NotImplementedError(f"{self.kind} computes its gradient")

    def probabilities(self, y: Array) -> Array | None:
        """classes × n probabilities from outputs × n, where the loss has them."""
        return None

    def predicted(self, y: Array, classes: int) -> NDArray[np.int64]:
        """n class numbers from outputs × n (classification only)."""
        if classes == 2 and len(y) == 1:
            return np.asarray(y[0] > 0, np.int64)  # halfway from −1 to +1, and where σ is ½
        return np.asarray(np.argmax(y, axis=0), np.int64)


@register("loss", "squared_error")
class SquaredError(Loss):
    """J = mean (y − t)².  dy = 2 (y − t) / (n · outputs). PyTorch's MSELoss.

    Two classes are −1 and +1 on one output, more are one-hot; regression has its values.
    """

    def outputs(self, classes: int) -> int:
        return classes if classes > 2 else 1

    def targets(self, y: NDArray[Any], classes: int) -> Array:
        if classes > 2:
            return _one_hot(y, classes)
        return (2.0 * y - 1.0 if classes else y)[None, :]

    def value(self, m: Cell) -> Calls:
        flat, share = m.s.reshape(-1), m.dy.reshape(-1)
        yield np.subtract, (m.y, m.t, m.s)
        yield np.multiply, (m.s, m.number(1 / m.s.size), m.dy)  # half of dy
        yield flat.dot, (share, m.loss)

    def gradient(self, m: Cell) -> Calls:
        yield np.add, (m.dy, m.dy, m.dy)


@register("loss", "logistic")
class Logistic(Loss):
    """J = mean log(1 + e⁻ᶻ),  z = s y,  s = ±1.  dy = −s σ(−z) / n.

    Cross-entropy of one sigmoid; PyTorch's BCEWithLogitsLoss. The targets stand as s = ±1, so that
    one logaddexp gives the value without overflow, and σ(−z) = exp(−z − log(1 + e⁻ᶻ)) follows.
    """

    def outputs(self, classes: int) -> int:
        if classes != 2:
            raise Invalid(
                "The logistic loss tells two classes apart; "
                + (
                    f"these data have {classes}: take softmax_cross_entropy."
                    if classes
                    else "these data have values: take squared_error."
                )
            )
        return 1

    def targets(self, y: NDArray[Any], classes: int) -> Array:
        return (2.0 * y - 1.0)[None, :]

    def scratch(self, outputs: int, n: int) -> dict[str, Shape]:
        return {name: (outputs, n) for name in ("u", "e", "g")}

    def value(self, m: Cell) -> Calls:
        average = m.array(m.n, fill=1 / m.n)
        yield np.multiply, (m.y, m.t, m.u)
        yield np.negative, (m.u, m.u)  # u = −z
        yield np.logaddexp, (m.u, m.number(0.0), m.e)
        yield m.e.reshape(-1).dot, (average, m.loss)

    def gradient(self, m: Cell) -> Calls:
        yield np.subtract, (m.u, m.e, m.g)
        yield np.exp, (m.g, m.g)
        yield np.multiply, (m.g, m.t, m.g)
        yield np.multiply, (m.g, m.number(-1 / m.n), m.dy)

    def probabilities(self, y: Array) -> Array | None:
        p = 0.5 + 0.5 * np.tanh(0.5 * y[0])
        return np.stack([1 - p, p])


@register("loss", "hinge")
class Hinge(Loss):
    """J = mean max(0, 1 − t y),  t = ±1.  dy = −t / n where t y < 1, else 0.

    The loss of the support vector machine: right and sure enough costs nothing.
    """

    def outputs(self, classes: int) -> int:
        if classes != 2:
            raise Invalid(
                "The hinge loss tells two classes apart; "
                + (
                    f"these data have {classes}: take softmax_cross_entropy."
                    if classes
                    else "these data have values: take squared_error."
                )
            )
        return 1

    def targets(self, y: NDArray[Any], classes: int) -> Array:
        return (2.0 * y - 1.0)[None, :]

    def value(self, m: Cell) -> Calls:
        average = m.array(m.n, fill=1 / m.n)
        yield np.multiply, (m.y, m.t, m.s)
        yield np.subtract, (m.number(1.0), m.s, m.s)
        yield partial(np.maximum, out=m.s), (m.s, m.number(0.0))
        yield m.s.reshape(-1).dot, (average, m.loss)

    def gradient(self, m: Cell) -> Calls:
        yield np.sign, (m.s, m.s)
        yield np.multiply, (m.s, m.t, m.s)
        yield np.multiply, (m.s, m.number(-1 / m.n), m.dy)


@register("loss", "softmax_cross_entropy")
class SoftmaxCrossEntropy(Loss):
    """J = mean −log p_t,  p = softmax(y) = e^y / Σ e^y.  dy = (p − onehot t) / n.

    PyTorch's CrossEntropyLoss. The largest output is subtracted first, which changes nothing in p
    and keeps e^y finite.
    """

    def outputs(self, classes: int) -> int:
        if not classes:
            raise Invalid(
                "Softmax cross-entropy tells classes apart; these data have values: "
                "take squared_error."
            )
        return classes

    def targets(self, y: NDArray[Any], classes: int) -> Array:
        return _one_hot(y, classes)

    def scratch(self, outputs: int, n: int) -> dict[str, Shape]:
        wide = {name: (outputs, n) for name in ("u", "p")}
        return {**wide, **{name: (n,) for name in ("top", "sum", "log")}, "right": ()}

    def value(self, m: Cell) -> Calls:
        average, ones = m.array(m.n, fill=1 / m.n), m.array(len(m.y), fill=1.0)
        yield np.maximum.reduce, (m.y, 0, None, m.top)
        yield np.subtract, (m.y, m.top, m.u)
        yield np.exp, (m.u, m.p)
        yield ones.dot, (m.p, m.sum)
        yield np.log, (m.sum, m.log)
        yield m.log.dot, (average, m.loss)
        yield m.u.reshape(-1).dot, (m.t.reshape(-1), m.right)
        # As vectors of one number: a 0-d result takes three times as long.
        loss, right = m.loss.reshape(1), m.right.reshape(1)
        yield np.multiply, (right, m.number(1 / m.n), right)
        yield np.subtract, (loss, right, loss)

    def gradient(self, m: Cell) -> Calls:
        yield np.divide, (m.p, m.sum, m.p)
        yield np.subtract, (m.p, m.t, m.p)
        yield np.multiply, (m.p, m.number(1 / m.n), m.dy)

    def probabilities(self, y: Array) -> Array | None:
        p = np.exp(y - y.max(axis=0))
        return np.asarray(p / p.sum(axis=0))


def _one_hot(y: NDArray[Any], classes: int) -> Array:
    return np.asarray(np.arange(classes)[:, None] == y[None, :], np.float64)
