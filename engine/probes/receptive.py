"""The receptive field: which part of the picture one place of one map can see.

By formula, from the place down to the picture (engine/probes/fields.py), and by gradient: where
∂(answer)/∂(picture) is not 0 the picture matters. The layers at which the lecture's short rule is
off are told.
"""

from __future__ import annotations

import copy
from typing import Annotated, Any, Literal

import numpy as np

from engine.errors import NotNow
from engine.memory.arena import Array, Shape
from engine.memory.tape import Tape
from engine.probes.base import pick, single
from engine.probes.fields import Field, fields_of, inner_fields, size
from engine.probes.place import OfPlace
from engine.probes.ways import parts as parts_of
from engine.registry import register
from engine.scores import parts
from engine.session import Session
from engine.spec import doc

ROUNDING = 1e-5  # of the largest, below which a gradient is 0
MANY = 32  # examples over which a gradient is averaged


@register("probe", "receptive")
class Receptive(OfPlace):
    """What one place of one map sees: `boxes` by formula, layer by layer down to the picture (top,
    bottom, left, right, last ones included), `inside`: the same for the layers inside the blocks on
    the way, and `support`: the size of the answer's gradient by every pixel (channels × height ×
    width)."""

    over: Annotated[
        Literal["example", "many"],
        doc("gradient on the one example, or its mean size over the first test examples"),
    ] = "example"

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        pick(self.layer, tuple(run.net.by_path))
        site = run.net.by_path[self.layer]
        self.check_inside(site.y)
        y, x = (self.y, self.x) if len(site.y) == 3 else (0, 0)  # a vector has no rows
        told = [_told(*each) for each in fields_of(run.experiment, self.layer, y, x)]
        support = self._support(session)
        info = {
            "boxes": told,
            "inside": [_told(*each) for each in inner_fields(run.experiment, self.layer, y, x)],
            "sentence": _sentence(told),
            "seen": int(np.count_nonzero(support)),
        }
        return info, {"support": support}

    def _support(self, session: Session) -> Array:
        """|∂ answer / ∂ picture|, channels × height × width."""
        run, data = session.run, session.run.prepared
        if self.over == "many":
            x = data.inputs[..., parts(run)["test"][:MANY]]
        else:
            x, _, _ = self.example(session)
        n = x.shape[-1]
        tape = Tape(
            run.net, n, "evaluate", run.theta, run.buffers, run.net.theta(), need=True,
            silenced=run.silenced,
        )  # fmt: skip
        tape.x[...] = x
        tape.replay()
        for sheet in tape.chain.sheets:
            for f, a in sheet.slopes():
                f(*a)
        y = tape[self.layer].y
        seed = np.zeros_like(y)
        seed[(self.y, self.channel, self.x) if y.ndim == 4 else (self.channel,)] = 1.0
        dy: Array | None = seed
        # The way back begins at the layer itself; out of a block it goes on before the block.
        last = True
        for chain, index in reversed(parts_of(tape, self.layer)):
            part = copy.copy(chain)
            part.links, part.sheets = chain.links[: index + last], ()
            part.wire_back(dy)
            for f, a in list(part.backward()):
                f(*a)
            dy, last = part.dx, False
        if dy is None:
            raise NotNow("This layer has no gradient.")
        support = single(np.abs(dy).mean(axis=-1, keepdims=True))
        # Cook–Toom leaves rounding where the sum of its products is 0.
        support[support < ROUNDING * support.max()] = 0.0
        return support


def _told(path: str, shape: Shape, field: Field) -> dict[str, Any]:
    height, width = (shape[1], shape[2]) if len(shape) == 3 else (1, 1)
    return {
        "layer": path,
        "box": list(field.clipped(height, width)),
        "size": [size(field.rows), size(field.columns)],
        "lecture": field.short,
    }


def _sentence(told: list[dict[str, Any]]) -> str:
    """Where the lecture's short rule and the general formula part, in words; empty if nowhere."""
    for entry in told:
        if entry["size"][0] != entry["lecture"]:
            return (
                f"At {entry['layer']} the short rule says {entry['lecture']}, the formula "
                f"{entry['size'][0]}: the rule holds for odd kernels without stride or dilation, "
                "and for pools of window and stride 2 alone."
            )
    return ""
