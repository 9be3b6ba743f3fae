"""Write the stored references: `python tests/references/make_references.py` where torch is.

They were made with PyTorch 2.13.0 (CPU), in float64:

    python3.11 -m venv /tmp/torch && /tmp/torch/bin/pip install torch==2.13.0 numpy
    PYTHONPATH=. /tmp/torch/bin/python tests/references/make_references.py
"""

from __future__ import annotations

import sys

import cases
import numpy as np
import torch_side


def networks() -> dict[str, np.ndarray]:
    """Every net's answers and gradients, as “net/what”."""
    made = {}
    for name, layers in cases.NETS.items():
        x, t = cases.batch(name)
        found = torch_side.net_answers(layers, cases.arrays(name, shapes(layers)), x, t)
        made |= {f"{name}/{key}": array for key, array in found.items()}
    return made


def shapes(layers: cases.Layers) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a net's arrays, read off PyTorch's modules."""
    net, _ = torch_side.chain(layers, cases.INPUTS)
    ours: dict[str, tuple[int, ...]] = {}
    _walk(layers, "", net, ours)
    return ours


def _walk(layers: cases.Layers, path: str, net: object, ours: dict[str, tuple[int, ...]]) -> None:
    own = {
        "dense": ("weight", "bias"),
        "batch_norm": ("gamma", "beta", "running_mean", "running_var"),
        "layer_norm": ("gamma", "beta"),
        "prelu": ("alpha",),
    }
    for layer in layers:
        here = f"{path}{layer['name']}"
        for array in own.get(layer["kind"], ()):
            ours[f"{here}.{array}"] = tuple(torch_side.find(net, f"{here}.{array}").shape)
        if layer["kind"] == "residual":
            _walk(layer["body"], f"{here}.", net, ours)
            _walk(layer["shortcut"], f"{here}.shortcut.", net, ours)


def losses() -> dict[str, np.ndarray]:
    """Every loss's value and gradient."""
    made = {}
    for kind in cases.LOSSES:
        for key, array in torch_side.loss_answers(kind, *cases.outputs(kind)).items():
            made[f"{kind}/{key}"] = array
    return made


def optimizers() -> dict[str, np.ndarray]:
    """The first iterates of every optimizer's case."""
    return {
        name: torch_side.iterates(case, *cases.start(name), cases.STEPS)
        for name, case in cases.OPTIMIZERS.items()
    }


def initializers() -> dict[str, np.ndarray]:
    """The orthogonal matrices of every case, from the normal numbers that are drawn for it."""
    return {
        name: torch_side.orthogonal(cases.rng("orthogonal", name).normal(size=shape), cases.GAIN)
        for name, shape in cases.ORTHOGONAL.items()
    }


def schedules() -> dict[str, np.ndarray]:
    """The factors of every schedule."""
    return {
        kind: torch_side.factors(kind, given, cases.SCHEDULED)
        for kind, given in cases.SCHEDULES.items()
    }


if __name__ == "__main__":
    for make in (networks, losses, optimizers, initializers, schedules):
        name = make.__name__
        np.savez_compressed(cases.HERE / f"{name}.npz", **make())
        print(f"wrote {name}.npz", file=sys.stderr)
