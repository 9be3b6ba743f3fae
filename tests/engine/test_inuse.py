"""The net as it is used answers what the net answers, with less to compute."""

from __future__ import annotations

import numpy as np
import pytest
from workbench import experiment

from engine.edits import read_edits
from engine.inuse import InUse
from engine.memory.arena import Array
from engine.session import Session

NAMES = ("dense1", "norm1", "relu1", "drop1", "norm2", "head")


def trained() -> Session:
    """A norm behind a dense layer, one behind a nonlinearity, and dropout; running means far from
    where they start."""
    session = Session(
        experiment(
            {"kind": "dense", "units": 6}, {"kind": "batch_norm"}, {"kind": "relu"},
            {"kind": "dropout", "p": 0.5}, {"kind": "batch_norm"},
            {"kind": "dense", "name": "head"},
        )
    )  # fmt: skip
    session.advance(100)
    return session


def plainly(session: Session) -> dict[str, Array]:
    """What every layer of the whole net answers for the data."""
    inputs = session.run.prepared.inputs
    tape = session.run.reading.tape(inputs.shape[-1])
    tape.x[...] = inputs
    tape.replay()
    return {name: tape[name].y.copy() for name in NAMES}


def agree(found: dict[str, Array], session: Session, *names: str) -> None:
    want = plainly(session)
    for name in names:  # one that is missing on either side is an error, not passed over
        np.testing.assert_allclose(found[name], want[name], rtol=1e-4, atol=1e-5, err_msg=name)


def ask(session: Session, *layers: str) -> dict[str, Array]:
    return session.run.reading.forward(session.run.prepared.inputs, layers=layers)


def test_it_answers_the_same_and_follows_the_training() -> None:
    session = trained()
    shown = ("norm1", "relu1", "norm2", "head")
    agree(ask(session, *shown), session, *shown)
    before = ask(session, "head")["head"].copy()
    session.advance(50)
    agree(ask(session, *shown), session, *shown)
    assert not np.allclose(ask(session, "head")["head"], before, rtol=1e-3)


def test_what_it_leaves_out_is_dropout_and_norms_behind_dense_layers() -> None:
    run = trained().run
    used = InUse(run.net, run.theta, run.buffers)
    assert [site.path for site in used.net.sites] == ["norm1", "relu1", "norm2", "head"]
    assert used.net.by_path["norm1"].layer.kind == "dense"
    assert np.shares_memory(used.theta["head.W1"], run.theta["head.W1"])
    assert not np.shares_memory(used.theta["norm1.W1"], run.theta.vector)


@pytest.mark.parametrize("name", ["dense1", "drop1"])
def test_a_layer_that_is_left_out_answers_when_it_is_asked(name: str) -> None:
    session = trained()
    agree(ask(session, name, "head"), session, name, "head")


@pytest.mark.parametrize("name", ["dense1", "norm1", "relu1", "drop1"])
def test_a_silent_unit_is_silent_wherever_it_is(name: str) -> None:
    session = trained()
    free = ask(session, "head")["head"].copy()
    session.edit(read_edits([{"kind": "silence", "layer": name, "units": [0, 1, 2]}]))
    found = ask(session, "head")
    agree(found, session, "head")
    assert not np.allclose(found["head"], free, rtol=1e-3)


def test_a_net_of_dropout_alone_answers_what_comes_in() -> None:
    session = Session(experiment({"kind": "dropout"}, features=["x1"]))
    session.advance(2)
    np.testing.assert_array_equal(ask(session)[""], session.run.prepared.inputs)


def test_of_two_norms_in_a_row_a_dense_layer_takes_the_first() -> None:
    norm = {"kind": "batch_norm"}
    layers = [{"kind": "dense", "units": 4}, norm, {"kind": "dropout"}, norm, norm]
    session = Session(experiment(*layers, {"kind": "tanh"}, {"kind": "dense"}))
    session.advance(50)
    inputs = session.run.prepared.inputs
    tape = session.run.reading.tape(inputs.shape[-1])
    tape.x[...] = inputs
    tape.replay()
    np.testing.assert_allclose(ask(session)[""], tape.y, rtol=1e-4, atol=1e-5)
