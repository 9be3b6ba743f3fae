"""Gradient descent on batches: take a batch, forward, loss, backward, update.

Each epoch goes through the training examples once in an order of its own, addressed by the seed and
the number of the epoch. The last smaller batch is kept (where batch norm would see one number a
feature, a batch of one is not).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, prod
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Ge, Gt, Le, MaxLen

from engine.data import Prepared
from engine.learners.base import Learner, Row, Setting, Stepper
from engine.learners.gather import Gather
from engine.memory.arena import Array
from engine.memory.cell import Call
from engine.memory.tape import Clock, Tape
from engine.optimizers import Optimizer, Update
from engine.penalties import Penalty
from engine.registry import register
from engine.rng import Aimed
from engine.schedules import Constant, Schedule
from engine.spec import Ladder, doc


@register("learner", "descent")
class Descent(Learner):
    """θ ← θ − η ∇J on a batch of examples, by the optimizer's rule."""

    optimizer: Annotated[Optimizer, doc("how the gradient becomes a step")]
    batch: Annotated[
        int | None,
        Ge(1),
        Le(5000),
        Ladder((1, 2, 4, 8, 10, 16, 32, 64, 128, 256)),
        doc("examples in one step; null: all of the training part, however many it has"),
    ] = 32
    schedule: Annotated[Schedule, doc("the learning rate over time")] = Constant()
    penalties: Annotated[
        tuple[Penalty, ...], MaxLen(4), doc("the wish to keep the weights small")
    ] = ()
    clip: Annotated[
        float | None, Gt(0.0), Le(1e6), doc("largest norm of the gradient; null: no limit")
    ] = None

    def begin(self, setting: Setting) -> Stepper:
        return Descending(self, setting)

    def batch_size(self, examples: int) -> int:
        return examples if self.batch is None else min(self.batch, examples)


class Turn(NamedTuple):
    """A batch's turn in an epoch: one step, ready to be made."""

    tape: Tape
    calls: list[Call]  # the tape's and the update's, one after the other
    batch: Array  # its window of the shuffled examples
    last: int  # the position in the epoch behind it
    share: float  # of the epoch that is then over


