"""The general way: any kernel, stride, dilation, padding and groups.

A convolution is one product of matrices once every window's inputs stand in a column (im2col). But
that writes each input k² times. Here only the kernel's *columns* are copied, kw copies of x:

    cols[g, phase, row, kx, c, w] = x[row, c, w s + kx d − p]

The kh rows a window needs then lie one behind the other, so the stack of them is an overlapping
view of `cols`, and y[h] = W · view[h] for every row h of the output. With a dilation d the rows a
window needs are d apart: they are kept by phase (row mod d), and are neighbours again.

    dW = Σₕ dy[h] view[h]ᵀ

    dx the same way round: a row of x is seen through some kernel rows (with a stride of 2, every
    other one); they are turned, a product with the stack of those rows of dy gives what each kernel
    column sends back, and kw additions fold it in.

Dumoulin, Visin 2016, arXiv:1603.07285; Chellapilla et al. 2006 for im2col.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from engine.convolution.geometry import Window, spaced
from engine.convolution.product import product
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell


@dataclass(frozen=True)
class Columns:
    """The general algorithm for one geometry. inputs, outputs: channels; groups divide both."""

    passing: ClassVar[frozenset[str]] = frozenset({"parts", "dkernel", "back"})

    window: Window
    inputs: int
    outputs: int
    groups: int = 1

    def scratch(self, n: int) -> dict[str, Shape]:
        """What it keeps on a tape for a batch of n."""
        down, across = self.window.down, self.window.across
        g, c, o = self.groups, self.inputs // self.groups, self.outputs // self.groups
        row = spaced(across.out * n)
        made: dict[str, Shape] = {
            "cols": (g, down.d, _rows(self._padded, down.d), across.k, c, row),
            "around": (g, down.every, _rows(self._above + self._below, down.every), o, row),
            "kernel": (g, o, down.k, across.k, c),
            "parts": (down.out, g, o, down.k * across.k * c),
            "dkernel": (g, o, down.k, across.k, c),
        }
        for seen in down.seen_from:
            made[f"turned{seen.taps.start}"] = (g, across.k, c, seen.many, o)
        if not self._bare:
            most = max((seen.count for seen in down.seen_from), default=0)
            made["back"] = (g, most, across.k, c, across.out, n)
        return made

    @property
    def _padded(self) -> int:
        """Rows of the padded picture that any window needs."""
        down = self.window.down
        return (down.out - 1) * down.s + down.reach

    @property
    def _above(self) -> int:
        """Rows of zeros above dy."""
        return max(0, *(-seen.first for seen in self.window.down.seen_from), 0)

    @property
    def _below(self) -> int:
        """Rows of dy, and of zeros below it, that any row of x needs."""
        down = self.window.down
        ends = (seen.first + down.every * (seen.many + seen.count - 2) for seen in down.seen_from)
        return max(ends, default=-1) + 1

    @property
    def _bare(self) -> bool:
        """Whether the one kernel column is the picture itself: nothing to fold."""
        across = self.window.across
        return across.k == 1 and across.s == 1 and across.before == across.after == 0

    def forward(self, m: Cell, w: Array, bias: Array | None) -> Iterator[Call]:
        """m.y from m.x. w: kh × kw × outputs × inputs / groups. bias: outputs."""
        yield np.copyto, (m.kernel, self._weights(w).transpose(2, 3, 0, 1, 4))
        yield from self._copy_columns(m)
        kernel = m.kernel.reshape(self.groups, 1, self.outputs // self.groups, -1)
        for rows, view in self._views(m):
            yield product(kernel, view, self._by_group(m.y)[:, rows])
        if bias is not None:
            yield np.add, (m.y, bias[:, None, None], m.y)

    def backward(self, m: Cell, w: Array, dw: Array) -> Iterator[Call]:
        """dw, and m.dx where it is asked for, from m.dy."""
        parts = m.parts.transpose(1, 0, 2, 3)
        dy = self._by_group(m.dy)
        for rows, view in self._views(m):
            yield np.matmul, (dy[:, rows], view.swapaxes(2, 3), parts[:, rows])
        ones = m.array(len(m.parts), fill=1.0)
        yield ones.dot, (m.parts.reshape(len(m.parts), -1), m.dkernel.reshape(-1))
        yield np.copyto, (self._weights(dw), m.dkernel.transpose(2, 3, 0, 1, 4))
        if m.dx is not None:
            yield from self._backward_x(m, w, m.dx)

    def _backward_x(self, m: Cell, w: Array, dx: Array) -> Iterator[Call]:
        down, every, above = self.window.down, self.window.down.every, self._above
        dy = self._by_group(m.dy)
        wide = dy.shape[3]
        for phase in range(every):  # row h of dy stands at h + above
            rows = range((phase - above) % every, min(down.out, self._below), every)
            start = (rows.start + above) // every
            there = m.around[:, phase, start : start + len(rows), :, :wide]
            yield np.copyto, (there, dy[:, rows.start : rows.stop : every])
        arrivals, whole = self._arrivals()
        if not whole or sum(seen.count for seen in down.seen_from) < down.n:
            yield dx.fill, (0.0,)
        by_group = dx.reshape(down.n, self.groups, -1, *dx.shape[2:]).swapaxes(0, 1)
        for seen in down.seen_from:
            turned = getattr(m, f"turned{seen.taps.start}")
            yield np.copyto, (turned, self._weights(w)[seen.taps][::-1].transpose(2, 1, 4, 0, 3))
            turned = turned.reshape(self.groups, 1, -1, seen.many * turned.shape[4])
            at = seen.first + above
            view = _stack(m.around[:, at % every, at // every :], seen.count, 1, seen.many, wide)
            target = by_group[:, seen.inputs]
            if self._bare:
                yield product(turned, view, target.reshape(*target.shape[:3], wide))
                continue
            back = m.back[:, : seen.count]
            yield product(turned, view, back.reshape(*back.shape[:2], -1, wide))
            for kx, columns, places, fresh in arrivals:
                part, arrived = target[:, :, :, columns], back[:, :, kx, :, places]
                yield (np.copyto, (part, arrived)) if fresh else (np.add, (part, arrived, part))

    def _arrivals(self) -> tuple[list[tuple[int, slice, slice, bool]], bool]:
        """How what the kernel columns send back comes to the columns of dx, the most at once first:
        kernel column, where to, from which places, and whether nothing was there before. Also
        whether nothing of dx must be 0 beforehand."""
        across = self.window.across
        free, found, whole = set(range(across.n)), [], True
        for kx in sorted(range(across.k), key=lambda kx: -len(range(across.n)[across.seen(kx)[0]])):
            seen, places = across.seen(kx)
            columns = set(range(across.n)[seen])
            if columns:
                found.append((kx, seen, places, columns <= free))
                whole = whole and (columns <= free or not columns & free)
                free -= columns
        return found, whole and not free

    def _copy_columns(self, m: Cell) -> Iterator[Call]:
        """Rows and columns outside the picture are zeros, and stay zeros."""
        down, across, n = self.window.down, self.window.across, m.x.shape[3]
        x = m.x.reshape(down.n, self.groups, -1, *m.x.shape[2:]).swapaxes(0, 1)
        cols = m.cols[..., : across.out * n]
        cols = cols.reshape(*cols.shape[:-1], across.out, n)
        for kx in range(across.k):
            seen, places = across.seen(kx)
            for phase in range(down.d):
                rows = [p for p in range(phase, self._padded, down.d) if self._inside(p)]
                if rows:
                    from_, to = rows[0] - down.before, rows[-1] - down.before + 1
                    there = slice(rows[0] // down.d, rows[-1] // down.d + 1)
                    target = cols[:, phase, there, kx, :, places]
                    yield np.copyto, (target, x[:, from_ : to : down.d, :, seen])

    def _inside(self, row: int) -> bool:
        return 0 <= row - self.window.down.before < self.window.down.n

    def _views(self, m: Cell) -> Iterator[tuple[slice, Array]]:
        """Output rows whose windows are equally spaced, and the view of what they see:
        groups × rows × (kh kw c) × (places across · examples)."""
        down, wide = self.window.down, self.window.across.out * m.x.shape[3]
        for t in range(min(down.every, down.out)):
            phase, start = t * down.s % down.d, t * down.s // down.d
            count = len(range(t, down.out, down.every))
            space = down.every * down.s // down.d
            view = _stack(m.cols[:, phase, start:], count, space, down.k, wide)
            yield slice(t, None, down.every), view

    def _weights(self, w: Array) -> Array:
        """kh × kw × groups × outputs × inputs, a view."""
        kh, kw, outputs, inputs = w.shape
        return w.reshape(kh, kw, self.groups, outputs // self.groups, inputs)

    def _by_group(self, y: Array) -> Array:
        """groups × rows × outputs × (places across · examples), a view of an image."""
        rows, channels = y.shape[:2]
        return y.reshape(rows, self.groups, channels // self.groups, -1).swapaxes(0, 1)


def _rows(rows: int, phases: int) -> int:
    return -(-rows // phases)


def _stack(rows: Array, count: int, space: int, k: int, wide: int) -> Array:
    """Windows of k neighbouring rows, as one overlapping view: entry i is the stack of the rows
    i·space … i·space + k − 1. rows: groups × rows × … × numbers, of which `wide` are taken."""
    group, row = rows.strides[:2]
    shape = (len(rows), count, k * math.prod(rows.shape[2:-1]), wide)
    # Rows are contiguous, so that the rows of a stack are equally spaced across its borders too.
    return as_strided(rows, shape, (group, space * row, *rows.strides[-2:]))
