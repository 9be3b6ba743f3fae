"""PyTorch, eager, as its tutorials write it; as further words `last` takes the memory format
channels_last, `fused` the fused Adam."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import torch
from serve import Contestant, Epochs, Start, serve
from torch import nn

torch.set_num_threads(1)
LAST = "last" in sys.argv
FORMAT = torch.channels_last if LAST else torch.contiguous_format


class Residual(nn.Module):
    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: Any) -> Any:
        return self.body(x) + self.shortcut(x)


def chain(layers: list[dict[str, Any]], shape: tuple[int, ...]) -> nn.Sequential:
    """The layers as modules; their shapes are found by running them."""
    made: list[nn.Module] = []
    x = torch.zeros((2, *shape))
    for layer in layers:
        made.append(_module(layer, tuple(x.shape[1:])))
        x = made[-1](x)
    return nn.Sequential(*made)


def _module(layer: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    match layer["kind"]:
        case "dense":
            return nn.Linear(shape[0], layer["units"])
        case "conv2d":
            size = layer["kernel"], layer["stride"], layer["padding"]
            return nn.Conv2d(shape[0], layer["channels"], *size, bias=layer["bias"])
        case "batch_norm":
            return nn.BatchNorm2d(shape[0])
        case "relu":
            return nn.ReLU()
        case "max_pool2d":
            return nn.MaxPool2d(layer["window"])
        case "global_mean_pool":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "flatten":
            return nn.Flatten()
        case "residual":
            return Residual(chain(layer["body"], shape), chain(layer["shortcut"], shape))
    raise ValueError(layer["kind"])


def filled(start: Start) -> nn.Module:
    net = chain(start.layers, start.x.shape[1:])
    with torch.no_grad():
        for p, a in zip(net.parameters(), start.arrays.values(), strict=True):
            p.copy_(torch.from_numpy(a))
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    return net.to(memory_format=FORMAT)


def _pictures(a: np.ndarray) -> torch.Tensor:
    made = torch.from_numpy(a)
    return made.contiguous(memory_format=FORMAT) if made.ndim == 4 else made


class Torch(Contestant):
    def __init__(self, start: Start) -> None:
        self.net = filled(start)
        self.criterion = nn.CrossEntropyLoss()
        if start.optimizer == "sgd":
            self.optimizer: torch.optim.Optimizer = torch.optim.SGD(
                self.net.parameters(), start.rate
            )
        else:
            fused = True if "fused" in sys.argv else None
            self.optimizer = torch.optim.Adam(self.net.parameters(), start.rate, fused=fused)
        x, t = _pictures(start.x), torch.from_numpy(start.t)
        self.epochs = Epochs(
            start, lambda order: (x[torch.from_numpy(order)], t[torch.from_numpy(order)])
        )

    def steps(self, n: int) -> None:
        for _ in range(n):
            part = self.epochs.next()
            x, t = self.epochs.now
            self.optimizer.zero_grad()
            self.value = self.criterion(self.net(x[part]), t[part])
            self.value.backward()
            self.optimizer.step()

    def loss(self) -> float:
        return float(self.value.item())

    def gradients(self) -> list[np.ndarray]:
        return [p.grad.numpy() for p in self.net.parameters()]


class Layer(Contestant):
    def __init__(self, start: Start) -> None:
        self.net = filled(start)
        self.x, self.dy = _pictures(start.x), _pictures(start.t)
        self.x.requires_grad_()

    def steps(self, n: int) -> None:
        for _ in range(n):
            self.x.grad = None
            self.net.zero_grad()
            self.y = self.net(self.x)
            self.y.backward(self.dy)

    def loss(self) -> float:
        return float((self.y * self.dy).sum().item())

    def gradients(self) -> list[np.ndarray]:
        return [p.grad.numpy() for p in [*self.net.parameters(), self.x]]


serve(lambda start: Torch(start) if start.optimizer else Layer(start))
