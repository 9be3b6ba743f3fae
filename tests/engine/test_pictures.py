"""Layers of pictures against PyTorch on random configurations: stored, and live where it is.

In float64 the two agree to 1e-9 of an array's norm, in float32, the type that trains, to 1e-5.
Which configurations: tests/references/picture_*.py.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import cases
import numpy as np
import picture_cases
import pytest
from draws import apart, kept
from picture_case import Case
from picture_cases import KINDS
from workbench import pulled, theirs

from engine.convolution.columns import Columns
from engine.convolution.cook_toom import CookToom
from engine.experiment import Experiment
from engine.layers import Conv2d, Layer
from engine.memory.arena import Array, Shape
from engine.net import Net
from engine.registry import known
from engine.session import Session
from engine.spec import read

STORED = dict(np.load(cases.HERE / "pictures.npz", allow_pickle=False))
ALL = {kind: list(picture_cases.cases(kind)) for kind in KINDS}
LIMITS = {np.float64: 1e-9, np.float32: 1e-5}

every_kind = pytest.mark.parametrize("kind", KINDS)
both_types = pytest.mark.parametrize("dtype", LIMITS)


def _layers(case: Case) -> tuple[Layer, ...]:
    return tuple(read(Layer, layer) for layer in case.layers)


def _answers(case: Case, dtype: Any) -> dict[str, Array]:
    """What `torch_pictures.answers` returns, by the engine. All tapes are wired before any runs."""
    net = Net(_layers(case), case.shape)
    theta, buffers = net.theta(dtype), net.buffers(dtype)
    views = net.arrays(theta, buffers)
    for key, view in views.items():
        view[...] = case.first(key, view.shape)
    wired = [pulled(net, n, theta, buffers, mode) for n, mode in case.passes]
    made: dict[str, Array] = {}
    for i, (tape, dy) in enumerate(wired):
        theirs(tape.x)[...] = case.inputs(i)
        theirs(dy)[...] = case.pull(i, theirs(dy).shape)
        tape.replay()
        assert tape.chain.dx is not None and tape.grad is not None
        grads = net.arrays(tape.grad)
        found = {"y": theirs(tape.y), "dx": theirs(tape.chain.dx)}
        found |= {f"grad.{key}": a for key, a in grads.items()}
        found |= {f"after.{key}": a for key, a in views.items() if key not in grads}
        made |= {f"{i}.{key}": a.copy() for key, a in found.items()}
    return made


def _stored(kind: str, case: Case, ours: dict[str, Array]) -> dict[str, Array]:
    """What was kept of PyTorch's answers to a case, by name; the sizes must be ours."""
    starts, i = STORED[f"{kind} starts"], int(case.name.split()[-1])
    row = STORED[kind][starts[i] : starts[i + 1]]
    found, start = {}, 0
    for key in sorted(ours):
        size = kept(case.name, ours[key]).size
        found[key] = row[start : start + size]
        start += size
    assert start == row.size, case.name
    return found


def _differences(kind: str, right: Any, dtype: Any) -> dict[str, float]:
    """The arrays that are further from `right` than the limit of the type."""
    wrong = {}
    for case in ALL[kind]:
        ours = _answers(case, dtype)
        others = right(case, ours)
        assert set(ours) == set(others), case.name
        for key, array in ours.items():
            assert array.dtype == dtype
            far = apart(f"{case.name}/{key}", array, others[key])
            if not far < LIMITS[dtype]:
                wrong[f"{case.name}/{key}"] = far
    return wrong


@both_types
@every_kind
def test_answers_and_gradients_are_the_stored_ones(kind: str, dtype: Any) -> None:
    assert not _differences(kind, lambda case, ours: _stored(kind, case, ours), dtype)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@both_types
@every_kind
def test_answers_and_gradients_are_those_of_the_torch_installed_here(kind: str, dtype: Any) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_pictures

    def live(case: Case, ours: dict[str, Array]) -> dict[str, Array]:
        found = torch_pictures.answers(case)
        for key, array in found.items():  # whole arrays here, not only what is stored of them
            assert ours[key].shape == array.shape, case.name
            scale = float(np.linalg.norm(array))
            assert np.linalg.norm(ours[key] - array) <= LIMITS[dtype] * scale, (case.name, key)
        return {key: kept(f"{case.name}/{key}", a) for key, a in found.items()}

    assert not _differences(kind, live, dtype)


# --- what is drawn -------------------------------------------------------------------------------


