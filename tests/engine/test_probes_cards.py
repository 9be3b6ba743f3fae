"""Probes behind the cards of evidence: each against the same thing computed by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from workbench import ask, busy, pictures

from engine.catalog import default
from engine.edits import read_edits
from engine.errors import Invalid, NotNow, Unknown
from engine.experiment import Experiment
from engine.registry import known
from engine.session import Session

CARDS = {"calibration", "updates", "spread", "drift", "rests", "activations", "passage"}


def changed(session: Session, **edit: Any) -> None:
    session.edit(read_edits([edit]))


def digits() -> Experiment:
    """A small net of pictures with both kinds of dropout and a batch norm."""
    return pictures(
        {"kind": "conv2d", "name": "conv1", "channels": 4, "kernel": 3},
        {"kind": "batch_norm", "name": "norm1"},
        {"kind": "relu", "name": "relu1"},
        {"kind": "dropout2d", "name": "drop1", "p": 0.3},
        {"kind": "max_pool2d", "name": "pool1"},
        {"kind": "flatten", "name": "flat1"},
        {"kind": "dropout", "name": "drop2", "p": 0.1},
        {"kind": "dense", "name": "head"},
        seed=0,
    )


# --- calibration -----------------------------------------------------------------------------


@pytest.mark.parametrize("bins", [10, 7])
def test_calibration_is_what_counting_point_by_point_gives(bins: int) -> None:
    session = Session(busy())
    session.advance(120)
    answer = ask(session, "calibration", bins=bins)
    data = session.run.prepared
    p = np.array(session.predict(data.raw[data.test])["probabilities"])
    counts, sure, right = [0] * bins, [0.0] * bins, [0.0] * bins
    for example, target in zip(p, data.targets[data.test], strict=True):
        most = float(example.max())
        m = next(m for m in range(bins) if m / bins < most <= (m + 1) / bins)
        counts[m] += 1
        sure[m] += most
        right[m] += int(example.argmax()) == target
    n = len(p)
    np.testing.assert_array_equal(answer.arrays["count"], counts)
    some = np.maximum(counts, 1)
    np.testing.assert_allclose(answer.arrays["sure"], np.array(sure) / some, atol=1e-6)
    np.testing.assert_allclose(answer.arrays["right"], np.array(right) / some, atol=1e-6)
    ece = sum(abs(r - s) for r, s in zip(right, sure, strict=True)) / n
    assert answer.info["ece"] == pytest.approx(ece, abs=1e-6)
    assert answer.info["sure"] == pytest.approx(sum(sure) / n, abs=1e-6)
    assert answer.info["right"] == pytest.approx(sum(right) / n)
    assert answer.info["count"] == n == sum(counts)


@pytest.mark.parametrize(
    ("data", "loss", "reason"),
    [("circle", "hinge", "no probabilities"), ("reg_plane", "squared_error", "no classes")],
)
def test_calibration_is_refused_where_nothing_is_said_with_a_probability(
    data: str, loss: str, reason: str
) -> None:
    document = default().to_json()
    document["data"] = {"kind": data}
    document["training"]["loss"] = {"kind": loss}
    with pytest.raises(NotNow, match=reason):
        ask(Session(Experiment.from_json(document)), "calibration")


# --- updates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(known("optimizer")))
@pytest.mark.parametrize("penalty", [None, "l1", "l2"])
def test_an_update_is_what_the_optimizer_took_from_the_weights(
    kind: str, penalty: str | None
) -> None:
    """θ before and after, of every optimizer. With l1, and a decay that goes past the optimizer,
    what these take beside it is not in it, and is at most ηλ(1 + |w|) a weight."""
    rate, strength = 0.05, 1e-4
    learner: dict[str, Any] = {
        "kind": "descent", "batch": 10, "clip": 0.5,
        "optimizer": {"kind": kind, "learning_rate": rate},
        "penalties": [] if penalty is None else [{"kind": penalty, "rate": strength}],
    }  # fmt: skip
    document = default().to_json()
    document["training"]["learner"] = learner
    session = Session(Experiment.from_json(document))
    session.advance(4)
    before = {name: a.copy() for name, a in session.run.arrays.items()}
    session.advance(1)
    answer = ask(session, "updates")
    assert list(answer.info) == ["dense1", "dense2", "head"]
    beside = penalty == "l1" or (penalty == "l2" and kind == "adamw")
    for path, told in answer.info.items():
        w, old = session.run.arrays[f"{path}.weight"], before[f"{path}.weight"]
        taken = np.linalg.norm((old - w).astype(np.float64))
        slack = rate * strength * float(np.linalg.norm(1 + np.abs(old))) if beside else 0.0
        assert told["update"] == pytest.approx(taken, rel=1e-3, abs=1e-6 + slack)
        assert told["update"] > 0
        assert told["weight"] == pytest.approx(float(np.linalg.norm(w)), rel=1e-6)
        assert told["ratio"] == pytest.approx(told["update"] / told["weight"])
    np.testing.assert_allclose(
        answer.arrays["ratio"], [told["ratio"] for told in answer.info.values()], rtol=1e-6
    )


def test_a_frozen_layer_takes_no_step() -> None:
    session = Session(busy())
    session.advance(2)
    changed(session, kind="freeze", layer="dense1", on=True)
    session.advance(1)
    told = ask(session, "updates").info
    assert told["dense1"]["update"] == told["dense1"]["moved"] == 0 and told["dense1"]["frozen"]
    assert told["dense2"]["update"] > 0 and not told["dense2"]["frozen"]


# --- through time ----------------------------------------------------------------------------


def test_a_spread_is_the_histogram_of_the_weights_at_every_step_it_names() -> None:
    session = Session(busy())
    session.advance(150)
    answer = ask(session, "spread", columns=5, bins=9)
    steps = answer.arrays["steps"].tolist()
    assert steps[0] == 0 and steps[-1] == 150 and len(steps) == 5
    assert steps == sorted(set(steps))
    high = answer.info["dense2.weight"]["high"]
    for step, row in zip(steps, answer.arrays["dense2.weight"], strict=True):
        session.seek(step)
        w = session.run.arrays["dense2.weight"]
        expected, _ = np.histogram(w, 9, (-high, high))
        np.testing.assert_allclose(row, expected / w.size, atol=1e-6)
        assert np.abs(w).max() <= high


def test_a_spread_follows_the_way_of_a_line_and_is_empty_before_a_layer_was_there() -> None:
    session = Session(default())
    session.advance(100)
    changed(session, kind="layer_insert", index=2, layer={"kind": "dense", "units": 3})
    session.advance(60)
    answer = ask(session, "spread")
    new = next(name for name in answer.info if name not in ("dense1", "dense2", "head")
               and name.removesuffix(".weight") not in ("dense1", "dense2", "head"))  # fmt: skip
    there = answer.arrays[new].sum(axis=1)
    steps = answer.arrays["steps"]
    np.testing.assert_allclose(there[steps > 100], 1, atol=1e-6)
    np.testing.assert_array_equal(there[steps < 100], 0)
    np.testing.assert_allclose(answer.arrays["dense1.weight"].sum(axis=1), 1, atol=1e-6)
    # Back in the past the future is not shown.
    session.seek(70)
    assert ask(session, "spread").arrays["steps"].max() == 70


def test_a_trace_passes_over_steps_at_which_a_layer_of_another_kind_had_the_name() -> None:
    session = Session(digits())
    layer = {"kind": "conv2d", "name": "x", "channels": 4, "kernel": 3}
    changed(session, kind="layer_insert", index=1, layer=layer)
    session.advance(70)
    changed(session, kind="layer_remove", layer="x")
    dense = {"kind": "dense", "name": "x", "units": 4}
    changed(session, kind="layer_insert", index=6, layer=dense)
    session.advance(70)
    steps = ask(session, "trace", array="x.weight", index=[0, 0]).arrays["steps"]
    assert len(steps) and steps.min() > 70
    for name in ("spread", "updates"):
        assert "x" in {path.split(".")[0] for path in ask(session, name).info}


def test_a_drift_is_what_the_running_statistics_were() -> None:
    session = Session(busy())
    session.advance(120)
    answer = ask(session, "drift")
    steps, means = answer.arrays["steps"], answer.arrays["norm1.running_mean"]
    assert means.shape == (len(steps), 6) and steps[0] == 0 and steps[-1] == 120
    np.testing.assert_array_equal(means[0], 0)
    np.testing.assert_array_equal(answer.arrays["norm1.running_var"][0], 1)
    for i in (1, len(steps) - 1):
        session.seek(int(steps[i]))
        np.testing.assert_array_equal(means[i], session.run.arrays["norm1.running_mean"])
    with pytest.raises(NotNow, match="no batch norm"):
        ask(Session(default()), "drift")


# --- masks and answers -----------------------------------------------------------------------


def test_nothing_is_taken_from_weights_in_a_frozen_block() -> None:
    document = default().to_json()
    block = {"kind": "residual", "body": [{"kind": "dense", "units": 2}, {"kind": "tanh"}]}
    document["model"]["layers"] = [block, {"kind": "dense"}]
    session = Session(Experiment.from_json(document))
    changed(session, kind="freeze", layer="block1")
    session.advance(2)
    told = ask(session, "updates").info
    assert (told["block1.dense1"]["update"], told["block1.dense1"]["frozen"]) == (0.0, True)
    assert told["head"]["update"] > 0 and not told["head"]["frozen"]


def test_rests_are_the_masks_of_the_last_steps_drawn_again() -> None:
    """Two kinds of dropout, an epoch's border with its smaller batch, and a border of blocks."""
    session = Session(digits())
    session.advance(66)
    found = ask(session, "rests", steps=8)
    assert found.arrays["steps"].tolist() == list(range(59, 67))
    for i, step in enumerate(range(59, 67)):
        session.seek(step)
        masks = ask(session, "masks").arrays
        for path in ("drop1", "drop2"):
            here = masks[f"{path}.share"]
            np.testing.assert_allclose(found.arrays[f"{path}.shares"][i], here, atol=1e-6)
    assert found.info["drop1"]["p"] == 0.3


