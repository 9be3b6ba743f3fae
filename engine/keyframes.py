"""Keyframes: states kept along a line, so that any step is a short replay away.

Kept every `spacing` steps; when they outgrow their memory, every other one goes and the spacing
doubles. A state is taken before the edits of its step, and knows how many edits it has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.data import Dataset
from engine.experiment import Experiment
from engine.memory.arena import Array

BUDGET = 16 * 2**20  # bytes a session may spend on keyframes
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
        slots = sum(slot.nbytes for slot in self.slots.values())
        return int(self.theta.nbytes + self.buffers.nbytes + slots) + 1024


class Keyframes:
    """The kept states of one line, by step."""

    def __init__(self, cost: int) -> None:
        """cost: multiply-adds of one step."""
        wish = max(1, min(32, REPLAY // max(cost, 1)))
        self.spacing = 1 << (wish.bit_length() - 1)
        self.states: dict[int, State] = {}
        self.bytes = 0

    def due(self, step: int) -> bool:
        return step % self.spacing == 0

    def keep(self, state: State) -> None:
        if state.step in self.states:
            return
        self.states[state.step] = state
        self.bytes += state.bytes
        while self.bytes > BUDGET and len(self.states) > 2:
            self.spacing *= 2
            for step in [step for step in self.states if step % self.spacing]:
                self.bytes -= self.states.pop(step).bytes

    def before(self, step: int, most: int | None = None) -> State | None:
        """The newest state strictly before `step` (and at most at `most`)."""
        fitting = [s for s in self.states if s < step and (most is None or s <= most)]
        return self.states[max(fitting)] if fitting else None
