"""Pictures varied anew in every epoch: shifted, mirrored, enlarged or shrunk.

A net that has seen a digit one pixel further left knows more than one that has not, at no cost in
data. Only training sees it; tests, pictures and predictions get the picture as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.rng import generator

Floats = NDArray[np.float32]


class Augment:
    """The variations of one set of pictures under one seed.

    What happens to a picture follows from (seed, epoch, its place in the data) alone: not from the
    batch it stands in nor from the layers behind it. So seeking and replay see the same.

    Pixel u of a row or column of n is read at c + (u − c − d) / s, c = (n − 1) / 2: moved by d,
    enlarged s times around the middle; mirrored columns are read from the other side. Between two
    pixels the value is interpolated; outside the picture it is that of the nearest border.
    """

    def __init__(self, size: int, shift: int, zoom: float, flip: bool, seed: int) -> None:
        """size: number of pictures. shift: pixels at most, each way. zoom: s is 1 − zoom …
        1 + zoom. flip: whether half of the pictures are mirrored. seed: of purpose `augment`."""
        self.size, self.seed = size, seed
        self.shift, self.zoom, self.flip = shift, zoom, flip
        self._epoch = -1
        self._scratch: dict[int, tuple[Floats, Floats, Floats]] = {}

    def apply(self, batch: Floats, out: Floats, examples: NDArray[Any], epoch: int) -> None:
        """Write the varied pictures of a batch into `out`.

        batch, out: n × height × channels × width, contiguous, not the same memory. examples: the
        places of the n pictures in the data.
        """
        n, height, channels, width = batch.shape
        if n not in self._scratch:
            self._scratch[n] = (
                np.zeros((n, height, height), np.float32),
                np.zeros((n, width, width), np.float32),
                np.empty((n, height, channels * width), np.float32),
            )
        rows, columns, between = self._scratch[n]
        down, across, scale, mirrored = self._drawn(examples, epoch)
        _weigh(rows, down, scale, np.zeros(n, np.bool_))
        _weigh(columns, across, scale, mirrored)
        np.matmul(rows, batch.reshape(n, height, channels * width), out=between)
        np.matmul(
            between.reshape(n, height * channels, width),
            columns.transpose(0, 2, 1),
            out=out.reshape(n, height * channels, width),
        )

    def _drawn(self, examples: NDArray[Any], epoch: int) -> tuple[NDArray[Any], ...]:
        """Of each picture: pixels down and across, s, and whether it is mirrored."""
        if epoch != self._epoch:  # one row a picture, so that row i does not depend on the others
            self._chance = generator(self.seed, "augment", epoch).random((self.size, 4))
            self._epoch = epoch
        chance = self._chance[examples]
        moved = np.floor(chance[:, :2] * (2 * self.shift + 1)) - self.shift
        scale = 1 + self.zoom * (2 * chance[:, 2] - 1)
        return moved[:, 0], moved[:, 1], scale, self.flip & (chance[:, 3] < 0.5)


def _weigh(
    made: Floats, moved: NDArray[Any], scale: NDArray[Any], mirrored: NDArray[np.bool_]
) -> None:
    """Fill n matrices with the share of every old pixel (column) in every new one (row)."""
    n, size = made.shape[:2]
    middle = (size - 1) / 2
    place = middle + (np.arange(size) - middle - moved[:, None]) / scale[:, None]
    place[mirrored] = size - 1 - place[mirrored]
    place.clip(0, size - 1, out=place)
    low = place.astype(np.int64)
    share = place - low
    made.fill(0.0)
    start = np.arange(n * size).reshape(n, size) * size
    flat = made.reshape(-1)
    flat[start + np.minimum(low + 1, size - 1)] = share
    flat[start + low] = 1 - share  # last: at the border both are one pixel, and the share is 0
