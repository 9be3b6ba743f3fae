"""A net as it is used: what only training needs is taken out before many answers are asked for.

In use dropout lets everything through, and a batch norm is a line for each feature. Behind a dense
layer the line goes into the weights, a (W x + b) + k = (a W) x + (a b + k): the answers are the
same to rounding, without two passes over all of them.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from engine.layers import BatchNorm, Dense, Dropout
from engine.layers.base import Layer
from engine.memory.arena import Arena, Array, Plan
from engine.net import Net


class InUse:
    """A net without dropout, and with batch norms inside the dense layers before them.

    A dense layer that took in a norm, the first behind it, has the norm's name: there its answers
    are what the norm's were. Blocks stay as they are. `theta` has the windows of the net's own, and
    weights of its own where they are not the same: `refresh` computes these.
    """

    def __init__(self, net: Net, theta: Arena, buffers: Arena) -> None:
        layers, pairs = merged(net.layers)
        self.net = Net(layers, net.input_shape)
        shapes = {f"{norm.name}.W1": theta[f"{dense}.W1"].shape for dense, norm in pairs}
        own = Arena(Plan(shapes), theta.vector.dtype)
        self.theta = own.beside(theta)
        self._lines = [
            (theta[f"{dense}.W1"], norm, _windows(norm, theta, buffers), own[f"{norm.name}.W1"])
            for dense, norm in pairs
        ]

    def refresh(self) -> None:
        """Compute the weights that hold a norm, from the present θ and statistics."""
        for weights, norm, w, made in self._lines:
            a, k = _line(norm, w)
            np.multiply(weights, a, made)  # [W b]ᵀ: a column for each feature
            made[-1] += k


def merged(given: tuple[Layer, ...]) -> tuple[tuple[Layer, ...], list[tuple[str, BatchNorm]]]:
    """The layers in use, and which dense layer (by its path) took in which norm."""
    layers: list[Layer] = []
    pairs: list[tuple[str, BatchNorm]] = []  # path of a dense layer, and the norm behind it
    for layer in given:
        last = layers[-1] if layers else None
        took = bool(pairs) and last is not None and last.name == pairs[-1][1].name
        if isinstance(layer, BatchNorm) and isinstance(last, Dense) and not took:
            pairs.append((str(last.name), layer))
            layers[-1] = last.with_(name=layer.name)
        elif not isinstance(layer, Dropout):
            layers.append(layer)
    # A net of dropout alone keeps it: a net has at least one layer.
    return tuple(layers) or given, pairs


def _line(norm: BatchNorm, w: Any) -> tuple[Array, Array]:
    """In use a norm is y = a x + k:  a = γ / √(σ² + ε),  k = β − a μ."""
    mean, var = w.running
    a = w.gamma / np.sqrt(var + np.asarray(norm.eps, var.dtype))
    return a, w.beta - a * mean


def _windows(norm: BatchNorm, theta: Arena, buffers: Arena) -> SimpleNamespace:
    return SimpleNamespace(
        gamma=theta[f"{norm.name}.gamma"],
        beta=theta[f"{norm.name}.beta"],
        running=buffers[f"{norm.name}.running"],
    )
