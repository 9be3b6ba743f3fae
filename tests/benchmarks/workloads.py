"""What is measured: small nets as experiments, the rivals of each, and the bars.

Noise keeps the losses away from 0, where denormal numbers would slow everybody by their own factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.experiment import Experiment


def _experiment(
    data: dict[str, Any], layers: list[Any], loss: str, optimizer: dict[str, Any], batch: int
) -> Experiment:
    dense = {"kind": "dense"}
    made = [dense | {"units": x} if isinstance(x, int | None) else x for x in layers]
    return Experiment.from_json(
        {
            "format": 1,
            "seed": 3,
            "data": data,
            "model": {"input": {"kind": "plane"}, "layers": made},
            "training": {
                "loss": {"kind": loss},
                "learner": {"kind": "descent", "optimizer": optimizer, "batch": batch},
            },
        }
    )


TANH, RELU, NORM = {"kind": "tanh"}, {"kind": "relu"}, {"kind": "batch_norm"}
DROP = {"kind": "dropout", "p": 0.2}
ADAM = {"kind": "adam", "learning_rate": 0.003}

NETS = {
    # TensorFlow Playground's default; its squared error has a ½, so its rate 0.03 is 0.015 here.
    "W1": _experiment(
        {"kind": "circle", "count": 500, "noise": 0.3},
        [4, TANH, 2, TANH, None, TANH],
        "squared_error",
        {"kind": "sgd", "learning_rate": 0.015},
        10,
    ),
    "W2": _experiment(
        {"kind": "xor", "count": 512, "noise": 0.3},
        [8, TANH, 8, TANH, 8, TANH, None],
        "logistic",
        ADAM,
        32,
    ),
    "W3": _experiment(
        {"kind": "spirals", "classes": 4, "count": 1024, "noise": 0.6},
        [64, NORM, RELU, DROP, 64, NORM, RELU, DROP, None],
        "softmax_cross_entropy",
        ADAM,
        64,
    ),
}
SAYS = {
    "W1": "step: 2-4-2-1 tanh, squared error, SGD, batch 10",
    "W2": "step: 2-8-8-8-1 tanh, logistic, Adam, batch 32",
    "W3": "step: 2-64-64-4 ReLU, batch norm, dropout, Adam, batch 64",
    "W4": "step: 784-256-128-10 ReLU, Adam, batch 64",
    "W5": "step: ConvNetJS's net for MNIST, 24×24, SGD, batch 20",
    "W6": "step: ResNet of 3 blocks on 3×16×16, Adam, batch 32",
    "W6b": "step: the same on 3×32×32",
    "W8": "layer: 16→32 channels, 3×3, on 32×16×32×32: forward, dX, dW, db",
    "W7a": "picture: W1's net, every unit, 100×100",
    "W7b": "picture: W2's net, every unit, 100×100",
    "W7c": "picture: W3's net, 32 units of each layer, 100×100",
    "W7d": "picture: W3's net, 32 units of each layer, 256×256",
    "J1": "the whole job on W1: steps while watched",
    "J2": "the whole job on W2: steps while watched",
}


@dataclass(frozen=True)
class Contest:
    """One row: what is timed on which net, against whom, and how many times faster we must be."""

    id: str
    net: str
    rival: str
    bar: float | None  # None: shown, no bar
    what: str = "run"  # run: steps · picture · watch: steps while watched · loop: step and draw
    resolution: int = 100
    theirs: str = ""  # what the rival does, where it is not the same

    @property
    def against(self) -> str:
        return self.theirs or self.what


CONTESTS = (
    Contest("W1", "W1", "torch", 28),
    Contest("W1", "W1", "jax", 4),
    Contest("W1", "W1", "textbook", 4),
    Contest("W1", "W1", "convnetjs", 1.2),
    Contest("W2", "W2", "torch", 22),
    Contest("W2", "W2", "torch_fused", 17),
    Contest("W2", "W2", "jax", 3.5),
    Contest("W2", "W2", "sklearn", 75),
    Contest("W2", "W2", "textbook", 5),
    Contest("W3", "W3", "torch", 4.5),
    Contest("W3", "W3", "torch_fused", 3.5),
    Contest("W3", "W3", "jax", 1.2),
    Contest("W4", "W4", "torch", 1.2),
    Contest("W4", "W4", "torch_fused", 1.1),
    Contest("W4", "W4", "jax", 1),
    Contest("W4", "W4", "sklearn", 2.5),
    Contest("W5", "W5", "torch", 2.3),
    Contest("W5", "W5", "torch_last", 1.6),
    Contest("W5", "W5", "jax", 2.2),
    Contest("W5", "W5", "convnetjs", 60),
    Contest("W6", "W6", "torch", 1.25),
    Contest("W6", "W6", "torch_last", 1.05),
    Contest("W6", "W6", "jax", 1.25),
    Contest("W6b", "W6b", "torch", 1.1),
    Contest("W6b", "W6b", "torch_last", 0.9),
    Contest("W8", "W8", "torch", 1.1),
    Contest("W8", "W8", "torch_last", 0.93),
    Contest("W8", "W8", "jax", 1.4),
    Contest("W7a", "W1", "torch", 2, "picture"),
    Contest("W7a", "W1", "jax", None, "picture"),
    Contest("W7a", "W1", "convnetjs", None, "picture"),
    Contest("W7b", "W2", "torch", 1.7, "picture"),
    Contest("W7b", "W2", "jax", None, "picture"),
    Contest("W7b", "W2", "convnetjs", None, "picture"),
    Contest("W7c", "W3", "torch", 3, "picture"),
    Contest("W7c", "W3", "jax", None, "picture"),
    Contest("W7d", "W3", "torch", 3, "picture", 256),
    Contest("W7d", "W3", "jax", None, "picture", 256),
    Contest("J1", "W1", "tinkernet", 0.6, "watch", theirs="run"),
    Contest("J1", "W1", "convnetjs", 3, "watch", theirs="loop"),
    Contest("J1", "W1", "convnetjs", None, "watch"),
    Contest("J2", "W2", "tinkernet", 0.6, "watch", theirs="run"),
    Contest("J2", "W2", "convnetjs", 3, "watch", theirs="loop"),
    Contest("J2", "W2", "convnetjs", None, "watch"),
)
