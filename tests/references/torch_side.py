"""The same nets, losses and optimizers in PyTorch, in float64: the other side of every comparison.

Needs torch, which Tinkernet does not: the answers are stored beside this file by `make_*.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

Arrays = dict[str, np.ndarray]

ACTIVATIONS: dict[str, Any] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.02),
    "prelu": nn.PReLU,
    "gelu": lambda: nn.GELU(approximate="tanh"),
    "elu": nn.ELU,
    "softplus": lambda: nn.Softplus(threshold=40),  # by the formula as far as float64 can tell
    "silu": nn.SiLU,
    "identity": nn.Identity,
}
# Tinkernet's name of an array: PyTorch's.
NAMES = {
    "gamma": "weight", "beta": "bias", "alpha": "weight",
    "running_mean": "running_mean", "running_var": "running_var",
}  # fmt: skip


class Residual(nn.Module):
    """y = body(x) + shortcut(x)."""

    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x) + self.shortcut(x)


def chain(layers: list[dict[str, Any]], width: int) -> tuple[nn.Sequential, int]:
    """Modules for named layers (JSON), and the width behind them."""
    made = nn.Sequential()
    for layer in layers:
        kind, name = layer["kind"], layer["name"]
        if kind == "dense":
            module: nn.Module = nn.Linear(width, layer["units"])
            width = layer["units"]
        elif kind == "batch_norm":
            module = nn.BatchNorm1d(width)
        elif kind == "layer_norm":
            module = nn.LayerNorm(width)
        elif kind == "residual":
            body, after = chain(layer["body"], width)
            module = Residual(body, chain(layer["shortcut"], width)[0])
            width = after
        else:
            module = ACTIVATIONS[kind]()
        made.add_module(name, module)
    return made, width


def find(net: nn.Module, dotted: str) -> torch.Tensor:
    """The tensor that Tinkernet calls by a dotted name."""
    *path, array = dotted.split(".")
    module = net
    for name in path:
        children = dict(module.named_children())
        if isinstance(module, Residual) and name != "shortcut":
            children = dict(module.body.named_children())
        module = children[name]
    return getattr(module, NAMES.get(array, array))


def loss_of(kind: str, y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The loss of outputs n × outputs; t as Tinkernet's loss encodes it (±1, one-hot, values)."""
    match kind:
        case "squared_error":
            return nn.functional.mse_loss(y, t)
        case "logistic":
            return nn.functional.binary_cross_entropy_with_logits(y, (t + 1) / 2)
        case "hinge":
            return torch.clamp(1 - t * y, min=0).mean()
        case "softmax_cross_entropy":
            return nn.functional.cross_entropy(y, t.argmax(1))
    raise ValueError(kind)


def loss_answers(kind: str, y: np.ndarray, t: np.ndarray) -> Arrays:
    """Value, and gradient by the outputs (n × outputs)."""
    outputs = torch.tensor(y, requires_grad=True)
    value = loss_of(kind, outputs, torch.tensor(t))
    value.backward()
    return {"value": value.detach().numpy(), "gradient": outputs.grad.numpy()}


def net_answers(
    layers: list[dict[str, Any]], arrays: Arrays, x: np.ndarray, t: np.ndarray
) -> Arrays:
    """Two training passes with squared error (running statistics move twice), the gradients of the
    second, then the answer in evaluate mode. x: n × inputs; t: n × outputs."""
    net, _ = chain(layers, x.shape[1])
    with torch.no_grad():
        for name, array in arrays.items():
            find(net, name).copy_(torch.tensor(array))
    inputs = torch.tensor(x, requires_grad=True)
    for _ in range(2):
        net.zero_grad()
        inputs.grad = None
        y = net(inputs)
        value = loss_of("squared_error", y, torch.tensor(t))
        value.backward()
    made = {"train": y.detach().numpy(), "loss": value.detach().numpy()}
    made["grad.inputs"] = inputs.grad.numpy()
    for name in arrays:
        tensor = find(net, name)
        if tensor.grad is not None:
            made[f"grad.{name}"] = tensor.grad.numpy()
        else:
            made[f"after.{name}"] = tensor.detach().numpy().copy()
    net.eval()
    made["evaluate"] = net(torch.tensor(x)).detach().numpy()
    return made


