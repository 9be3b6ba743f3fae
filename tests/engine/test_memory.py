"""What a session keeps of its time stays within its bytes, however many lines and edits it has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import busy, experiment

from engine import history, keyframes, lines
from engine.edits import read_edits
from engine.errors import NotNow
from engine.history import History
from engine.session import Session
from engine.undoing import REMEMBERED

pytestmark = pytest.mark.usefixtures("quiet")
RATE = "/training/learner/optimizer/learning_rate"


def do(session: Session, *edits: dict[str, Any]) -> None:
    session.edit(read_edits(list(edits)))


def wide(units: int = 500) -> Session:
    """A net of a megabyte of numbers, with Adam's slots: three a state."""
    return Session(
        experiment(
            {"kind": "dense", "units": units}, {"kind": "tanh"},
            {"kind": "dense", "units": units}, {"kind": "tanh"}, {"kind": "dense"},
            data={"kind": "xor", "count": 40},
            optimizer={"kind": "adam", "learning_rate": 0.01},
        )
    )  # fmt: skip


def kept(session: Session) -> int:
    """Bytes of keyframes and of what undo keeps, each array once."""
    arrays: dict[int, np.ndarray] = {}
    states = [state for line in session.lines_ for state in line.keyframes.states.values()]
    for state in states:
        for array in (state.theta, state.buffers, *state.slots.values()):
            arrays[id(array)] = array
    for memory in (*session.run.memory, *(m for state in states for m in state.memory)):
        for named in (memory.arrays or {}).values():
            arrays |= {id(array): array for array in named.values()}
    return sum(array.nbytes for array in arrays.values())


@pytest.mark.parametrize("lines", [2, pytest.param(5, marks=pytest.mark.soak)])
def test_keyframes_of_all_lines_share_one_budget_and_seeking_stays_exact(lines: int) -> None:
    session = wide()
    assert session.run.theta.vector.nbytes > 1_000_000
    seen: list[tuple[int, int, bytes]] = []
    for line in range(lines):
        session.advance(100)
        seen.append((session.line, session.step, session.run.theta.vector.tobytes()))
        assert kept(session) <= keyframes.BUDGET
        session.seek(8)
        do(session, {"kind": "set", "path": RATE, "value": 0.01 / (line + 2)})
    # The line that is trained keeps the most; every other one is still reached to the bit.
    session.advance(100)
    present = session.lines_[session.line].keyframes
    assert len(present.states) >= 2
    for number, step, theta in seen:
        session.seek(step, number)
        assert session.run.theta.vector.tobytes() == theta
        assert kept(session) <= keyframes.BUDGET


def test_what_undo_keeps_is_what_was_lost_and_no_more() -> None:
    session = wide()
    session.advance(3)
    do(session, {"kind": "unit_add", "layer": "dense1"})
    assert session.run.memory[-1].bytes == 0
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 7})
    # A row of (2 inputs + bias) and a column of 500, for θ and two slots, four bytes each.
    assert session.run.memory[-1].bytes == 3 * 4 * (2 + 1 + 500)


def test_undo_forgets_the_oldest_first_and_says_so() -> None:
    session = wide()
    session.advance(2)
    for _ in range(3):
        do(session, {"kind": "layer_remove", "layer": "dense2"})
        do(session, {"kind": "layer_insert", "index": 2,
                     "layer": {"kind": "dense", "name": "dense2", "units": 500}})  # fmt: skip
        session.advance(2)
        assert sum(m.bytes for m in session.run.memory) <= REMEMBERED
    assert 0 not in session.undoable and 5 in session.undoable
    with pytest.raises(NotNow, match="no longer kept"):
        do(session, {"kind": "undo", "edit": 0})
    copy = Session.restore(session.snapshot())
    assert copy.undoable == session.undoable
    # A replay forgets alike.
    theta = session.run.theta.vector.tobytes()
    session.seek(1)
    session.seek(8)
    assert session.run.theta.vector.tobytes() == theta
    assert copy.undoable == session.undoable


def _add(made: History, steps: int) -> None:
    for k in range(made.head + 1, made.head + 1 + steps):
        made.add([(k, 1.0, 0.1, k / 100)])


@pytest.mark.parametrize("steps", [1, 63, 64, 100, 5000, 30_000])
@pytest.mark.parametrize("most", [100, 1_000, 20_000, 200_000])
@pytest.mark.parametrize("first", [0, 37])
def test_a_shrunk_history_covers_every_step_once_and_goes_on(
    steps: int, most: int, first: int
) -> None:
    made = History(0, first)
    _add(made, steps)
    made.shrink(most)
    assert made.bytes <= max(most, 64 + 24)
    for more in (0, 10, 200, 20_000):
        _add(made, more)
        points = made.points(first)
        assert sum(points["steps"]) == made.head - first == points["step"][-1] - first
        ends = zip(points["step"], points["steps"], points["loss_max"], strict=True)
        assert all(step == high for step, _, high in ends)
        assert points["loss_min"][0] == first + 1
    assert made.bytes <= history.MOST


