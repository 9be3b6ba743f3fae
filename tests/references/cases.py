"""The cases that are compared with PyTorch: what goes in, drawn from fixed seeds. No torch here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
INPUTS, OUTPUTS, BATCH = 4, 2, 7
STEPS = 100
Layers = list[dict[str, Any]]


def _dense(name: str, units: int) -> dict[str, Any]:
    return {"kind": "dense", "name": name, "units": units}


def _around(kind: str) -> Layers:
    """A layer between two dense layers, so that its dx and its own gradients matter."""
    return [_dense("dense1", 5), {"kind": kind, "name": "it"}, _dense("head", OUTPUTS)]


PLAIN = (
    "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "softplus", "silu", "gelu", "identity",
    "batch_norm", "layer_norm",
)  # fmt: skip

NETS: dict[str, Layers] = {
    "dense": [_dense("head", OUTPUTS)],
    **{kind: _around(kind) for kind in PLAIN},
    "residual": [
        _dense("dense1", 5),
        {
            "kind": "residual", "name": "block1", "shortcut": [],
            "body": [{"kind": "batch_norm", "name": "norm1"}, {"kind": "gelu", "name": "gelu1"},
                     _dense("dense1", 5)],
        },
        _dense("head", OUTPUTS),
    ],
    "residual_shortcut": [
        _dense("dense1", 5),
        {
            "kind": "residual", "name": "block1", "shortcut": [_dense("dense1", 3)],
            "body": [{"kind": "relu", "name": "relu1"}, _dense("dense1", 3),
                     {"kind": "prelu", "name": "relu2"}],
        },
        _dense("head", OUTPUTS),
    ],
    "deep": [
        _dense("dense1", 8), {"kind": "batch_norm", "name": "norm1"},
        {"kind": "relu", "name": "relu1"}, _dense("dense2", 6),
        {"kind": "layer_norm", "name": "norm2"}, {"kind": "tanh", "name": "tanh1"},
        _dense("dense3", 6), {"kind": "prelu", "name": "relu2"}, _dense("head", OUTPUTS),
    ],
}  # fmt: skip

LOSSES = {"squared_error": 3, "logistic": 1, "hinge": 1, "softmax_cross_entropy": 4}  # outputs

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"kind": "sgd", "rate": 0.05},
    "momentum": {"kind": "momentum", "rate": 0.01},
    "nesterov": {"kind": "nesterov", "rate": 0.01},
    "rmsprop": {"kind": "rmsprop", "rate": 0.01},
    "adam": {"kind": "adam", "rate": 0.05},
    "adagrad": {"kind": "adagrad", "rate": 0.1},
    "adadelta": {"kind": "adadelta", "rate": 1.0},
    "adadelta_l2_clip": {"kind": "adadelta", "rate": 3.0, "l2": 0.1, "clip": 0.3},
    "adamw": {"kind": "adamw", "rate": 0.05, "l2": 0.1},
    "sgd_l2": {"kind": "sgd", "rate": 0.05, "l2": 0.1},
    "adam_l2": {"kind": "adam", "rate": 0.05, "l2": 0.1},
    "sgd_l1": {"kind": "sgd", "rate": 0.05, "l1": 0.1},
    "momentum_clip": {"kind": "momentum", "rate": 0.02, "clip": 0.3},
    "nesterov_l2_clip": {"kind": "nesterov", "rate": 0.02, "l2": 0.05, "clip": 0.5},
}

# Matrices, and a kernel: wide, tall and square.
ORTHOGONAL: dict[str, tuple[int, ...]] = {
    "wide": (3, 7), "tall": (6, 4), "square": (5, 5), "kernel": (4, 3, 2, 3), "one": (1, 6),
}  # fmt: skip
GAIN = 1.5

SCHEDULES: dict[str, dict[str, Any]] = {
    "constant": {},
    "step_decay": {"every": 7, "by": 0.6},
    "cosine": {"steps": 20, "floor": 0.1},
    "warmup": {"steps": 12, "start": 0.25},
    "cyclical": {"steps": 6, "floor": 0.2},
}
SCHEDULED = 21  # steps: as many as the cosine takes, which goes on otherwise there


def rng(*path: str) -> np.random.Generator:
    """Numbers of a case by its name, from the raw stream that NumPy keeps."""
    return np.random.Generator(np.random.PCG64(list("/".join(path).encode())))


def batch(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs n × inputs and targets n × outputs of a net's case."""
    draw = rng("net", name)
    return draw.normal(size=(BATCH, INPUTS)), draw.normal(size=(BATCH, OUTPUTS))


def arrays(name: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """First values of a net's arrays, off 0 and 1; variances stay positive."""
    made = {}
    for key, shape in shapes.items():
        a = rng("net", name, key).uniform(-0.8, 0.8, size=shape)
        made[key] = np.abs(a) + 0.5 if key.endswith(("running_var", "gamma")) else a
    return made


def outputs(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Raw outputs n × outputs (some far out) and targets as the loss encodes them."""
    draw = rng("loss", kind)
    n, width = 9, LOSSES[kind]
    y = draw.normal(size=(n, width)) * 3
    y[0] *= 30
    match kind:
        case "squared_error":
            return y, draw.normal(size=(n, width))
        case "softmax_cross_entropy":
            return y, np.eye(width)[draw.integers(width, size=n)]
    return y, 2.0 * draw.integers(2, size=(n, width)) - 1


def start(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Where an optimizer begins, and which numbers a penalty acts on."""
    decayed = np.ones(6) if OPTIMIZERS[name]["kind"] == "adamw" else np.array([1.0, 1, 0, 1, 0, 0])
    return np.array([-1.2, 1.0, 0.4, -0.6, 1.5, 0.2]), decayed
