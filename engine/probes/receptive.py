"""The receptive field: which part of the picture one place of one map can see.

By formula, from the place down to the picture. A window with kernel k, stride s, dilation d and
padding p sees from the places a … b of its map the places  a s − p … b s − p + d (k − 1)  below, so
a field of size r becomes

    r ← (r − 1) s + d (k − 1) + 1

And by gradient: where ∂(answer)/∂(picture) is not 0 the picture matters. The lecture's short rule,
r + 2 ⌊k/2⌋ at a filter and 2 r at a pooling, is shown beside it, with the layers where it is off.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from annotated_types import Ge

from engine.convolution.geometry import Axis
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.layers import (
    Conv2d,
    Dense,
    Flatten,
    GlobalMeanPool,
    Layer,
    Local2d,
    Parallel,
    Residual,
    Upsample,
)
from engine.layers.norm_each import NormEach
from engine.layers.pool import Pool2d
from engine.memory.arena import Array, Shape
from engine.memory.tape import Tape
from engine.probes.base import pick, single
from engine.probes.examples import OfExample
from engine.probes.maps import refuse_points
from engine.registry import register
from engine.scores import parts
from engine.session import Session
from engine.spec import doc

Span: TypeAlias = tuple[int, int]  # first and last place, both seen
ROUNDING = 1e-5  # of the largest, below which a gradient is 0
MANY = 32  # examples over which a gradient is averaged


@dataclass(frozen=True)
class Field:
    """A box of a map: rows and columns, first and last, and its size as the short rule has it."""

    rows: Span
    columns: Span
    short: int

    def clipped(self, height: int, width: int) -> tuple[int, int, int, int]:
        """top, bottom, left, right inside the picture; the last ones are seen too."""
        (top, bottom), (left, right) = self.rows, self.columns
        return max(top, 0), min(bottom, height - 1), max(left, 0), min(right, width - 1)


@register("probe", "receptive")
class Receptive(OfExample):
    """What one place of one map sees: `boxes` by formula, layer by layer down to the picture (top,
    bottom, left, right, last ones included), and `support`: the size of the answer's gradient by
    every pixel (channels × height × width)."""

    layer: Annotated[str, doc("a layer of the net's own chain, by its name")]
    channel: Annotated[int, Ge(0), doc("which map")] = 0
    y: Annotated[int, Ge(0), doc("row of the map")] = 0
    x: Annotated[int, Ge(0), doc("column of the map")] = 0
    over: Annotated[
        Literal["example", "many"],
        doc("gradient on the one example, or its mean size over the first test examples"),
    ] = "example"

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        names = tuple(str(layer.name) for layer in run.experiment.layers)
        pick(self.layer, names)
        site = run.net.by_path[self.layer]
        given = (self.channel, self.y, self.x)[: len(site.y)]
        for name, i, n in zip(("channel", "y", "x"), given, site.y, strict=False):
            if i >= n:
                raise Invalid(f"“{name}” is at most {n - 1} here.", pointer=f"/{name}", limit=n - 1)
        y, x = (self.y, self.x) if len(site.y) == 3 else (0, 0)  # a vector has no rows
        boxes = fields_of(run.experiment, self.layer, y, x)
        told = []
        for path, shape, field in boxes:
            height, width = (shape[1], shape[2]) if len(shape) == 3 else (1, 1)
            told.append(
                {
                    "layer": path,
                    "box": list(field.clipped(height, width)),
                    "size": [size(field.rows), size(field.columns)],
                    "lecture": field.short,
                }
            )
        support = self._support(session, names.index(self.layer))
        info = {
            "boxes": told,
            "sentence": _sentence(told),
            "seen": int(np.count_nonzero(support)),
        }
        return info, {"support": support}

    def _support(self, session: Session, index: int) -> Array:
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
        # The way back begins at the layer itself.
        chain = copy.copy(tape.chain)
        chain.links = chain.links[: index + 1]
        seed = np.zeros_like(chain.links[-1][1].y)
        spot = (self.y, self.channel, self.x) if seed.ndim == 4 else (self.channel,)
        seed[spot] = 1.0
        chain.wire_back(seed)
        for f, a in list(chain.backward()):
            f(*a)
        if chain.dx is None:
            raise NotNow("This layer has no gradient.")
        support = single(np.abs(chain.dx).mean(axis=-1, keepdims=True))
        # Cook–Toom leaves rounding where the sum of its products is 0.
        support[support < ROUNDING * support.max()] = 0.0
        return support


def fields_of(experiment: Experiment, layer: str, y: int, x: int) -> list[tuple[str, Shape, Field]]:
    """The field of a place at every layer below, from the layer itself to “input”: the name, the
    shape and the box of the place's field in its output."""
    names = [str(each.name) for each in experiment.layers]
    chain = experiment.layers[: names.index(layer) + 1]
    shapes = [experiment.input_shape]
    for each in chain:
        shapes.append(each.shape(shapes[-1]))
    field = Field((y, y), (x, x), 1)
    made = [(layer, shapes[-1], field)]
    for i in range(len(chain) - 1, -1, -1):
        field = below(chain[i], shapes[i], field)
        made.append((str(chain[i - 1].name) if i else "input", shapes[i], field))
    return made


def below(layer: Layer, x: Shape, field: Field) -> Field:
    """What a layer looks at to make a field of its output. x: shape of what comes in."""
    match layer:
        case Conv2d() | Local2d():
            at, k = layer.window(x), layer.window(x).down.k
            rows, columns = through(at.down, field.rows), through(at.across, field.columns)
            return Field(rows, columns, field.short + 2 * (k // 2))
        case Pool2d():
            at = layer.at(x)
            rows, columns = through(at.down, field.rows), through(at.across, field.columns)
            return Field(rows, columns, 2 * field.short)
        case Upsample():
            f = layer.factor
            rows, columns = ((span[0] // f, span[1] // f) for span in (field.rows, field.columns))
            return Field(rows, columns, max(1, field.short // f))
        case Residual() | Parallel():
            ends = [_through_chain(chain, x, field) for chain in layer.chains().values()]
            return Field(
                (min(e.rows[0] for e in ends), max(e.rows[1] for e in ends)),
                (min(e.columns[0] for e in ends), max(e.columns[1] for e in ends)),
                max(e.short for e in ends),
            )
        case Dense() | Flatten() | GlobalMeanPool() | NormEach() if len(x) == 3:
            # Every place, or a mean over all of them.
            return Field((0, x[1] - 1), (0, x[2] - 1), max(x[1:]))
    return field


def _through_chain(chain: tuple[Layer, ...], x: Shape, field: Field) -> Field:
    shapes = [x]
    for layer in chain:
        shapes.append(layer.shape(shapes[-1]))
    for layer, shape in zip(reversed(chain), reversed(shapes[:-1]), strict=True):
        field = below(layer, shape, field)
    return field


def through(axis: Axis, span: Span) -> Span:
    """The inputs that the places of a span see; it may reach outside the picture."""
    first, last = span
    return first * axis.s - axis.before, last * axis.s - axis.before + axis.reach - 1


def size(span: Span) -> int:
    """How many places a span has."""
    return span[1] - span[0] + 1


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