def test_rests_count_every_answer_once() -> None:
    session = Session(busy())
    session.advance(40)
    found = ask(session, "rests")
    answers, off = 0, np.zeros(6)
    for step in range(1, 41):
        session.seek(step)
        mask = ask(session, "masks").arrays["drop1.mask"]
        answers += len(mask)
        off += (mask == 0).sum(axis=0)
    assert found.info["drop1"]["answers"] == answers
    np.testing.assert_allclose(found.arrays["drop1.share"], off / answers, atol=1e-6)
    # A changed p begins anew: masks of another p are not mixed in.
    session.seek(40)
    changed(session, kind="set", path="/model/layers/3/p", value=0.5)
    session.advance(3)
    assert ask(session, "rests").arrays["steps"].tolist() == [41, 42, 43]


def test_rests_know_the_batches_of_an_epoch_whose_borders_a_hand_moved() -> None:
    session = Session(busy())
    sizes: dict[int, int] = {}

    def go(steps: int) -> None:
        for _ in range(steps):
            session.advance(1)
            sizes[session.step] = session.run.stepper.recording.n  # type: ignore[union-attr]

    go(2)
    gone = [int(session.run.stepper.recorded()[0])]  # type: ignore[attr-defined]
    changed(session, kind="points_erase", examples=gone)
    for steps in (2, 2, 9):  # within the epoch, and beyond its border
        go(steps)
        found = ask(session, "rests")
        told = found.arrays["steps"].tolist()
        assert told == list(range(told[0], session.step + 1)) and len(told) > 1
        assert found.info["drop1"]["answers"] == sum(sizes[step] for step in told)


