"""The operator vectors of ONNX, as far as a layer computes them: tests/references/make_onnx.py."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import cases
import numpy as np
import pytest
from onnx_cases import OPERATORS, NotOurs, Vector, translate
from workbench import theirs

from engine.layers import Layer
from engine.losses import SoftmaxCrossEntropy
from engine.memory.arena import Array
from engine.memory.tape import Tape
from engine.net import Net
from engine.spec import read

STORED = dict(np.load(cases.HERE / "onnx.npz", allow_pickle=False))
NAMES = [key.split("/")[0] for key in STORED if key.endswith("/operator")]


def _vector(name: str) -> Vector:
    operator, attributes = json.loads(str(STORED[f"{name}/operator"]))
    keys = [key for key in STORED if key.startswith(f"{name}/")]
    inputs, outputs = (
        [STORED[key] for key in keys if key.split("/")[1].startswith(what)]
        for what in ("in", "out")
    )
    return translate(operator, attributes, inputs, outputs)


def _answers(vector: Vector, dtype: Any) -> tuple[Array, dict[str, Array]]:
    """y, and the running statistics behind it."""
    layers = tuple(
        read(Layer, {"name": f"it{i}", **layer}) for i, layer in enumerate(vector.layers, 1)
    )
    net = Net(layers, vector.x.shape[1:])
    theta, buffers = net.theta(dtype), net.buffers(dtype)
    views = net.arrays(theta, buffers)
    for name, array in vector.arrays.items():
        views[name][...] = array
    tape = Tape(net, len(vector.x), vector.mode, theta, buffers)  # type: ignore[arg-type]
    theirs(tape.x)[...] = vector.x
    tape.replay()
    return theirs(tape.y), {name: views[name] for name in vector.after}


def _loss(vector: Vector, dtype: Any) -> Array:
    """Softmax cross-entropy: its probabilities, or its value on a net of no layers."""
    loss = SoftmaxCrossEntropy()
    outputs = vector.x.astype(dtype).T
    if vector.mode == "probabilities":
        found = loss.probabilities(outputs)
        assert found is not None
        return found.T
    one = read(Layer, {"kind": "dense", "name": "it1", "units": len(outputs)})
    net = Net((one,), (len(outputs),))
    theta = net.theta(dtype)
    net.arrays(theta)["it1.weight"][...] = np.eye(len(outputs))
    tape = Tape(net, outputs.shape[1], "train", theta, net.buffers(dtype), None, loss)
    tape.x[...] = outputs
    tape.targets[...] = loss.targets(vector.arrays["target"], len(outputs))
    tape.replay()
    return tape.loss


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", NAMES)
def test_a_layer_gives_the_answer_of_the_operator(name: str, dtype: Any) -> None:
    vector = _vector(name)
    if vector.layers:
        y, after = _answers(vector, dtype)
    else:
        y, after = _loss(vector, dtype), {}
    assert y.dtype == dtype
    expected = vector.y.astype(float)
    y = y.reshape(expected.shape) if y.ndim != expected.ndim else y  # maps of one pixel
    assert y.shape == expected.shape
    assert np.linalg.norm(y - expected) <= 1e-5 * np.linalg.norm(expected)
    for key, array in after.items():
        np.testing.assert_allclose(array, vector.after[key], rtol=1e-5, atol=1e-6)


def test_every_operator_has_a_vector_that_runs() -> None:
    found = Counter(json.loads(str(STORED[f"{name}/operator"]))[0] for name in NAMES)
    # Upsample stands for Resize in older models; its one vector has unequal factors.
    assert set(found) == set(OPERATORS) - {"Upsample"}
    assert len(NAMES) == 136


def test_what_no_layer_computes_is_told_apart() -> None:
    """So that no vector is taken for one that it is not."""
    x = np.ones((1, 2, 4, 4), np.float32)
    ceil = {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}
    with pytest.raises(NotOurs, match="ceil_mode"):
        translate("MaxPool", ceil, [x], [x])
    with pytest.raises(NotOurs, match="padding out"):
        translate("AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}, [x], [x])
    with pytest.raises(NotOurs, match="no layer"):
        translate("Elu", {}, [x], [x])
