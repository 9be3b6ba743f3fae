"""The gradients of the maps: those with which it trains, and none where there is no loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import ask, pictures

from engine.edits import read_edits
from engine.probes.base import recording, single
from engine.session import Session

CONV: dict[str, Any] = {"kind": "conv2d", "channels": 4, "kernel": 3, "padding": "same"}
BLOCK = {"kind": "residual", "body": [{"kind": "relu"}, CONV], "shortcut": []}
LAYERS: tuple[dict[str, Any], ...] = (
    CONV, {"kind": "tanh"}, {"kind": "max_pool2d"}, BLOCK, {"kind": "relu"},
    {"kind": "flatten"}, {"kind": "dense"},
)  # fmt: skip


def test_they_are_those_of_the_step_that_trains_on_this_picture_alone() -> None:
    session = Session(pictures(*LAYERS, learner={"batch": 1}))
    session.advance(3)
    there = session.step
    session.advance(1)
    trained = recording(session)
    data = session.run.prepared
    same = (data.inputs == trained.x).all(axis=(0, 1, 2))
    [index] = np.flatnonzero(same[data.train])
    steps = {path: single(trained[path].dy) for path in ("tanh1", "pool1", "relu1", "head")}
    inner = single(trained["block1.relu1"].dy)
    session.seek(there)
    answer = ask(
        session, "features", split="train", index=int(index), gradients=True, inside=["block1"]
    )
    for path, dy in {**steps, "block1.relu1": inner}.items():
        np.testing.assert_array_equal(answer.arrays[f"{path}.grad"], dy, path)
    assert np.abs(answer.arrays["input.grad"]).max() > 0
    assert answer.arrays["input.grad"].shape == answer.arrays["input"].shape


def test_of_scores_they_are_probability_less_truth_and_the_maps_stay_what_they_are() -> None:
    session = Session(pictures(*LAYERS))
    session.advance(2)
    plain = ask(session, "features", index=5)
    both = ask(session, "features", index=5, gradients=True)
    for name, maps in plain.arrays.items():
        np.testing.assert_array_equal(both.arrays[name], maps, name)
    target, p = both.info["target"], np.array(both.info["probabilities"])
    np.testing.assert_allclose(both.arrays["head.grad"], p - np.eye(len(p))[target], atol=1e-6)
    assert both.info["loss"] == pytest.approx(-np.log(p[target]), rel=1e-5)
    assert plain.info["loss"] is None


def test_a_silent_map_gets_none_and_a_drawing_has_no_loss() -> None:
    session = Session(pictures(*LAYERS))
    session.edit(read_edits([{"kind": "silence", "layer": "tanh1", "units": [2]}]))
    answer = ask(session, "features", index=1, gradients=True)
    sizes = np.abs(answer.arrays["tanh1.grad"]).max(axis=(1, 2))
    assert sizes[2] == 0 and (sizes[[0, 1, 3]] > 0).all()
    own = ask(session, "features", drawing=[0.0] * 15 + [255.0], gradients=True)
    assert not any(name.endswith(".grad") for name in own.arrays)
    assert own.info["loss"] is None
