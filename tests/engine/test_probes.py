"""Probes: each answers with its arrays, and asking changes nothing, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import busy, experiment

from engine.catalog import default
from engine.edits import read_edits
from engine.errors import Invalid, NotNow, Unknown
from engine.experiment import Experiment
from engine.probes.base import Answer, read_probe
from engine.registry import known
from engine.session import Session

# The query each probe is asked with here, and the shapes of its arrays on the default experiment:
# circle, 200 points of which 100 train, 2-5-3-1 with tanh, batches of 10.
PLANE = {"resolution": 8}
PARAMETERS = {
    "dense1.weight": (5, 2), "dense1.bias": (5,), "dense2.weight": (3, 5), "dense2.bias": (3,),
    "head.weight": (1, 3), "head.bias": (1,),
}  # fmt: skip
EXPECTED: dict[str, tuple[dict[str, Any], dict[str, tuple[int, ...]]]] = {
    "boundary": (PLANE, {"outputs": (1, 8, 8), "probabilities": (2, 8, 8)}),
    "neurons": (PLANE, {"tanh1": (5, 8, 8), "tanh2": (3, 8, 8), "head": (1, 8, 8)}),
    "inputs": (PLANE, {"maps": (7, 8, 8)}),
    "parameters": ({}, PARAMETERS),
    "gradients": ({}, PARAMETERS),
    "points": ({}, {"inputs": (200, 2), "targets": (200,), "test": (200,), "numbers": (200,)}),
    "scores": ({}, {"wrong": (200,)}),
    "example": (
        {"split": "test", "index": 3},
        {"input": (2,), "tanh1": (5,), "tanh1.grad": (5,), "tanh2": (3,), "tanh2.grad": (3,),
         "head": (1,), "head.grad": (1,)},
    ),
    "trace": ({"array": "dense1.weight", "index": [0, 1]}, {"steps": (2,), "values": (2,)}),
    "masks": ({}, {}),
}  # fmt: skip


def ask(session: Session, name: str, query: dict[str, Any] | None = None) -> Answer:
    return session.probe(read_probe(name, EXPECTED[name][0] if query is None else query))


# Those about pictures and classes: test_probes_pictures.py; of the cards: test_probes_cards.py.
PICTURES = {
    "filters", "features", "window", "receptive", "patches", "mistakes", "confusion",
    "normalization",
}  # fmt: skip
ELSEWHERE = {"curvature", "filtered", "future", "valley"}  # each in a module of its own
CARDS = {"calibration", "updates", "spread", "drift", "rests", "activations", "passage"}


def test_every_registered_probe_is_here() -> None:
    assert set(EXPECTED) | PICTURES | CARDS | ELSEWHERE == set(known("probe"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_probe_answers_with_its_arrays(name: str) -> None:
    session = Session(default())
    session.advance(40)
    if name == "masks":
        with pytest.raises(NotNow, match="no dropout layer"):
            ask(session, name)
        return
    answer = ask(session, name)
    assert (answer.name, answer.line, answer.step) == (name, 0, 40)
    assert {key: a.shape for key, a in answer.arrays.items()} == EXPECTED[name][1]
    for key, array in answer.arrays.items():
        assert array.dtype in (np.float32, np.int32, np.uint8), key
        assert np.isfinite(array).all()


def test_masks_are_examples_by_units_and_what_training_used() -> None:
    session = Session(busy())
    session.advance(10)
    answer = ask(session, "masks")
    assert {k: a.shape for k, a in answer.arrays.items()} == {
        "drop1.mask": (16, 6), "drop1.share": (6,), "batch.index": (16,),
    }  # fmt: skip
    tape = session.run.stepper.recording
    assert tape is not None
    mask = answer.arrays["drop1.mask"]
    np.testing.assert_array_equal(mask.T, tape["drop1"].mask > 0)
    np.testing.assert_array_equal(tape["drop1"].y == 0, mask.T == 0)
    info = answer.info["drop1"]
    assert info["off"] == (mask == 0).sum() and info["of"] == 96
    # The batch was these examples: what stands in the block is what these points are.
    np.testing.assert_array_equal(
        tape.x, session.run.prepared.inputs[:, answer.arrays["batch.index"]]
    )
    assert set(answer.arrays["batch.index"]) <= set(session.run.prepared.train)


@pytest.mark.parametrize("name", ["masks", "gradients"])
def test_before_the_first_step_there_is_nothing_recorded(name: str) -> None:
    session = Session(busy())
    with pytest.raises(NotNow, match="take a step first"):
        ask(session, name)
    session.advance(1)
    ask(session, name)
    session.seek(0)
    with pytest.raises(NotNow, match="take a step first"):
        ask(session, name)


ASKED = ("boundary", "neurons", "inputs", "parameters", "gradients", "points", "scores", "example",
         "masks", "sample", "metrics", "points column", "snapshot")  # fmt: skip


def _look(session: Session, what: str) -> None:
    match what:
        case "sample":
            ask(session, "boundary", {"resolution": 5, "mode": "sample"})
        case "metrics":
            session.metrics()
        case "points column":
            session.points(session.line, 0)
        case "snapshot":
            session.snapshot()
        case _:
            ask(session, what)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.lists(st.sampled_from(ASKED), max_size=4))))
def test_looking_leaves_training_bit_equal(story: list[tuple[int, list[str]]]) -> None:
    watched, plain = Session(busy()), Session(busy())
    for steps, looks in story:
        watched.advance(steps)
        plain.advance(steps)
        for what in looks:
            _look(watched, what)
        assert watched.run.theta.vector.tobytes() == plain.run.theta.vector.tobytes()
        assert watched.run.buffers.vector.tobytes() == plain.run.buffers.vector.tobytes()
    watched.advance(3)
    plain.advance(3)
    assert watched.run.theta.vector.tobytes() == plain.run.theta.vector.tobytes()
    assert watched.points(0, 0) == plain.points(0, 0)


def test_what_a_probe_gives_is_a_copy() -> None:
    session = Session(default())
    session.advance(5)
    before = session.run.theta.vector.copy()
    for name in ("parameters", "gradients", "neurons", "boundary", "example"):
        for array in ask(session, name).arrays.values():
            array[...] = 7.0
    np.testing.assert_array_equal(session.run.theta.vector, before)
    session.advance(1)
    other = Session(default())
    other.advance(6)
    np.testing.assert_array_equal(session.run.theta.vector, other.run.theta.vector)


def test_the_picture_is_what_predict_says_with_the_largest_x2_in_row_0() -> None:
    session = Session(busy())
    session.advance(60)
    r, extent = 6, [-3.0, 3.0, -1.0, 5.0]
    answer = ask(session, "boundary", {"resolution": r, "extent": extent})
    x1 = -3 + 6 * (np.arange(r) + 0.5) / r
    x2 = 5 - 6 * (np.arange(r) + 0.5) / r
    grid = np.stack([np.tile(x1, r), np.repeat(x2, r)], axis=1)
    said = session.predict(grid)
    np.testing.assert_allclose(
        answer.arrays["outputs"].reshape(1, -1).T, said["outputs"], rtol=1e-5
    )
    flat = answer.arrays["probabilities"].reshape(2, -1).T
    np.testing.assert_allclose(flat, said["probabilities"], rtol=1e-5)
    assert answer.info["extent"] == extent
    maps = ask(session, "inputs", {"resolution": r, "extent": extent}).arrays["maps"]
    np.testing.assert_allclose(maps[1][:, 0], x2, rtol=1e-6)
    np.testing.assert_allclose(maps[0][0], x1, rtol=1e-6)


def test_the_example_by_index_is_the_example_by_its_numbers() -> None:
    session = Session(busy())
    session.advance(60)
    by_index = ask(session, "example", {"split": "train", "index": 7})
    point = session.run.prepared.raw[by_index.info["where"]]
    by_numbers = ask(session, "example", {"inputs": [float(x) for x in point]})
    for name in ("input", "tanh1", "relu1", "head"):
        np.testing.assert_array_equal(by_index.arrays[name], by_numbers.arrays[name])
    assert by_index.info["outputs"] == by_numbers.info["outputs"]
    assert by_numbers.info["loss"] is None and by_index.info["loss"] > 0


def test_the_scores_add_up() -> None:
    session = Session(busy())
    session.advance(60)
    answer = ask(session, "scores")
    test = ask(session, "points").arrays["test"].astype(bool)
    wrong = answer.arrays["wrong"].astype(bool)
    for part, where in {"train": ~test, "test": test}.items():
        info = answer.info[part]
        assert info["wrong"] == wrong[where].sum() and info["count"] == where.sum()
        assert info["accuracy"] == pytest.approx(1 - wrong[where].mean())
    assert session.metrics()["test_loss"] == answer.info["test"]["loss"]


def test_the_gradient_times_the_rate_is_the_step_that_was_made() -> None:
    session = Session(experiment(optimizer={"kind": "sgd", "learning_rate": 0.125}))
    session.advance(9)
    before = ask(session, "parameters").arrays
    session.advance(1)
    after, slope = ask(session, "parameters").arrays, ask(session, "gradients").arrays
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array - np.float32(0.125) * slope[name])


def test_a_trace_ends_with_the_number_now_and_holds_what_stood_then() -> None:
    session = Session(default())
    seen = {0: float(session.run.arrays["head.bias"][0])}
    for step in range(1, 101):
        session.advance(1)
        seen[step] = float(session.run.arrays["head.bias"][0])
    trace = ask(session, "trace", {"array": "head.bias", "index": [0]}).arrays
    assert trace["steps"][-1] == 100 and (np.diff(trace["steps"]) > 0).all()
    assert len(trace["steps"]) >= 4
    for step, x in zip(trace["steps"], trace["values"], strict=True):
        assert x == np.float32(seen[int(step)])


def test_a_trace_of_an_array_that_changed_its_shape_answers() -> None:
    session = Session(default())
    session.advance(70)
    session.edit(read_edits([{"kind": "unit_add", "layer": "dense1"}]))
    session.advance(70)
    for index in ([0, 0], [5, 1]):
        trace = ask(session, "trace", {"array": "dense1.weight", "index": index}).arrays
        assert len(trace["steps"]) == len(trace["values"]) > 1


@pytest.mark.parametrize("name, query, pointer", [
    ("boundary", {"resolution": 100_000}, "/resolution"),
    ("boundary", {"resolution": 1}, "/resolution"),
    ("boundary", {"extent": [1, 0, 0, 1]}, "/extent"),
    ("inputs", {"extent": [-1, 1e30, 0, 1]}, "/extent/1"),
    ("boundary", {"colour": 1}, "/colour"),
    ("boundary", {"columns": [0, 0]}, "/columns"),
    ("neurons", {"layer": "nowhere"}, "/layer"),
    ("parameters", {"layer": "nowhere"}, "/layer"),
    ("gradients", {"layer": "nowhere"}, "/layer"),
    ("example", {"index": 10_000}, "/index"),
    ("example", {"inputs": [1.0]}, "/inputs"),
    ("trace", {"array": "nothing", "index": [0]}, "/array"),
    ("trace", {"array": "head.bias", "index": [9]}, "/index"),
    ("trace", {"array": "head.bias", "index": []}, "/index"),
])  # fmt: skip
def test_a_wrong_query_is_refused_with_its_place(
    name: str, query: dict[str, Any], pointer: str
) -> None:
    session = Session(default())
    session.advance(3)
    with pytest.raises(Invalid) as caught:
        ask(session, name, query)
    assert caught.value.pointer == pointer


def test_an_unknown_probe_lists_those_there_are() -> None:
    with pytest.raises(Unknown) as caught:
        read_probe("colours", {})
    assert caught.value.known == sorted(known("probe"))


def perceptron() -> Experiment:
    return Experiment.from_json(
        {
            "format": 1, "seed": 1, "data": {"kind": "gaussians", "count": 100},
            "model": {"input": {"kind": "plane"}, "layers": [{"kind": "dense"}, {"kind": "step"}]},
            "training": {"learner": {"kind": "perceptron"}},
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", ["boundary", "neurons", "parameters", "points", "scores",
                                  "example", "inputs"])  # fmt: skip
@pytest.mark.parametrize("data", [
    {"kind": "iris"}, {"kind": "reg_plane"}, {"kind": "blobs", "classes": 3}, "perceptron",
])  # fmt: skip
def test_probes_answer_on_other_data_and_learners(name: str, data: Any) -> None:
    if data == "perceptron":
        made = perceptron()
    else:
        many = data["kind"] in ("iris", "blobs")
        made = experiment(
            {"kind": "dense", "units": 4}, {"kind": "tanh"}, {"kind": "dense"},
            data=data, features=None,
            loss={"kind": "softmax_cross_entropy" if many else "squared_error"},
        )  # fmt: skip
    session = Session(made)
    session.advance(10)
    answer = ask(session, name)
    assert all(np.isfinite(a).all() for a in answer.arrays.values())
