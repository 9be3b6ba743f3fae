"""What the parts of an experiment must agree on, each with a sentence where they do not.

A layer, a loss, a learner checks its own fields; here stand the rules between them.
"""

from __future__ import annotations

import math

from engine.data import Dataset
from engine.errors import Invalid, TinkernetError
from engine.layers import Dense, Layer
from engine.learners import Learner
from engine.memory.arena import Shape
from engine.net import walk


def check_outputs(layers: tuple[Layer, ...], x: Shape, needed: int) -> None:
    """The layers fit each other, and the last one answers with what the loss needs.

    x: the shape of one input; needed: numbers out. Raises `Invalid`, pointing at the layer.
    """
    for i, layer in enumerate(layers):
        try:
            x = layer.shape(x)
        except TinkernetError as error:
            raise error.at(i).at("layers") from None
    if x != (needed,):
        shown = "×".join(map(str, x))
        advice = "let the last dense layer have “units”: null"
        if not any(isinstance(layer, Dense) for layer in layers):
            advice = f"put a {'flatten and a ' if len(x) > 1 else ''}dense layer behind it"
        raise Invalid(
            f"The net ends in {shown} outputs, but this loss on these data needs {needed}: "
            f"{advice}.",
            pointer=f"/layers/{len(layers) - 1}",
            limit=needed,
        )


def check_rule(learner: Learner, layers: tuple[Layer, ...], data: Dataset) -> None:
    """The perceptron rule has its one net, and a step function no other learner."""
    steps = [i for i, layer in enumerate(layers) if layer.kind == "step"]
    if learner.kind == "perceptron":
        if [layer.kind for layer in layers] != ["dense", "step"] or data.classes != 2:
            raise Invalid(
                "The perceptron rule trains one dense layer under a step, on two classes.",
                pointer="/layers",
            )
    elif steps:
        raise Invalid(
            "The derivative of “step” is zero, so gradient descent learns nothing through it: "
            "take sigmoid or tanh, or the learner “perceptron”.",
            pointer=f"/layers/{steps[0]}",
        )


def check_norms(learner: Learner, layers: tuple[Layer, ...], x: Shape, data: Dataset) -> None:
    """Batch norm over a single number subtracts it from itself: nothing would be learned."""
    alone = any(
        site.layer.kind == "batch_norm" and math.prod(site.x[1:]) == 1 for site in walk(layers, x)
    )
    if alone and learner.batch_size(data.training_size) == 1:
        raise Invalid(
            "Batch norm needs at least 2 examples in a batch: over a single one it would subtract "
            "each number from itself.",
            pointer="/training/learner/batch",
            limit=2,
        )
