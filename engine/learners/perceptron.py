"""The perceptron rule (Rosenblatt 1958): learn from mistakes only, one example at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt, Le

from engine.data import Prepared
from engine.learners.base import Learner, Row, Setting, Stepper
from engine.memory.tape import Clock, Tape
from engine.registry import register
from engine.rng import generator
from engine.spec import doc


@register("learner", "perceptron")
class Perceptron(Learner):
    """If the answer is wrong: w ← w + η (t − y) x,  b ← b + η (t − y);  t, y ∈ {0, 1}.

    For one dense layer under a step, from θ = 0. A step is one example. On separable data it makes
    at most (R/γ)² mistakes, R and γ measured with the bias as a coordinate that is always 1
    (Novikoff 1962). The loss of a step is 1 for a mistake and 0 otherwise.
    """

    wants_loss = False
    learning_rate: Annotated[float, Gt(0.0), Le(1000.0), doc("size of a correction, η")] = 1.0

    def begin(self, setting: Setting) -> Stepper:
        return Correcting(self, setting)

    def batch_size(self, examples: int) -> int:
        return 1


class Correcting(Stepper):
    """The perceptron rule at work; `mistakes` counts its corrections since the start."""

    def __init__(self, spec: Perceptron, setting: Setting) -> None:
        super().__init__(setting)
        self.spec = spec
        self.mistakes = 0
        self._order = -1
        self._still = any(setting.net.part(path) for path in setting.frozen)
        self.use(setting.data)

    def use(self, data: Prepared) -> None:
        s = self.setting
        self.position = self._place(data, 0 < len(s.data.train) <= self.position)
        s.data = data
        self.end = len(data.train)
        clock = Clock(s.seeds["masks"], 1)
        self.tape = Tape(s.net, 1, "train", s.theta, s.buffers, clock=clock, silenced=s.silenced)
        self.weights = s.theta[f"{s.net.sites[0].path}.W1"]
        self._order = -1

    def steps(self, most: int) -> list[Row]:
        rows: list[Row] = []
        while len(rows) < most and self._correct():
            rows.append(self.now)
        return rows

    def _correct(self) -> bool:
        if self.position >= self.end:
            self.epoch, self.position = self.epoch + 1, 0
        if self._order != self.epoch:
            seed = self.setting.seeds["order"]
            self.order = self.setting.data.turns.order(generator(seed, "order", self.epoch))
            self._order = self.epoch
        data, tape = self.setting.data, self.tape
        i = data.train[self.order[self.position]]
        tape.x[:, 0] = data.inputs[:, i]
        tape.replay()
        error = float(data.targets[i]) - float(tape.y[0, 0])
        if error and not self._still:
            self.mistakes += 1
            self.weights += self.spec.learning_rate * error * tape.chain.links[0][1].x1
        if not np.isfinite(self.weights).all():
            self.broke = "parameters"
            return False
        self.recording = tape
        self.made += 1
        self.position += 1
        self.now = (abs(error), 0.0, self.spec.learning_rate, self.at)
        return True

    def state(self) -> dict[str, Any]:
        return {**super().state(), "mistakes": self.mistakes}

    def resume(self, step: int, state: Mapping[str, Any]) -> None:
        super().resume(step, state)
        self.mistakes = state["mistakes"]

    def recorded(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Which example the recorded step looked at."""
        at = self.order[self.position - 1 : self.position]
        return np.asarray(self.setting.data.train[at])
