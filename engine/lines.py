"""The branches of a session's time: where each left its parent, and what is kept along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import history
from engine.edits import Edit, Undo
from engine.experiment import Experiment
from engine.history import History
from engine.keyframes import BUDGET, Keyframes, State
from engine.net import Net


@dataclass
class Line:
    """One branch of time: where it left its parent, and the edits along it. The first `inherited`
    of them its parent has too."""

    number: int
    parent: int | None
    at: int
    base: Experiment
    edits: list[Edit]
    history: History
    keyframes: Keyframes
    inherited: int = 0

    @property
    def head(self) -> int:
        return self.history.head

    def words(self, edit: Edit) -> str:
        """An edit in words; an undo says what it took back, and one of an undo what it brought."""
        back, found = False, edit
        while isinstance(found, Undo) and found.edit < len(self.edits):
            back, found = not back, self.edits[found.edit]
        if found is edit:
            return edit.words()
        return f"{'undone' if back else 'again'}: {found.words()}"

    def described(self) -> dict[str, Any]:
        """Parent, where it left it, how far it goes, and its own edits in words: those it inherited
        its parent tells, or that one's, so that each is told once."""
        return {
            "line": self.number,
            "parent": self.parent,
            "at": self.at,
            "head": self.head,
            "inherited": self.inherited,
            "edits": [
                {
                    "n": n,
                    "at": edit.at,
                    "kind": edit.kind,
                    "words": self.words(edit),
                    "edit": edit.to_json(),
                }
                for n, edit in enumerate(self.edits[self.inherited :], self.inherited)
            ],
        }


def way(lines: Sequence[Line], line: Line) -> list[tuple[Line, int | None]]:
    """The line and those it came from, each with the last of its steps on the way (None: all)."""
    most: int | None = None
    made = [(line, most)]
    while line.parent is not None:
        most = line.at if most is None else min(most, line.at)
        line = lines[line.parent]
        made.append((line, most))
    return made


def keyframe(lines: Sequence[Line], line: Line, step: int) -> State | None:
    """The newest state strictly before a step, on the line or on those it came from."""
    for each, most in way(lines, line):
        found = each.keyframes.before(step, most)
        if found is not None and found.applied <= len(line.edits):
            return found
    return None


def balance(lines: Sequence[Line], present: Line) -> None:
    """Let keyframes go until all fit the session's memory: of other lines first, where a seek then
    replays longer, and never the last one of the present line."""
    if sum(line.keyframes.bytes for line in lines) <= BUDGET:
        return
    others = [line for line in lines if line is not present]
    size = {line.number: line.keyframes.bytes for line in lines}
    for group, least in ((others, 1), ([present], 2), (others, 0), ([present], 1)):
        while sum(size.values()) > BUDGET:
            fat = [line for line in group if len(line.keyframes.states) > least]
            if not fat:
                break
            line = max(fat, key=lambda line: size[line.number])
            line.keyframes.thin()
            size[line.number] = line.keyframes.bytes


def shrink(lines: Sequence[Line], present: Line) -> None:
    """Leave the histories of the other lines what the present one cannot need of the session's."""
    others = [line.history for line in lines if line is not present]
    left = history.BUDGET - history.MOST
    if sum(each.bytes for each in others) > left:
        for each in others:
            each.shrink(left // len(others))


def trace(
    lines: Sequence[Line], line: Line, step: int, array: str, index: tuple[int, ...]
) -> list[tuple[int, float]]:
    """(step, value) of one number at the kept steps of a line before a step, in order."""
    made = []
    place, of = None, None  # thousands of states share an experiment, and with it the place in θ
    for at, state in kept(lines, line, step):
        if state.experiment is not of:
            place, of = _place(state.experiment, array, index), state.experiment
        if place is not None:
            made.append((at, float(state.theta[place])))
    return made


def kept(lines: Sequence[Line], line: Line, step: int) -> list[tuple[int, State]]:
    """The states that are kept of a line, and of its way, before a step: in order."""
    found: dict[int, State] = {}
    for each, most in way(lines, line):
        last = step - 1 if most is None else min(step - 1, most)
        for at, state in each.keyframes.states.items():
            if at <= last:
                found.setdefault(at, state)
    return sorted(found.items(), key=lambda one: one[0])


def _place(experiment: Experiment, array: str, index: tuple[int, ...]) -> int | None:
    """Where a number stands in the vector θ of an experiment; None where it has no such number."""
    net = Net(experiment.layers, experiment.input_shape)
    numbered = net.theta(np.float64)
    numbered.vector[:] = np.arange(len(numbered.vector))
    found = net.arrays(numbered).get(array)
    # Another layer may have had its name, and another shape.
    if found is None or found.ndim != len(index):
        return None
    if any(i >= n for i, n in zip(index, found.shape, strict=True)):
        return None
    return int(found[index])
