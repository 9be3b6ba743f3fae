"""The history of one line: every step exact for a while, older ones merged.

The last steps stand in a ring, one row each: loss, |g|², learning rate, epoch. What leaves the ring
is folded into tiles of 64 steps, and those pairwise into larger ones when there are too many, so a
run of any length takes at most `MOST` bytes, and the line that is not trained shrinks to what is
left of its session's `BUDGET`. `points` covers any stretch by tiles that never overlap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from struct import pack_into
from typing import Any

import numpy as np

from engine.memory.arena import Array

RING = 10_240  # the last 10,000 steps exact, in whole blocks
BLOCK = 64
ROW = 16  # bytes
TILES, TILE = 512, 64  # so many, of so many bytes
COLUMNS = (
    "line", "step", "steps", "epoch", "loss_mean", "loss_min", "loss_max", "learning_rate",
    "grad_norm", "test_loss", "test_accuracy",
)  # fmt: skip
EVALUATIONS, EVALUATION = 1024, 24  # so many, of so many bytes
BUDGET = 256_000  # bytes of a session's histories, all lines
MOST = RING * ROW + TILES * TILE + EVALUATIONS * EVALUATION  # of the line that is trained


class History:
    """One line's history. Steps are counted from 1; `first` is the step the line begins after."""

    def __init__(self, line: int, first: int) -> None:
        self.line, self.first, self.head = line, first, first
        self._roll(np.zeros((0, 4), np.float32))  # until there is a step
        self.tiles: list[tuple[float, ...]] = []  # step, steps, epoch, mean, min, max, rate, norm
        self.tested: dict[int, tuple[float, float | None]] = {}

    def add(self, rows: Sequence[Sequence[float]]) -> None:
        """Record the steps behind `head`, a row for each: loss, |g|², rate, epoch."""
        while rows:
            rest = BLOCK - self.head % BLOCK
            # Before this block of steps would write over the oldest rows.
            if self.head + rest - self.exact > len(self.ring):
                self._make_room()
            now, rows = rows[:rest], rows[rest:]
            at = self.head % len(self.ring) * ROW
            pack_into(f"{4 * len(now)}f", self._raw, at, *chain.from_iterable(now))
            self.head += len(now)

    @property
    def exact(self) -> int:
        """Steps after this one stand in the ring."""
        return int(self.tiles[-1][0]) if self.tiles else self.first

    @property
    def bytes(self) -> int:
        """What its numbers take."""
        return self.ring.nbytes + TILE * len(self.tiles) + EVALUATION * len(self.tested)

    def shrink(self, most: int) -> None:
        """Merge until its numbers take at most so many bytes, if they can: first steps into tiles,
        then tiles, then every other evaluation. The ring grows again when steps are added."""
        while self.head > self.exact and self._least > most:
            self._fold()
        while self._least > most and len(self.tiles) > 1:
            self.tiles = _merge(self.tiles, len(self.tiles))
        while self._least > most and len(self.tested) > 1:
            for old in sorted(self.tested)[:-1:2]:
                del self.tested[old]
        if self._least < self.bytes:
            self._roll(np.zeros((self._rows, 4), np.float32), self.window(self.exact, self.head))

    @property
    def _rows(self) -> int:
        """Rows of the smallest ring that holds what is exact, in whole blocks."""
        if self.head == self.exact:
            return 0
        return (-(-self.head // BLOCK) - self.exact // BLOCK) * BLOCK

    @property
    def _least(self) -> int:
        return self.bytes - self.ring.nbytes + ROW * self._rows

    def _roll(self, ring: Array, rows: Array | None = None) -> None:
        """Take another ring, with the rows up to the head."""
        if rows is not None and len(rows):
            ring[np.arange(self.head - len(rows), self.head) % len(ring)] = rows
        self.ring = ring
        # Packing rows takes half the time of assigning them.
        self._raw = memoryview(ring.reshape(-1).view(np.uint8).data)

    def _make_room(self) -> None:
        """For the next block: by the whole ring, else by folding the oldest one."""
        if len(self.ring) == RING:
            self._fold()
        else:
            self._roll(np.zeros((RING, 4), np.float32), self.window(self.exact, self.head))

    def test(self, step: int, loss: float, accuracy: float | None) -> None:
        """Record what the test points said at θ_step."""
        self.tested[step] = (loss, accuracy)
        if len(self.tested) > EVALUATIONS:  # keep every other one of the old half
            for old in sorted(self.tested)[: EVALUATIONS // 2 : 2]:
                del self.tested[old]

    def points(self, since: int, most: int = 512, until: int | None = None) -> dict[str, list[Any]]:
        """Tiles covering (since, until] as columns; at most about `most` of them, and exact for
        short stretches. Every step is in exactly one tile."""
        head = self.head if until is None else min(until, self.head)
        since = max(since, self.first)
        # A tile that begins before `since` stands for its rest only: nothing is sent twice.
        rows = [(t[0], min(t[1], t[0] - since), *t[2:]) for t in self.tiles if since < t[0] <= head]
        exact = max(since, self.exact)
        width = 1 << max(0, math.ceil(math.log2(max((head - exact) / most, 1))))
        while exact < head:
            last = min((exact // width + 1) * width, head)  # aligned to the width
            rows.append(self._tile(exact, last))
            exact = last
        return self._columns(rows)

    def at(self, step: int) -> dict[str, Any]:
        """The columns of the tile that ends at `step` (the exact step where it is kept)."""
        found = self.points(max(step - 1, self.exact if step > self.exact else 0), until=step)
        return {name: column[-1] if column else None for name, column in found.items()}

    def walked(self, now: Sequence[float]) -> dict[str, Any]:
        """The columns of a step that was just walked again, of which only a tile may be kept.
        now: its loss, |g|², rate, epoch."""
        loss, square, rate, epoch = (float(np.float32(x)) for x in now)
        ends = (loss, loss, loss, rate, math.sqrt(square), None, None)
        return dict(zip(COLUMNS, (self.line, self.head, 1, epoch, *ends), strict=True))

    def last_test(self, step: int) -> tuple[float, float | None] | None:
        """Loss and accuracy of the test at the last step up to this one where it was evaluated."""
        known = [tested for tested in self.tested if tested <= step]
        return self.tested[max(known)] if known else None

    def window(self, first: int, last: int) -> Array:
        """The exact rows of steps first + 1 … last, as far as they are kept (to be read at once:
        where the ring does not begin anew between them, they are its own)."""
        first = max(first, self.exact)
        if first >= last:
            return np.zeros((0, 4), np.float32)
        at = first % len(self.ring)
        if at + last - first <= len(self.ring):
            return self.ring[at : at + last - first]
        return self.ring[np.arange(first, last) % len(self.ring)]

    def _fold(self) -> None:
        start = self.exact
        end = min((start // BLOCK + 1) * BLOCK, self.head)
        self.tiles.append(self._tile(start, end))
        if len(self.tiles) > TILES:
            self.tiles = _merge(self.tiles, TILES // 2)

    def _tile(self, start: int, end: int) -> tuple[float, ...]:
        n = end - start
        # So few numbers are summed sooner by Python than by NumPy.
        loss, square, rate, epoch = self.window(start, end).T.tolist()
        return (
            end, n, epoch[-1], sum(loss) / n, min(loss), max(loss), rate[-1],
            math.sqrt(sum(square) / n),
        )  # fmt: skip

    def _columns(self, rows: list[tuple[float, ...]]) -> dict[str, list[Any]]:
        made: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        tested = sorted(self.tested)
        i = 0
        for row in rows:
            step, steps = int(row[0]), int(row[1])
            last = None
            while i < len(tested) and tested[i] <= step:
                last = tested[i] if tested[i] > step - steps else None
                i += 1
            loss, accuracy = self.tested[last] if last is not None else (None, None)
            for name, x in zip(
                COLUMNS,
                (self.line, step, steps, *(float(x) for x in row[2:]), loss, accuracy),
                strict=True,
            ):
                made[name].append(x)
        return made


def _merge(tiles: list[tuple[float, ...]], oldest: int) -> list[tuple[float, ...]]:
    """Join the oldest tiles two by two."""
    old, new = tiles[:oldest], tiles[oldest:]
    pairs = [_join(*old[i : i + 2]) if i + 1 < len(old) else old[i] for i in range(0, len(old), 2)]
    return pairs + new


def _join(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    n = a[1] + b[1]
    mean = (a[3] * a[1] + b[3] * b[1]) / n
    norm = math.sqrt((a[7] ** 2 * a[1] + b[7] ** 2 * b[1]) / n)
    return (b[0], n, b[2], mean, min(a[4], b[4]), max(a[5], b[5]), b[6], norm)
