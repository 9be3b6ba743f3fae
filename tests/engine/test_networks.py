"""Every layer against PyTorch: answers, all gradients, running statistics; stored, and live."""

from __future__ import annotations

from typing import Any

import cases
import numpy as np
import pytest
from workbench import experiment

from engine.experiment import Experiment
from engine.layers import Layer
from engine.losses import SquaredError
from engine.memory.tape import Tape
from engine.net import Net
from engine.registry import known
from engine.spec import read

STORED = np.load(cases.HERE / "networks.npz", allow_pickle=False)
# `step` has no gradient; dropout's chance is ours alone, and in use it is the identity.
APART = {"step", "dropout"}
# Layers of pictures have random configurations of their own: test_pictures.py.
PICTURES = {
    "conv2d", "local2d", "max_pool2d", "mean_pool2d", "global_mean_pool", "channel_pool",
    "flatten", "upsample", "dropout2d", "group_norm", "instance_norm", "parallel",
}  # fmt: skip


def _answers(name: str) -> dict[str, np.ndarray]:
    """What `torch_side.net_answers` returns, by the engine."""
    layers = tuple(read(Layer, layer) for layer in cases.NETS[name])
    net = Net(layers, (cases.INPUTS,))
    theta, buffers = net.theta(np.float64), net.buffers(np.float64)
    views = net.arrays(theta, buffers)
    for key, first in cases.arrays(name, {k: a.shape for k, a in views.items()}).items():
        views[key][...] = first
    x, t = cases.batch(name)
    grad = net.theta(np.float64)
    tape = Tape(net, cases.BATCH, "train", theta, buffers, grad, SquaredError(), need=True)
    tape.x[...], tape.targets[...] = x.T, t.T
    tape.replay()
    tape.replay()
    assert tape.chain.dx is not None
    made = {"train": tape.y.T, "loss": tape.loss, "grad.inputs": tape.chain.dx.T}
    made |= {f"grad.{key}": a for key, a in net.arrays(grad).items()}
    made |= {f"after.{key}": a for key, a in views.items() if f"grad.{key}" not in made}
    use = Tape(net, cases.BATCH, "evaluate", theta, buffers)
    use.x[...] = x.T
    use.replay()
    return {**made, "evaluate": use.y.T}


def _compare(name: str, theirs: dict[str, Any]) -> None:
    ours = _answers(name)
    assert set(ours) == set(theirs)
    for key, array in theirs.items():
        assert ours[key].shape == array.shape
        # A bias before a norm has gradient 0; there rounding (1e-17) is all there is.
        np.testing.assert_allclose(ours[key], array, rtol=1e-9, atol=1e-13, err_msg=key)


@pytest.mark.parametrize("name", cases.NETS)
def test_answers_and_gradients_are_the_stored_ones(name: str) -> None:
    prefix = f"{name}/"
    stored = {k.removeprefix(prefix): STORED[k] for k in STORED if k.startswith(prefix)}
    assert {"train", "evaluate", "loss", "grad.inputs"} <= set(stored)
    assert all(stored[k].any() for k in ("train", "evaluate", "loss", "grad.inputs"))
    _compare(name, stored)


def test_answers_and_gradients_are_those_of_the_torch_installed_here() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: only the stored answers count.")
    import torch_side

    for name, layers in cases.NETS.items():
        net = Net(tuple(read(Layer, layer) for layer in layers), (cases.INPUTS,))
        views = net.arrays(net.theta(), net.buffers())
        first = cases.arrays(name, {k: a.shape for k, a in views.items()})
        _compare(name, torch_side.net_answers(layers, first, *cases.batch(name)))


def test_every_layer_with_a_gradient_is_compared() -> None:
    def kinds(layers: Any) -> set[str]:
        found = set()
        for layer in layers:
            inner = [*layer.get("body", ()), *layer.get("shortcut", ())]
            found |= {layer["kind"]} | kinds(inner)
        return found

    compared = set().union(*(kinds(layers) for layers in cases.NETS.values()))
    assert compared == set(known("layer")) - APART - PICTURES


def test_what_is_set_apart_is_refused_or_does_nothing_in_use() -> None:
    with pytest.raises(ValueError, match="derivative of “step” is zero"):
        experiment({"kind": "dense", "units": 3}, {"kind": "step"}, {"kind": "dense"})
    assert isinstance(experiment({"kind": "dropout"}, {"kind": "dense"}), Experiment)