def iterates(
    case: dict[str, Any], start: np.ndarray, decayed: np.ndarray, steps: int
) -> np.ndarray:
    """θ after each of `steps` updates on the Rosenbrock valley; steps × size."""
    theta = nn.Parameter(torch.tensor(start))
    mask = torch.tensor(decayed)
    optimizer = _optimizer(case, theta, mask)
    made = []
    for _ in range(steps):
        optimizer.zero_grad()
        rosenbrock(theta).backward()
        if case.get("clip"):
            # PyTorch divides by norm + 1e-6; the division by the norm itself is the definition.
            norm = float(theta.grad.norm())
            theta.grad.mul_(min(1.0, case["clip"] / norm))
        if case.get("l2") and case["kind"] != "adamw":
            theta.grad.add_(case["l2"] * mask * theta.detach())
        optimizer.step()
        if case.get("l1"):
            with torch.no_grad():
                reach = case["rate"] * case["l1"] * mask
                theta.copy_(torch.sign(theta) * torch.clamp(theta.abs() - reach, min=0))
        made.append(theta.detach().numpy().copy())
    return np.array(made)


def rosenbrock(x: torch.Tensor) -> torch.Tensor:
    """Σ (1 − a)² + 100 (b − a²)² over pairs (a, b), divided by 100: a bent valley."""
    a, b = x[0::2], x[1::2]
    return ((1 - a) ** 2 / 100 + (b - a**2) ** 2).sum()


def optimizer_of(kind: str, parameters: list[nn.Parameter], rate: float) -> Any:
    """PyTorch's optimizer of a kind, with its own defaults; decay is done by hand beside it."""
    find = torch.optim
    match kind:
        case "sgd":
            return find.SGD(parameters, rate)
        case "momentum":
            return find.SGD(parameters, rate, momentum=0.9)
        case "nesterov":
            return find.SGD(parameters, rate, momentum=0.9, nesterov=True)
        case "rmsprop":
            return find.RMSprop(parameters, rate)
        case "adam" | "adamw":
            return find.Adam(parameters, rate)
        case "adagrad":
            return find.Adagrad(parameters, rate)
        case "adadelta":
            return find.Adadelta(parameters, rate)
    raise ValueError(kind)


def _optimizer(case: dict[str, Any], theta: nn.Parameter, mask: torch.Tensor) -> Any:
    if case["kind"] != "adamw":
        return optimizer_of(case["kind"], [theta], case["rate"])
    # All of θ decays in these cases: PyTorch's decay has no mask inside a tensor.
    assert bool((mask == 1).all())
    return torch.optim.AdamW([theta], case["rate"], weight_decay=case.get("l2", 0.0))


def orthogonal(normal: np.ndarray, gain: float) -> np.ndarray:
    """What `orthogonal_` makes of the normal matrix that it draws."""
    made = torch.empty(normal.shape)
    matrix = torch.tensor(normal).reshape(len(normal), -1)

    class Drawn(torch.Tensor):
        def normal_(self, *_: Any, **__: Any) -> torch.Tensor:
            return self.copy_(matrix)

    return nn.init.orthogonal_(made.as_subclass(Drawn), gain).detach().numpy()


def factors(kind: str, given: dict[str, Any], steps: int) -> np.ndarray:
    """What PyTorch's schedule multiplies the rate by in each of so many steps."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 1.0)
    find = torch.optim.lr_scheduler
    match kind:
        case "constant":
            schedule: Any = find.ConstantLR(optimizer, 1.0)
        case "step_decay":
            schedule = find.StepLR(optimizer, given["every"], given["by"])
        case "cosine":
            schedule = find.CosineAnnealingLR(optimizer, given["steps"], given["floor"])
        case "warmup":
            schedule = find.LinearLR(optimizer, given["start"], 1.0, given["steps"])
        case "cyclical":
            schedule = find.CyclicLR(
                optimizer, given["floor"], 1.0, given["steps"], cycle_momentum=False
            )
        case _:
            raise ValueError(kind)
    made = []
    for _ in range(steps):
        made.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return np.array(made)
