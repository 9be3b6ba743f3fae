"""The NumPy a textbook writes: an object for each layer, clear, and new arrays in every step."""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import Contestant, Epochs, Start, serve


class Dense:
    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        self.weight, self.bias = weight.T.copy(), bias.copy()

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, dy: np.ndarray) -> np.ndarray:
        self.dweight = self.x.T @ dy
        self.dbias = dy.sum(axis=0)
        return dy @ self.weight.T


class Tanh:
    def forward(self, x: np.ndarray) -> np.ndarray:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return dy * (1 - self.y**2)


class SquaredError:
    def forward(self, y: np.ndarray, t: np.ndarray) -> float:
        self.difference = y - t
        return np.mean(self.difference**2)

    def backward(self) -> np.ndarray:
        return 2 * self.difference / self.difference.size


class Logistic:
    def forward(self, y: np.ndarray, t: np.ndarray) -> float:
        self.p, self.t = 1 / (1 + np.exp(-y)), t
        return np.mean(np.logaddexp(0, y) - t * y)

    def backward(self) -> np.ndarray:
        return (self.p - self.t) / self.p.size


class SGD:
    def __init__(self, rate: float) -> None:
        self.rate = rate

    def update(self, parameters: list[np.ndarray], gradients: list[np.ndarray]) -> None:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= self.rate * gradient


class Adam:
    def __init__(self, rate: float, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.rate, self.beta1, self.beta2, self.t = rate, beta1, beta2, 0
        self.m: dict[int, Any] = {}
        self.v: dict[int, Any] = {}

    def update(self, parameters: list[np.ndarray], gradients: list[np.ndarray]) -> None:
        self.t += 1
        for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            self.m[i] = self.beta1 * self.m.get(i, 0) + (1 - self.beta1) * gradient
            self.v[i] = self.beta2 * self.v.get(i, 0) + (1 - self.beta2) * gradient**2
            m = self.m[i] / (1 - self.beta1**self.t)
            v = self.v[i] / (1 - self.beta2**self.t)
            parameter -= self.rate * m / (np.sqrt(v) + 1e-8)


class Textbook(Contestant):
    def __init__(self, start: Start) -> None:
        arrays = iter(start.arrays.values())
        self.layers = [
            Dense(next(arrays), next(arrays)) if layer["kind"] == "dense" else Tanh()
            for layer in start.layers
        ]
        self.criterion = SquaredError() if start.loss == "squared_error" else Logistic()
        self.optimizer = {"sgd": SGD, "adam": Adam}[start.optimizer](start.rate)
        self.epochs = Epochs(start, lambda order: (start.x[order], start.t[order]))

    def steps(self, n: int) -> None:
        for _ in range(n):
            part = self.epochs.next()
            x, t = self.epochs.now
            y = x[part]
            for layer in self.layers:
                y = layer.forward(y)
            self.value = self.criterion.forward(y, t[part])
            dy = self.criterion.backward()
            for layer in reversed(self.layers):
                dy = layer.backward(dy)
            dense = [layer for layer in self.layers if isinstance(layer, Dense)]
            self.optimizer.update(
                [p for layer in dense for p in (layer.weight, layer.bias)],
                [g for layer in dense for g in (layer.dweight, layer.dbias)],
            )

    def loss(self) -> float:
        return float(self.value)

    def gradients(self) -> list[np.ndarray]:
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        return [g for layer in dense for g in (layer.dweight.T, layer.dbias)]


serve(Textbook)
