"""A net is a chain of layers and the shape that comes in. A value: its memory is made for it.

From the shapes follow the plans of its arenas: θ (all parameters), its gradient, the slots, and the
buffers (running statistics). The plans are by name, so that an edit keeps what survives it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import DTypeLike

from engine.layers.base import Layer
from engine.memory.arena import Arena, Array, Plan, Shape
from engine.rng import generator


@dataclass(frozen=True)
class Site:
    """One layer in its place: its dotted path, itself, and the shapes that go in and come out."""

    path: str
    layer: Layer
    x: Shape
    y: Shape


class Net:
    """The sites of a chain of named layers, and the plans of its memory."""

    def __init__(self, layers: tuple[Layer, ...], input_shape: Shape) -> None:
        self.layers = layers
        self.input_shape = input_shape
        self.sites = tuple(walk(layers, input_shape))
        self.by_path = {site.path: site for site in self.sites}
        top = [site for site in self.sites if "." not in site.path]
        self.outputs = math.prod(top[-1].y)
        self.theta_plan = Plan(
            {
                f"{site.path}.{name}": shape
                for site in self.sites
                for name, shape in site.layer.windows(site.x).items()
            }
        )
        self.buffers_plan = Plan(
            {
                f"{site.path}.{name}": shape
                for site in self.sites
                for name, shape in site.layer.statistics(site.x).items()
            }
        )

    def theta(self, dtype: DTypeLike = np.float32) -> Arena:
        """A vector for all parameters (or for their gradients), zeros."""
        return Arena(self.theta_plan, dtype)

    def buffers(self, dtype: DTypeLike = np.float32) -> Arena:
        """A vector for all running statistics, zeros."""
        return Arena(self.buffers_plan, dtype)

    def initialize(self, theta: Arena, buffers: Arena, seed: int) -> None:
        """First values, addressed by seed and path: a layer inserted leaves the others alone."""
        for site in self.sites:
            w = self._windows(site, theta, buffers)
            site.layer.initialize(w, site.x, generator(seed, "init", site.path))

    def arrays(self, theta: Arena, buffers: Arena | None = None) -> dict[str, Array]:
        """Views of every array under its dotted name, shaped as PyTorch shapes it."""
        return {
            f"{site.path}.{name}": view
            for site in self.sites
            for name, view in site.layer.arrays(self._windows(site, theta, buffers)).items()
        }

    def decayed(self, dtype: DTypeLike = np.float32) -> Array:
        """A vector like θ: 1 where a penalty acts (weights), 0 elsewhere (biases, norms)."""
        marks = self.theta(dtype)
        for site in self.sites:
            for name, view in site.layer.arrays(self._windows(site, marks, None)).items():
                if name in site.layer.decayed():
                    view[...] = 1.0
        return marks.vector

    def part(self, path: str) -> list[slice]:
        """Where the parameters of a layer (and of the layers inside it) stand in θ."""
        plan = self.theta_plan
        return [
            slice(plan.offsets[name], plan.offsets[name] + math.prod(shape))
            for name, shape in plan.shapes.items()
            if name.startswith(f"{path}.")
        ]

    def _windows(self, site: Site, theta: Arena, buffers: Arena | None) -> SimpleNamespace:
        w = SimpleNamespace()
        for name in site.layer.windows(site.x):
            setattr(w, name, theta[f"{site.path}.{name}"])
        if buffers is not None:
            for name in site.layer.statistics(site.x):
                setattr(w, name, buffers[f"{site.path}.{name}"])
        return w


def walk(layers: tuple[Layer, ...], x: Shape, path: str = "") -> Iterator[Site]:
    """Every layer in its place, those inside blocks after their block."""
    for layer in layers:
        y = layer.shape(x)
        here = f"{path}{layer.name}"
        yield Site(here, layer, x, y)
        for name, chain in layer.chains().items():
            yield from walk(chain, x, f"{here}.{name}{'.' if name else ''}")
        x = y
