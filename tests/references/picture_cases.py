"""Random configurations of every layer of pictures: how many of each, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from draws import Draw, Shape
from picture_case import Case, Json, drawn
from picture_windows import (
    REALISTIC,
    channel_pool,
    conv2d,
    cook_toom,
    global_mean_pool,
    local2d,
    pool,
    realistic,
)

# --- norms ---------------------------------------------------------------------------------------


def _norm(kind: str) -> Callable[[str, int], Case]:
    def make(name: str, i: int) -> Case:
        draw = Draw(name)
        layer: Json = {"kind": kind, "eps": draw.choose((1e-5, 1e-5, 1e-3))}
        # One channel would make dγ a single sum, which may cancel to next to nothing; and the
        # deviation of a few numbers may be next to nothing itself.
        channels, size = draw.integer(2, 4), draw.pair(2, 7)
        if i % 4 == 1:
            size = (1, 6 + i % 3) if i % 8 == 1 else (6 + i % 3, 1)
        elif size == (2, 2):
            size = (2, 4)
        more: Json = {"shift": draw.choose((0.0, 0.0, 3.0))}
        if kind == "group_norm":
            layer["groups"] = draw.integer(1, 4)
            channels *= layer["groups"]
        if kind == "batch_norm":
            layer["momentum"] = draw.choose((0.1, 0.3))
            n = draw.integer(1, 4)
            last = [(draw.integer(1, n - 1), "train")] if n > 1 else []
            more["passes"] = [(n, "train"), *last, (draw.integer(1, 4), "evaluate")]
        vectors = i % 8 == 7 and kind in ("batch_norm", "layer_norm")
        if vectors and kind == "batch_norm":
            more["passes"] = [(9, "train"), (6, "train"), (3, "evaluate")]
        shape: Shape = (draw.integer(6, 12),) if vectors else (channels, *size)
        return drawn(draw, name, [layer], shape, **more)

    return make


# --- the rest ------------------------------------------------------------------------------------


def upsample(name: str, i: int) -> Case:
    draw = Draw(name)
    layer = {"kind": "upsample", "factor": 1 + i % 4}
    return drawn(draw, name, [layer], (draw.integer(1, 4), *draw.pair(1, 5)))


def dropout2d(name: str, i: int) -> Case:
    """In use, where it lets everything through: its chance in training is ours alone."""
    draw = Draw(name)
    layer = {"kind": "dropout2d", "p": draw.choose((0.1, 0.5))}
    passes = [(3, "evaluate"), (1, "evaluate")]
    return drawn(draw, name, [layer], (draw.integer(1, 4), *draw.pair(1, 5)), passes=passes)


def flatten(name: str, i: int) -> Case:
    """With a dense layer behind, whose weights lie in PyTorch's order."""
    draw = Draw(name)
    layers: list[Json] = [
        {"kind": "flatten"}, {"kind": "dense", "units": draw.integer(1, 5)},
    ]  # fmt: skip
    if i % 2:
        layers.insert(0, {"kind": "conv2d", "channels": 2, "kernel": 2, "padding": "same"})
    return drawn(draw, name, layers, (draw.integer(1, 3), *draw.pair(1, 5)))


def _conv(channels: int, kernel: int = 1, **more: Any) -> Json:
    return {"kind": "conv2d", "channels": channels, "kernel": kernel, "padding": "same", **more}


def parallel(name: str, i: int) -> Case:
    """GoogLeNet's block, and others of its kind."""
    draw = Draw(name)
    channels = draw.choose((2, 4, 8))
    options: list[list[Json]] = [
        [],
        [{"name": "c", **_conv(draw.integer(1, 3))}],
        [{"name": "c", **_conv(2)}, {"name": "r", "kind": "tanh"},
         {"name": "d", **_conv(3, 3)}],
        [{"name": "p", "kind": "max_pool2d", "window": 3, "stride": 1, "padding": 1},
         {"name": "c", **_conv(2)}],
        [{"name": "c", **_conv(2, 5, bias=False)}, {"name": "n", "kind": "instance_norm"}],
    ]  # fmt: skip
    branches = [draw.choose(options) for _ in range(draw.integer(1, 4))]
    layers: list[Json] = [{"kind": "parallel", "branches": branches}]
    if i % 2:
        layers = [_conv(channels), *layers, _conv(2, 3)]
    return drawn(draw, name, layers, (channels, draw.integer(3, 7), draw.integer(3, 7)))


def residual(name: str, i: int) -> Case:
    """ResNet's basic block: identity, or a projection where the size or the channels change."""
    draw = Draw(name)
    channels, stride = draw.choose((2, 3, 8)), 1 + i % 2
    out = draw.integer(1, 4) if i % 4 else channels
    strided = {"kind": "conv2d", "channels": out, "stride": stride, "bias": False}
    norm = {"kind": draw.choose(("batch_norm", "layer_norm", "instance_norm"))}
    body = [
        {"name": "c", **strided, "kernel": 3, "padding": 1}, {"name": "n", **norm},
        {"name": "r", "kind": "relu"}, {"name": "d", **_conv(out, 3)},
    ]  # fmt: skip
    same = out == channels and stride == 1
    shortcut = [] if same else [{"name": "c", **strided, "kernel": 1, "padding": 0}]
    block = {"kind": "residual", "body": body, "shortcut": shortcut}
    size = draw.integer(5, 8), draw.integer(5, 8)
    return drawn(draw, name, [block, {"kind": "tanh"}], (channels, *size))


# How many of each kind, and how each is drawn.
KINDS: dict[str, tuple[int, Callable[[str, int], Case]]] = {
    "conv2d": (160, conv2d),
    "conv2d by Cook–Toom": (80, cook_toom),
    "conv2d of real sizes": (len(REALISTIC), realistic),
    "local2d": (40, local2d),
    "max_pool2d": (72, pool("max_pool2d")),
    "mean_pool2d": (72, pool("mean_pool2d")),
    "global_mean_pool": (60, global_mean_pool),
    "channel_pool": (60, channel_pool),
    "batch_norm": (72, _norm("batch_norm")),
    "layer_norm": (64, _norm("layer_norm")),
    "group_norm": (64, _norm("group_norm")),
    "instance_norm": (64, _norm("instance_norm")),
    "upsample": (16, upsample),
    "dropout2d": (8, dropout2d),
    "flatten": (32, flatten),
    "parallel": (32, parallel),
    "residual": (32, residual),
}


def cases(kind: str) -> Iterator[Case]:
    """All cases of a kind."""
    count, make = KINDS[kind]
    for i in range(count):
        yield make(f"{kind} {i}", i)
