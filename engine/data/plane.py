"""Points ready for training: features, split, standardization.

The same `transform` serves the training examples, the grid behind the picture of the plane, the
point under the pointer and `predict`, so that all of them see the net the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data.base import Dataset
from engine.data.features import compute, input_names
from engine.data.membership import with_painted
from engine.data.painting import Extent
from engine.data.prepared import Floats, Prepared
from engine.errors import Invalid


@dataclass(frozen=True, eq=False)
class PreparedPoints(Prepared):
    """Points ready for training.

    raw: N × columns. inputs: features × N. centre: columns, mean of the training part. mean,
    deviation: of the training part of each input, float64 (0 and 1 where the data are not
    standardized).
    """

    centre: NDArray[np.float64]
    mean: NDArray[np.float64] = field(repr=False)
    deviation: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", self.transform(self.raw))
        arrays = (self.raw, self.targets, self.train, self.test, self.centre)
        for array in (*arrays, self.mean, self.deviation, self.inputs):
            array.flags.writeable = False

    def transform(self, raw: ArrayLike) -> Floats:
        """Raw examples (n × columns) as the net gets them (features × n, C-contiguous).

        Raises `Invalid` when the shape is another or a value is not finite.
        """
        columns = self.raw.shape[1]
        try:
            given = np.asarray(raw)
        except ValueError:  # lists of unequal lengths
            given = np.array(None)
        if given.dtype.kind not in "fiu":
            raise Invalid(f"Every example is a list of {columns} numbers.", limit=columns)
        # float32 first: a point typed, drawn or sent is then the same point.
        with np.errstate(over="ignore"):
            points = given.astype(np.float32).astype(np.float64)
        if points.ndim != 2 or points.shape[1] != columns:
            shown = " × ".join(map(str, points.shape)) or "a single number"
            raise Invalid(f"Examples are n × {columns} here, not {shown}.", limit=columns)
        if not np.isfinite(points).all():
            raise Invalid("Every number of an example must be finite and not larger than 1e38.")
        wide = _inputs(self.data, self.names, points)
        with np.errstate(over="ignore"):
            made = np.ascontiguousarray(
                (wide - self.mean[:, None]) / self.deviation[:, None], dtype=np.float32
            )
        if not np.isfinite(made).all():
            raise Invalid("An example is so large that its features are not finite.")
        return made

    def extent_on(self, columns: tuple[int, int] = (0, 1)) -> Extent:
        """The part drawn over two chosen columns: for tables what was measured, and a margin."""
        a, b = self._pair(columns)
        if self.data.extent is not None:
            return self.data.extent
        return (*self._range(a), *self._range(b))

    def on_plane(self, x1: ArrayLike, x2: ArrayLike, columns: tuple[int, int] = (0, 1)) -> Floats:
        """Raw examples (n × columns) at places of the plane over two columns.

        x1, x2: of any shape, flattened; the other columns stand at their training mean. Raises
        `Invalid` when the two columns are the same or not there.
        """
        a, b = self._pair(columns)
        across, up = np.broadcast_arrays(np.asarray(x1), np.asarray(x2))
        made = np.empty((across.size, len(self.centre)), dtype=np.float32)
        made[:] = self.centre
        made[:, a], made[:, b] = across.ravel(), up.ravel()
        return made

    def _pair(self, columns: tuple[int, int]) -> tuple[int, int]:
        a, b = columns
        last = len(self.centre) - 1
        if a == b or not (0 <= a <= last and 0 <= b <= last):
            raise Invalid(
                f"“columns” are two different numbers from 0 to {last}.",
                pointer="/columns",
                limit=last,
            )
        return a, b

    def _range(self, column: int) -> tuple[float, float]:
        low, high = float(self.raw[:, column].min()), float(self.raw[:, column].max())
        margin = 0.1 * (high - low) or 1.0
        return low - margin, high + margin


def prepare_points(data: Dataset, features: tuple[str, ...] | None, seed: int) -> PreparedPoints:
    """Draw, split and measure a set of points; a pure function of its arguments.

    features: names from `FEATURES`, or None for the data's own columns. seed: of the data.
    Raises `Invalid` as `input_names` does.
    """
    names = input_names(data, features)
    raw, targets, by_hand = with_painted(data, data.make(seed), seed)
    train, test = by_hand.train, by_hand.test
    points = raw.astype(np.float64)
    mean, deviation = np.zeros(len(names)), np.ones(len(names))
    if data.standardize:
        seen = _inputs(data, names, points[train])
        mean, deviation = seen.mean(axis=1), seen.std(axis=1)
        # By the range, since a constant column's deviation may come out as 1e-17 instead of 0.
        deviation[np.ptp(seen, axis=1) == 0] = 1.0
    return PreparedPoints(
        data=data,
        raw=raw,
        targets=targets,
        classes=data.classes,
        train=train,
        test=test,
        names=names,
        numbers=by_hand.numbers,
        turns=by_hand.turns,
        centre=points[train].mean(axis=0),
        mean=mean,
        deviation=deviation,
    )


def _inputs(
    data: Dataset, names: tuple[str, ...], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The net's inputs before standardization. points: n × columns; answers inputs × n."""
    return points.T if names == data.columns else compute(names, points)
