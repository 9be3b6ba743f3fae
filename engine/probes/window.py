"""Inside one answer: the window it looks through, times the kernel, equals products, and their sum.

The answer of any place of any map is taken apart into what each source adds: of a convolution the
products of every kernel, of a pool the numbers it chose from, of a dense layer weight times input.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from engine.convolution.geometry import Axis, Window
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.layers import Conv2d, Dense, Layer, Local2d
from engine.layers.conv import EPS
from engine.layers.pool import MaxPool2d, Pool2d
from engine.memory.arena import Array, Shape
from engine.net import Site
from engine.probes.base import FOLLOWS, MAX_UNITS, SAME, pick, single
from engine.probes.examples import OfExample
from engine.probes.maps import refuse_points
from engine.registry import register
from engine.session import Session
from engine.spec import doc


@register("probe", "window")
class WindowOf(OfExample):
    """One answer taken apart. `window`: inputs × height × width of what it sees (0 outside the
    picture), `kernel` and `products` alike, `sources`: what each input map adds; info: the sum, the
    bias, the answer, the same behind the layers of its column, and where the window stands. A dense
    layer sees everything: behind a flatten all maps, else inputs × 1 × 1."""

    layer: Annotated[str, doc("a convolution, a pool or a dense layer, by its dotted path")]
    channel: Annotated[int, Ge(0), doc("which map, or which unit")] = 0
    y: Annotated[int, Ge(0), doc("row of the map")] = 0
    x: Annotated[int, Ge(0), doc("column of the map")] = 0
    intermediate: Annotated[
        bool, doc("also what each source adds to every place of the map (sources × h × w)")
    ] = False

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        pick(self.layer, tuple(run.net.by_path))
        site = run.net.by_path[self.layer]
        self._check(site.y)
        example, _, where = self.example(session)
        tape = run.reading.tape(1)
        tape.x[...] = example
        tape.replay()
        came, went = single(tape[self.layer].x), single(tape[self.layer].y)
        maps = _flattened(run.experiment, self.layer)
        info, arrays = self._apart(site, came, run.arrays, maps)
        spot = (self.channel, self.y, self.x) if went.ndim == 3 else (self.channel,)
        if self.intermediate and isinstance(site.layer, Conv2d):
            arrays["intermediate"] = self._everywhere(site, came, run.arrays)
        info |= {"answer": float(went[spot]), "where": where, "then": []}
        for path in _column(run.experiment.layers, self.layer):
            info["then"].append({"layer": path, "answer": float(single(tape[path].y)[spot])})
        return info, arrays

    def _check(self, shape: Shape) -> None:
        given = (self.channel, self.y, self.x)[: len(shape)]
        for name, i, n in zip(("channel", "y", "x"), given, shape, strict=False):
            if i >= n:
                raise Invalid(f"“{name}” is at most {n - 1} here.", pointer=f"/{name}", limit=n - 1)

    def _apart(
        self, site: Site, came: Array, arrays: dict[str, Array], maps: Shape | None
    ) -> tuple[dict[str, Any], dict[str, Array]]:
        layer, k = site.layer, self.channel
        match layer:
            case Conv2d():
                each = layer.channels // layer.groups  # a kernel sees the maps of its group alone
                inputs = site.x[0] // layer.groups
                first = k // each * inputs
                seen = self._seen(came[first : first + inputs], layer.window(site.x))
                kernel = used(layer, arrays[f"{site.path}.weight"])[k]
                bias = float(arrays[f"{site.path}.bias"][k]) if layer.bias else 0.0
                return self._products(seen, kernel, bias, layer.window(site.x), first)
            case Local2d():
                at = layer.window(site.x)
                kernel = arrays[f"{site.path}.weight"][self.y, self.x, k]
                bias = float(arrays[f"{site.path}.bias"][k, self.y, self.x])
                return self._products(self._seen(came, at), kernel, bias, at, 0)
            case Pool2d():
                at = layer.at(site.x)
                seen = self._seen(came[k : k + 1], at)
                largest = isinstance(layer, MaxPool2d)
                kernel = np.full_like(seen, 1 / seen[0].size)
                if largest:
                    inside = self._seen(np.ones_like(came[k : k + 1]), at)
                    kernel = np.zeros_like(seen)
                    kernel.flat[np.where(inside > 0, seen, -np.inf).argmax()] = 1.0
                info, made = self._products(seen, kernel, 0.0, at, k)
                return {**info, "takes": "largest" if largest else "mean"}, made
            case Dense():
                weight = arrays[f"{site.path}.weight"][k]
                bias = float(arrays[f"{site.path}.bias"][k])
                # Behind a flatten its weights are pictures too: one for every map that comes in.
                shape = maps or (len(came), 1, 1)
                seen, kernel = came.reshape(shape), weight.reshape(shape)
                products = seen * kernel
                info = {"sum": float(products.sum()), "bias": bias, "takes": "sum", "first": 0}
                info |= {"rows": list(range(shape[1])), "columns": list(range(shape[2]))}
                sources = products.sum(axis=(1, 2))
                return info, {
                    "window": seen, "kernel": np.array(kernel), "products": products,
                    "sources": sources,
                }  # fmt: skip
        raise NotNow(
            f"{site.path} is a {layer.kind}; windows are of conv2d, local2d, max_pool2d, "
            "mean_pool2d and dense.",
        )

    def _everywhere(self, site: Site, came: Array, arrays: dict[str, Array]) -> Array:
        """What each source adds to every place of the map: added up, and the bias, they are it."""
        layer = site.layer
        assert isinstance(layer, Conv2d)
        at, inputs = layer.window(site.x), site.x[0] // layer.groups
        first = self.channel // (layer.channels // layer.groups) * inputs
        kernel = used(layer, arrays[f"{site.path}.weight"])[self.channel]
        made = np.zeros((min(inputs, MAX_UNITS), *at.out), came.dtype)
        for i in range(at.down.k):
            rows, down = at.down.seen(i)
            for j in range(at.across.k):
                columns, across = at.across.seen(j)
                seen = came[first : first + len(made), rows, columns]
                made[:, down, across] += kernel[: len(made), i, j, None, None] * seen
        return made

    def _seen(self, maps: Array, at: Window) -> Array:
        """inputs × height × width of what the place (y, x) sees."""
        rows, columns = places(at.down, self.y), places(at.across, self.x)
        made = np.zeros((len(maps), len(rows), len(columns)), maps.dtype)
        inside_y = [i for i, row in enumerate(rows) if 0 <= row < at.down.n]
        inside_x = [j for j, column in enumerate(columns) if 0 <= column < at.across.n]
        if inside_y and inside_x:
            part = maps[:, [rows[i] for i in inside_y]][:, :, [columns[j] for j in inside_x]]
            made[np.ix_(range(len(maps)), inside_y, inside_x)] = part
        return made

    def _products(
        self, seen: Array, kernel: Array, bias: float, at: Window, first: int
    ) -> tuple[dict[str, Any], dict[str, Array]]:
        products = seen * kernel
        info = {
            "sum": float(products.sum()),
            "bias": bias,
            "takes": "sum",
            "rows": places(at.down, self.y),
            "columns": places(at.across, self.x),
            "first": first,  # number of the first source among the maps that come in
        }
        arrays = {
            "window": seen,
            "kernel": np.array(kernel),
            "products": products,
            "sources": products.sum(axis=(1, 2)),
        }
        return info, arrays


def places(axis: Axis, i: int) -> list[int]:
    """Which inputs place i of a window looks at, along one axis; some may be outside."""
    return [i * axis.s - axis.before + j * axis.d for j in range(axis.k)]


def used(layer: Conv2d, weight: Array) -> Array:
    """The kernels as they are used: outputs × inputs × height × width."""
    if not layer.standardize:
        return weight
    centred = weight - weight.mean(axis=(1, 2, 3), keepdims=True)
    return np.asarray(centred / np.sqrt(weight.var(axis=(1, 2, 3), keepdims=True) + EPS))


def _flattened(experiment: Experiment, path: str) -> Shape | None:
    """The shape of the maps that a flatten below a layer laid out as a vector, if one did."""
    x, maps = experiment.input_shape, None
    for layer in experiment.layers:
        if layer.name == path:
            return maps
        maps = x if layer.kind == "flatten" else maps if layer.kind in SAME else None
        x = layer.shape(x)
    return None


def _column(layers: tuple[Layer, ...], path: str) -> list[str]:
    """The layers behind a layer that change its answer place by place, in its chain's order."""
    *blocks, name = path.split(".")
    if blocks:
        return []
    names = [str(layer.name) for layer in layers]
    made = []
    for layer in layers[names.index(name) + 1 :]:
        if layer.kind not in FOLLOWS:
            break
        made.append(str(layer.name))
    return made
