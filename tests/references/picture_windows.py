"""Random convolutions and pools: layers that move a window."""

from __future__ import annotations

from collections.abc import Callable

from draws import Draw, Shape
from picture_case import Case, Json, drawn, fits, short

# --- convolutions --------------------------------------------------------------------------------

THEMES = (
    "plain", "strided", "dilated", "grouped", "depthwise", "padded", "standardized", "mixed",
    "mixed", "whole",
)  # fmt: skip


def conv2d(name: str, i: int) -> Case:
    """The general way, each theme in turn."""
    draw, theme = Draw(name), THEMES[i % len(THEMES)]
    mixed = theme == "mixed"
    groups = draw.choose((2, 3, 4)) if theme in ("grouped", "depthwise") or mixed else 1
    inputs = groups if theme == "depthwise" else groups * draw.integer(1, 3)
    outputs = groups * draw.integer(1, 3)
    standard = theme == "standardized" or (mixed and inputs // groups > 1)

    def layer() -> Json:
        k, s, d = draw.pair(1, 5), (1, 1), (1, 1)
        if theme == "standardized" or (mixed and standard):
            k = draw.pair(2, 4)  # deviations of a few numbers at least
        if theme == "strided":
            k, s = draw.pair(1, 3), draw.pair(2, 5)
        if theme == "dilated":
            d = draw.pair(1, 3)
        if mixed:
            s, d = draw.pair(1, 3), draw.pair(1, 3)
        padding = draw.choose(("valid", 0, 1, [1, 0], [0, 2]))
        if theme == "padded":
            padding = draw.choose((2, 3, [1, 3], [4, 2], "same"))
        elif s == (1, 1):
            padding = draw.choose(("valid", "same", padding))
        return {
            "kind": "conv2d", "channels": outputs, "kernel": short(k), "stride": short(s),
            "dilation": short(d), "padding": padding, "groups": groups,
            "bias": draw.choose((True, True, False)), "standardize": standard,
        }  # fmt: skip

    made, size = fits(draw, (1, 10), layer)
    if theme == "whole":  # a kernel as large as the picture, in its one place
        made |= {"kernel": short(size), "padding": "valid"}
    return drawn(draw, name, [made], (inputs, *size))


def cook_toom(name: str, i: int) -> Case:
    """Kernels of 3 or 5 rows on eight channels or more, the size kept."""
    draw = Draw(name)
    k = (3 if i % 2 else 5, draw.choose((1, 3, 3, 5, 5, 7)))
    zeros = (k[0] // 2, k[1] // 2)
    layer = {
        "kind": "conv2d", "channels": draw.integer(1, 9), "kernel": short(k),
        "padding": draw.choose(("same", short(zeros))),
        "bias": draw.choose((True, True, False)), "standardize": i % 5 == 0,
    }  # fmt: skip
    return drawn(
        draw, name, [layer], (draw.integer(8, 11), draw.integer(4, 13), draw.integer(1, 8))
    )


# Sizes that are trained here: channels in, height, width, examples; channels out, and the rest.
REALISTIC: tuple[tuple[Shape, int, Json], ...] = (
    ((1, 24, 24), 20, {"channels": 8, "kernel": 5, "padding": "same"}),
    ((8, 12, 12), 20, {"channels": 16, "kernel": 5, "padding": "same"}),
    ((3, 32, 32), 16, {"channels": 16, "kernel": 3, "padding": 1, "bias": False}),
    ((16, 32, 32), 16, {"channels": 16, "kernel": 3, "padding": 1, "bias": False}),
    ((16, 32, 32), 16, {"channels": 32, "kernel": 3, "padding": 1}),
    ((32, 14, 14), 32, {"channels": 64, "kernel": 3, "padding": "same"}),
    ((64, 8, 8), 32, {"channels": 64, "kernel": 3, "padding": 1}),
    ((24, 28, 28), 8, {"channels": 12, "kernel": 5, "padding": 2}),
    ((16, 32, 32), 16, {"channels": 32, "kernel": 3, "stride": 2, "padding": 1}),
    ((32, 16, 16), 16, {"channels": 64, "kernel": 1, "stride": 2, "bias": False}),
    ((32, 16, 16), 16, {"channels": 32, "kernel": 3, "groups": 32, "padding": "same"}),
    ((16, 20, 20), 16, {"channels": 16, "kernel": 3, "dilation": 2, "padding": "same"}),
)


def realistic(name: str, i: int) -> Case:
    shape, n, layer = REALISTIC[i]
    return drawn(Draw(name), name, [{"kind": "conv2d", **layer}], shape, n=n)


def local2d(name: str, i: int) -> Case:
    draw = Draw(name)
    made, size = fits(draw, (1, 6), lambda: {
        "kind": "local2d", "channels": draw.integer(1, 3), "kernel": short(draw.pair(1, 4)),
        "stride": short(draw.pair(1, 1 if i % 2 else 4)),
        "padding": draw.choose(("valid", "same", 0, 1, [0, 2])),
    })  # fmt: skip
    return drawn(draw, name, [made], (draw.integer(1, 3), *size))


# --- pools ---------------------------------------------------------------------------------------


def pool(kind: str) -> Callable[[str, int], Case]:
    def make(name: str, i: int) -> Case:
        draw = Draw(name)

        def layer() -> Json:
            window, apart = draw.pair(1, 4), i % 3 == 0
            stride = None if apart else short(draw.pair(1, 5 if i % 3 == 1 else 2))
            zeros = (draw.integer(0, window[0] // 2), draw.integer(0, window[1] // 2))
            return {"kind": kind, "window": short(window), "stride": stride,
                    "padding": 0 if i % 4 == 0 else short(zeros)}  # fmt: skip

        made, size = fits(draw, (1, 9), layer)
        shape = (draw.integer(1, 4), *size)
        return drawn(draw, name, [made], shape, ties=kind == "max_pool2d" and i % 2 == 0)

    return make


def global_mean_pool(name: str, i: int) -> Case:
    draw = Draw(name)
    return drawn(draw, name, [{"kind": "global_mean_pool"}], (draw.integer(1, 5), *draw.pair(1, 9)))


def channel_pool(name: str, i: int) -> Case:
    draw = Draw(name)
    window = draw.integer(1, 4)
    shape = (window * draw.integer(1, 3), *draw.pair(1, 7))
    layer = {"kind": "channel_pool", "window": window}
    return drawn(draw, name, [layer], shape, ties=i % 2 == 0)
