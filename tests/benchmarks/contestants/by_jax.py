"""JAX: the whole step is one compiled function, the data stay where it computes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from serve import Contestant, Epochs, Start, serve


class Jax(Contestant):
    def __init__(self, start: Start) -> None:
        self.start = start
        self.weights = [jnp.asarray(a) for a in start.arrays.values()]
        m, v = ([jnp.zeros_like(w) for w in self.weights] for _ in range(2))
        self.slots: Any = (m, v, jnp.zeros(())) if start.optimizer == "adam" else ()
        self.running = [(jnp.zeros(u), jnp.ones(u)) for u in _widths(start.layers)]
        self.key = jax.random.key(0)
        self.made = 0
        self.grid = jnp.asarray(start.grid)
        x, t = jnp.asarray(start.x), jnp.asarray(start.t)
        gather = jax.jit(lambda order: (x[order], t[order]))
        self.epochs = Epochs(start, lambda order: gather(jnp.asarray(order)))
        self._step = jax.jit(self._compute, donate_argnums=(0, 1, 2))
        self._picture = jax.jit(lambda w, r: self._forward(w, r, self.grid, None)[2])

    def _forward(self, weights: Any, running: Any, x: Any, key: Any) -> Any:
        """Outputs, new running statistics, and every activation; key: None in use."""
        w, r = iter(weights), iter(running)
        kept, seen = [], []
        for i, layer in enumerate(self.start.layers):
            match layer["kind"]:
                case "dense":
                    x = x @ next(w).T + next(w)
                case "tanh":
                    x = jnp.tanh(x)
                    seen.append(x)
                case "relu":
                    x = jnp.maximum(x, 0)
                    seen.append(x)
                case "batch_norm":
                    mean, var = next(r)
                    if key is not None:
                        n, m, v = len(x), x.mean(0), x.var(0)
                        kept.append((0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * v * n / (n - 1)))
                        mean, var = m, v
                    x = next(w) * (x - mean) / jnp.sqrt(var + 1e-5) + next(w)
                case "dropout" if key is not None and layer["p"] > 0:
                    mask = jax.random.bernoulli(jax.random.fold_in(key, i), 1 - layer["p"], x.shape)
                    x = x * mask / (1 - layer["p"])
        return x, kept, [x, *seen]

    def _value(self, weights: Any, running: Any, x: Any, t: Any, key: Any) -> Any:
        y, kept, _ = self._forward(weights, running, x, key)
        match self.start.loss:
            case "squared_error":
                value = jnp.mean((y - t) ** 2)
            case "logistic":
                value = jnp.mean(jnp.logaddexp(0, y) - t * y)
            case _:
                p = jax.nn.log_softmax(y)
                value = -jnp.mean(jnp.take_along_axis(p, t[:, None], 1))
        return value, kept

    def _compute(
        self, weights: Any, slots: Any, running: Any, xs: Any, ts: Any, at: Any, key: Any, made: Any
    ) -> Any:
        x = jax.lax.dynamic_slice_in_dim(xs, at, self.start.batch)
        t = jax.lax.dynamic_slice_in_dim(ts, at, self.start.batch)
        key = jax.random.fold_in(key, made)
        (value, running), g = jax.value_and_grad(self._value, has_aux=True)(
            weights, running, x, t, key
        )
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
                self.weights, self.slots, self.running, x, t, part.start, self.key, self.made
            )
            self.made += 1
        jax.block_until_ready(self.value)

    def loss(self) -> float:
        return float(self.value)

    def gradients(self) -> list[np.ndarray]:
        return [np.asarray(g) for g in self.g]

    def picture(self) -> list[np.ndarray]:
        return [np.asarray(y).T for y in self._picture(self.weights, self.running)]


def _widths(layers: list[dict[str, Any]]) -> list[int]:
    width, made = 0, []
    for layer in layers:
        width = layer.get("units", width)
        if layer["kind"] == "batch_norm":
            made.append(width)
    return made


serve(Jax)
