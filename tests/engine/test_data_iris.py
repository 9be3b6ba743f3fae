"""The irises are those of Fisher's table."""

from __future__ import annotations

import numpy as np

from engine.data.tables import Iris


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


def test_iris_cannot_be_changed_in_place() -> None:
    made = Iris().make(0)
    assert not made.inputs.flags.writeable and not made.targets.flags.writeable
