"""F7, channels and filter banks: every filter and every feature map, live while the net trains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from workbench import ask, pictures

from engine.memory.arena import Array
from engine.outline import outline
from engine.session import Session

LAYERS: tuple[dict[str, Any], ...] = (
    {"kind": "conv2d", "channels": 6, "kernel": 3, "padding": "same"},
    {"kind": "relu"},
    {"kind": "conv2d", "channels": 10, "kernel": [3, 5], "padding": [1, 2]},
    {"kind": "relu"},
    {"kind": "conv2d", "channels": 8, "kernel": 3, "padding": "same"},  # by Cook–Toom
    {"kind": "flatten"},
    {"kind": "dense"},
)
# C_out × C_in × height × width of every filter bank.
BANKS = {"conv1": (6, 1, 3, 3), "conv2": (10, 6, 3, 5), "conv3": (8, 10, 3, 3)}
BELOW = {"conv1": "input", "conv2": "relu1", "conv3": "relu2"}


def _parts(maps: Array, bank: Array) -> Array:
    """What every source gives to every map, as the textbook has it: C_out × C_in × H × W. The
    pictures keep their size."""
    _, _, kh, kw = bank.shape
    around = np.pad(maps, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2)))
    seen = sliding_window_view(around, (kh, kw), axis=(1, 2))
    return np.asarray(np.einsum("chwij,ocij->ochw", seen, bank, dtype=np.float64))


@pytest.fixture(scope="module")
def moments() -> list[dict[str, Any]]:
    """Filters and maps of one picture at four steps of a training."""
    session, found = Session(pictures(*LAYERS)), []
    for steps in (0, 1, 20, 60):
        session.advance(steps)
        maps = {"input": ask(session, "features", index=3).arrays["input"]}
        for layer in ("conv1", "relu1", "conv2", "relu2", "conv3"):
            maps[layer] = ask(session, "features", index=3, layer=layer).arrays[layer]
        loss = session.metrics()["test_loss"]
        found.append({"filters": ask(session, "filters").arrays, "maps": maps, "loss": loss})
    return found


def test_a_bank_has_a_filter_for_every_pair_of_source_and_map(moments: Any) -> None:
    for moment in moments:
        for layer, shape in BANKS.items():
            assert moment["filters"][f"{layer}.weight"].shape == shape
            assert moment["filters"][f"{layer}.bias"].shape == shape[:1]
            assert moment["maps"][layer].shape == (shape[0], 8, 8)


def test_the_outline_counts_the_weights_of_every_bank() -> None:
    layers = {layer["name"]: layer for layer in outline(pictures(*LAYERS)).layers}
    for name, (outputs, inputs, kh, kw) in BANKS.items():
        assert layers[name]["parameters"] == outputs * (inputs * kh * kw + 1)
        assert layers[name]["multiply_adds"] == 64 * outputs * (inputs * kh * kw + 1)


@pytest.mark.parametrize("layer", BANKS)
def test_a_map_is_the_sum_over_its_sources_at_every_step_of_the_training(
    moments: Any, layer: str
) -> None:
    for moment in moments:
        bank, bias = (moment["filters"][f"{layer}.{name}"] for name in ("weight", "bias"))
        parts = _parts(moment["maps"][BELOW[layer]], bank)
        expected = parts.sum(axis=1) + bias[:, None, None]
        np.testing.assert_allclose(moment["maps"][layer], expected, rtol=1e-4, atol=1e-5)
        if bank.shape[1] > 1:  # no source alone is the map
            assert all(abs(expected - parts[:, c]).max() > 0.1 for c in range(bank.shape[1]))


def test_filters_and_maps_change_as_the_net_learns(moments: Any) -> None:
    for before, after in pairwise(moments):
        for layer in BANKS:
            for what, name in (("filters", f"{layer}.weight"), ("maps", layer)):
                assert not np.array_equal(before[what][name], after[what][name])
    assert moments[-1]["loss"] < moments[0]["loss"] / 2
