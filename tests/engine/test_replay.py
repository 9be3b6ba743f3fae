"""Time is exact: seek, fork, checkpoints and edits replay to the bit; what opens a line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from workbench import BUSY, busy, experiment

from engine import checkpoint, obeying
from engine.edits import read_edits
from engine.errors import Broken, Invalid, TinkernetError
from engine.experiment import Experiment
from engine.session import Session
from engine.tensors import decode, encode

RATE = "/training/learner/optimizer/learning_rate"
Bits = dict[str, bytes]


def bits(session: Session) -> Bits:
    """Everything the next step follows from, as bytes."""
    run = session.run
    kept = {f"slot.{name}": slot.tobytes() for name, slot in run.stepper.slots.items()}
    about = (session.step, run.stepper.state(), run.silenced, run.frozen, run.experiment.to_json())
    return {
        "theta": run.theta.vector.tobytes(), "buffers": run.buffers.vector.tobytes(), **kept,
        "about": repr(about).encode(),
    }  # fmt: skip


def do(session: Session, *edits: dict[str, Any]) -> None:
    session.edit(read_edits(list(edits)))


def arrays(session: Session) -> dict[str, np.ndarray]:
    return {name: a.copy() for name, a in session.run.arrays.items()}


def test_seek_is_equal_to_the_bit_at_every_step() -> None:
    session = Session(busy())
    seen = [bits(session)]
    for _ in range(90):  # 15 epochs; the masks' second block of 64 steps begins on the way
        assert session.advance(1) == 1
        seen.append(bits(session))
    for step in (90, 0, 1, 89, 31, 32, 33, 63, 64, 65, 6, 7, 90):
        session.seek(step)
        assert session.line == 0
        assert bits(session) == seen[step], step


def test_seek_brings_the_recording_of_the_step_back() -> None:
    session = Session(busy())
    session.advance(40)
    tape = session.run.stepper.recording
    assert tape is not None
    mask, y = tape["drop1"].mask.copy(), tape.y.copy()
    session.advance(23)
    session.seek(40)
    again = session.run.stepper.recording
    assert again is not None
    np.testing.assert_array_equal(again["drop1"].mask, mask)
    np.testing.assert_array_equal(again.y, y)
    session.seek(0)
    assert session.run.stepper.recording is None


def test_steps_in_any_portions_give_the_same_numbers() -> None:
    one, other = Session(busy()), Session(busy())
    one.advance(200)
    for portion in (1, 2, 63, 64, 65, 5):
        other.advance(portion)
    assert bits(one) == bits(other)


def test_a_fork_goes_its_own_way_and_disturbs_nothing() -> None:
    session = Session(busy())
    session.advance(70)
    before = bits(session)
    fork = session.fork()
    assert bits(fork) == before
    fork.advance(30)
    assert bits(session) == before
    session.advance(30)
    assert bits(session) == bits(fork)


def test_two_hundred_steps_are_one_hundred_saved_loaded_in_a_new_process_and_one_hundred(
    tmp_path: Path,
) -> None:
    session = Session(busy())
    session.advance(100)
    (tmp_path / "half").write_bytes(session.snapshot())
    program = (
        "import sys, pathlib\n"
        "from engine.session import Session\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "session = Session.restore((here / 'half').read_bytes())\n"
        "assert session.exact and session.step == 100\n"
        "session.advance(100)\n"
        "(here / 'whole').write_bytes(session.snapshot())\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, timeout=60)
    session.advance(100)
    other = Session.restore((tmp_path / "whole").read_bytes())
    assert bits(other) == bits(session)
    assert other.points(0, 0) == session.points(0, 0)
    assert other.lines == session.lines


@pytest.mark.usefixtures("quiet")
def test_a_snapshot_at_step_zero_and_of_a_diverged_session_carries_on() -> None:
    session = Session(busy())
    assert bits(Session.restore(session.snapshot())) == bits(session)
    wild = Session(
        experiment(
            {"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense"},
            loss={"kind": "squared_error"}, optimizer={"kind": "sgd", "learning_rate": 100.0},
        )
    )  # fmt: skip
    wild.advance(1000)
    divergence = wild.divergence
    assert divergence is not None
    copy = Session.restore(wild.snapshot())
    assert wild.divergence == divergence  # saving changes nothing
    assert (copy.divergence, copy.state) == (divergence, "diverged")
    assert bits(copy) == bits(wild)


# --- edits -------------------------------------------------------------------------------------

STORY: list[tuple[int, list[dict[str, Any]]]] = [
    (10, [{"kind": "set", "path": RATE, "value": 0.01}]),
    (20, [{"kind": "write", "array": "dense1.weight", "index": [0, 1], "value": 2.5},
          {"kind": "silence", "layer": "dense1", "units": [1]}]),
    (30, [{"kind": "unit_add", "layer": "dense1"}]),
    (35, [{"kind": "set", "path": "/model/layers/3/p", "value": 0.5}]),
    (40, [{"kind": "layer_insert", "layer": {"kind": "dense", "units": 4}, "index": 4},
          {"kind": "freeze", "layer": "head", "on": True}]),
    (50, [{"kind": "unit_remove", "layer": "dense1", "unit": 2}]),
    (55, [{"kind": "set", "path": "/training/learner/optimizer",
           "value": {"kind": "momentum", "learning_rate": 0.02}}]),
    (60, [{"kind": "layer_remove", "layer": "dense2"}]),
    (64, [{"kind": "set", "path": "/training/learner/batch", "value": 8}]),
    (70, [{"kind": "set", "path": "/data/noise", "value": 0.3}]),
    (75, [{"kind": "undo", "edit": 3}]),
    (80, [{"kind": "set", "path": "/data/count", "value": 120}]),
    (85, [{"kind": "layer_move", "layer": "tanh1", "index": 1}]),
]  # fmt: skip


def test_a_run_full_of_edits_replays_to_the_bit() -> None:
    session = Session(busy())
    seen: dict[int, Bits] = {0: bits(session)}
    for at, edits in STORY:
        while session.step < at:
            session.advance(1)
            seen[session.step] = bits(session)
        do(session, *edits)
        seen[at] = bits(session)
    session.advance(40)
    end = bits(session)
    assert session.line == 0
    for step in (session.step, 3, 10, 11, 30, 33, 41, 50, 52, 58, 64, 66, 72, 76, 85, 84, 0):
        session.seek(step)
        if step in seen:
            assert bits(session) == seen[step], step
    copy = Session.restore(session.snapshot())
    copy.seek(125)
    assert bits(copy) == end


def test_a_script_with_the_edits_gives_the_numbers_of_the_run_that_was_edited() -> None:
    session = Session(busy())
    for at, edits in STORY:
        session.advance(at - session.step)
        do(session, *edits)
    session.advance(40)
    again = Session(Experiment.from_json(session.experiment.to_json()))
    again.advance(session.step)
    assert again.line == 0
    assert again.run.theta.vector.tobytes() == session.run.theta.vector.tobytes()


def test_a_structure_edit_leaves_untouched_layers_bit_equal() -> None:
    session = Session(busy())
    session.advance(50)
    before = arrays(session)
    do(session, {"kind": "layer_insert", "layer": {"kind": "gelu"}, "index": 3},
       {"kind": "layer_insert", "layer": {"kind": "dense", "units": 4}, "index": 5})  # fmt: skip
    after = arrays(session)
    untouched = [name for name in before if before[name].shape == after[name].shape]
    assert {"dense1.weight", "norm1.gamma", "norm1.running_var", "head.weight"} <= set(untouched)
    for name in untouched:
        np.testing.assert_array_equal(after[name], before[name], err_msg=name)


@pytest.mark.parametrize("unit", [None, 0, 3])
def test_a_unit_added_makes_no_jump_of_the_function(unit: int | None) -> None:
    session = Session(busy())
    session.advance(50)
    x = np.random.default_rng(0).normal(size=(40, 2)) * 3
    for layer in ("dense1", "dense2"):
        name = layer if layer in session.run.net.by_path else "dense2"
        before = session.predict(x)["outputs"].copy()
        units = session.run.net.by_path[name].y[0]
        do(session, {"kind": "unit_add", "layer": name, "unit": unit})
        assert session.run.net.by_path[name].y[0] == units + 1
        np.testing.assert_allclose(session.predict(x)["outputs"], before, rtol=1e-5, atol=1e-6)


def test_a_unit_removed_takes_its_row_and_its_column() -> None:
    session = Session(busy())
    session.advance(20)
    before = arrays(session)
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 2})
    after = arrays(session)
    np.testing.assert_array_equal(
        after["dense1.weight"], np.delete(before["dense1.weight"], 2, axis=0)
    )
    np.testing.assert_array_equal(after["norm1.gamma"], np.delete(before["norm1.gamma"], 2))
    np.testing.assert_array_equal(
        after["dense2.weight"], np.delete(before["dense2.weight"], 2, axis=1)
    )


UNDONE: dict[str, dict[str, Any]] = {
    "set": {"kind": "set", "path": RATE, "value": 0.5},
    "set p": {"kind": "set", "path": "/model/layers/3/p", "value": 0.5},
    "set noise": {"kind": "set", "path": "/data/noise", "value": 0.5},
    "write": {"kind": "write", "array": "dense1.weight", "index": [0, 0], "value": 3.0},
    "layer_insert": {"kind": "layer_insert", "layer": {"kind": "dense", "units": 4}, "index": 5},
    "layer_remove": {"kind": "layer_remove", "layer": "norm1"},
    "layer_remove prelu": {"kind": "layer_remove", "layer": "relu1"},
    "layer_move": {"kind": "layer_move", "layer": "norm1", "index": 2},
    "unit_add": {"kind": "unit_add", "layer": "dense1", "unit": 1},
    "unit_remove": {"kind": "unit_remove", "layer": "dense1", "unit": 1},
    "unit_remove last": {"kind": "unit_remove", "layer": "dense1"},
    "silence": {"kind": "silence", "layer": "tanh1", "units": [0, 2]},
    "freeze": {"kind": "freeze", "layer": "dense1"},
}


@pytest.mark.parametrize("what", UNDONE)
def test_an_undo_at_once_takes_an_edit_back_to_the_bit(what: str) -> None:
    session = Session(busy())
    session.advance(30)
    before = bits(session)
    do(session, UNDONE[what])
    assert bits(session) != before
    assert session.undoable == [0]
    do(session, {"kind": "undo", "edit": 0})
    assert bits(session) == before
    assert session.undoable == []
    session.advance(5)
    end = bits(session)
    session.seek(10)
    session.seek(35)
    assert bits(session) == end


def test_removed_numbers_come_back_from_a_checkpoint_too() -> None:
    session = Session(busy())
    session.advance(30)
    norm = arrays(session)["norm1.gamma"]
    do(session, {"kind": "layer_remove", "layer": "norm1"})
    session.advance(10)
    copy = Session.restore(session.snapshot())
    do(copy, {"kind": "undo", "edit": 0})
    np.testing.assert_array_equal(arrays(copy)["norm1.gamma"], norm)


def test_a_refused_edit_changes_nothing_and_opens_no_line() -> None:
    session = Session(busy())
    session.advance(30)
    session.seek(20)
    before, lines = bits(session), session.lines
    good = {"kind": "set", "path": RATE, "value": 0.5}
    for bad in (
        {"kind": "unit_remove", "layer": "nowhere"},
        {"kind": "set", "path": RATE, "value": -1},
        {"kind": "set", "path": "/seed", "value": 3},
        {"kind": "set", "path": "/model/layers/²/p", "value": 0.1},
        {"kind": "write", "array": "dense1.weight", "index": [99, 0], "value": 1.0},
        {"kind": "write", "array": "norm1.running_var", "index": [0], "value": -1.0},
        {"kind": "undo", "edit": 7},
        {"kind": "layer_insert", "layer": {"kind": "step"}, "index": 0},
    ):
        with pytest.raises(TinkernetError):
            do(session, good, bad)
        assert bits(session) == before
        assert session.lines == lines


# --- lines -------------------------------------------------------------------------------------


def test_seeking_opens_no_line_and_running_on_walks_the_same_one() -> None:
    session = Session(busy())
    session.advance(60)
    end = bits(session)
    session.seek(20)
    assert len(session.lines) == 1
    session.advance(40)
    assert (session.line, len(session.lines)) == (0, 1)
    assert bits(session) == end
    session.seek(20)
    session.advance(60)
    assert (session.line, session.step, len(session.lines)) == (0, 80, 1)
    assert session.points(0, 0)["step"][-1] == 80


def test_an_edit_in_the_past_opens_a_line_and_the_old_one_stays() -> None:
    session = Session(busy())
    session.advance(60)
    end = bits(session)
    session.seek(20)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    session.advance(10)
    assert session.line == 1
    line = session.lines[1]
    assert (line["parent"], line["at"], line["head"]) == (0, 20, 30)
    assert [e["at"] for e in line["edits"]] == [20]
    assert session.lines[0]["head"] == 60 and session.lines[0]["edits"] == []
    session.seek(60, 0)
    assert bits(session) == end
    session.seek(25, 1)
    assert session.run.experiment.training.learner.optimizer.learning_rate == 0.5  # type: ignore


def test_an_edit_at_the_head_opens_none() -> None:
    session = Session(busy())
    session.advance(60)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    assert (session.line, len(session.lines)) == (0, 1)


def test_running_on_where_edits_lie_ahead_opens_a_line_without_them() -> None:
    plain = Session(busy())
    plain.advance(70)
    session = Session(busy())
    session.advance(40)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    session.advance(20)
    session.seek(30)
    session.advance(40)
    assert (session.line, session.lines[1]["parent"], session.lines[1]["at"]) == (1, 0, 30)
    assert session.lines[1]["edits"] == []
    assert bits(session) == bits(plain)
    assert session.lines[0]["head"] == 60


def test_an_edit_before_edits_that_were_brought_along_opens_a_line_without_them() -> None:
    experiment = busy()
    brought = read_edits([{"kind": "freeze", "layer": "dense1", "at": 20}])
    session = Session(experiment.with_(edits=brought))
    session.advance(5)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    session.advance(25)
    assert (session.line, session.lines[1]["at"]) == (1, 5)
    assert [edit["kind"] for edit in session.lines[1]["edits"]] == ["set"]
    again = Session(session.experiment)
    again.advance(30)
    assert bits(again) == bits(session)
    session.seek(5, 0)
    session.advance(25)
    assert session.run.frozen == {"dense1"}


def test_a_line_of_a_line_is_replayed_through_its_parents() -> None:
    session = Session(busy())
    session.advance(60)
    seen = {}
    for at in (40, 50, 20):
        session.seek(at)
        do(session, {"kind": "set", "path": RATE, "value": at / 1000})
        session.advance(30)
        seen[session.line] = (session.step, bits(session))
    for number in (1, 3, 2, 1):
        step, expected = seen[number]
        session.seek(step, number)
        assert bits(session) == expected
    copy = Session.restore(session.snapshot())
    for number, (step, expected) in seen.items():
        copy.seek(step, number)
        assert bits(copy) == expected


def test_seeking_past_a_line_names_its_reach() -> None:
    session = Session(busy())
    session.advance(5)
    with pytest.raises(Invalid) as caught:
        session.seek(6)
    assert (caught.value.pointer, caught.value.limit) == ("/step", 5)
    with pytest.raises(Invalid) as caught:
        session.seek(0, 1)
    assert (caught.value.pointer, caught.value.limit) == ("/line", 0)


def test_reset_folds_what_was_set_and_built_and_drops_what_was_done_by_hand() -> None:
    session = Session(busy())
    session.advance(20)
    do(
        session,
        {"kind": "set", "path": RATE, "value": 0.5},
        {"kind": "unit_add", "layer": "dense1"},
        {"kind": "write", "array": "head.bias", "index": [0], "value": 9.0},
        {"kind": "silence", "layer": "tanh1", "units": [0]},
        {"kind": "freeze", "layer": "head"},
    )
    session.reset()
    assert (session.line, session.step, session.undoable) == (1, 0, [])
    assert not session.run.silenced and not session.run.frozen
    layers = [{**BUSY[0], "units": 7}, *BUSY[1:]]
    expected = busy().to_json()
    expected["model"]["layers"] = layers
    expected["training"]["learner"]["optimizer"]["learning_rate"] = 0.5
    fresh = Session(Experiment.from_json(expected))
    assert session.experiment == fresh.experiment
    assert bits(session) == bits(fresh)


# --- bytes that are not whole ------------------------------------------------------------------


def _saved() -> bytes:
    session = Session(
        experiment({"kind": "dense", "units": 2}, {"kind": "tanh"}, {"kind": "dense"})
    )
    session.advance(5)
    do(session, {"kind": "unit_remove", "layer": "dense1", "unit": 0})
    session.advance(5)
    return session.snapshot()


def test_a_mistake_of_ours_in_an_edit_leaves_no_half_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = Session(busy())
    session.advance(30)
    before = bits(session)

    def fail(*_: Any) -> None:
        raise IndexError("a mistake")

    monkeypatch.setattr(obeying, "_write", fail)
    write = {"kind": "write", "array": "head.bias", "index": [0], "value": 1.0}
    with pytest.raises(IndexError):
        do(session, {"kind": "set", "path": RATE, "value": 0.5}, write)
    assert bits(session) == before and session.experiment.edits == ()


@pytest.mark.parametrize("parent", [-1, 1, 2])
def test_a_checkpoint_of_lines_that_come_from_themselves_is_refused(parent: int) -> None:
    """Its seal can be made by anybody; loading it went round and round."""
    session = Session(busy())
    session.advance(30)
    session.seek(10)
    do(session, {"kind": "set", "path": RATE, "value": 0.5})
    arrays, metadata = decode(session.snapshot())
    about = json.loads(arrays["about"].tobytes())
    about["lines"][1]["parent"] = parent
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    metadata["sha256"] = checkpoint._digest(metadata["tinkernet"], arrays)
    with pytest.raises(Broken):
        Session.restore(encode(arrays, metadata))


def test_a_torn_checkpoint_is_refused() -> None:
    raw = _saved()
    for length in range(0, len(raw), 100):
        with pytest.raises(Broken):
            Session.restore(raw[:length])


@pytest.mark.parametrize("flip", [0x01, 0x04, 0x80])
def test_a_flipped_checkpoint_is_refused(flip: int) -> None:
    raw = _saved()
    for at in range(0, len(raw), 100):
        torn = bytearray(raw)
        torn[at] ^= flip
        with pytest.raises(Broken):
            Session.restore(bytes(torn))
