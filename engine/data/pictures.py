"""Pictures ready for training: bytes as they were drawn, and numbers as the net gets them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data.augment import Augment
from engine.data.images import ImageSet
from engine.data.prepared import Floats, Prepared
from engine.data.split import Indices, ranks, split, within_classes
from engine.data.turns import Turns
from engine.errors import Invalid

WHITE = 255
BLOCK = 256  # pictures converted at once: what stays in the cache


@dataclass(frozen=True, eq=False)
class PreparedImages(Prepared):
    """Pictures ready for training.

    raw: N × channels × height × width (uint8). inputs: height × channels × width × N, a view of
    `rows`, in which the pictures stand one after the other so that a batch is gathered row by row.
    mean, deviation: of the training part of each channel, float64, as shares of white (0 and 1
    where the data are not standardized): a pixel v becomes (v / 255 − mean) / deviation.
    """

    data: ImageSet
    mean: NDArray[np.float64] = field(repr=False)
    deviation: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        # 256 values of a byte: each is computed once, as `transform` would.
        table = self._scaled(np.arange(WHITE + 1, dtype=np.float64)[None, None, :, None])[
            0, :, :, 0
        ]
        n, channels, height, width = self.raw.shape
        rows = np.empty((n, height, channels, width), np.float32)
        for start in range(0, n, BLOCK):
            some = slice(start, start + BLOCK)
            for c in range(channels):
                rows[some, :, c] = table[c][self.raw[some, c]]
        arrays = (self.raw, self.targets, self.train, self.test, self.mean, self.deviation, rows)
        for array in arrays:
            array.flags.writeable = False
        object.__setattr__(self, "inputs", rows.transpose(1, 2, 3, 0))

    @property
    def rows(self) -> Floats:
        """The inputs picture by picture: N × height × channels × width, contiguous."""
        return self.inputs.transpose(3, 0, 1, 2)

    def augment(self, seed: int) -> Augment | None:
        return self.data.augment(seed)

    def pick(self, which: Indices) -> Floats:
        return self.rows[which].transpose(1, 2, 3, 0)

    def transform(self, raw: ArrayLike) -> Floats:
        """Pictures (n × channels × height × width, or n × height × width of grey ones) of numbers
        from 0 to 255 as the net gets them: height × channels × width × n, C-contiguous.

        Raises `Invalid` when the shape is another or a number is outside.
        """
        wanted = self.raw.shape[1:]
        try:
            given = np.asarray(raw)
        except ValueError:  # lists of unequal lengths
            given = np.array(None)
        shown, size = " × ".join(map(str, wanted)), math.prod(wanted)
        if given.dtype.kind not in "fiu":
            raise Invalid(f"Pictures are lists of numbers, n × {shown}.", limit=size)
        if given.ndim == 3 and wanted[0] == 1:
            given = given[:, None]
        if given.shape[1:] != wanted or given.ndim != 4:
            got = " × ".join(map(str, given.shape)) or "a single number"
            each = math.prod(given.shape[1:])
            raise Invalid(
                f"Pictures are n × {shown} here, {size} numbers each; given was {got}, "
                f"{each} numbers each.",
                limit=size,
            )
        if not ((given >= 0) & (given <= WHITE)).all():
            raise Invalid("Every number of a picture is from 0, black, to 255, white.", limit=WHITE)
        made = self._scaled(given.astype(np.float64))
        return np.ascontiguousarray(made.transpose(2, 1, 3, 0))

    def _scaled(self, raw: NDArray[np.float64]) -> Floats:
        """n × channels × height × width, each channel by its mean and deviation."""
        mean, deviation = self.mean[:, None, None], self.deviation[:, None, None]
        return np.asarray((raw / WHITE - mean) / deviation, np.float32)


def prepare_images(data: ImageSet, seed: int) -> PreparedImages:
    """Draw, split and measure a set of pictures; a pure function of its arguments."""
    samples = data.make(seed)
    train, test = _parts(data, samples.targets, samples.test, seed)
    channels = data.shape[0]
    mean, deviation = np.zeros(channels), np.ones(channels)
    if data.standardize:
        mean, deviation = _measured(samples.inputs, train)
    return PreparedImages(
        data=data,
        raw=samples.inputs,
        targets=samples.targets,
        classes=data.classes,
        train=train,
        test=test,
        names=(),
        turns=Turns(len(train)),
        mean=mean,
        deviation=deviation,
    )


def _parts(
    data: ImageSet, targets: NDArray[np.int64], test: NDArray[np.bool_] | None, seed: int
) -> tuple[Indices, Indices]:
    if test is not None:
        return np.flatnonzero(~test), np.flatnonzero(test)
    return split(within_classes(ranks(seed, len(targets)), targets), data.test_share)


def _measured(
    raw: NDArray[np.uint8], train: Indices
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and deviation of each channel over the training part, exactly, from how often each of
    the 256 bytes comes."""
    counts = np.zeros((raw.shape[1], WHITE + 1))
    for start in range(0, len(train), BLOCK):
        some = raw[train[start : start + BLOCK]]
        for c, count in enumerate(counts):
            count += np.bincount(some[:, c].ravel(), minlength=WHITE + 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    values = np.arange(WHITE + 1) / WHITE
    mean = shares @ values
    deviation = np.sqrt((shares * (values - mean[:, None]) ** 2).sum(axis=1))
    deviation[(counts > 0).sum(axis=1) == 1] = 1.0  # one value everywhere
    return mean, deviation
