"""Functions of the plane to be learned: regression.

The two of TensorFlow Playground (src/dataset.ts), with its noise of 0 … 50 read as 0 … 0.5. Points
∼ U(−6, 6)²; the value is read at the point moved by noise · U(−6, 6)², the drawn point stays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.base import PlaneSet, Samples
from engine.data.chance import uniform
from engine.registry import register, value

HILLS = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


@value
class FunctionSet(PlaneSet):
    """A value at every point of the plane."""

    noise_says = (
        "The points stay; the value is read at a spot that chance moved away, "
        "so it no longer fits its place."
    )

    @property
    def classes(self) -> int:
        return 0

    def make(self, seed: int) -> Samples:
        points = uniform(seed, "place", self.count, -6, 6)
        moved = points + self.noise * uniform(seed, "noise", self.count, -6, 6)
        return Samples(points, self.height(moved))

    def height(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The function itself. points: n × 2; answers n values."""
        raise NotImplementedError(f"{type(self).__name__} is a function")


@register("data", "reg_plane")
class Plane(FunctionSet):
    """A tilted plane: y = (x1 + x2) / 10.

    After TensorFlow Playground, regressPlane.
    """

    title = "Tilted plane"

    def height(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return (points[:, 0] + points[:, 1]) / 10


@register("data", "reg_gauss")
class Hills(FunctionSet):
    """Six cones, hills and hollows in turn: y = ± max(0, 1 − distance/2) of the nearest centre.

    Centres (−4, 2.5) +, (0, 2.5) −, (4, 2.5) +, (−4, −2.5) −, (0, −2.5) +, (4, −2.5) −. After
    TensorFlow Playground, regressGaussian.
    """

    title = "Hills and hollows"

    def height(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        gap = points[:, None, :] - HILLS
        each = SIGNS * np.maximum(0, 1 - np.hypot(gap[..., 0], gap[..., 1]) / 2)
        top = np.abs(each).argmax(axis=1)
        return np.asarray(each[np.arange(len(points)), top])
