"""The same nets of pictures in PyTorch, in float64: the other side of test_pictures.

Needs torch, which Tinkernet does not: the answers are stored beside this file by make_pictures.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from picture_case import Case, Json
from torch import nn
from torch.nn import functional
from torch_side import ACTIVATIONS

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

Arrays = dict[str, np.ndarray]

# Tinkernet's name of an array: PyTorch's.
NAMES = {"gamma": "weight", "beta": "bias", "alpha": "weight"}
LEARNED = {
    "conv2d": ("weight", "bias"), "local2d": ("weight", "bias"), "dense": ("weight", "bias"),
    "batch_norm": ("gamma", "beta", "running_mean", "running_var"),
    "layer_norm": ("gamma", "beta"), "group_norm": ("gamma", "beta"),
    "instance_norm": ("gamma", "beta"), "prelu": ("alpha",),
}  # fmt: skip


class Standardized(nn.Conv2d):
    """Every kernel at mean 0 and variance 1 before use (Qiao et al. 2019)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        variance, mean = torch.var_mean(self.weight, (1, 2, 3), correction=0, keepdim=True)
        return self._conv_forward(x, (self.weight - mean) / torch.sqrt(variance + 1e-5), self.bias)


class Local2d(nn.Module):
    """Windows by `unfold`, each with a kernel of its own."""

    def __init__(self, inputs: int, size: Sequence[int], layer: Json) -> None:
        super().__init__()
        self.k, self.s = _both(layer["kernel"]), _both(layer["stride"])
        self.zeros = _zeros(layer["padding"], self.k)
        places = [
            (n + before + after - k) // s + 1
            for n, (before, after), k, s in zip(size, self.zeros, self.k, self.s, strict=True)
        ]
        channels = layer["channels"]
        self.weight = nn.Parameter(torch.empty(*places, channels, inputs, *self.k))
        self.bias = nn.Parameter(torch.empty(channels, *places))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        (top, bottom), (left, right) = self.zeros
        x = functional.pad(x, (left, right, top, bottom))
        seen = functional.unfold(x, self.k, stride=self.s)
        height, width, channels = self.weight.shape[:3]
        kernels = self.weight.reshape(height * width, channels, -1)
        y = torch.einsum("pok,nkp->nop", kernels, seen)
        return y.reshape(len(x), channels, height, width) + self.bias


class ChannelPool(nn.Module):
    """A three-dimensional max pool whose window spans channels only."""

    def __init__(self, window: int) -> None:
        super().__init__()
        self.window = window

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.max_pool3d(x[:, None], (self.window, 1, 1))[:, 0]


class Residual(nn.Module):
    """y = body(x) + shortcut(x)."""

    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x) + self.shortcut(x)


class Parallel(nn.Module):
    """y = [branch1(x); branch2(x); …]."""

    def __init__(self, branches: list[nn.Module]) -> None:
        super().__init__()
        for i, branch in enumerate(branches, 1):
            self.add_module(f"branch{i}", branch)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([branch(x) for branch in self.children()], 1)


def chain(layers: Sequence[Json], x: torch.Tensor) -> nn.Sequential:
    """Modules for named layers, which see x."""
    made = nn.Sequential()
    for layer in layers:
        module = _module(layer, x)
        made.add_module(layer["name"], module)
        with torch.no_grad():  # for its shape alone
            x = module.eval()(x)
    return made.train()


