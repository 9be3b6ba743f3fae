"""The filter lab: a picture under one kernel, by the layer that nets of pictures are made of."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le, MaxLen, MinLen

from engine.data.drawing import LUMA
from engine.data.photographs import PHOTOGRAPHS, photograph
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.layers import Conv2d
from engine.memory.arena import Array
from engine.memory.tape import Tape
from engine.net import Net
from engine.probes.apart import Open, apart
from engine.probes.base import single
from engine.probes.examples import OfExample
from engine.probes.maps import NO_PICTURES
from engine.registry import register
from engine.session import Session
from engine.spec import doc

SIDE = 7  # of the largest kernel


@register("probe", "filtered")
class Filtered(OfExample):
    """Image ∗ kernel: a photograph, or a picture of the data or of the asker's own, under one
    kernel of side n. With zeros around the picture and p = ⌊(n − 1)/2⌋

        y[i, j] = Σ_a Σ_b k[a, b] x[i + a − p, j + b − p],

    a cross-correlation, as in every convolutional net; `flip` turns the kernel by 180° first, which
    makes it the convolution of mathematics.

    `picture` (height × width, 0 … 255; of colours how bright they look), `filtered` (alike, for a
    picture of 0 black … 1 white), and of the place y, x `window`, `kernel`, `products`."""

    rate = 5.0

    photograph: Annotated[
        Literal[
            "chelsea", "coffee", "rocket", "camera", "coins", "hubble_deep_field", "china", "flower"
        ]
        | None,
        doc("a photograph, its longer side 160; null: the example"),
    ] = None
    kernel: Annotated[
        tuple[Annotated[float, Ge(-100.0), Le(100.0)], ...],
        MinLen(1),
        MaxLen(SIDE**2),
        doc("a square of numbers, row by row; at most 7 × 7"),
    ] = (1.0,)
    flip: Annotated[bool, doc("turn the kernel by 180° first")] = False
    y: Annotated[int, Ge(0), doc("row of the place that is taken apart")] = 0
    x: Annotated[int, Ge(0), doc("its column")] = 0

    def refuse(self, experiment: Experiment) -> str:
        needless = self.photograph is not None or len(experiment.input_shape) == 3
        return "" if needless else NO_PICTURES

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        picture = self._picture(session)
        height, width = picture.shape
        for name, i, n in (("y", self.y, height), ("x", self.x, width)):
            if i >= n:
                raise Invalid(f"“{name}” is at most {n - 1} here.", pointer=f"/{name}", limit=n - 1)
        tape = self._convolved(picture)
        went = single(tape["filter"].y)[0]
        o = Open(
            tape.net.sites[0], tape.net.arrays(tape.theta), single(tape["filter"].x), tape, None
        )
        info, arrays = apart(o, (0, self.y, self.x))
        del arrays["sources"]
        name = self.photograph or ""
        info |= {
            "answer": float(went[self.y, self.x]),
            "low": float(went.min()),
            "high": float(went.max()),
            "says": PHOTOGRAPHS[name] if name else "",
        }
        return info, {"filtered": went, "picture": picture, **arrays}

    def _convolved(self, picture: Array) -> Tape:
        """A net of one convolution with the kernel, and its answer to the picture."""
        side = math.isqrt(len(self.kernel))
        if side**2 != len(self.kernel):
            raise Invalid(
                f"A kernel is a square: side × side numbers, not {len(self.kernel)}.",
                pointer="/kernel",
            )
        layer = Conv2d(name="filter", channels=1, kernel=side, padding="same", bias=False)
        net = Net((layer,), (1, *picture.shape))
        theta = net.theta()
        weight = net.arrays(theta)["filter.weight"][0, 0]
        weight[...] = np.reshape(self.kernel, (side, side))[
            :: 1 - 2 * self.flip, :: 1 - 2 * self.flip
        ]
        tape = Tape(net, 1, "evaluate", theta, net.buffers())
        tape.x[:, 0, :, 0] = picture / 255
        tape.replay()
        return tape

    def _picture(self, session: Session) -> Array:
        """height × width, bytes."""
        if self.photograph is not None:
            return _grey(_half(photograph(self.photograph)).transpose(2, 0, 1))
        own = self.own(session)
        if own is not None:
            return _grey(own)
        _, _, where = self.example(session)
        if where is None:
            raise NotNow(NO_PICTURES)
        return _grey(session.run.prepared.raw[where])


def _half(pixels: Array) -> Array:
    """Every 2 × 2 pixels as one."""
    height, width = (2 * (n // 2) for n in pixels.shape[:2])
    blocks = pixels[:height, :width].reshape(height // 2, 2, width // 2, 2, -1)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _grey(pixels: Array) -> Array:
    """channels × height × width as height × width, as bright as the colours look."""
    bright = np.tensordot(LUMA, pixels, 1) if len(pixels) == 3 else pixels[0]
    return np.asarray(np.rint(bright)).astype(np.uint8)
