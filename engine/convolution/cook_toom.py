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

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from engine.convolution.geometry import Window
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell

TILE: Final = 4  # rows of output made at once
POINTS: Final = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
FEWEST: Final = 8  # input channels, from which the transforms are worth their cost
ONE: Final = 1  # which of the points is 1: there Aᵀ is all ones


@dataclass(frozen=True)
class CookToom:
    """The algorithm for one geometry: stride 1, dilation 1, no groups, the size kept."""

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

    def scratch(self, n: int) -> dict[str, Shape]:
        """What it keeps on a tape for a batch of n."""
        u, t, kw = TILE + self.window.down.k - 1, self.tiles, self.window.across.k
        c, o, wide = self.inputs, self.outputs, (self.window.across.n, n)
        return {
            "z": (t, u, c, *wide),
            "dz": (t, u, c, *wide),
            "shifted": (u, kw, c, *wide),
            "back": (u, kw, c, *wide),
            "products": (u, o, *wide),
            "values": (u, kw, o, c),
            "kernel": (u, o, kw, c),
            "parts": (t, u, kw, o, c),
            "dvalues": (u, kw, o, c),
        }

    def forward(self, m: Cell, w: Array, bias: Array | None) -> Iterator[Call]:
        """m.y from m.x. w: kh × kw × outputs × inputs. bias: outputs."""
        down = self.window.down
        a, b, g = (matrix.astype(m.dtype) for matrix in matrices(down.k))
        u = len(g)
        yield g.dot, (w.reshape(down.k, -1), m.values.reshape(u, -1))
        yield np.copyto, (m.kernel, m.values.swapaxes(1, 2))
        kernel, products = m.kernel.reshape(u, self.outputs, -1), m.products.reshape(u, -1)
        shifted = m.shifted.reshape(u, kernel.shape[2], -1)
        for t in range(self.tiles):
            # Rows above and below the picture are zeros: their columns of Bᵀ are left out.
            top = TILE * t - down.before
            first, last = max(top, 0), min(top + u, down.n)
            part = np.ascontiguousarray(b[first - top : last - top].T)
            yield part.dot, (_rows(m.x[first:last]), _rows(m.z[t]))
            for kx, (here, there) in self._columns():  # what moves in from outside is zero
                yield np.copyto, (m.shifted[:, kx, :, here], m.z[t][:, :, there])
            yield np.matmul, (kernel, shifted, m.products.reshape(u, self.outputs, -1))
            if bias is not None:  # Aᵀ is all ones there, so it reaches every row
                spot = m.products[ONE]
                yield np.add, (spot, bias[:, None, None], spot)
            y = m.y[TILE * t : TILE * (t + 1)]
            yield np.ascontiguousarray(a[: len(y)]).dot, (products, _rows(y))

    def backward(self, m: Cell, w: Array, dw: Array) -> Iterator[Call]:
        """dw, and m.dx where it is asked for, from m.dy. (The values of w stand from `forward`.)"""
        a, b, g = (matrix.astype(m.dtype) for matrix in matrices(self.window.down.k))
        u = len(g)
        turned = m.kernel.reshape(u, self.outputs, -1).swapaxes(1, 2)
        products = m.products.reshape(u, self.outputs, -1)
        back = m.back.reshape(*turned.shape[:2], -1)
        for t in range(self.tiles):
            dy = m.dy[TILE * t : TILE * (t + 1)]
            yield np.ascontiguousarray(a[: len(dy)].T).dot, (_rows(dy), _rows(m.products))
            for kx, (here, there) in self._columns():
                values = _flat(m.products[:, :, here]), _flat(m.z[t][:, :, there]).swapaxes(1, 2)
                yield np.matmul, (*values, m.parts[t, :, kx])
            if m.dx is not None:
                yield np.matmul, (turned, products, back)
                yield np.copyto, (m.dz[t], m.back[:, self.window.across.before])
                for kx, (here, there) in self._columns():
                    if kx != self.window.across.before:
                        target = m.dz[t][:, :, there]
                        yield np.add, (target, m.back[:, kx, :, here], target)
        ones = m.array(self.tiles, fill=1.0)
        yield ones.dot, (m.parts.reshape(self.tiles, -1), m.dvalues.reshape(-1))
        yield np.ascontiguousarray(g.T).dot, (m.dvalues.reshape(u, -1), _rows(dw))
        if m.dx is not None:
            yield from self._backward_x(m, m.dx, b)

    def _backward_x(self, m: Cell, dx: Array, b: Array) -> Iterator[Call]:
        """Rows of dx in blocks of four: their own tile's first rows, and the last rows of the tile
        before, which reaches into them. One product does both."""
        u, before, n = len(b), self.window.down.before, self.window.down.n
        both = np.zeros((TILE, 2 * u), m.dtype)
        both[: u - TILE, :u], both[:, u:] = b[TILE:], b[:TILE]
        flat = m.dz.reshape(self.tiles * u, -1)
        for t in range(self.tiles + 1):
            top = TILE * t - before
            first, last = max(top, 0), min(top + TILE, n)
            if first >= last:
                continue
            left, right = (u if t == 0 else 0), (u if t == self.tiles else 2 * u)
            part = np.ascontiguousarray(both[first - top : last - top, left:right])
            rows = slice((t - 1) * u + left, (t - 1) * u + right)
            yield part.dot, (flat[rows], _rows(dx[first:last]))

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


def _rows(a: Array) -> Array:
    """The first axis against everything else."""
    return a.reshape(len(a), -1)