def _convolutions() -> list[tuple[Conv2d, Shape]]:
    found = []
    for kind in KINDS:
        if kind.startswith("conv2d"):
            for case in ALL[kind]:
                (layer,) = _layers(case)
                assert isinstance(layer, Conv2d)
                found.append((layer, case.shape))
    return found


def test_there_are_enough_configurations_of_every_kind() -> None:
    assert len(_convolutions()) >= 200
    for kind, layers in ALL.items():
        if "pool" in kind or "norm" in kind:
            assert len({repr((c.layers, c.shape, c.passes)) for c in layers}) >= 60, kind


def test_both_algorithms_are_compared_for_every_size_of_kernel() -> None:
    ways = Counter(type(layer.way(x)) for layer, x in _convolutions())
    assert ways[CookToom] >= 60 and ways[Columns] >= 140
    rows = {layer.window(x).down.k for layer, x in _convolutions() if _quick(layer, x)}
    assert rows == {3, 5}


def _quick(layer: Conv2d, x: Shape) -> bool:
    return isinstance(layer.way(x), CookToom)


def test_every_option_of_the_convolution_is_drawn_often() -> None:
    seen: Counter[str] = Counter()
    for layer, x in _convolutions():
        at = layer.window(x)
        axes = (at.down, at.across)
        seen.update(
            name
            for name, is_so in {
                "even": any(a.k % 2 == 0 for a in axes),
                "odd": any(a.k % 2 for a in axes),
                "stride beyond the kernel": any(a.s > a.k for a in axes),
                "dilation": any(a.d > 1 and a.k > 1 for a in axes),
                "stride and dilation": any(a.s > 1 and a.d > 1 < a.k for a in axes),
                "groups": 1 < layer.groups < x[0],
                "depthwise": 1 < layer.groups == x[0],
                "not square": x[1] != x[2],
                "kernel not square": at.down.k != at.across.k,
                "a zero more behind": any(a.before != a.after for a in axes),
                "padding down and across": isinstance(layer.padding, tuple),
                "padding beyond the kernel": any(a.before >= a.k for a in axes),
                "no bias": not layer.bias,
                "standardized": layer.standardize,
                "one place": at.out == (1, 1),
            }.items()
            if is_so
        )
    assert len(seen) == 15
    assert min(seen.values()) >= 10, seen


def test_batch_norm_keeps_a_last_picture_alone_where_it_has_many_places() -> None:
    """Of a vector one example says nothing: its numbers would be subtracted from themselves."""
    norm = {"kind": "batch_norm"}
    ends = []
    for layers in ([norm, {"kind": "flatten"}], [{"kind": "flatten"}, norm]):
        document = {
            "format": 1,
            "data": {"kind": "shapes", "count": 34, "side": 16},  # 17 for training
            "model": {"input": {"kind": "image"}, "layers": [*layers, {"kind": "dense"}]},
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {"kind": "descent", "batch": 8, "optimizer": {"kind": "sgd"}},
            },
        }
        session = Session(Experiment.from_json(document))
        session.advance(3)
        ends.append(session.run.stepper.position)
    assert ends == [17, 8]


def test_there_are_single_pictures_and_smaller_last_batches() -> None:
    for kind in set(KINDS) - {"conv2d of real sizes", "dropout2d"}:
        sizes = [[n for n, _ in case.passes] for case in ALL[kind]]
        assert any(first[0] == 1 for first in sizes), kind
        assert sum(len(s) > 1 and s[1] < s[0] for s in sizes) >= 5, kind


def test_there_are_pictures_of_one_row_and_of_one_column() -> None:
    for kind in set(KINDS) - {
        "conv2d of real sizes",
        "conv2d by Cook–Toom",
        "parallel",
        "residual",
    }:
        shapes = [case.shape for case in ALL[kind] if len(case.shape) == 3]
        assert any(height == 1 < width for _, height, width in shapes), kind
        assert any(width == 1 < height for _, height, width in shapes), kind


def test_pools_meet_equal_inputs() -> None:
    """Of equals the first wins, which only equals can show."""
    for kind in ("max_pool2d", "channel_pool"):
        assert sum(case.ties for case in ALL[kind]) >= 30


def test_every_layer_of_pictures_is_compared() -> None:
    from test_networks import PICTURES

    kinds = {layer["kind"] for each in ALL.values() for case in each for layer in case.layers}
    assert PICTURES <= kinds
    assert kinds <= set(known("layer"))
