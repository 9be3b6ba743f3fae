"""The operator vectors of ONNX as layers: what each operator is here, or why it is none of ours.

`translate` is given an operator as it stands in a model (type, attributes, inputs, outputs) and
says which net gives the same answer; neither onnx nor torch is needed. Operators of one dimension
are pictures of one row. The answers are compared in tests/engine/test_pictures_onnx.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Json = dict[str, Any]
Arrays = Sequence[np.ndarray]


class NotOurs(ValueError):
    """Why no layer computes this."""


@dataclass
class Vector:
    """layers on x (n × shape) with these arrays give y; layers of no name are named it1, it2 …"""

    layers: list[Json]
    x: np.ndarray
    y: np.ndarray
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    after: dict[str, np.ndarray] = field(default_factory=dict)  # running statistics behind it
    mode: str = "evaluate"


def translate(op: str, attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    """Raises `NotOurs` where no layer computes it."""
    if op not in OPERATORS:
        raise NotOurs("no layer of this kind")
    return OPERATORS[op](attributes, inputs, outputs)


# --- layers with a window ------------------------------------------------------------------------


def _picture(a: np.ndarray) -> np.ndarray:
    """n × channels × height × width; of one dimension a single row."""
    if a.ndim == 3:
        return a[:, :, None, :]
    if a.ndim != 4:
        raise NotOurs("not of one or two dimensions")
    return a


def _window(attributes: Json, x: np.ndarray, k: Sequence[int], same: bool) -> Json:
    """stride, padding and dilation as a layer has them. same: whether an odd zero may go behind."""
    d = len(k)
    s, e = attributes.get("strides", [1] * d), attributes.get("dilations", [1] * d)
    pads, auto = attributes.get("pads", [0] * 2 * d), attributes.get("auto_pad", "NOTSET")
    if auto.startswith("SAME"):
        reach = [j * (i - 1) + 1 for i, j in zip(k, e, strict=True)]
        sizes = zip(x.shape[2:], s, reach, strict=True)
        total = [max((math.ceil(n / step) - 1) * step + r - n, 0) for n, step, r in sizes]
        less, more = [t // 2 for t in total], [t - t // 2 for t in total]
        pads = less + more if auto == "SAME_UPPER" else more + less
    before, after = list(pads[:d]), list(pads[d:])
    padding: Any = [0] * (2 - d) + before
    if before != after:
        if not (same and auto == "SAME_UPPER" and max(s) == 1):
            raise NotOurs("unequal zeros on the two sides")
        padding = "same"
    row = [1] * (2 - d)
    return {"stride": row + list(s), "padding": padding, "dilation": row + list(e)}


def _conv(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x, w, *bias = inputs
    at = _window(attributes, x, w.shape[2:], same=True)
    weight = _picture(w)
    layer = {
        "kind": "conv2d", "channels": len(w), "kernel": list(weight.shape[2:]), **at,
        "groups": attributes.get("group", 1), "bias": bool(bias),
    }  # fmt: skip
    arrays = {"it1.weight": weight} | ({"it1.bias": bias[0]} if bias else {})
    return Vector([layer], _picture(x), _picture(outputs[0]), arrays)


def _pool(kind: str) -> Callable[[Json, Arrays, Arrays], Vector]:
    def make(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
        (x,), k = inputs, attributes["kernel_shape"]
        picture = _picture(x)
        at = _window(attributes, x, k, same=False)
        if attributes.get("ceil_mode"):
            raise NotOurs("windows that reach past the picture (ceil_mode)")
        if max(at.pop("dilation")) > 1:
            raise NotOurs("a pool with dilation")
        if kind == "mean_pool2d" and max(at["padding"]) and not attributes.get("count_include_pad"):
            raise NotOurs("a mean that leaves padding out")
        if any(2 * zeros > size for zeros, size in zip(at["padding"][-len(k) :], k, strict=True)):
            raise NotOurs("more padding than half the window")
        layer = {"kind": kind, "window": [1] * (2 - len(k)) + list(k), **at}
        return Vector([layer], picture, _picture(outputs[0]))

    return make


def _global_max(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x = _picture(inputs[0])
    layer = {"kind": "max_pool2d", "window": list(x.shape[2:])}
    return Vector([layer], x, outputs[0])


def _global_mean(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    return Vector([{"kind": "global_mean_pool"}], _picture(inputs[0]), outputs[0][:, :, 0, 0])


def _resize(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x, y = _picture(inputs[0]), _picture(outputs[0])
    factors = {b / a for a, b in zip(x.shape[2:], y.shape[2:], strict=True)}
    how = attributes.get("coordinate_transformation_mode", "half_pixel")
    how += " " + attributes.get("nearest_mode", "round_prefer_floor")
    if attributes.get("mode", "nearest") != "nearest" or len(factors) > 1:
        raise NotOurs("not the nearest pixel, or unequal factors")
    if how not in ("half_pixel round_prefer_floor", "asymmetric floor"):
        raise NotOurs("other squares for a pixel")
    factor = factors.pop()
    if factor != int(factor):
        raise NotOurs("not a whole factor")
    return Vector([{"kind": "upsample", "factor": int(factor)}], x, y)


def _flatten(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    (x,) = inputs
    if x.ndim != 4 or attributes.get("axis", 1) % 4 != 1:
        raise NotOurs("not all of a picture")
    return Vector([{"kind": "flatten"}], x, outputs[0])


# --- norms ---------------------------------------------------------------------------------------


def _batch_norm(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x, gamma, beta, mean, variance = inputs
    layer = {
        "kind": "batch_norm", "eps": attributes.get("epsilon", 1e-5),
        "momentum": 1 - attributes.get("momentum", 0.9),
    }  # fmt: skip
    arrays = {"gamma": gamma, "beta": beta, "running_mean": mean, "running_var": variance}
    made = Vector([layer], x if x.ndim == 2 else _picture(x), outputs[0])
    made.arrays = {f"it1.{name}": a for name, a in arrays.items()}
    if attributes.get("training_mode"):  # the running variance is not the unbiased one there
        made.mode, made.after = "train", {"it1.running_mean": outputs[1]}
    return made


def _mean_variance(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    (x,) = inputs
    if attributes.get("axes", [0, 2, 3]) != [0, 2, 3]:
        raise NotOurs("a mean over other axes")
    arrays = {"it1.gamma": np.ones(x.shape[1]), "it1.beta": np.zeros(x.shape[1])}
    return Vector([{"kind": "batch_norm", "eps": 1e-9}], x, outputs[0], arrays, mode="train")


def _each(kind: str) -> Callable[[Json, Arrays, Arrays], Vector]:
    def make(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
        x, gamma, beta = inputs
        layer: Json = {"kind": kind, "eps": attributes.get("epsilon", 1e-5)}
        if kind == "group_norm":
            layer["groups"] = attributes["num_groups"]
        arrays = {"it1.gamma": gamma, "it1.beta": beta}
        return Vector([layer], _picture(x), _picture(outputs[0]), arrays)

    return make


def _layer_norm(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    """Whatever is left of the axis counts as examples."""
    x, gamma, beta = inputs
    axis = attributes.get("axis", -1) % x.ndim
    layer = {"kind": "layer_norm", "eps": attributes.get("epsilon", 1e-5)}
    arrays = {"it1.gamma": gamma, "it1.beta": beta}
    if x.ndim == 4 and axis == 1:
        return Vector([layer], x, outputs[0], arrays)
    n = math.prod(x.shape[:axis])
    arrays = {name: a.ravel() for name, a in arrays.items()}
    return Vector([layer], x.reshape(n, -1), outputs[0].reshape(n, -1), arrays)


# --- without a place -----------------------------------------------------------------------------


def _batch(a: np.ndarray) -> np.ndarray:
    """Pictures as they are, everything else as vectors: for what works number by number."""
    if a.ndim == 4:
        return a
    return a.reshape(1 if a.ndim == 1 else len(a), -1)


def _activation(kind: str) -> Callable[[Json, Arrays, Arrays], Vector]:
    def make(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
        layer: Json = {"kind": kind}
        made = Vector([layer], _batch(inputs[0]), _batch(outputs[0]))
        match kind:
            case "leaky_relu":
                layer["alpha"] = attributes.get("alpha", 0.01)
            case "prelu":
                if inputs[1].size != 1:
                    raise NotOurs("more than one slope")
                made.arrays = {"it1.alpha": inputs[1].ravel()}
            case "gelu":
                if attributes.get("approximate", "none") != "tanh":
                    raise NotOurs("GELU by erf")
        return made

    return make


def _dropout(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x, *more = inputs
    training = len(more) == 2 and bool(more[1])
    p = float(more[0]) if more else attributes.get("ratio", 0.5)
    if training and p:
        raise NotOurs("chance drawn by another generator")
    layer = {"kind": "dropout", "p": p}
    return Vector([layer], _batch(x), _batch(outputs[0]), mode="train" if training else "evaluate")


def _dense(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    x, w, *more = inputs
    if x.ndim != 2 or w.ndim != 2:
        raise NotOurs("not a product of two matrices")
    if attributes.get("alpha", 1.0) != 1 or attributes.get("beta", 1.0) != 1:
        raise NotOurs("a factor before the product or the bias")
    x = x.T if attributes.get("transA") else x
    weight = w if attributes.get("transB") else w.T
    bias = more[0] if more else np.zeros(len(weight))
    if bias.ndim == 2 and len(bias) > 1:
        raise NotOurs("another bias for every example")
    bias = np.broadcast_to(bias.ravel(), len(weight))
    layer = {"kind": "dense", "units": len(weight)}
    return Vector([layer], x, outputs[0], {"it1.weight": weight, "it1.bias": bias})


def _softmax(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    """The probabilities of softmax_cross_entropy; the other axes count as examples."""
    axis = attributes.get("axis", -1)
    x, y = (np.moveaxis(a, axis, -1).reshape(-1, a.shape[axis]) for a in (inputs[0], outputs[0]))
    return Vector([], x, y, mode="probabilities")


def _cross_entropy(attributes: Json, inputs: Arrays, outputs: Arrays) -> Vector:
    """Its value; places count as examples."""
    x, target, *weights = inputs
    if weights or "ignore_index" in attributes or attributes.get("reduction", "mean") != "mean":
        raise NotOurs("not the plain mean over the examples")
    arrays = {"target": target.ravel()}
    return Vector(
        [], np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]), outputs[0], arrays, mode="loss"
    )


OPERATORS: dict[str, Callable[[Json, Arrays, Arrays], Vector]] = {
    "Conv": _conv,
    "MaxPool": _pool("max_pool2d"),
    "AveragePool": _pool("mean_pool2d"),
    "GlobalMaxPool": _global_max,
    "GlobalAveragePool": _global_mean,
    "Resize": _resize,
    "Upsample": _resize,
    "Flatten": _flatten,
    "BatchNormalization": _batch_norm,
    "MeanVarianceNormalization": _mean_variance,
    "InstanceNormalization": _each("instance_norm"),
    "GroupNormalization": _each("group_norm"),
    "LayerNormalization": _layer_norm,
    "Relu": _activation("relu"),
    "LeakyRelu": _activation("leaky_relu"),
    "PRelu": _activation("prelu"),
    "Sigmoid": _activation("sigmoid"),
    "Tanh": _activation("tanh"),
    "Gelu": _activation("gelu"),
    "Dropout": _dropout,
    "Gemm": _dense,
    "MatMul": _dense,
    "Softmax": _softmax,
    "SoftmaxCrossEntropyLoss": _cross_entropy,
}
