"""200 random networks train as PyTorch's do: stored, and live where it is installed.

Of the first step the outputs, the loss and every gradient; after the fourth every parameter and
statistic, and the answer in use. How they are drawn: tests/references/random_cases.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import cases
import numpy as np
import pytest
import random_cases
from draws import apart, kept
from random_cases import STEPS, WHOLE, NetCase
from workbench import gradients, theirs

from engine.layers import Layer
from engine.losses import Loss
from engine.memory.arena import Array
from engine.memory.tape import Tape
from engine.net import Net
from engine.optimizers import Update
from engine.penalties import L1, L2, Penalty
from engine.registry import known
from engine.spec import read

STORED = dict(np.load(cases.HERE / "random.npz", allow_pickle=False))
ALL = list(random_cases.cases())
LIMIT = 1e-9  # of an array's norm, in float64
PARTS = 10  # the nets are taken in so many parts, to see which fails


def _net(case: NetCase) -> Net:
    return Net(tuple(read(Layer, layer) for layer in case.layers), case.shape)


def _answers(case: NetCase) -> dict[str, Array]:
    """What `torch_random.answers` returns, by the engine."""
    net = _net(case)
    theta, buffers, grad = net.theta(np.float64), net.buffers(np.float64), net.theta(np.float64)
    net.initialize(theta, buffers, 1)  # by the initializers that were drawn: their shapes must fit
    views = net.arrays(theta, buffers)
    assert all(np.isfinite(view).all() for view in views.values())
    for key, view in views.items():
        view[...] = case.first(key, view.shape)
    loss: Loss = known("loss")[case.loss]()
    tape = Tape(net, case.n, "train", theta, buffers, grad, loss, need=True)
    theirs(tape.x)[...] = case.inputs()
    tape.targets[...] = case.targets().T
    penalties: list[Penalty] = [L2(rate=case.l2), L1(rate=case.l1)]
    optimizer = known("optimizer")[case.optimizer](learning_rate=case.rate)
    decayed = net.decayed(np.float64)
    update = Update(optimizer, theta.vector, grad.vector, decayed, penalties, case.clip)
    kind, given = case.schedule
    schedule = known("schedule")[kind](**given)
    made: dict[str, Array] = {}
    for step in range(STEPS):
        tape.replay()
        if step == 0:
            assert tape.chain.dx is not None
            made = {"y": tape.y.T.copy(), "loss": tape.loss.copy()}
            made |= {f"grad.{key}": a for key, a in gradients(tape).items()}
            made["grad.inputs"] = theirs(tape.chain.dx).copy()
        update(case.rate * schedule.factor(step))
    use = Tape(net, case.n, "evaluate", theta, buffers)
    theirs(use.x)[...] = case.inputs()
    use.replay()
    return {**made, **{f"after.{key}": a for key, a in views.items()}, "in use": use.y.T}


def _stored(i: int, ours: dict[str, Array]) -> dict[str, Array]:
    """What was kept of PyTorch's answers to net i, by name; the sizes must be ours."""
    row = STORED["answers"][STORED["starts"][i] : STORED["starts"][i + 1]]
    found, start = {}, 0
    for key in sorted(ours):
        size = kept(ALL[i].name, ours[key], WHOLE).size
        found[key] = row[start : start + size]
        start += size
    assert start == row.size, ALL[i].name
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_random_networks_train_as_the_stored_ones(part: int) -> None:
    wrong = {}
    for i in range(part, len(ALL), PARTS):
        ours = _answers(ALL[i])
        for key, right in _stored(i, ours).items():
            far = apart(f"{ALL[i].name}/{key}", ours[key], right, WHOLE)
            if not far < LIMIT:
                wrong[f"{ALL[i].name}/{key}"] = far
    assert not wrong


def test_random_networks_train_as_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_random

    for case in ALL:
        ours, live = _answers(case), torch_random.answers(case)
        assert set(ours) == set(live), case.name
        for key, right in live.items():  # whole arrays here, not only what is stored of them
            assert ours[key].shape == right.shape, (case.name, key)
            far = np.linalg.norm(ours[key] - right)
            assert far <= LIMIT * np.linalg.norm(right), (case.name, key)


# --- what is drawn -------------------------------------------------------------------------------


def _kinds(layers: Any) -> Iterator[str]:
    for layer in layers:
        yield layer["kind"]
        for inner in (layer.get("body", ()), layer.get("shortcut", ()), *layer.get("branches", ())):
            yield from _kinds(inner)


def test_two_hundred_networks_are_drawn_and_none_twice() -> None:
    assert len(ALL) == 200
    assert len({repr((c.layers, c.shape, c.loss, c.optimizer)) for c in ALL}) == 200
    sizes = [sum(a.size for a in _net(c).arrays(_net(c).theta()).values()) for c in ALL]
    assert max(sizes) < 3000


def test_everything_that_can_be_chosen_is_drawn_often() -> None:
    layers = Counter(kind for case in ALL for kind in set(_kinds(case.layers)))
    # `step` has no gradient, dropout's chance is ours alone; the last is PyTorch's on pictures.
    apart_from = {"step", "dropout", "dropout2d", "group_norm"}
    assert set(layers) == set(known("layer")) - apart_from
    assert min(layers.values()) >= 4, layers
    for family, chosen in {
        "loss": Counter(case.loss for case in ALL),
        "optimizer": Counter(case.optimizer for case in ALL),
        "schedule": Counter(case.schedule[0] for case in ALL),
    }.items():
        assert set(chosen) == set(known(family)) and min(chosen.values()) >= 10, chosen
    drawn = repr([case.layers for case in ALL])
    assert all(f"{{'kind': '{kind}'}}" in drawn for kind in known("initializer"))
    for some in ([c.l1 for c in ALL], [c.l2 for c in ALL], [c.clip for c in ALL]):
        assert 50 < sum(bool(x) for x in some) < 150


def test_the_networks_learn_something_in_their_steps() -> None:
    """A gradient that is 0 agrees with any other: most of them are not."""
    silent = sum(not _answers(case)["grad.inputs"].any() for case in ALL[:40])
    assert silent <= 4
