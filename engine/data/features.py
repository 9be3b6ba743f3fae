"""Features of a point of the plane: what the net is given to see.

The seven of TensorFlow Playground, raw: x1² is x1², not scaled to the others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Dataset
from engine.errors import Invalid, Unknown

Column = NDArray[np.float64]

FEATURES: dict[str, Callable[[Column, Column], Column]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


def input_names(data: Dataset, features: tuple[str, ...] | None) -> tuple[str, ...]:
    """Names of the net's inputs: the features, or the data's own columns where None.

    Makes no data. Raises `Invalid` or `Unknown`, pointing at `/features` or the entry at fault,
    when the data are not a plane, or a feature is unknown or there twice, or there is none.
    """
    if features is None:
        return data.columns
    if data.columns != ("x1", "x2"):
        raise Invalid(
            f"The features x1, x2, x1^2 … are of points of the plane; “{data.kind}” has "
            f"{len(data.columns)} columns of its own. Leave “features” away to use them.",
            pointer="/features",
        )
    if not features:
        raise Invalid("The net needs at least one feature to see.", pointer="/features", limit=1)
    for i, name in enumerate(features):
        if name not in FEATURES:
            raise Unknown(
                f"There is no such feature; choose from: {', '.join(FEATURES)}.",
                pointer=f"/features/{i}",
                known=FEATURES,
            )
        if name in features[:i]:
            raise Invalid(f"The feature {name} is there twice.", pointer=f"/features/{i}")
    return features


def compute(names: tuple[str, ...], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The named features of points. points: n × 2; answers features × n, float64."""
    x1, x2 = points.T
    return np.stack([FEATURES[name](x1, x2) for name in names])
