"""Layers of one kind share a sheet: their slopes come together, and each still has its own rows."""

from __future__ import annotations

import copy

import numpy as np
from workbench import wired

from engine.layers import Dense, Sigmoid, Tanh

LAYERS = (
    Dense(units=3), Tanh(), Dense(units=5), Sigmoid(), Dense(units=4), Tanh(), Dense(units=2),
)  # fmt: skip


def test_a_sheet_holds_every_layer_of_its_kind_with_its_row_of_ones() -> None:
    tape = wired(LAYERS)
    tape.replay()
    first, last, other = tape["tanh1"], tape["tanh2"], tape["sigmoid1"]
    assert first.y.base is last.y.base is not other.y.base
    for m, units in ((first, 3), (other, 5), (last, 4)):
        assert m.y.shape == (units, 7)
        np.testing.assert_array_equal(m.y1[:-1], m.y)
        np.testing.assert_array_equal(m.y1[-1], 1.0)
    np.testing.assert_allclose(first.y, np.tanh(first.x), rtol=1e-12)
    np.testing.assert_allclose(last.s, 1 - np.tanh(last.x) ** 2, rtol=1e-10)
    np.testing.assert_allclose(other.s, other.y * (1 - other.y), rtol=1e-10)


def test_all_slopes_of_a_kind_take_as_many_calls_as_one() -> None:
    two, three = (len(wired((*(Dense(units=3), Tanh()) * k, Dense(units=1))).calls) for k in (2, 3))
    # A dense layer is 3 calls there and back, tanh 1 there and 1 back.
    assert three - two == 5


def test_a_way_back_that_begins_in_the_middle_has_its_slopes() -> None:
    tape = wired(LAYERS)
    tape.replay()
    for m in tape.cells.values():
        if hasattr(m, "s"):
            m.s[...] = np.nan
    chain = copy.copy(tape.chain)
    chain.links = chain.links[:2]
    seed = np.ones_like(tape["tanh1"].y)
    chain.wire_back(seed)
    for f, a in list(chain.backward()):
        f(*a)
    weights = tape.net.arrays(tape.theta)["dense1.weight"]
    want = weights.T @ (1 - tape["tanh1"].y ** 2)
    assert chain.dx is not None
    np.testing.assert_allclose(chain.dx, want, rtol=1e-10)
