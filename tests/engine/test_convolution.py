"""Beneath the convolution: which inputs are seen from where, and products in pieces."""

from __future__ import annotations

import numpy as np
import pytest

from engine.convolution.geometry import Axis, spaced
from engine.convolution.product import SMALL, product

AXES = [
    Axis(n, k, s, d, before, after)
    for n in (5, 8)
    for k in (1, 2, 3)
    for s in (1, 2, 3)
    for d in (1, 2, 3, 4)
    for before, after in ((0, 0), (1, 2), (4, 4))
]


@pytest.mark.parametrize("axis", AXES, ids=str)
def test_an_input_is_seen_from_the_places_that_see_it(axis: Axis) -> None:
    """`seen_from` says of inputs what `seen` says of taps, read the other way."""
    wanted = {
        (place, tap, found)
        for tap in range(axis.k)
        for found, place in zip(
            range(axis.n)[axis.seen(tap)[0]],
            range(max(axis.out, 0))[axis.seen(tap)[1]],
            strict=True,
        )
    }
    told = set()
    for seen in axis.seen_from:
        taps = range(axis.k)[seen.taps]
        inputs = range(axis.n)[seen.inputs]
        assert (len(taps), len(inputs)) == (seen.many, seen.count)
        for i, found in enumerate(inputs):
            for j, tap in enumerate(reversed(taps)):
                place = seen.first + (i + j) * axis.every
                if 0 <= place < axis.out:
                    told.add((place, tap, found))
    assert told == wanted


@pytest.mark.parametrize("length", [96, 640, 960, 1021])
def test_a_product_in_pieces_is_the_product(length: int) -> None:
    """Into rows that stand apart, from rows that overlap, as the convolutions have them."""
    rng = np.random.default_rng(1)
    a = rng.standard_normal((2, 24, 96))
    rows = rng.standard_normal((2, 100, spaced(length)))
    b = np.lib.stride_tricks.sliding_window_view(rows, 96, axis=1)[:, 1].swapaxes(1, 2)[
        ..., :length
    ]
    out = np.full((2, 24, spaced(length)), np.nan)
    f, arguments = product(a, b, out[..., :length])
    assert (arguments[0].ndim > 3) == (24 * 96 * length > SMALL and length != 1021)  # 1021 is prime
    f(*arguments)
    np.testing.assert_allclose(out[..., :length], a @ b, rtol=1e-12, atol=1e-12)
    assert np.isnan(out[..., length:]).all()
