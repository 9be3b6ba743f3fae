"""Tinkernet's learner as a session steps it: everything of a step stands on its tape."""

from __future__ import annotations

from typing import Any

import numpy as np
from serve import Contestant, Start, serve

from engine.memory.tape import Tape
from tests.benchmarks.pictures import WORKS


class Tinkernet(Contestant):
    def __init__(self, start: Start) -> None:
        self.stepper: Any = WORKS[start.work].stepper(start.arrays, start.x, start.t)

    def steps(self, n: int) -> None:
        for _ in range(n):
            self.stepper.step()

    def loss(self) -> float:
        return float(self.stepper.now[0])

    def gradients(self) -> list[np.ndarray]:
        return list(self.stepper.setting.net.arrays(self.stepper.grad).values())


class Layer(Contestant):
    """A tape of one layer, to which the gradient of its output is given."""

    def __init__(self, start: Start) -> None:
        net = WORKS[start.work].net
        theta, grad = net.theta(), net.theta()
        for key, view in net.arrays(theta).items():
            view[...] = start.arrays[key]
        self.tape = Tape(net, start.batch, "train", theta, net.buffers(), grad, need=True)
        self.tape.x[...] = start.x.transpose(2, 1, 3, 0)
        self.dy = np.ascontiguousarray(start.t.transpose(2, 1, 3, 0))
        self.tape.chain.wire_back(self.dy)
        self.tape.calls += self.tape.chain.backward()

    def steps(self, n: int) -> None:
        for _ in range(n):
            self.tape.replay()

    def loss(self) -> float:
        return float(np.vdot(self.tape.y, self.dy))

    def gradients(self) -> list[np.ndarray]:
        dx = self.tape.chain.dx.transpose(3, 1, 0, 2)
        return [*self.tape.net.arrays(self.tape.grad).values(), dx]


serve(lambda start: Tinkernet(start) if start.optimizer else Layer(start))
