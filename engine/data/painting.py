"""Points that a person put on the plane, or took away: part of the set, so of the experiment.

A painted point stands on a raster of 4001 × 4001 places over the part of the plane that is drawn,
0.003 apart on [−6, 6]: twelve bits a side, so that 2,000 of them fit into a link. Its spot is its
name: no two share one, and their order is that of their spots, whoever was painted first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias

import numpy as np
from annotated_types import MaxLen
from numpy.typing import NDArray

from engine.errors import Invalid
from engine.spec import When, doc

STEPS = 4000  # of the raster, from one side of the drawn plane to the other
LEVELS = 50  # of a value for regression, from 0 to 1
MOST_PAINTED = 2000
Spot: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float, float]
Extent: TypeAlias = tuple[float, float, float, float]  # x1 low, high, x2 low, high, as drawn

Painted: TypeAlias = Annotated[
    tuple[Point, ...],
    MaxLen(MOST_PAINTED),
    When("now"),
    doc("points painted by hand: x1, x2 and the class (or the value, −1 … 1) of each; they train"),
]
Erased: TypeAlias = Annotated[
    tuple[int, ...],
    MaxLen(5000),
    When("now"),
    doc("numbers of the set’s own examples, from 0, that were taken away by hand"),
]


def spot_of(x1: float, x2: float, extent: Extent) -> Spot:
    """The place of the raster nearest to a point. Raises `Invalid` beyond the drawn plane."""
    made = []
    for i, x in enumerate((x1, x2)):
        low, high = extent[2 * i], extent[2 * i + 1]
        if not low <= x <= high:
            raise Invalid(
                f"x{i + 1} of a painted point is from {low:g} to {high:g}.", pointer=f"/{i}"
            )
        at = round((x - low) * STEPS / (high - low))
        made.append(round(low + at * (high - low) / STEPS, 6) + 0.0)
    return made[0], made[1]


def clean(points: Iterable[Point], extent: Extent, classes: int) -> tuple[Point, ...]:
    """Painted points on their raster, in the order of their spots. classes: 0 for regression.

    Raises `Invalid`, pointing at the point, where a spot is beyond the plane or taken, or there is
    no such class.
    """
    made: dict[Spot, Point] = {}
    for i, (x1, x2, label) in enumerate(points):
        try:
            spot = spot_of(x1, x2, extent)
        except Invalid as error:
            raise error.at(i) from None
        if classes and not (label == int(label) and 0 <= label < classes):
            raise Invalid(
                f"The class of a painted point is from 0 to {classes - 1}.",
                pointer=f"/{i}/2",
                limit=classes - 1,
            )
        if not -1 <= label <= max(classes, 1):
            raise Invalid("The value of a painted point is from −1 to 1.", pointer=f"/{i}/2")
        if spot in made:
            raise Invalid(
                f"There is a painted point at ({spot[0]:g}, {spot[1]:g}) already.",
                pointer=f"/{i}",
            )
        made[spot] = (*spot, label if classes else round(round(label * LEVELS) / LEVELS, 6) + 0.0)
    return tuple(sorted(made.values()))


def clean_numbers(numbers: Iterable[int], most: int) -> tuple[int, ...]:
    """Numbers of examples in order, each once. Raises `Invalid` where one is below 0 or above."""
    for i, number in enumerate(numbers):
        if not 0 <= number <= most:
            raise Invalid(
                f"The set’s own examples have numbers from 0 to {most}.",
                pointer=f"/{i}",
                limit=most,
            )
    return tuple(sorted(set(numbers)))


def codes(painted: tuple[Point, ...], extent: Extent) -> NDArray[np.uint64]:
    """A number for the spot of each point, by which its chance is addressed."""
    at = np.array([point[:2] for point in painted], np.float64).reshape(-1, 2)
    low, high = np.array(extent[::2]), np.array(extent[1::2])
    place = np.rint((at - low) * STEPS / (high - low)).astype(np.uint64)
    return np.asarray(place[:, 0] << np.uint64(12) | place[:, 1])


def chances(codes: NDArray[np.uint64], key: int) -> NDArray[np.float64]:
    """A number in [0, 1) for each spot under a key, whatever else is painted: the finalizer of
    SplitMix64 (Steele, Lea, Flood 2014), since a generator for each would take longer than the
    epoch."""
    z: NDArray[Any] = codes * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(key)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((z ^ (z >> np.uint64(31))) >> np.uint64(11), np.float64) * 2.0**-53
