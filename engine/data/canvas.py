"""A plane that is left to the hand that paints on it."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from engine.data.base import Samples
from engine.data.chance import normal, uniform
from engine.data.points import TwoClasses, polar, turns
from engine.registry import register
from engine.spec import When, doc


@register("data", "canvas")
class Canvas(TwoClasses):
    """A nearly empty plane: a few points to begin with, the rest is painted by hand.

    A net learns from something and is tested on something, so that no set is empty: four points
    near the rim at noise 0, r ∼ U(4.5, 5), those of class 0 within 0.3 of the angle π/4 and those
    of class 1 opposite; one of each class trains, one tests. Painted points train. Noise moves what
    was there by noise · N(0, 1)².
    """

    stratified = True
    title = "Your own points"
    noise_says = "Each point that was there leaves its place in a direction of its own."

    count: Annotated[
        int,
        Ge(4),
        Le(5000),
        When("next_epoch"),
        doc("how many points are there to begin with, training and test together"),
    ] = 4

    def make(self, seed: int) -> Samples:
        turn = turns(self.count, 2)
        u, v = uniform(seed, "place", self.count).T
        angle = math.pi * (turn + 0.25) + 0.3 * (2 * v - 1)
        points = polar(4.5 + 0.5 * u, angle) + self.noise * normal(seed, "noise", self.count)
        return Samples(np.asarray(points), turn)
