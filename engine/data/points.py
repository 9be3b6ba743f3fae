"""Points of the plane in classes.

`circle`, `xor`, `gaussians` and `spiral` are the sets of TensorFlow Playground (src/dataset.ts),
with its noise of 0 … 50 read as 0 … 0.5; `moons` is the one of scikit-learn. `spirals` and `blobs`
say the same for three to six classes (`rings` and `checkerboard`: engine/data/patterns.py). The
classes take turns: point i was drawn for class i mod classes, so that they are balanced however
many points there are.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from engine.data.base import PlaneSet, Samples
from engine.data.chance import normal, uniform
from engine.registry import register, value
from engine.spec import doc

Reals: TypeAlias = NDArray[np.floating[Any]]
Classes: TypeAlias = Annotated[int, Ge(3), Le(6), doc("how many classes")]

TURNS = 1.75


@value
class TwoClasses(PlaneSet):
    """Points of two classes."""

    @property
    def classes(self) -> int:
        return 2


@register("data", "circle")
class Circle(TwoClasses):
    """A disk (class 1) in a ring (class 0): no straight line parts them.

    r ∼ U(0, 2.5) for the disk, U(3.5, 5) for the ring, angle ∼ U(0, 2π), (r sin, r cos). The class
    is 1 where the point moved by noise · U(−5, 5)² lies nearer to 0 than 2.5; the drawn point
    stays. After TensorFlow Playground, classifyCircleData.
    """

    title = "Disk and ring"
    noise_says = (
        "The points stay; the class is read at a spot that chance moved away, "
        "so points near the border take the other colour."
    )

    def make(self, seed: int) -> Samples:
        u, v = uniform(seed, "place", self.count).T
        r = np.where(turns(self.count, 2) == 1, 2.5 * u, 3.5 + 1.5 * u)
        points = polar(r, 2 * math.pi * v)
        moved = points + self.noise * uniform(seed, "noise", self.count, -5, 5)
        return Samples(points, (np.hypot(*moved.T) < 2.5).astype(np.int64))


@register("data", "xor")
class Xor(TwoClasses):
    """Exclusive or: class 1 where x1 and x2 have the same sign.

    x1, x2 ∼ U(−5, 5), then 0.3 added away from each axis. The class is 1 where the point moved by
    noise · U(−5, 5)² has x1 · x2 ≥ 0; the drawn point stays. After TensorFlow Playground,
    classifyXORData.
    """

    title = "Exclusive or"
    noise_says = (
        "The points stay; the class is read at a spot that chance moved away, "
        "so points near the two axes take the other colour."
    )

    def make(self, seed: int) -> Samples:
        points = uniform(seed, "place", self.count, -5, 5)
        points += np.where(points > 0, 0.3, -0.3)
        moved = points + self.noise * uniform(seed, "noise", self.count, -5, 5)
        return Samples(points, (moved[:, 0] * moved[:, 1] >= 0).astype(np.int64))


@register("data", "gaussians")
class Gaussians(TwoClasses):
    """Two round clouds, class 1 at (2, 2) and class 0 at (−2, −2): one line parts them.

    Normal around the centre with *variance* 0.5 + 7 noise in each direction (0.5 at noise 0, 4 at
    0.5). After TensorFlow Playground, classifyTwoGaussData.
    """

    title = "Two clouds"
    noise_says = "Each cloud widens around its centre, until the two overlap."

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        centre = np.where(turn == 1, 2.0, -2.0)[:, None]
        return Samples(centre + _cloud(seed, self.count, self.noise), turn)


@register("data", "spiral")
class Spiral(TwoClasses):
    """Two arms wound around each other, 1¾ turns each: the hardest of the classics.

    r = 5 i/n, t = 1.75 · 2π i/n + Δ for i = 0 … n−1, n = half the count, Δ = 0 for class 1 and π
    for class 0: (r sin t, r cos t) + noise · U(−1, 1)². After TensorFlow Playground,
    classifySpiralData.
    """

    title = "Two spirals"
    noise_says = "Each point leaves its arm in a direction of its own."

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        points = _arms(turn, 2, TURNS, math.pi * (1 - turn))
        points += self.noise * uniform(seed, "noise", self.count, -1, 1)
        return Samples(points, turn)


@register("data", "moons")
class Moons(TwoClasses):
    """Two half circles that reach into each other.

    With t ∼ U(0, π): (cos t, sin t) for class 0 and (1 − cos t, ½ − sin t) for class 1, plus
    noise · N(0, 1)²; then centred at 0 and enlarged three times. After scikit-learn, make_moons.
    """

    title = "Two moons"
    noise_says = "Each point leaves its half circle in a direction of its own."

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        t = math.pi * uniform(seed, "place", self.count)[:, 0]
        upper = np.stack([np.cos(t), np.sin(t)], axis=1)
        lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
        points = np.where(turn[:, None] == 0, upper, lower)
        points += self.noise * normal(seed, "noise", self.count)
        return Samples(3 * (points - (0.5, 0.25)), turn)


@register("data", "spirals")
class Spirals(PlaneSet):
    """As many arms as classes, wound around each other.

    As `spiral`, with Δ = 2π c / classes for class c, n = count / classes, and 3.5 / classes turns:
    so the gap between neighbouring arms is that of two arms.
    """

    title = "Several spirals"
    noise_says = "Each point leaves its arm in a direction of its own."

    classes: Classes = 3

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, self.classes)
        delta = 2 * math.pi / self.classes * turn
        points = _arms(turn, self.classes, 2 * TURNS / self.classes, delta)
        points += self.noise * uniform(seed, "noise", self.count, -1, 1)
        return Samples(points, turn)


@register("data", "blobs")
class Blobs(PlaneSet):
    """Round clouds with their centres on a circle, one for each class.

    Centres at distance 4 and angle 2π c / classes for class c, the first on top; normal around them
    with variance 0.5 + 7 noise in each direction, as in `gaussians`.
    """

    title = "Several clouds"
    noise_says = "Each cloud widens around its centre, until neighbours overlap."

    classes: Classes = 3

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, self.classes)
        centres = polar(np.full(self.count, 4.0), 2 * math.pi / self.classes * turn)
        return Samples(centres + _cloud(seed, self.count, self.noise), turn)


def turns(count: int, classes: int) -> NDArray[np.int64]:
    """The class each point was drawn for: 0, 1, …, 0, 1, …"""
    return np.arange(count, dtype=np.int64) % classes


def polar(r: Reals, t: Reals) -> NDArray[np.float64]:
    """Points at distance r and angle t, clockwise from the top."""
    return np.stack([r * np.sin(t), r * np.cos(t)], axis=1)


def _arms(
    turn: NDArray[np.int64], classes: int, around: float, delta: Reals
) -> NDArray[np.float64]:
    """Points along spiral arms, one arm a class, each from the middle out to r = 5."""
    along = (np.arange(len(turn)) // classes) / (len(turn) / classes)
    return polar(5 * along, 2 * math.pi * around * along + delta)


def _cloud(seed: int, count: int, noise: float) -> NDArray[np.float64]:
    """count × 2 deviations from the centre with variance 0.5 + 7 noise."""
    return math.sqrt(0.5 + 7 * noise) * normal(seed, "noise", count)
