"""The general way: any kernel, stride, dilation, padding and groups.

A convolution is one product of matrices once every window's inputs stand in a column (im2col). But
that writes each input k² times. Here only the kernel's *columns* are copied, kw copies of x:

    cols[g, phase, row, kx, c, w] = x[row, c, w s + kx d − p]

The kh rows a window needs then lie one behind the other, so the stack of them is an overlapping
view of `cols`, and y[h] = W · view[h] for every row h of the output. With a dilation d the rows a
window needs are d apart: they are kept by phase (row mod d), and are neighbours again.

    dW = Σₕ dy[h] view[h]ᵀ

    dx the same way round: dy is spread out, with rows of zeros for the stride; the kernel's rows
    are turned; a product gives what each kernel column sends back, and kw additions fold it in.

Dumoulin, Visin 2016, arXiv:1603.07285; Chellapilla et al. 2006 for im2col.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from engine.convolution.geometry import Window
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell


@dataclass(frozen=True)
class Columns:
    """The general algorithm for one geometry. inputs, outputs: channels; groups divide both."""

    window: Window
    inputs: int
    outputs: int
    groups: int = 1

    def scratch(self, n: int) -> dict[str, Shape]:
        """What it keeps on a tape for a batch of n."""
        down, across = self.window.down, self.window.across
        g, c, o = self.groups, self.inputs // self.groups, self.outputs // self.groups
        wide = (across.out, n)
        kernel = down.k * across.k * c
        made: dict[str, Shape] = {
            "cols": (g, down.d, _rows(self._padded, down.d), across.k, c, *wide),
            "spread": (g, down.d, _rows(self._spread, down.d), o, *wide),
            "kernel": (g, o, down.k, across.k, c),
            "turned": (g, across.k, c, down.k, o),
            "parts": (down.out, g, o, kernel),
            "dkernel": (g, o, down.k, across.k, c),
        }
        if not self._bare:
            made["back"] = (g, down.n, across.k, c, *wide)
        return made

    @property
    def _padded(self) -> int:
        """Rows of the padded picture that any window needs."""
        down = self.window.down
        return (down.out - 1) * down.s + down.reach

    @property
    def _spread(self) -> int:
        """Rows of the spread-out dy that any row of x needs."""
        down = self.window.down
        return down.n + down.before + down.reach - 1

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
        for rows, view in self._views(m.cols):
            yield np.matmul, (kernel, view, self._by_group(m.y)[:, rows])
        if bias is not None:
            yield np.add, (m.y, bias[:, None, None], m.y)

    def backward(self, m: Cell, w: Array, dw: Array) -> Iterator[Call]:
        """dw, and m.dx where it is asked for, from m.dy."""
        parts = m.parts.transpose(1, 0, 2, 3)
        dy = self._by_group(m.dy)
        for rows, view in self._views(m.cols):
            yield np.matmul, (dy[:, rows], view.swapaxes(2, 3), parts[:, rows])
        ones = m.array(len(m.parts), fill=1.0)
        yield ones.dot, (m.parts.reshape(len(m.parts), -1), m.dkernel.reshape(-1))
        yield np.copyto, (self._weights(dw), m.dkernel.transpose(2, 3, 0, 1, 4))
        if m.dx is not None:
            yield from self._backward_x(m, w, m.dx)

    def _backward_x(self, m: Cell, w: Array, dx: Array) -> Iterator[Call]:
        down, across = self.window.down, self.window.across
        yield np.copyto, (m.turned, self._weights(w)[::-1].transpose(2, 1, 4, 0, 3))
        for phase in range(down.d):
            # dy[h] stands at row h s + reach − 1 of the spread; zeros above it, and between.
            rows = [
                (h, h * down.s + down.reach - 1)
                for h in range(down.out)
                if (h * down.s + down.reach - 1) % down.d == phase
                and h * down.s + down.reach - 1 < self._spread
            ]
            if rows:
                here, there = _slice([h for h, _ in rows]), _slice([q // down.d for _, q in rows])
                dy = m.dy.reshape(len(m.dy), self.groups, -1, *m.dy.shape[2:])
                yield np.copyto, (m.spread[:, phase, there], dy[here].swapaxes(0, 1))
        turned = m.turned.reshape(self.groups, 1, -1, down.k * m.turned.shape[4])
        g, c = self.groups, self.inputs // self.groups
        by_group = dx.reshape(down.n, g, c, *dx.shape[2:]).swapaxes(0, 1)
        back = by_group[:, :, None] if self._bare else m.back
        flat = _flat(back)
        for t in range(min(down.d, down.n)):
            phase, start = (t + down.before) % down.d, (t + down.before) // down.d
            count = len(range(t, down.n, down.d))
            view = _stack(m.spread[:, phase, start:], count, 1, down.k)
            yield np.matmul, (turned, view, flat[:, t :: down.d])
        if self._bare:
            return
        yield dx.fill, (0.0,)
        for kx in range(across.k):
            seen, places = across.seen(kx)
            target = by_group[:, :, :, seen]
            yield np.add, (target, m.back[:, :, kx, :, places], target)

    def _copy_columns(self, m: Cell) -> Iterator[Call]:
        """Rows and columns outside the picture are zeros, and stay zeros."""
        down, across = self.window.down, self.window.across
        x = m.x.reshape(down.n, self.groups, -1, *m.x.shape[2:]).swapaxes(0, 1)
        for kx in range(across.k):
            seen, places = across.seen(kx)
            for phase in range(down.d):
                rows = [p for p in range(phase, self._padded, down.d) if self._inside(p)]
                if rows:
                    from_, to = rows[0] - down.before, rows[-1] - down.before + 1
                    there = slice(rows[0] // down.d, rows[-1] // down.d + 1)
                    target = m.cols[:, phase, there, kx, :, places]
                    yield np.copyto, (target, x[:, from_ : to : down.d, :, seen])

    def _inside(self, row: int) -> bool:
        return 0 <= row - self.window.down.before < self.window.down.n

    def _views(self, cols: Array) -> Iterator[tuple[slice, Array]]:
        """Output rows whose windows are equally spaced, and the view of what they see:
        groups × rows × (kh kw c) × (places across · examples)."""
        down = self.window.down
        every = down.d // math.gcd(down.s, down.d)
        for t in range(min(every, down.out)):
            phase, start = t * down.s % down.d, t * down.s // down.d
            count = len(range(t, down.out, every))
            space = every * down.s // down.d
            yield slice(t, None, every), _stack(cols[:, phase, start:], count, space, down.k)

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


def _slice(numbers: list[int]) -> slice:
    """Equally spaced numbers as a slice."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    return slice(numbers[0], numbers[-1] + 1, step)


def _flat(a: Array) -> Array:
    """groups × rows × everything between × (places · examples), as a view."""
    g, rows, kw, c, wide, n = a.shape
    shape = (g, rows, kw * c, wide * n)
    strides = (*a.strides[:2], a.strides[3], a.strides[5])
    return as_strided(a, shape, strides)


def _stack(rows: Array, count: int, space: int, k: int) -> Array:
    """Windows of k neighbouring rows, as one overlapping view: entry i is the stack of the rows
    i·space … i·space + k − 1. rows: groups × rows × … × places × examples."""
    group, row = rows.strides[:2]
    wide = rows.shape[-2] * rows.shape[-1]
    inside = math.prod(rows.shape[2:]) // wide
    shape = (len(rows), count, k * inside, wide)
    # Rows are contiguous, so that the rows of a stack are equally spaced across its borders too.
    return as_strided(rows, shape, (group, space * row, wide * rows.itemsize, rows.itemsize))
