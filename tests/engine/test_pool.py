"""A pool hands an array out again only when nobody can see it."""

from __future__ import annotations

import numpy as np
from workbench import experiment

from engine.memory.pool import MOST, Pool
from engine.probes import read_probe
from engine.session import Session


def test_an_array_that_was_dropped_comes_again() -> None:
    pool = Pool()
    address = pool.take("a", (3, 5), np.float32).ctypes.data
    assert pool.take("a", (3, 5), np.float32).ctypes.data == address


def test_an_array_that_is_held_is_left_alone() -> None:
    pool = Pool()
    held = pool.take("a", (3, 5), np.float32)
    assert pool.take("a", (3, 5), np.float32) is not held


def test_what_several_hold_at_once_all_comes_again() -> None:
    pool = Pool()
    held = [pool.take("a", (3, 5), np.float32) for _ in range(3)]
    places = {array.ctypes.data for array in held}
    assert len(places) == 3
    del held
    again = [pool.take("a", (3, 5), np.float32) for _ in range(3)]
    assert {array.ctypes.data for array in again} == places


def test_an_array_is_held_by_any_view_of_it() -> None:
    pool = Pool()
    for view in (
        pool.take("a", (3, 5), np.float32)[1:, ::2],
        pool.take("a", (3, 5), np.float32).reshape(5, 3).T,
        memoryview(pool.take("a", (3, 5), np.float32)),
    ):
        again = pool.take("a", (3, 5), np.float32)
        assert not np.shares_memory(np.asarray(view), again)
        del view, again


def test_another_name_shape_or_type_is_another_array() -> None:
    pool = Pool()
    address = pool.take("a", (3, 5), np.float32).ctypes.data
    others = [
        pool.take("b", (3, 5), np.float32),
        pool.take("a", (5, 3), np.float32),
        pool.take("a", (3, 5), np.float64),
    ]
    assert all(other.ctypes.data != address for other in others)


def test_a_pool_keeps_no_more_than_it_may() -> None:
    pool = Pool()
    for i in range(40):
        pool.take(str(i), (MOST // 40,), np.float32)
    assert sum(array.nbytes for array in pool._kept.values()) <= MOST


def test_a_picture_that_is_kept_is_not_drawn_over() -> None:
    session = Session(experiment())
    ask = read_probe("neurons", {"resolution": 30})
    first = session.probe(ask).arrays
    copies = {name: a.copy() for name, a in first.items()}
    session.advance(50)
    second = session.probe(ask).arrays
    for name, a in first.items():
        np.testing.assert_array_equal(a, copies[name])
        assert not np.array_equal(a, second[name])
