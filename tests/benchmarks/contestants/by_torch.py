"""PyTorch, eager, as its tutorials write it; `fused` as second argument takes the fused Adam."""

from __future__ import annotations

import sys

import numpy as np
import torch
from serve import Contestant, Epochs, Start, serve
from torch import nn

torch.set_num_threads(1)
LOSSES = {
    "squared_error": nn.MSELoss,
    "logistic": nn.BCEWithLogitsLoss,
    "softmax_cross_entropy": nn.CrossEntropyLoss,
}


class Torch(Contestant):
    def __init__(self, start: Start) -> None:
        made: list[nn.Module] = []
        width = start.x.shape[1]
        for layer in start.layers:
            match layer["kind"]:
                case "dense":
                    made.append(nn.Linear(width, layer["units"]))
                    width = layer["units"]
                case "tanh":
                    made.append(nn.Tanh())
                case "relu":
                    made.append(nn.ReLU())
                case "batch_norm":
                    made.append(nn.BatchNorm1d(width))
                case "dropout":
                    made.append(nn.Dropout(layer["p"]))
        self.net = nn.Sequential(*made)
        with torch.no_grad():
            for p, a in zip(self.net.parameters(), start.arrays.values(), strict=True):
                p.copy_(torch.from_numpy(a))
        self.criterion = LOSSES[start.loss]()
        if start.optimizer == "sgd":
            self.optimizer: torch.optim.Optimizer = torch.optim.SGD(
                self.net.parameters(), start.rate
            )
        else:
            fused = True if "fused" in sys.argv else None
            self.optimizer = torch.optim.Adam(self.net.parameters(), start.rate, fused=fused)
        x, t = torch.from_numpy(start.x), torch.from_numpy(start.t)
        self.grid = torch.from_numpy(start.grid)
        self.epochs = Epochs(
            start, lambda order: (x[torch.from_numpy(order)], t[torch.from_numpy(order)])
        )

    def steps(self, n: int) -> None:
        self.net.train()
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

    def picture(self) -> list[np.ndarray]:
        self.net.eval()
        made = []
        with torch.inference_mode():
            y = self.grid
            for layer in self.net:
                y = layer(y)
                if not isinstance(layer, nn.Linear | nn.BatchNorm1d | nn.Dropout):
                    made.append(y.numpy().T)
        outputs = y.numpy().T
        return [outputs, *made]


serve(Torch)