def test_histories_of_many_lines_stay_under_256_kb() -> None:
    session = Session(busy())
    session.advance(12_000)
    for line in range(1, 21):
        session.seek(590 * line, 0)
        do(session, {"kind": "set", "path": RATE, "value": 0.01 / line})
        session.advance(200)
        assert sum(each.history.bytes for each in session.lines_) <= history.BUDGET
    assert session.line == 20
    for number, head in ((0, 12_000), (7, 7 * 590 + 200)):
        points = session.points(number, 0)
        assert points["step"][-1] == head
        assert sum(points["steps"]) == head - session.lines_[number].at
        # Where only tiles are kept, a step walked again still says its own numbers.
        session.seek(head - 3, number)
        found = session.metrics()
        assert found["steps"] == 1 and found["loss_mean"] is not None
        assert found["step"] == head - 3


@pytest.mark.parametrize(
    ("edits", "lines"), [(100, 8), pytest.param(500, 20, marks=pytest.mark.soak)]
)
def test_many_edits_on_many_lines_make_a_small_checkpoint(edits: int, lines: int) -> None:
    session = Session(busy())
    session.advance(10)
    for k in range(edits - 4):
        do(session, {"kind": "set", "path": RATE, "value": 0.001 * (k + 1)})
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 2},
       {"kind": "layer_insert", "layer": {"kind": "gelu"}, "index": 2},
       {"kind": "unit_add", "layer": "dense2"},
       {"kind": "unit_remove", "layer": "dense2", "unit": 0})  # fmt: skip
    session.advance(30)
    for line in range(1, lines):
        session.seek(20, 0)
        do(session, {"kind": "write", "array": "head.bias", "index": [0], "value": line / 7})
        session.advance(20)
    raw = session.snapshot()
    # What every line inherits is told once: not, of 500, 10,000 edits of a hundred letters.
    assert len(raw) < 600 * edits
    assert int.from_bytes(raw[:8], "little") < 4_000
    copy = Session.restore(raw)
    assert copy.lines == session.lines
    # Nor is it when it is told: it was 60 kB a line.
    assert [len(line["edits"]) for line in copy.lines] == [edits] + [1] * (lines - 1)
    assert [line["edits"][-1]["n"] for line in copy.lines] == [edits - 1] + [edits] * (lines - 1)
    assert [len(line.edits) for line in copy.lines_] == [edits] + [edits + 1] * (lines - 1)
    for number in (0, 7, lines - 1):
        session.seek(35, number)
        copy.seek(35, number)
        assert copy.run.theta.vector.tobytes() == session.run.theta.vector.tobytes()
        assert copy.metrics() == session.metrics()
    undo = {"kind": "undo", "edit": edits - 4}
    for each in (session, copy):
        do(each, undo)
        each.advance(3)
    assert copy.run.theta.vector.tobytes() == session.run.theta.vector.tobytes()
    assert copy.experiment == session.experiment


def test_keeping_one_more_state_asks_no_other_how_large_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = Session(busy())
    asked: list[int] = []
    size = keyframes.State.bytes.fget
    assert size is not None

    def counted(state: keyframes.State) -> int:
        asked.append(state.step)
        return int(size(state))

    monkeypatch.setattr(keyframes.State, "bytes", property(counted))
    session.advance(3200)
    kept = len(session.lines_[0].keyframes.states)
    assert kept == 100 and len(asked) == kept


def test_a_trace_looks_for_its_place_once_for_all_states_of_a_net(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = Session(busy())
    session.advance(320)
    do(session, {"kind": "unit_add", "layer": "dense1", "unit": 0})
    session.advance(320)
    seen = dict(session.trace("dense1.weight", (1, 0)))
    made: list[None] = []
    net = lines.Net
    monkeypatch.setattr(lines, "Net", lambda *given: [made.append(None), net(*given)][1])
    assert dict(session.trace("dense1.weight", (1, 0))) == seen
    assert (len(made), len(seen)) == (2, 640 // 32 - 1)
    for step in (64, 320, 352, 608):
        session.seek(step)
        # A state is taken before the edits of its step.
        value = float(session.run.arrays["dense1.weight"][1, 0])
        assert (value == seen[step]) == (step != 320)
