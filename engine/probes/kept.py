"""Through time: what the states that are kept along a line say, and the present one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.experiment import Experiment
from engine.layers import BatchNorm
from engine.lines import kept
from engine.memory.arena import Arena, Array
from engine.net import Net, walk
from engine.probes.base import Probe, pick
from engine.registry import register, value
from engine.running import begin
from engine.session import Session
from engine.spec import doc

NUMBERS = 4_000_000  # that one answer may look at


@value
class OfKept(Probe):
    """Base: a question about the kept states of the present line, up to now."""

    rate = 1.0
    layer: Annotated[str | None, doc("one layer; null: all")] = None
    columns: Annotated[int, Ge(2), Le(128), doc("how many steps at most, evenly apart")] = 48

    def moments(self, session: Session, size: int) -> Iterator[tuple[int, dict[str, Array]]]:
        """(step, arrays by name), oldest first: the beginning, kept steps, and now. size: numbers
        one of them has, so that large nets are looked at more seldom."""
        run, line = session.run, session.lines_[session.line]
        states = kept(session.lines_, line, session.step)
        most = max(2, min(self.columns, NUMBERS // max(size, 1))) - 2
        if len(states) > most:
            at = np.linspace(0, len(states) - 1, most).round().astype(int)
            states = [states[i] for i in dict.fromkeys(at.tolist())]
        if session.step and not (states and states[0][0] == 0):
            yield 0, _beginning(line.base)
        nets: dict[tuple[Any, ...], Net] = {}
        for step, state in states:
            layers = state.experiment.layers
            net = nets.get(layers) or nets.setdefault(
                layers, Net(layers, state.experiment.input_shape)
            )
            theta = Arena.over(net.theta_plan, state.theta)
            buffers = Arena.over(net.buffers_plan, state.buffers)
            yield step, net.arrays(theta, buffers)
        yield session.step, run.arrays


def _beginning(base: Experiment) -> dict[str, Array]:
    """The arrays of a line's net as it starts."""
    net = Net(base.layers, base.input_shape)
    theta, buffers = net.theta(), net.buffers()
    begin(base, net, theta, buffers)
    return net.arrays(theta, buffers)


@register("probe", "spread")
class Spread(OfKept):
    """How the weights of each layer were spread at every kept step, and are now.

    `steps` (k), and `LAYER.weight` (k × bins): the share of the layer's weights in bins of equal
    width from `low` to `high` (in info, by array; 0 in the middle). A row of zeros: then the layer
    was not there."""

    bins: Annotated[int, Ge(4), Le(64), doc("how many bins from the lowest to the highest")] = 31

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        now = session.run.arrays
        paths = [name.removesuffix(".weight") for name in now if name.endswith(".weight")]
        names = [f"{path}.weight" for path in pick(self.layer, tuple(paths))]
        size = sum(now[name].size for name in names)
        found = [
            (step, {name: arrays[name].ravel() for name in names if name in arrays})
            for step, arrays in self.moments(session, size)
        ]
        info: dict[str, Any] = {}
        made: dict[str, Array] = {"steps": np.array([step for step, _ in found], np.int32)}
        for name in names:
            high = max(float(np.abs(w[name]).max()) for _, w in found if name in w) or 1.0
            rows = np.zeros((len(found), self.bins), np.float32)
            for row, (_, weights) in zip(rows, found, strict=True):
                if name in weights:
                    row[:] = _shares(weights[name], high, self.bins)
            made[name] = rows
            info[name] = {"low": -high, "high": high, "count": int(now[name].size)}
        return info, made


def _shares(values: Array, high: float, bins: int) -> Array:
    """The share of the values in each of the bins from −high to high."""
    at = ((values + high) * (bins / (2 * high))).astype(np.int64).clip(0, bins - 1)
    return np.asarray(np.bincount(at, minlength=bins) / len(values))


@register("probe", "drift")
class Drift(OfKept):
    """What batch norm's running statistics were at every kept step, and are now.

    `steps` (k), `LAYER.running_mean` and `LAYER.running_var` (k × channels; nan where the layer
    was not there or had other channels)."""

    def refuse(self, experiment: Experiment) -> str:
        sites = walk(experiment.layers, experiment.input_shape)
        found = any(isinstance(site.layer, BatchNorm) for site in sites)
        return "" if found else "There is no batch norm in this net: no other keeps statistics."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        norms = {s.path: s.layer for s in run.net.sites if isinstance(s.layer, BatchNorm)}
        paths = pick(self.layer, tuple(norms))
        names = [f"{path}.{what}" for path in paths for what in ("running_mean", "running_var")]
        found = [
            (step, {name: arrays[name].copy() for name in names if name in arrays})
            for step, arrays in self.moments(session, run.theta.vector.size)
        ]
        made: dict[str, Array] = {"steps": np.array([step for step, _ in found], np.int32)}
        for name in names:
            channels = len(run.arrays[name])
            rows = np.full((len(found), channels), np.nan, np.float32)
            for row, (_, arrays) in zip(rows, found, strict=True):
                if len(arrays.get(name, ())) == channels:
                    row[:] = arrays[name]
            made[name] = rows
        return {path: {"momentum": norms[path].momentum} for path in paths}, made
