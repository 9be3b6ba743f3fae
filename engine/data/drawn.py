"""Sets of pictures drawn by a rule, each to show one thing about convolutions.

As with points, what chance does to picture i is fixed by the seed and i: more pictures leave the
first ones as they were, and noise only scales one pattern.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from engine.data.base import Samples, Share
from engine.data.images import ImageSet, Picture
from engine.errors import Invalid
from engine.registry import register, value
from engine.rng import generator
from engine.spec import Ladder, When, doc

Reals = NDArray[np.float64]

BLOCK = 250  # pictures drawn at once
GREY = 127.5  # half of white


@value
class Drawn(ImageSet):
    """Base: square grey pictures, the classes in turn."""

    noise_says: ClassVar[str] = (
        "Every pixel gets lighter or darker by chance, until nothing is seen."
    )

    count: Annotated[
        int,
        Ge(20),
        Le(5000),
        When("next_epoch"),
        Ladder((100, 200, 500, 1000, 2000, 5000)),
        doc("how many pictures, training and test together"),
    ] = 1000
    side: Annotated[int, Ge(16), Le(24), doc("height and width of a picture")] = 20
    noise: Annotated[
        float,
        Ge(0.0),
        Le(1.0),
        When("now"),
        Ladder((0.0, 0.05, 0.1, 0.2, 0.3, 0.5)),
        doc("how strongly each pixel varies by chance: its deviation, in halves of white"),
    ] = 0.0
    test_share: Share = 0.5

    @property
    def shape(self) -> Picture:
        return (1, self.side, self.side)

    def make(self, seed: int) -> Samples:
        """Pictures drawn, and noise laid over them."""
        targets = np.arange(self.count, dtype=np.int64) % self.classes
        chance = generator(seed, "data", "place").random((self.count, 4))
        speck = generator(seed, "data", "noise")
        pictures = np.empty((self.count, 1, self.side, self.side), np.uint8)
        for start in range(0, self.count, BLOCK):
            some = slice(start, start + BLOCK)
            drawn = self.draw(targets[some], chance[some])
            if self.noise:
                drawn += self.noise * GREY * speck.standard_normal(drawn.shape)
            pictures[some, 0] = np.rint(drawn.clip(0, 255))
        pictures.flags.writeable = targets.flags.writeable = False
        return Samples(pictures, targets)

    def draw(self, targets: NDArray[np.int64], chance: Reals) -> Reals:
        """n × side × side numbers from 0 to 255. chance: n × 4 numbers in [0, 1)."""
        raise NotImplementedError(f"{self.kind} draws its pictures")


@register("data", "shapes")
class Shapes(Drawn):
    """A circle, square, triangle or cross somewhere in the picture: it matters what, not where.

    The centre is anywhere the shape fits, its area that of a circle of radius 2 … 3.5 pixels,
    whatever the shape: so counting bright pixels tells nothing. Light grey on dark, with smooth
    edges. Hard about them: a dense net has to see every shape at every place; a convolution learns
    it once for all places.
    """

    title = "Four shapes"
    kinds = ("circle", "square", "triangle", "cross")

    SMALL: ClassVar[float] = 2.0
    LARGE: ClassVar[float] = 3.5
    REACH: ClassVar[float] = 1.6  # how far the longest shape reaches, in radii

    def draw(self, targets: NDArray[np.int64], chance: Reals) -> Reals:
        r = self.SMALL + (self.LARGE - self.SMALL) * chance[:, 2]
        room = self.side - 2 * self.REACH * r
        centre = self.REACH * r + room * chance[:, :2].T
        place = np.arange(self.side) + 0.5
        down = (place - centre[0][:, None])[:, :, None]
        across = (place - centre[1][:, None])[:, None, :]
        inside = np.empty((len(targets), self.side, self.side))
        for k, rule in enumerate((_circle, _square, _triangle, _cross)):
            own = targets == k
            inside[own] = rule(down[own], across[own], r[own, None, None])
        return np.asarray(64.0 + 128.0 * inside)


# The share of each pixel that lies inside: down, across from the centre, in pixels; area π r².


def _within(distance: Reals) -> Reals:
    """The share of a pixel on the inner side of an edge, `distance` inwards from its middle."""
    return np.asarray((0.5 + distance).clip(0, 1))


def _circle(down: Reals, across: Reals, r: Reals) -> Reals:
    return _within(r - np.hypot(down, across))


def _square(down: Reals, across: Reals, r: Reals) -> Reals:
    half = math.sqrt(math.pi) / 2 * r
    return _within(half - abs(down)) * _within(half - abs(across))


def _triangle(down: Reals, across: Reals, r: Reals) -> Reals:
    """Equilateral, on its base; the centre is its centre of mass."""
    inner = math.sqrt(math.pi / math.sqrt(27)) * r  # from the centre to each edge
    slanted = inner + 0.5 * down - math.sqrt(3) / 2 * abs(across)
    return np.minimum(_within(inner - down), _within(slanted))


def _cross(down: Reals, across: Reals, r: Reals) -> Reals:
    """Two bars, three times as long as wide."""
    half = math.sqrt(math.pi / 20) * r
    y, x = abs(down), abs(across)
    narrow_y, narrow_x = _within(half - y), _within(half - x)
    upright, lying = _within(3 * half - y) * narrow_x, narrow_y * _within(3 * half - x)
    return np.asarray(upright + lying - narrow_y * narrow_x)


@register("data", "far_pixels")
class FarPixels(Drawn):
    """Do pixels that stand far apart agree? Only a unit that sees both can tell.

    Two rows hold two marks each, `distance` columns apart; of the four, two are white and two are
    black. Class 1: the marks of a row agree, class 0: they differ. The rows are at least `distance`
    apart too. Hard about them: a window that is smaller sees one mark at a time, and of those every
    picture has the same. Depth, pooling, dilation or a large kernel bring them together.
    """

    title = "Far pixels"
    kinds = ("differ", "agree")

    distance: Annotated[
        int,
        Ge(1),
        Le(11),
        Ladder((1, 2, 4, 6, 8, 10)),
        doc("columns from one mark of a row to the other, less than half of the side"),
    ] = 6

    def check(self) -> None:
        most = (self.side - 1) // 2
        if self.distance > most:
            raise Invalid(
                f"In pictures of {self.side} × {self.side} the “distance” is at most {most}.",
                pointer="/distance",
                limit=most,
            )

    def draw(self, targets: NDArray[np.int64], chance: Reals) -> Reals:
        n, d, side = len(targets), self.distance, self.side
        picture = np.full((n, side, side), GREY)
        upper = (chance[:, 0] * (side - d)).astype(np.int64)
        lower = upper + d + (chance[:, 1] * (side - d - upper)).astype(np.int64)
        left = (chance[:, 2:] * (side - d)).astype(np.int64)
        # Whether the first mark is white; the bit is what is left of the number above.
        white = (chance[:, 2] * (side - d)) % 1 < 0.5
        agree = targets == 1
        every = np.arange(n)
        picture[every, upper, left[:, 0]] = 255.0 * white
        picture[every, upper, left[:, 0] + d] = 255.0 * (white == agree)
        picture[every, lower, left[:, 1]] = 255.0 * ~white
        picture[every, lower, left[:, 1] + d] = 255.0 * (~white == agree)
        return picture
