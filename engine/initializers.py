"""Where the weights start. Too small and the signal dies on its way up, too large and it saturates.

Each draws an array of shape (outputs, inputs …) from a generator addressed by seed and layer name.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from engine.errors import Invalid
from engine.registry import register, value
from engine.spec import Live, Spec, doc


@value
class Initializer(Spec):
    """Base of every initializer."""

    family: ClassVar[str] = "initializer"
    live: ClassVar[Live] = "reset"

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        """First values of `shape`; fan_in and fan_out count the connections of one unit."""
        raise NotImplementedError(f"{self.kind} draws first values")


@register("initializer", "zeros")
class Zeros(Initializer):
    """w = 0. Every unit of a layer is then the same unit, and stays so: symmetry is not broken."""

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return np.zeros(shape)


@register("initializer", "normal")
class Normal(Initializer):
    """w ~ N(0, deviation²)."""

    deviation: Annotated[float, Gt(0.0), Le(100.0), doc("standard deviation")] = 0.1

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return self.deviation * rng.standard_normal(shape)


@register("initializer", "uniform")
class Uniform(Initializer):
    """w ~ U(low, high)."""

    low: Annotated[float, Ge(-100.0), Le(100.0), doc("smallest first value")] = -0.5
    high: Annotated[float, Ge(-100.0), Le(100.0), doc("largest first value")] = 0.5

    def check(self) -> None:
        if self.low > self.high:
            raise Invalid("“low” may not be above “high”.", pointer="/low", limit=self.high)

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return self.low + (self.high - self.low) * rng.random(shape)


@register("initializer", "glorot")
class Glorot(Initializer):
    """w ~ U(−a, a), a = √(6 / (fan_in + fan_out)): keeps variance in both directions for tanh.

    Glorot, Bengio 2010; PyTorch's xavier_uniform_.
    """

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return math.sqrt(6 / (fan_in + fan_out)) * (2 * rng.random(shape) - 1)


@register("initializer", "he")
class He(Initializer):
    """w ~ N(0, 2 / fan_in): ReLU halves the variance, so it starts doubled.

    He et al. 2015, arXiv:1502.01852; PyTorch's kaiming_normal_.
    """

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return math.sqrt(2 / fan_in) * rng.standard_normal(shape)


@register("initializer", "lecun")
class LeCun(Initializer):
    """w ~ N(0, 1 / fan_in): keeps the variance of what passes a linear unit, or tanh near 0.

    LeCun, Bottou, Orr, Müller 1998, “Efficient BackProp”, §4.6.
    """

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        return math.sqrt(1 / fan_in) * rng.standard_normal(shape)


@register("initializer", "orthogonal")
class Orthogonal(Initializer):
    """W Wᵀ = gain² · 1 (Wᵀ W where there are more outputs than inputs): lengths pass unchanged.

    The Q of a normal matrix, signs by the diagonal of R, so that all rotations are equally likely.
    A kernel is a matrix of outputs × all it sees. Saxe, McClelland, Ganguli 2013, arXiv:1312.6120;
    PyTorch's orthogonal_.
    """

    gain: Annotated[float, Gt(0.0), Le(100.0), doc("what lengths are multiplied by")] = 1.0

    def draw(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> NDArray[Any]:
        matrix = rng.standard_normal(shape).reshape(shape[0], -1)
        wide = matrix.shape[0] < matrix.shape[1]
        q, r = np.linalg.qr(matrix.T if wide else matrix)
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return np.asarray(self.gain * (q.T if wide else q)).reshape(shape)
