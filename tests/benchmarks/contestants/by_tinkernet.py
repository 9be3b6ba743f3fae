"""Tinkernet through its public session and probes, recording, history and keyframes included."""

from __future__ import annotations

import time

import numpy as np
from serve import Contestant, Start, serve

from engine.experiment import Experiment
from engine.probes import read_probe
from engine.session import Session


class Tinkernet(Contestant):
    def __init__(self, start: Start) -> None:
        self.session = Session(Experiment.from_json(start.experiment))
        query = {"resolution": start.resolution}
        self.boundary = read_probe("boundary", query)
        self.neurons = read_probe("neurons", query)
        self.drawn = 0.0

    def steps(self, n: int) -> None:
        self.session.advance(n)

    def loss(self) -> float:
        line, step = self.session.line, self.session.step
        return float(self.session.points(line, step - 1)["loss_mean"][-1])

    def gradients(self) -> list[np.ndarray]:
        return list(self.session.probe(read_probe("gradients", {})).arrays.values())

    def picture(self) -> list[np.ndarray]:
        # The last column of the network's picture is the net's own answer: the boundary.
        return list(self.session.probe(self.neurons).arrays.values())[::-1]

    def watch(self, n: int) -> None:
        if time.perf_counter() - self.drawn >= 0.1:
            self.drawn = time.perf_counter()
            self.session.probe(self.boundary)
            self.session.probe(self.neurons)
        self.session.advance(n)


serve(Tinkernet)