def _module(layer: Json, x: torch.Tensor) -> nn.Module:
    channels = x.shape[1]
    match layer["kind"]:
        case "conv2d":
            layer = {"stride": 1, "dilation": 1, "padding": "valid", "groups": 1, **layer}
            return (Standardized if layer.get("standardize") else nn.Conv2d)(
                channels, layer["channels"], _any(layer["kernel"]), _any(layer["stride"]),
                _any(layer["padding"]), _any(layer["dilation"]), layer["groups"],
                layer.get("bias", True),
            )  # fmt: skip
        case "local2d":
            return Local2d(channels, x.shape[2:], layer)
        case "max_pool2d" | "mean_pool2d" as kind:
            window, stride = _any(layer["window"]), layer["stride"]
            stride = None if stride is None else _any(stride)
            pool = nn.MaxPool2d if kind == "max_pool2d" else nn.AvgPool2d
            return pool(window, stride, _any(layer["padding"]))
        case "global_mean_pool":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "channel_pool":
            return ChannelPool(layer["window"])
        case "batch_norm":
            norm = nn.BatchNorm1d if x.ndim == 2 else nn.BatchNorm2d
            return norm(channels, layer.get("eps", 1e-5), layer.get("momentum", 0.1))
        case "layer_norm":
            return nn.LayerNorm(x.shape[1:], layer.get("eps", 1e-5))
        case "group_norm":
            return nn.GroupNorm(layer["groups"], channels, layer.get("eps", 1e-5))
        case "instance_norm":
            return nn.InstanceNorm2d(channels, layer.get("eps", 1e-5), affine=True)
        case "upsample":
            return nn.Upsample(scale_factor=layer["factor"], mode="nearest")
        case "dropout2d":
            return nn.Dropout2d(layer["p"])
        case "flatten":
            return nn.Flatten()
        case "dense":
            return nn.Linear(channels, layer["units"])
        case "residual":
            return Residual(chain(layer["body"], x), chain(layer["shortcut"], x))
        case "parallel":
            return Parallel([chain(branch, x) for branch in layer["branches"]])
        case kind if kind in ACTIVATIONS:
            return ACTIVATIONS[kind]()
    raise ValueError(layer["kind"])


def _any(size: Any) -> Any:
    return tuple(size) if isinstance(size, list) else size


def _both(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def _zeros(padding: Any, k: tuple[int, int]) -> list[tuple[int, int]]:
    """Zeros before and after, down and across."""
    if padding == "same":
        return [((n - 1) // 2, n - 1 - (n - 1) // 2) for n in k]
    return [(n, n) for n in _both(0 if padding == "valid" else padding)]


def tensors(layers: Sequence[Json], net: nn.Module, path: str = "") -> dict[str, torch.Tensor]:
    """Every tensor under the name that Tinkernet calls it by."""
    found = {}
    for layer, module in zip(layers, net.children(), strict=True):
        here = f"{path}{layer['name']}"
        for name in LEARNED.get(layer["kind"], ()):
            tensor = getattr(module, NAMES.get(name, name))
            if tensor is not None:
                found[f"{here}.{name}"] = tensor
        if layer["kind"] == "residual":
            found |= tensors(layer["body"], module.body, f"{here}.")
            found |= tensors(layer["shortcut"], module.shortcut, f"{here}.shortcut.")
        if layer["kind"] == "parallel":
            for i, (branch, inside) in enumerate(
                zip(layer["branches"], module.children(), strict=True), 1
            ):
                found |= tensors(branch, inside, f"{here}.branch{i}.")
    return found


def answers(case: Case) -> Arrays:
    """y, dx, every gradient and every statistic of each pass of a case."""
    net = chain(case.layers, torch.zeros(2, *case.shape))
    arrays = tensors(case.layers, net)
    with torch.no_grad():
        for key, tensor in arrays.items():
            tensor.copy_(torch.tensor(case.first(key, tuple(tensor.shape))))
    made: Arrays = {}
    for i, (_, mode) in enumerate(case.passes):
        net.train(mode == "train")
        net.zero_grad()
        x = torch.tensor(case.inputs(i), requires_grad=True)
        y = net(x)
        y.backward(torch.tensor(case.pull(i, tuple(y.shape))))
        made |= {f"{i}.y": y.detach().numpy(), f"{i}.dx": x.grad.numpy()}
        for key, tensor in arrays.items():
            learned = isinstance(tensor, nn.Parameter)
            value = tensor.grad if learned else tensor
            made[f"{i}.{'grad' if learned else 'after'}.{key}"] = value.numpy().copy()
    return made