def test_activations_are_counted_on_the_recording() -> None:
    session = Session(digits())
    with pytest.raises(NotNow, match="take a step first"):
        ask(session, "activations")
    session.advance(5)
    answer = ask(session, "activations")
    tape = session.run.stepper.recording
    assert tape is not None
    y, told = tape["relu1"].y, answer.info["relu1"]
    assert answer.arrays["relu1.counts"].sum() == y.size
    assert told["share"] == pytest.approx(float((y <= 0).mean()))
    assert told["dead"] == sum(bool((y[:, c] <= 0).all()) for c in range(4)) and told["units"] == 4
    bent = Session(busy())
    bent.advance(5)
    said = ask(bent, "activations")
    tanh = bent.run.stepper.recording["tanh1"].y  # type: ignore[index]
    assert said.info["tanh1"]["share"] == pytest.approx(float((np.abs(tanh) > 0.95).mean()))
    assert said.info["relu1"]["share"] is None  # a prelu is flat nowhere


# --- one example -----------------------------------------------------------------------------


def test_a_passage_is_arithmetic_that_can_be_followed_by_hand() -> None:
    session = Session(busy())
    session.advance(50)
    plain = ask(session, "passage", split="test", index=3)
    layers = [told["name"] for told in plain.info["layers"]]
    assert layers == ["dense1", "norm1", "tanh1", "drop1", "dense2", "relu1", "head"]
    for path in ("dense1", "norm1", "tanh1", "head"):
        unit = 0 if path == "head" else 2
        answer = ask(session, "passage", split="test", index=3, layer=path, unit=unit)
        told = answer.info["unit"]
        assert told["answer"] == pytest.approx(float(plain.arrays[path][unit]), abs=1e-6)
        if path in ("dense1", "head"):
            products = answer.arrays["weights"] * answer.arrays["sources"]
            assert told["sum"] + told["bias"] == pytest.approx(told["answer"], abs=1e-5)
            assert float(products.sum()) == pytest.approx(told["sum"], abs=1e-5)
        elif path == "norm1":
            scaled = (told["came"] - told["mean"]) / math.sqrt(told["variance"] + told["eps"])
            expected = told["gamma"] * scaled + told["beta"]
            assert told["answer"] == pytest.approx(expected, abs=1e-5)
        else:
            assert told["answer"] == pytest.approx(math.tanh(told["came"]), abs=1e-5)
    np.testing.assert_array_equal(plain.arrays["drop1"], plain.arrays["tanh1"])
    # The loss of this very example, from what is said of it.
    p = plain.info["probabilities"][plain.info["target"]]
    assert plain.info["loss"] == pytest.approx(-math.log(p), rel=1e-4)


def test_a_passage_refuses_what_is_not_there() -> None:
    session = Session(default())
    with pytest.raises(Unknown, match="no such layer"):
        ask(session, "passage", layer="dense9")
    with pytest.raises(Invalid, match="at most 4"):
        ask(session, "passage", layer="dense1", unit=5)
    own = ask(session, "passage", inputs=[0.5, -1.0])
    assert own.info["loss"] is None and own.info["target"] is None


@pytest.mark.parametrize("name", sorted(CARDS))
def test_looking_changes_nothing(name: str) -> None:
    watched, plain = Session(busy()), Session(busy())
    for session in (watched, plain):
        session.advance(70)
    if name != "drift":
        assert all(np.isfinite(a).all() for a in ask(watched, name).arrays.values())
    ask(watched, name)
    for session in (watched, plain):
        session.advance(9)
    assert watched.snapshot() == plain.snapshot()
