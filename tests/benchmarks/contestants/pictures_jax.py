"""JAX: the whole step is one compiled function; pictures lie height × width × channels, which its
compiler likes best on a CPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from serve import Contestant, Epochs, Start, serve

OIHW = (3, 2, 0, 1)  # a kernel of ours is kernel.transpose(OIHW) of one of theirs
HWIO = (2, 3, 1, 0)


def convolve(x: Any, w: Any, layer: dict[str, Any]) -> Any:
    stride, zeros = layer["stride"], layer["padding"]
    return jax.lax.conv_general_dilated(
        x, w, (stride,) * 2, ((zeros, zeros),) * 2, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def forward(layers: list[Any], w: Iterator[Any], r: Iterator[Any], kept: list[Any], x: Any) -> Any:
    """Outputs of a chain of layers; new running statistics go to `kept`."""
    for layer in layers:
        match layer["kind"]:
            case "dense":
                x = x @ next(w).T + next(w)
            case "conv2d":
                x = convolve(x, next(w), layer)
                x = x + next(w) if layer["bias"] else x
            case "batch_norm":
                mean, var = next(r)
                n, m, v = x.size // x.shape[-1], x.mean((0, 1, 2)), x.var((0, 1, 2))
                kept.append((0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * v * n / (n - 1)))
                x = next(w) * (x - m) / jnp.sqrt(v + 1e-5) + next(w)
            case "relu":
                x = jnp.maximum(x, 0)
            case "max_pool2d":
                size = (1, layer["window"], layer["window"], 1)
                x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, size, size, "VALID")
            case "global_mean_pool":
                x = x.mean((1, 2))
            case "flatten":
                x = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
            case "residual":
                body = forward(layer["body"], w, r, kept, x)
                x = body + forward(layer["shortcut"], w, r, kept, x)
    return x


def _pictures(a: np.ndarray) -> Any:
    return jnp.asarray(a.transpose(0, 2, 3, 1) if a.ndim == 4 else a)


def _weights(start: Start) -> list[Any]:
    return [jnp.asarray(a.transpose(HWIO) if a.ndim == 4 else a) for a in start.arrays.values()]


def _ours(gradients: list[Any]) -> list[np.ndarray]:
    return [np.asarray(g.transpose(OIHW) if g.ndim == 4 else g) for g in gradients]


class Jax(Contestant):
    def __init__(self, start: Start) -> None:
        self.start = start
        self.weights = _weights(start)
        m, v = ([jnp.zeros_like(w) for w in self.weights] for _ in range(2))
        self.slots: Any = (m, v, jnp.zeros(())) if start.optimizer == "adam" else ()
        self.running = [
            (jnp.zeros(a.shape), jnp.ones(a.shape))
            for key, a in start.arrays.items()
            if key.endswith("gamma")
        ]
        x, t = _pictures(start.x), jnp.asarray(start.t)
        gather = jax.jit(lambda order: (x[order], t[order]))
        self.epochs = Epochs(start, lambda order: gather(jnp.asarray(order)))
        self._step = jax.jit(self._compute, donate_argnums=(0, 1, 2))

    def _value(self, weights: Any, running: Any, x: Any, t: Any) -> Any:
        kept: list[Any] = []
        p = jax.nn.log_softmax(forward(self.start.layers, iter(weights), iter(running), kept, x))
        return -jnp.mean(jnp.take_along_axis(p, t[:, None], 1)), kept

    def _compute(self, weights: Any, slots: Any, running: Any, xs: Any, ts: Any, at: Any) -> Any:
        x = jax.lax.dynamic_slice_in_dim(xs, at, self.start.batch)
        t = jax.lax.dynamic_slice_in_dim(ts, at, self.start.batch)
        (value, running), g = jax.value_and_grad(self._value, has_aux=True)(weights, running, x, t)
        rate, tree = self.start.rate, jax.tree.map
        if not slots:
            return tree(lambda w, g: w - rate * g, weights, g), slots, running, value, g
        m, v, n = slots
        n = n + 1
        m = tree(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = tree(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**n, 1 - 0.999**n
        weights = tree(
            lambda w, m, v: w - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), weights, m, v
        )
        return weights, (m, v, n), running, value, g

    def steps(self, n: int) -> None:
        for _ in range(n):
            part = self.epochs.next()
            x, t = self.epochs.now
            self.weights, self.slots, self.running, self.value, self.g = self._step(
                self.weights, self.slots, self.running, x, t, part.start
            )
        jax.block_until_ready(self.value)

    def loss(self) -> float:
        return float(self.value)

    def gradients(self) -> list[np.ndarray]:
        return _ours(self.g)


class Layer(Contestant):
    def __init__(self, start: Start) -> None:
        self.weights = _weights(start)
        self.x, self.dy = _pictures(start.x), _pictures(start.t)

        def compute(weights: Any, x: Any, dy: Any) -> Any:
            def f(weights: Any, x: Any) -> Any:
                return forward(start.layers, iter(weights), iter(()), [], x)

            y, back = jax.vjp(f, weights, x)
            return y, *back(dy)

        self._step = jax.jit(compute)

    def steps(self, n: int) -> None:
        for _ in range(n):
            made = self._step(self.weights, self.x, self.dy)
        self.y, self.dweights, self.dx = jax.block_until_ready(made)

    def loss(self) -> float:
        return float((self.y * self.dy).sum())

    def gradients(self) -> list[np.ndarray]:
        return [*_ours(self.dweights), np.asarray(self.dx).transpose(0, 3, 1, 2)]


serve(lambda start: Jax(start) if start.optimizer else Layer(start))
