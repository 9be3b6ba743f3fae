"""One answer of one layer, taken apart into what it sees, what it is multiplied by, and what each
source adds: every layer in its own way, in the same four arrays.

    window × kernel = products,   Σ products of a source = what it adds,   Σ sources + bias = answer

A pool chooses or shares (its kernel is 1 at the largest, or 1/n everywhere), a norm is a line by
the numbers of its set, a sum of two ways has a kernel of ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from engine.convolution.geometry import Axis, Window
from engine.errors import NotNow
from engine.layers import (
    BatchNorm,
    ChannelPool,
    Conv2d,
    Dense,
    GlobalMeanPool,
    Local2d,
    Parallel,
    Residual,
    Upsample,
)
from engine.layers.conv import EPS
from engine.layers.norm import Norm
from engine.layers.norm_each import NormEach
from engine.layers.pool import MaxPool2d, Pool2d
from engine.memory.arena import Array, Shape
from engine.memory.tape import Tape
from engine.net import Site
from engine.probes.base import single

Spot: TypeAlias = tuple[int, int, int]  # channel, row, column
Taken: TypeAlias = tuple[dict[str, Any], dict[str, Array]]


@dataclass(frozen=True)
class Open:
    """A layer that is looked into: where it stands, its weights by dotted name, what came in, the
    tape that holds its answer, and the maps that a flatten below it laid out, if one did."""

    site: Site
    arrays: dict[str, Array]
    came: Array
    tape: Tape
    maps: Shape | None

    def weight(self, name: str) -> Array:
        return self.arrays[f"{self.site.path}.{name}"]


def apart(o: Open, spot: Spot) -> Taken:
    """`window`, `kernel`, `products`, `sources`; and sum, bias, rows, columns, how it `takes` them,
    `first` (the number of the first source among the maps that come in). Raises `NotNow` for a
    layer that changes each answer by itself."""
    k, y, x = spot
    layer, came, shape = o.site.layer, o.came, o.site.x
    match layer:
        case Conv2d():
            first, inputs = sources_of(layer, shape, k)
            bias = float(o.weight("bias")[k]) if layer.bias else 0.0
            kernel, at = used(layer, o.weight("weight"))[k], layer.window(shape)
            return _windowed(came[first : first + inputs], kernel, bias, at, spot, first)
        case Local2d():
            kernel, bias = o.weight("weight")[y, x, k], float(o.weight("bias")[k, y, x])
            return _windowed(came, kernel, bias, layer.window(shape), spot, 0)
        case Pool2d():
            return _pooled(layer, came[k : k + 1], shape, spot)
        case ChannelPool():
            first = k * layer.window
            seen = came[first : first + layer.window, y : y + 1, x : x + 1]
            return _taken(seen, _largest(seen), "largest", first=first, spot=spot)
        case GlobalMeanPool():
            seen = came[k : k + 1]
            whole = (range(shape[1]), range(shape[2]))
            return _taken(seen, np.full_like(seen, 1 / seen.size), "mean", first=k, places=whole)
        case Upsample():
            y, x = y // layer.factor, x // layer.factor
            seen = came[k : k + 1, y : y + 1, x : x + 1]
            return _taken(seen, np.ones_like(seen), "same", first=k, spot=(k, y, x))
        case Dense():
            # Behind a flatten its weights are pictures too: one for every map that comes in.
            whole_shape = o.maps or (len(came), 1, 1)
            kernel, bias = o.weight("weight")[k].reshape(whole_shape), float(o.weight("bias")[k])
            whole = (range(whole_shape[1]), range(whole_shape[2]))
            return _taken(came.reshape(whole_shape), kernel, "sum", bias=bias, places=whole)
        case Norm():
            slope, shift = _line(layer, o, spot)
            seen = np.reshape(came[_place(came, spot)], (1, 1, 1))
            return _taken(seen, np.full_like(seen, slope), "sum", bias=shift, first=k, spot=spot)
        case Residual():
            ends = _ends(o)
            seen = np.reshape([each[_place(each, spot)] for each in ends], (2, 1, 1))
            info, arrays = _taken(seen, np.ones_like(seen), "sum", first=k, spot=spot)
            sizes = [float(np.sqrt(np.mean(np.square(each[k])))) for each in ends]
            return info | {
                "ways": [_last(o, name) for name in layer.chains()],
                "sizes": sizes,
            }, arrays
        case Parallel():
            name, end, first = _branch(o, k)
            seen = np.reshape(end[_place(end, (first, y, x))], (1, 1, 1))
            info, arrays = _taken(seen, np.ones_like(seen), "same", first=first, spot=spot)
            return info | {"ways": [_last(o, name)], "way": name}, arrays
    raise NotNow(
        f"{o.site.path} is a {layer.kind}; windows are of convolutions, pools, norms, dense layers "
        "and blocks.",
    )


def everywhere(o: Open, channel: int, most: int) -> Array | None:
    """What each source adds to every place of a map (sources × height × width): added up, and the
    bias, they are it. Of convolutions and of sums; None for other layers."""
    layer = o.site.layer
    if isinstance(layer, Residual) and len(o.site.y) == 3:
        return np.stack([end[channel] for end in _ends(o)])
    if not isinstance(layer, Conv2d):
        return None
    at = layer.window(o.site.x)
    first, inputs = sources_of(layer, o.site.x, channel)
    kernel = used(layer, o.weight("weight"))[channel]
    made = np.zeros((min(inputs, most), *at.out), o.came.dtype)
    for i in range(at.down.k):
        rows, down = at.down.seen(i)
        for j in range(at.across.k):
            columns, across = at.across.seen(j)
            seen = o.came[first : first + len(made), rows, columns]
            made[:, down, across] += kernel[: len(made), i, j, None, None] * seen
    return made


def sources_of(layer: Conv2d, x: Shape, channel: int) -> tuple[int, int]:
    """The first map a channel looks at, and how many: a kernel sees the maps of its group alone."""
    inputs = x[0] // layer.groups
    return channel // (layer.channels // layer.groups) * inputs, inputs


def used(layer: Conv2d, weight: Array) -> Array:
    """The kernels as they are used: outputs × inputs × height × width."""
    if not layer.standardize:
        return weight
    centred = weight - weight.mean(axis=(1, 2, 3), keepdims=True)
    return np.asarray(centred / np.sqrt(weight.var(axis=(1, 2, 3), keepdims=True) + EPS))


def seen_by(maps: Array, at: Window, y: int, x: int) -> Array:
    """inputs × height × width of what the place (y, x) sees; 0 outside the picture."""
    rows, columns = places(at.down, y), places(at.across, x)
    made = np.zeros((len(maps), len(rows), len(columns)), maps.dtype)
    inside_y = [i for i, row in enumerate(rows) if 0 <= row < at.down.n]
    inside_x = [j for j, column in enumerate(columns) if 0 <= column < at.across.n]
    if inside_y and inside_x:
        part = maps[:, [rows[i] for i in inside_y]][:, :, [columns[j] for j in inside_x]]
        made[np.ix_(range(len(maps)), inside_y, inside_x)] = part
    return made


def places(axis: Axis, i: int) -> list[int]:
    """Which inputs place i of a window looks at, along one axis; some may be outside."""
    return [i * axis.s - axis.before + j * axis.d for j in range(axis.k)]


# --- layer by layer ------------------------------------------------------------------------------


def _windowed(
    maps: Array, kernel: Array, bias: float, at: Window, spot: Spot, first: int, takes: str = "sum"
) -> Taken:
    _, y, x = spot
    stand = (places(at.down, y), places(at.across, x))
    return _taken(seen_by(maps, at, y, x), kernel, takes, bias=bias, first=first, places=stand)


def _pooled(layer: Pool2d, maps: Array, x: Shape, spot: Spot) -> Taken:
    at = layer.at(x)
    seen = seen_by(maps, at, *spot[1:])
    if not isinstance(layer, MaxPool2d):
        return _windowed(maps, np.full_like(seen, 1 / seen.size), 0.0, at, spot, spot[0], "mean")
    inside = seen_by(np.ones_like(maps), at, *spot[1:])
    kernel = _largest(np.where(inside > 0, seen, -np.inf))
    return _windowed(maps, kernel, 0.0, at, spot, spot[0], "largest")


def _largest(seen: Array) -> Array:
    """1 at the first of the largest, 0 elsewhere."""
    made = np.zeros_like(seen)
    made.flat[seen.argmax()] = 1.0
    return made


def _line(layer: Norm, o: Open, spot: Spot) -> tuple[float, float]:
    """A norm at one place is y = a x + k:  a = γ/√(σ² + ε), k = β − a μ, with μ and σ² of its set:
    running ones of a batch norm, else those of this example."""
    k = spot[0]
    if isinstance(layer, BatchNorm):
        mean, var = (float(o.weight(f"running_{name}")[k]) for name in ("mean", "var"))
    else:
        assert isinstance(layer, NormEach)
        sets = layer.sets(o.site.x)
        own = o.came.reshape(sets, -1)[k // (o.site.x[0] // sets)]
        mean, var = float(own.mean()), float(own.var())
    gamma, beta = (o.weight(name) for name in ("gamma", "beta"))
    where = _place(gamma, spot)  # of layer_norm one pair for each place
    slope = float(gamma[where]) / float(np.sqrt(var + layer.eps))
    return slope, float(beta[where]) - slope * mean


def _ends(o: Open) -> list[Array]:
    """What the chains of a block answer."""
    return [single(chain.y) for chain in o.tape[o.site.path].chains.values()]


def _branch(o: Open, channel: int) -> tuple[str, Array, int]:
    """Which of parallel branches makes a channel: its name, its answers, and which of them."""
    start = 0
    for name, end in zip(o.site.layer.chains(), _ends(o), strict=True):
        if channel < start + len(end):
            return name, end, channel - start
        start += len(end)
    raise AssertionError(channel)


def _last(o: Open, name: str) -> str:
    """The last layer of a chain of a block, as a path; empty where the chain is the identity."""
    links = o.tape[o.site.path].chains[name].links
    return str(links[-1][1].path) if links else ""


def _place(a: Array, spot: Spot) -> tuple[int, ...]:
    return spot[: a.ndim]


def _taken(
    seen: Array,
    kernel: Array,
    takes: str,
    *,
    bias: float = 0.0,
    first: int = 0,
    spot: Spot | None = None,
    places: tuple[Any, Any] | None = None,
) -> Taken:
    """The answer to all: `places` are the rows and columns of the window, or it is one spot."""
    rows, columns = ([spot[1]], [spot[2]]) if spot is not None else places or ((), ())
    products = seen * kernel
    info = {
        "sum": float(products.sum()), "bias": bias, "takes": takes, "first": first,
        "rows": list(rows), "columns": list(columns),
    }  # fmt: skip
    arrays = {
        "window": np.array(seen), "kernel": np.array(kernel), "products": products,
        "sources": products.sum(axis=(1, 2)),
    }  # fmt: skip
    return info, arrays
