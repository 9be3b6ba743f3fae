"""The tables are those of their sources, and say of themselves what is so."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.data.tables import Iris, Penguins, Table, Wine
from engine.registry import known

TABLES = {kind: cls for kind, cls in known("data").items() if issubclass(cls, Table)}


def test_iris_is_fishers_table() -> None:
    made = Iris().make(0)
    assert made.inputs.shape == (150, 4)
    assert np.bincount(made.targets).tolist() == [50, 50, 50]
    assert made.inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert made.inputs[-1].tolist() == [5.9, 3.0, 5.1, 1.8]
    # The means of Fisher's paper (1936), table 2.
    means = {"setosa": [5.006, 3.428, 1.462, 0.246], "virginica": [6.588, 2.974, 5.552, 2.026]}
    for name, wanted in means.items():
        own = made.inputs[made.targets == Iris().class_names.index(name)]
        assert np.allclose(own.mean(axis=0), wanted, rtol=0, atol=1e-9)


def test_penguins_are_those_of_the_paper() -> None:
    made = Penguins().make(0)
    assert np.bincount(made.targets).tolist() == [151, 68, 123]
    assert made.inputs[0].tolist() == [39.1, 18.7, 181, 3750]
    assert made.inputs[-1].tolist() == [49.9, 16.1, 213, 5400]
    # The means by species as palmerpenguins' own page of examples prints them, to a decimal.
    means = {
        "Adelie": [38.8, 18.3, 190.0, 3700.7],
        "chinstrap": [48.8, 18.4, 195.8, 3733.1],
        "gentoo": [47.5, 15.0, 217.2, 5076.0],
    }
    for name, wanted in means.items():
        own = made.inputs[made.targets == Penguins().class_names.index(name)]
        assert np.allclose(own.mean(axis=0), wanted, rtol=0, atol=0.051)


def test_wines_are_those_of_the_repository() -> None:
    made = Wine().make(0)
    assert np.bincount(made.targets).tolist() == [59, 71, 48]
    first = [14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065]
    assert made.inputs[0].tolist() == first
    # Least, largest and mean as its description prints them.
    printed = {
        "alcohol": (11.0, 14.8, 13.0, 0.06), "malic_acid": (0.74, 5.80, 2.34, 0.006),
        "alcalinity_of_ash": (10.6, 30.0, 19.5, 0.06), "flavanoids": (0.34, 5.08, 2.03, 0.006),
        "color_intensity": (1.3, 13.0, 5.1, 0.06), "proline": (278, 1680, 746, 1.0),
    }  # fmt: skip
    for name, (low, high, mean, decimal) in printed.items():
        column = made.inputs[:, Wine().columns.index(name)]
        found = (column.min(), column.max(), column.mean())
        assert np.allclose(found, (low, high, mean), rtol=0, atol=decimal), name


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_is_the_same_for_every_seed_and_cannot_be_changed_in_place(kind: str) -> None:
    one, other = TABLES[kind]().make(0), TABLES[kind]().make(1)
    assert np.array_equal(one.inputs, other.inputs)
    assert not one.inputs.flags.writeable and not one.targets.flags.writeable


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_is_drawn_over_two_of_its_columns(kind: str) -> None:
    data = TABLES[kind]()
    a, b = data.plane
    assert a != b and max(a, b) < len(data.columns)


def test_what_the_tables_say_of_their_columns() -> None:
    """By the nearest mean of a class over some columns, each scaled by its deviation."""

    def right(kind: str, *columns: int) -> float:
        made = TABLES[kind]().make(0)
        x = made.inputs[:, list(columns)]
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        means = np.stack([x[made.targets == k].mean(axis=0) for k in range(3)])
        nearest = np.square(x[:, None] - means).sum(axis=2).argmin(axis=1)
        return float(np.mean(nearest == made.targets))

    assert all(right("penguins", i) < 0.8 for i in range(4))
    assert all(right("penguins", 0, i) > 0.9 for i in (1, 2, 3))
    pairs = {p: right("wine", *p) for p in itertools.combinations(range(13), 2)}
    assert max(pairs, key=lambda p: pairs[p]) == (0, 6)
    assert pairs[0, 6] < 0.94 < 0.96 < right("wine", *range(13))
