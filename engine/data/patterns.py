"""Two classes that take turns over the plane: a piece is easy, their number is what is hard."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from engine.data.base import Samples
from engine.data.chance import uniform
from engine.data.points import TwoClasses, polar, turns
from engine.errors import Invalid
from engine.registry import register
from engine.spec import Ladder, doc

REACH = 5.0  # the squares and rings end here
GAP = 0.08  # of a square or ring that stays free along its border


@register("data", "rings")
class Rings(TwoClasses):
    """Rings around each other, the classes in turn: class 1 in the middle.

    Ring k = 0, 1, … is (k + 0.08 … k + 0.92) · 5 / rings from the middle, the innermost a disk. A
    point's ring is any of its class, r uniform in it, angle ∼ U(0, 2π): (r sin, r cos) +
    noise · U(−1, 1)².
    """

    title = "Several rings"
    noise_says = "Each point leaves its ring in a direction of its own."

    rings: Annotated[int, Ge(2), Le(6), doc("how many rings, the disk in the middle counted")] = 3

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        u, v = uniform(seed, "place", self.count).T
        # Of its class's rings (every other one, from 0 or from 1) which, and how far out in it.
        along = u * np.where(turn == 1, (self.rings + 1) // 2, self.rings // 2)
        ring = 2 * np.floor(along) + (1 - turn)
        low = np.where(ring == 0, 0.0, GAP)
        r = (ring + low + (1 - GAP - low) * (along % 1)) * REACH / self.rings
        points = polar(r, 2 * math.pi * v)
        points += self.noise * uniform(seed, "noise", self.count, -1, 1)
        return Samples(points, turn)


@register("data", "checkerboard")
class Checkerboard(TwoClasses):
    """Squares side by side, the classes in turn: exclusive or, many times over.

    x1, x2 ∼ U(−5, 5), moved one square on where that one is of the other class, and 8 % of a square
    away from the borders. The class is that of the square in which the point moved by
    noise · U(−2, 2)² lies (what is beyond the edge goes on in the same manner); the drawn point
    stays.
    """

    title = "Checker board"
    noise_says = (
        "The points stay; the class is read at a spot that chance moved away, "
        "so points near the borders of the squares take the other colour."
    )

    squares: Annotated[
        int, Ge(2), Le(8), Ladder((2, 4, 6, 8)), doc("squares along each side, an even number")
    ] = 4

    def check(self) -> None:
        super().check()
        if self.squares % 2:
            raise Invalid(
                f"“squares” is an even number: with {self.squares} a side one class would have a "
                "square more.",
                pointer="/squares",
            )

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        at = self.squares * uniform(seed, "place", self.count)  # in squares, from the lower left
        square = np.floor(at)
        across = (square.sum(axis=1) + turn) % 2
        inside = GAP + (1 - 2 * GAP) * (at - square)
        square[:, 0] = (square[:, 0] + across) % self.squares
        side = 2 * REACH / self.squares
        points = (square + inside) * side - REACH
        moved = points + self.noise * uniform(seed, "noise", self.count, -2, 2)
        read = np.floor((moved + REACH) / side).sum(axis=1) % 2
        return Samples(points, read.astype(np.int64))
