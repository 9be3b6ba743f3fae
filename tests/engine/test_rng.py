"""Chance is addressed: the same place gives the same numbers, however one gets there."""

from __future__ import annotations

import numpy as np

from engine.rng import Aimed, bits16, generator


def test_an_aimed_generator_draws_what_a_new_one_would() -> None:
    aimed = Aimed()
    for seed in (0, 1, 2**32 - 1):
        for epoch in range(20):
            there = aimed.at(seed, "order", epoch)
            new = generator(seed, "order", epoch)
            # Numbers of 32 bits come in pairs: an odd count must leave nothing behind.
            np.testing.assert_array_equal(there.permutation(97), new.permutation(97))
            np.testing.assert_array_equal(there.random(3), new.random(3))


def test_every_part_of_an_address_counts() -> None:
    places = [(1, "order", 1), (2, "order", 1), (1, "init", 1), (1, "order", 2), (1, "order", 1, 1)]
    drawn = {tuple(generator(*place).integers(0, 2**62, 4)) for place in places}
    assert len(drawn) == len(places)


def test_names_do_not_run_into_each_other() -> None:
    assert bits16(1, "masks", "a", "bc", count=8).tolist() != (
        bits16(1, "masks", "ab", "c", count=8).tolist()
    )


def test_the_stream_is_the_same_on_every_machine() -> None:
    assert bits16(7, "masks", "drop1", 0, count=4).tolist() == BITS
    assert generator(7, "order", 3).permutation(8).tolist() == ORDER


BITS = [49961, 10323, 3613, 21936]
ORDER = [3, 6, 4, 2, 7, 1, 0, 5]
