"""The random networks in PyTorch, in float64: the other side of test_random_networks.

Needs torch, which Tinkernet does not: the answers are stored beside this file by make_random.py.
"""

from __future__ import annotations

import torch
from random_cases import STEPS, NetCase
from torch import nn
from torch_pictures import Arrays, chain, tensors
from torch_side import factors, loss_of, optimizer_of


def answers(case: NetCase) -> Arrays:
    """Of the first step: outputs, loss, gradients. After the last: every array, and the answer in
    use."""
    net = chain(case.layers, torch.zeros(2, *case.shape))
    arrays = tensors(case.layers, net)
    with torch.no_grad():
        for key, tensor in arrays.items():
            tensor.copy_(torch.tensor(case.first(key, tuple(tensor.shape))))
    learned = {key: t for key, t in arrays.items() if isinstance(t, nn.Parameter)}
    weights = [t for key, t in learned.items() if key.endswith("weight")]
    optimizer = optimizer_of(case.optimizer, list(learned.values()), case.rate)
    kind, given = case.schedule
    x = torch.tensor(case.inputs(), requires_grad=True)
    made: Arrays = {}
    for step, factor in enumerate(factors(kind, given, STEPS)):
        rate = optimizer.param_groups[0]["lr"] = case.rate * float(factor)
        optimizer.zero_grad()
        x.grad = None
        y = net(x)
        loss = loss_of(case.loss, y, torch.tensor(case.targets()))
        loss.backward()
        if step == 0:
            made = {"y": y.detach().numpy().copy(), "loss": loss.detach().numpy().copy()}
            made["grad.inputs"] = x.grad.numpy().copy()
            made |= {f"grad.{key}": t.grad.numpy().copy() for key, t in learned.items()}
        _update(case, optimizer, list(learned.values()), weights, rate)
    made |= {f"after.{key}": t.detach().numpy().copy() for key, t in arrays.items()}
    net.eval()
    return {**made, "in use": net(x).detach().numpy()}


@torch.no_grad()
def _update(
    case: NetCase,
    optimizer: torch.optim.Optimizer,
    learned: list[nn.Parameter],
    weights: list[nn.Parameter],
    rate: float,
) -> None:
    if case.clip is not None:
        norm = float(torch.sqrt(sum(t.grad.square().sum() for t in learned)))
        for t in learned:
            t.grad.mul_(case.clip / max(norm, case.clip))
    for t in weights:
        if case.optimizer == "adamw":
            t.mul_(1 - rate * case.l2)
        else:
            t.grad.add_(case.l2 * t)
    optimizer.step()
    for t in weights:
        t.copy_(torch.sign(t) * torch.clamp(t.abs() - rate * case.l1, min=0))