class Descending(Stepper):
    """Gradient descent at work."""

    clock: Clock

    def __init__(self, spec: Descent, setting: Setting) -> None:
        super().__init__(setting)
        self.spec = spec
        net = setting.net
        self.pictures = len(net.input_shape) == 3
        self.grad = net.theta(setting.theta.vector.dtype)
        frozen = [part for path in setting.frozen for part in net.part(path)]
        self.update = Update(
            spec.optimizer,
            setting.theta.vector,
            self.grad.vector,
            net.decayed(setting.theta.vector.dtype),
            spec.penalties,
            spec.clip,
            frozen,
        )
        self.slots = self.update.slots
        self.rate = spec.optimizer.learning_rate
        self.factor = None if isinstance(spec.schedule, Constant) else spec.schedule.factor
        self._chance = Aimed()
        self._order = -1  # the epoch whose order stands in `shuffled`
        self._load(setting.data)

    def steps(self, most: int) -> list[Row]:
        # Everything a step touches is looked up once: on a small net looking up costs a tenth.
        rows: list[Row] = []
        update, clock, factor, rate = self.update, self.clock, self.factor, self.rate
        prepare, square, norm = update.prepare, update.square, update.norm
        while len(rows) < most:
            if self.position >= self.end:
                self.epoch += 1
                self.position = 0
                self.end = self.ends(self.position)
            if self._order != self.epoch:
                self._shuffle()
            for tape, calls, batch, last, share in self._turns(most - len(rows)):
                tape.batch[...] = batch
                clock.step = made = self.made
                if factor is not None:
                    rate = self.rate * factor(made)
                prepare(rate)
                for f, a in calls:
                    f(*a)
                length, loss = float(square), float(tape.loss)
                if not isfinite(loss + length + float(norm)):
                    self.broke = "parameters" if isfinite(loss + length) else "gradient"
                    return rows
                self.made = made + 1
                self.position = last
                self.recording = tape
                self.now = (loss, length, rate, self.epoch + share)
                rows.append(self.now)
        return rows

    def use(self, data: Prepared) -> None:
        self.position = self._place(data, self.position >= self.end)
        self.setting.data = data
        self._load(data)

    def state(self) -> dict[str, Any]:
        return {**super().state(), "updates": self.update.t}

    def resume(self, step: int, state: Mapping[str, Any]) -> None:
        super().resume(step, state)
        self.update.t = state["updates"]
        self.end = self.ends(self.position)

    def _load(self, data: Prepared) -> None:
        """Lay the training examples out as a batch takes them: inputs, a row of ones, targets; of
        pictures the targets alone."""
        setting, n = self.setting, len(data.train)
        loss = setting.loss
        assert loss is not None
        targets = loss.targets(data.targets[data.train], data.classes)
        parts = [targets]
        if not self.pictures:
            parts = [data.inputs[:, data.train], np.ones((1, n)), targets]
        self.table = np.concatenate(parts).astype(setting.theta.vector.dtype, order="C")
        self.shuffled = np.empty_like(self.table)
        self.count = n
        self.batch = self.spec.batch_size(n)
        # Batch norm over a single number would subtract it from itself. (A picture has many.)
        self.alone = any(
            site.layer.kind == "batch_norm" and prod(site.x[1:]) == 1 for site in setting.net.sites
        )
        self.end = self.ends(self.position)
        self.clock = Clock(setting.seeds["masks"], self.batch)
        self._tapes = {self.batch: self._tape(self.batch)}  # the last batch may be smaller
        self.tape = self._tapes[self.batch][0]
        self._first, self._known = 0, list[Turn]()  # the turns of an epoch from a position on
        self._order = -1
        self.recording = None

    def ends(self, position: int) -> int:
        left = self.count - position
        return self.count - (self.alone and self.batch > 1 and left % self.batch == 1)

    def _shuffle(self) -> None:
        chance = self._chance.at(self.setting.seeds["order"], "order", self.epoch)
        order = self.setting.data.turns.order(chance)
        self.table.take(order, 1, self.shuffled, "clip")
        self.order = order
        self._order = self.epoch

    def _tape(self, n: int) -> tuple[Tape, list[Call]]:
        """A tape for batches of n, and the list of a whole step: the tape's, then the update's."""
        s = self.setting
        tape = Tape(
            s.net, n, "train", s.theta, s.buffers, self.grad, s.loss, self.clock,
            silenced=s.silenced,
        )  # fmt: skip
        if self.pictures:
            augment = s.data.augment(s.seeds["augment"])
            tape.calls.insert(0, (Gather(s.data, tape, self, augment).fill, ()))
        return tape, tape.calls + self.update.calls

    def _turns(self, most: int) -> Sequence[Turn]:
        """The steps from the present position to the end of the epoch, at most so many; each is
        prepared the first time that an epoch comes there."""
        place, off = divmod(self.position - self._first, self.batch)
        if off or place < 0:  # it goes on after other data came, or begins anew
            self._first, self._known, place = self.position, [], 0
        known, stop = self._known, place + most
        first = self._first + len(known) * self.batch
        while len(known) < stop and first < self.end:
            known.append(self._turn(first, min(first + self.batch, self.count)))
            first += self.batch
        return known[place:stop]

    def _turn(self, first: int, last: int) -> Turn:
        n = last - first
        if n not in self._tapes:
            self._tapes[n] = self._tape(n)
        tape, calls = self._tapes[n]
        return Turn(tape, calls, self.shuffled[:, first:last], last, last / self.count)

    def recorded(self) -> np.ndarray[Any, Any]:
        """Which examples the recorded batch held: positions among all the data."""
        last = self.position
        tape = self.recording
        n = tape.n if tape else 0
        return np.asarray(self.setting.data.train[self.order[last - n : last]])
