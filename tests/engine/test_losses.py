"""Losses: value and gradient against PyTorch and against differences; far out they stay finite."""

from __future__ import annotations

from typing import Any

import cases
import numpy as np
import pytest

from engine.errors import Invalid
from engine.losses import Loss
from engine.memory.cell import Cell
from engine.registry import known

STORED = np.load(cases.HERE / "losses.npz", allow_pickle=False)
every_loss = pytest.mark.parametrize("kind", known("loss"))


def _run(kind: str, y: Any, t: Any, dtype: Any = np.float64) -> tuple[float, np.ndarray]:
    """Value and gradient for outputs n × outputs."""
    loss: Loss = known("loss")[kind]()
    m = Cell("loss", len(y), "train", np.dtype(dtype))
    m.y, m.t = (np.ascontiguousarray(a.T, dtype) for a in (y, t))
    m.dy, m.loss = np.full_like(m.y, np.nan), np.full((), np.nan, dtype)
    for name, shape in loss.scratch(*m.y.shape).items():
        setattr(m, name, np.full(shape, np.nan, dtype))
    kept = (m.y.copy(), m.t.copy())
    for f, a in (*loss.value(m), *loss.gradient(m)):
        f(*a)
    np.testing.assert_array_equal(m.y, kept[0])
    np.testing.assert_array_equal(m.t, kept[1])
    assert m.dy.dtype == m.loss.dtype == dtype
    return float(m.loss), m.dy.T


def test_every_registered_loss_is_compared() -> None:
    assert set(cases.LOSSES) == set(known("loss"))


@every_loss
def test_value_and_gradient_are_those_of_pytorch(kind: str) -> None:
    value, gradient = _run(kind, *cases.outputs(kind))
    np.testing.assert_allclose(value, STORED[f"{kind}/value"], rtol=1e-12)
    np.testing.assert_allclose(gradient, STORED[f"{kind}/gradient"], rtol=1e-9, atol=1e-15)


def test_the_stored_answers_are_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_side

    for kind in cases.LOSSES:
        for key, array in torch_side.loss_answers(kind, *cases.outputs(kind)).items():
            np.testing.assert_allclose(STORED[f"{kind}/{key}"], array, rtol=1e-12, atol=1e-15)


@every_loss
def test_the_gradient_is_the_slope_of_the_value(kind: str) -> None:
    y, t = cases.outputs(kind)
    y = y[1:] / 3  # the far one apart: its differences are below rounding
    t = t[1:]
    _, gradient = _run(kind, y, t)
    h = 1e-5
    for at in np.ndindex(y.shape):
        moved = np.zeros_like(y)
        moved[at] = h
        slope = (_run(kind, y + moved, t)[0] - _run(kind, y - moved, t)[0]) / (2 * h)
        assert slope == pytest.approx(gradient[at], rel=1e-7, abs=1e-10)


@every_loss
def test_outputs_far_out_give_finite_numbers_in_float32(kind: str) -> None:
    y, t = cases.outputs(kind)
    value, gradient = _run(kind, 1000 * y, t, np.float32)
    assert np.isfinite(value) and np.isfinite(gradient).all()


@every_loss
def test_probabilities_are_probabilities(kind: str) -> None:
    y, _ = cases.outputs(kind)
    p = known("loss")[kind]().probabilities(100 * y.T)
    if kind in ("logistic", "softmax_cross_entropy"):
        classes = 2 if kind == "logistic" else y.shape[1]
        assert p is not None and p.shape == (classes, len(y))
        np.testing.assert_allclose(p.sum(axis=0), 1.0, rtol=1e-12)
        assert (p >= 0).all()
    else:
        assert p is None


@pytest.mark.parametrize("kind", ["logistic", "hinge"])
@pytest.mark.parametrize("classes, instead", [(3, "softmax_cross_entropy"), (0, "squared_error")])
def test_a_loss_for_two_classes_names_what_to_take_instead(
    kind: str, classes: int, instead: str
) -> None:
    with pytest.raises(Invalid, match=instead):
        known("loss")[kind]().outputs(classes)


def test_softmax_on_values_names_squared_error() -> None:
    with pytest.raises(Invalid, match="squared_error"):
        known("loss")["softmax_cross_entropy"]().outputs(0)


def test_targets_are_signs_on_one_output_and_one_hot_on_several() -> None:
    y = np.array([0, 1, 1])
    for kind in ("squared_error", "logistic", "hinge"):
        np.testing.assert_array_equal(known("loss")[kind]().targets(y, 2), [[-1.0, 1.0, 1.0]])
    hot = known("loss")["softmax_cross_entropy"]().targets(np.array([2, 0]), 3)
    np.testing.assert_array_equal(hot, [[0, 1], [0, 0], [1, 0]])
    np.testing.assert_array_equal(known("loss")["squared_error"]().targets(y, 0), [[0, 1, 1]])
