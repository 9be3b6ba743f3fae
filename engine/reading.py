"""Reading a net beside its training: forward passes on tapes of their own, over the same θ.

What is read here disturbs nothing: the training's tape, its masks and its recording stay as they
are. A reading is of one net, one dataset and one set of lesions; after an edit there is another.
"""

from __future__ import annotations

from functools import cached_property

from engine.budget import affordable, at_once
from engine.data import Prepared
from engine.inuse import InUse
from engine.learners import Stepper
from engine.memory.arena import Arena, Array
from engine.memory.cell import Mode
from engine.memory.pool import SHARED
from engine.memory.tape import Clock, Tape
from engine.net import Net

TAPES = 8  # kept: the oldest goes first
SLOPES = "slopes"  # what the tape with gradients is kept for


class Reading:
    """Forward tapes over the θ that a stepper trains."""

    def __init__(self, stepper: Stepper, data: Prepared) -> None:
        self._stepper, self._data = stepper, data
        self._tapes: dict[tuple[int, str], Tape] = {}
        self._exam: Tape | None = None
        self._used: InUse | None = None

    def tape(self, n: int, mode: Mode = "evaluate") -> Tape:
        """A forward tape for n examples."""
        s = self._stepper.setting
        return self._kept((n, mode), s.net, s.theta, mode)

    def _in_use(self, layers: tuple[str, ...] = ()) -> tuple[Net, Arena]:
        """The net as it is used, with its present weights; the net itself where somebody asks for
        a layer that then is not there, or holds units of it silent."""
        s = self._stepper.setting
        if self._used is None:
            self._used = InUse(s.net, s.theta, s.buffers)
        used = self._used
        if any(path not in used.net.by_path for path in (*layers, *s.silenced)):
            return s.net, s.theta
        used.refresh()
        return used.net, used.theta

    def _kept(self, key: tuple[int, str], net: Net, theta: Arena, mode: Mode) -> Tape:
        """The tape that is kept under a key (n, what for); made the first time."""
        if key not in self._tapes:
            if len(self._tapes) >= TAPES:
                self._tapes.pop(next(iter(self._tapes)))
            s, n = self._stepper.setting, key[0]
            self._tapes[key] = Tape(
                net, n, mode, theta, s.buffers, clock=Clock(s.seeds["masks"], n),
                silenced=s.silenced,
            )  # fmt: skip
        return self._tapes[key]

    @cached_property
    def test_every(self) -> int:
        """Steps between two tests: the smallest power of two at which testing costs at most a
        tenth of training."""
        tested = affordable(self._stepper.setting.net.sites, "test", len(self._data.test))
        share, every = 10 * tested / (3 * self._stepper.batch), 1
        while every < share:
            every *= 2
        return every

    def slopes(self) -> Tape | None:
        """A tape for one example with its loss and every gradient, the data's too; None for a
        learner without a loss. Its calls are those that train, in use: dropout off."""
        s = self._stepper.setting
        if s.loss is None:
            return None
        if (1, SLOPES) not in self._tapes:
            if len(self._tapes) >= TAPES:
                self._tapes.pop(next(iter(self._tapes)))
            self._tapes[1, SLOPES] = Tape(
                s.net, 1, "evaluate", s.theta, s.buffers, s.net.theta(), s.loss,
                Clock(s.seeds["masks"], 1), need=True, silenced=s.silenced,
            )  # fmt: skip
        return self._tapes[1, SLOPES]

    def exam(self) -> Tape | None:
        """A tape that holds the test points: replayed, it has their outputs and their loss. None
        for a learner without a loss, for pictures, which would take too much memory, and where
        not all are scored."""
        s, data = self._stepper.setting, self._data
        if s.loss is None or len(s.net.input_shape) != 1:
            return None
        net, theta = self._in_use()
        if self._exam is None and affordable(s.net.sites, "test", len(data.test)) == len(data.test):
            tape = Tape(
                net, len(data.test), "evaluate", theta, s.buffers, loss=s.loss,
                silenced=s.silenced,
            )  # fmt: skip
            tape.x[...] = data.inputs[..., data.test]
            tape.targets[...] = s.loss.targets(data.targets[data.test], data.classes)
            self._exam = tape
        return self._exam

    def forward(
        self,
        inputs: Array,
        mode: Mode = "evaluate",
        layers: tuple[str, ...] = (),
        most: int | None = None,
    ) -> dict[str, Array]:
        """Outputs of chosen layers (their first `most` units) for inputs (features × n); "" is the
        last layer, whole."""
        n = inputs.shape[-1]
        width = min(n, at_once(self._stepper.setting.net.sites))
        if mode == "evaluate":
            net, theta = self._in_use(layers)
            whole = net is self._stepper.setting.net
            tape = self._kept((width, mode if whole else "in use"), net, theta, mode)
        else:
            tape = self.tape(width, mode)
        tape.clock.step = self._stepper.made
        reads = {path: tape[path].y[:most] if path else tape.y for path in ("", *layers)}
        made = {path: SHARED.take(path, (*y.shape[:-1], n), y.dtype) for path, y in reads.items()}
        # The last block overlaps the one before, so that one tape serves any n.
        for start in [*range(0, n - width, width), n - width]:
            stop = start + width
            tape.x[...] = inputs[..., start:stop]
            tape.replay()
            for path, y in reads.items():
                made[path][..., start:stop] = y
        return made
