"""Keyframes: states kept along a line, so that any step is a short replay away.

Kept every `spacing` steps; when those of all lines outgrow the session's memory, every other one of
a line goes and its spacing doubles (engine/lines.py says whose). A state is taken before the edits
of its step, and knows how many edits it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.data import Dataset
from engine.experiment import Experiment
from engine.memory.arena import Array

BUDGET = 16 * 2**20  # bytes a session may spend on keyframes, all lines, and on what undo keeps
REPLAY = 4 * 10**8  # multiply-adds one replay may take: well under a second


@dataclass(frozen=True)
class State:
    """Everything the next step follows from. Arrays are copies, never written again."""

    step: int
    applied: int  # edits of the line that have acted
    experiment: Experiment
    theta: Array
    buffers: Array
    slots: dict[str, Array]
    learner: dict[str, Any]
    data: Dataset  # in use: the experiment's may wait for the next epoch
    silenced: dict[str, tuple[int, ...]]
    frozen: frozenset[str]
    memory: tuple[Any, ...]  # what each edit needs to be undone

    @property
    def bytes(self) -> int:
        """What the state alone takes; what undo keeps it shares with the states around it."""
        slots = sum(slot.nbytes for slot in self.slots.values())
        return int(self.theta.nbytes + self.buffers.nbytes + slots) + 1024


class Keyframes:
    """The kept states of one line, by step."""

    def __init__(self, cost: int) -> None:
        """cost: multiply-adds of one step."""
        wish = max(1, min(32, REPLAY // max(cost, 1)))
        self.spacing = 1 << (wish.bit_length() - 1)
        self.states: dict[int, State] = {}
        self._states = self._shared = 0  # bytes
        self._memory: tuple[Any, ...] = ()  # of the state that was kept last

    @property
    def bytes(self) -> int:
        """What the states take, with what undo keeps, which each has from the one before."""
        return self._states + self._shared if self.states else 0

    def due(self, step: int) -> bool:
        return step % self.spacing == 0

    def keep(self, state: State) -> None:
        if state.step in self.states:
            return
        self.states[state.step] = state
        self._states += state.bytes
        if state.memory is not self._memory:
            self._memory = state.memory
            self._shared = sum(memory.bytes for memory in state.memory)

    def thin(self) -> None:
        """Let every other state go; where that would leave none or one, the oldest alone."""
        spacing, gone = self.spacing, [min(self.states)]
        if len(self.states) > 2:
            odd: list[int] = []
            while not odd:
                spacing *= 2
                odd = [step for step in self.states if step % spacing]
            if len(self.states) - len(odd) > 1:
                self.spacing, gone = spacing, odd
        for step in gone:
            self._states -= self.states.pop(step).bytes

    def before(self, step: int, most: int | None = None) -> State | None:
        """The newest state strictly before `step` (and at most at `most`)."""
        fitting = [s for s in self.states if s < step and (most is None or s <= most)]
        return self.states[max(fitting)] if fitting else None
