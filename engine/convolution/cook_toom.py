"""Cook–Toom along the rows: four rows of output from 4 + k − 1 products instead of 4 k.

A convolution along one axis is a product of two polynomials, and a polynomial of degree < U is
known by its values at U points. So evaluate the kernel (G) and the picture (Bᵀ) at U points,
multiply the values, and go back (Aᵀ); "at ∞" means the leading coefficient:

    y = Aᵀ [ (G w) ⊙ (Bᵀ x) ]                      m = 4 rows of y, U = m + k − 1 rows of x

With points 0, ±1, ±2 (and ±½ for k = 5) that is 1.5 products a row instead of 3: half the
multiplications, and rows are the outermost axis, so every transform is one product on long rows.
Across, the kernel's columns stay ordinary: kw shifted copies. Toom 1963, Cook 1966; for nets:
Lavin, Gray 2016, arXiv:1509.09308.

It rounds a little more than the plain sum (3.6e-7 against 2e-7 relative in float32): for k = 7 it
would be too much, and the general way is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from engine.convolution.geometry import Window, spaced
from engine.convolution.product import product
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell

TILE: Final = 4  # rows of output made at once
POINTS: Final = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
FEWEST: Final = 8  # input channels, from which the transforms are worth their cost
ONE: Final = 1  # which of the points is 1: there Aᵀ is all ones
# Numbers that stand stacked at once, so that a product finds them in the cache.
PORTION: Final = 300_000


@dataclass(frozen=True)
class CookToom:
    """The algorithm for one geometry: stride 1, dilation 1, no groups, the size kept."""

    passing: ClassVar[frozenset[str]] = frozenset({"products", "dz", "parts", "dvalues"})

    window: Window
    inputs: int
    outputs: int

    @staticmethod
    def fits(window: Window, inputs: int, groups: int) -> bool:
        """Whether it can be used, and is worth it."""
        axes = (window.down, window.across)
        return (
            groups == 1
            and inputs >= FEWEST
            and window.down.k in (3, 5)
            and window.down.n >= TILE
            and all(a.s == a.d == 1 and a.before == a.after and a.out == a.n for a in axes)
        )

    @property
    def tiles(self) -> int:
        """How many tiles of four rows; the last may be lower."""
        return -(-self.window.down.n // TILE)

    @property
    def points(self) -> int:
        """How many values stand for a tile, U."""
        return TILE + self.window.down.k - 1

    def scratch(self, n: int) -> dict[str, Shape]:
        """What it keeps on a tape for a batch of n."""
        u, t, kw = self.points, self.tiles, self.window.across.k
        c, o, wide = self.inputs, self.outputs, (self.window.across.n, n)
        row = spaced(math.prod(wide))
        some = min(u, max(1, PORTION // (kw * max(c, o) * row)))
        return {
            "z": (t, u, c, *wide),
            "dz": (min(t, 2), u, c, *wide),
            "shifted": (some, kw * c, row),
            "sent": (some, kw * o, row),
            "products": (u, o, *wide),
            "values": (u, kw, o, c),
            "kernel": (u, o, kw, c),
            "turned": (u, c, kw, o),
            "parts": (t, u, kw, o, c),
            "dvalues": (u, kw, o, c),
        }

    def forward(self, m: Cell, w: Array, bias: Array | None) -> Iterator[Call]:
        """m.y from m.x. w: kh × kw × outputs × inputs. bias: outputs."""
        down = self.window.down
        a, b, g = (matrix.astype(m.dtype) for matrix in matrices(down.k))
        u = self.points
        yield g.dot, (w.reshape(down.k, -1), m.values.reshape(u, -1))
        yield np.copyto, (m.kernel, m.values.swapaxes(1, 2))
        kernel = m.kernel.reshape(u, self.outputs, -1)
        for t in range(self.tiles):
            # Rows above and below the picture are zeros: their columns of Bᵀ are left out.
            top = TILE * t - down.before
            first, last = max(top, 0), min(top + u, down.n)
            part = np.ascontiguousarray(b[first - top : last - top].T)
            yield part.dot, (_rows(m.x[first:last]), _rows(m.z[t]))
            for some, shifted, places in self._portions(m.shifted, m.z[t]):
                for kx, (here, there) in self._columns():  # what moves in from outside is zero
                    yield np.copyto, (places[:, kx, :, here], m.z[t, some, :, there])
                yield product(kernel[some], shifted, _matrices(m.products)[some])
            if bias is not None:  # Aᵀ is all ones there, so it reaches every row
                spot = m.products[ONE]
                yield np.add, (spot, bias[:, None, None], spot)
            y = m.y[TILE * t : TILE * (t + 1)]
            yield np.ascontiguousarray(a[: len(y)]).dot, (_rows(m.products), _rows(y))

    def backward(self, m: Cell, w: Array, dw: Array) -> Iterator[Call]:
        """dw, and m.dx where it is asked for, from m.dy. (The values of w stand from `forward`.)"""
        a, b, g = (matrix.astype(m.dtype) for matrix in matrices(self.window.down.k))
        if m.dx is not None:
            yield np.copyto, (m.turned, m.values.transpose(0, 3, 1, 2))
        for t in range(self.tiles):
            dy = m.dy[TILE * t : TILE * (t + 1)]
            yield np.ascontiguousarray(a[: len(dy)].T).dot, (_rows(dy), _rows(m.products))
            for kx, (here, there) in self._columns():
                values = _flat(m.products[:, :, here]), _flat(m.z[t][:, :, there]).swapaxes(1, 2)
                yield np.matmul, (*values, m.parts[t, :, kx])
            if m.dx is not None:
                yield from self._backward_z(m, m.dz[t % 2])
                yield from self._backward_x(m, m.dx, b, t)
        if m.dx is not None:
            yield from self._backward_x(m, m.dx, b, self.tiles)
        ones = m.array(self.tiles, fill=1.0)
        yield ones.dot, (m.parts.reshape(self.tiles, -1), m.dvalues.reshape(-1))
        yield np.ascontiguousarray(g.T).dot, (_rows(m.dvalues), _rows(dw))

    def _backward_z(self, m: Cell, dz: Array) -> Iterator[Call]:
        """A tile of dz: as forward, with the columns moved the other way, the kernel turned."""
        turned = m.turned.reshape(self.points, self.inputs, -1)
        for some, sent, places in self._portions(m.sent, m.products):
            for kx, (here, there) in self._columns():
                yield np.copyto, (places[:, kx, :, there], m.products[some, :, here])
            yield product(turned[some], sent, _matrices(dz)[some])

    def _backward_x(self, m: Cell, dx: Array, b: Array, t: int) -> Iterator[Call]:
        """Four rows of dx: they are the first of tile t, and the last of the tile before, which
        reaches into them. One product does both; dz holds the two, in turns."""
        u, top, n = self.points, TILE * t - self.window.down.before, self.window.down.n
        first, last = max(top, 0), min(top + TILE, n)
        if first >= last:
            return
        tiles = {}
        if t > 0:
            reach = np.zeros((TILE, u), m.dtype)
            reach[: u - TILE] = b[TILE:]
            tiles[(t - 1) % 2] = reach
        if t < self.tiles:
            tiles[t % 2] = b[:TILE]
        part = np.hstack([tiles[i] for i in sorted(tiles)])[first - top : last - top]
        dz = m.dz[min(tiles) : max(tiles) + 1]
        yield (
            np.ascontiguousarray(part).dot,
            (dz.reshape(len(tiles) * u, -1), _rows(dx[first:last])),
        )

    def _portions(self, stack: Array, a: Array) -> Iterator[tuple[slice, Array, Array]]:
        """For some of the points at a time: which, the stack of columns made for them as matrices,
        and as points × kernel columns × channels × places × examples. a: what is stacked."""
        u, channels, places, n = a.shape
        for first in range(0, u, len(stack)):
            some = slice(first, min(first + len(stack), u))
            stacked = stack[: some.stop - first, :, : places * n]
            kw = self.window.across.k
            yield some, stacked, stacked.reshape(-1, kw, channels, places, n)

    def _columns(self) -> Iterator[tuple[int, tuple[slice, slice]]]:
        """For each kernel column: the places of the window, and the inputs it sees from there."""
        for kx in range(self.window.across.k):
            seen, places = self.window.across.seen(kx)
            if seen.start < seen.stop:
                yield kx, (places, seen)


@cache
def matrices(k: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Aᵀ (4 × U), B (U × U) and G (U × k) for kernels of k rows, U = 4 + k − 1.

    With points a₀ … and fᵢ = Πⱼ≠ᵢ (aᵢ − aⱼ):  Gᵢⱼ = aᵢʲ / fᵢ,  Aᵀⱼᵢ = aᵢʲ,  row i of Bᵀ has the
    coefficients of Πⱼ≠ᵢ (x − aⱼ), the last row (∞) those of Πⱼ (x − aⱼ).
    """
    points = np.array(POINTS[: TILE + k - 2])
    u = len(points) + 1
    a, bt, g = np.zeros((TILE, u)), np.zeros((u, u)), np.zeros((u, k))
    for i, point in enumerate(points):
        others = np.delete(points, i)
        a[:, i] = point ** np.arange(TILE)
        g[i] = point ** np.arange(k) / np.prod(point - others)
        bt[i, : u - 1] = np.poly(others)[::-1]
    a[-1, -1] = g[-1, -1] = 1.0
    bt[-1] = np.poly(points)[::-1]
    return a, np.ascontiguousarray(bt.T), g


def _flat(a: Array) -> Array:
    """values × channels × (places · examples) of some of the places: a view, not contiguous."""
    u, channels, places, n = a.shape
    return as_strided(a, (u, channels, places * n), (*a.strides[:2], a.itemsize))


def _matrices(a: Array) -> Array:
    """values × channels × (places · examples)."""
    return a.reshape(*a.shape[:2], -1)


def _rows(a: Array) -> Array:
    """The first axis against everything else."""
    return a.reshape(len(a), -1)
