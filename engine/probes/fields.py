"""The receptive field by formula: from a place of one map down to the picture.

A window with kernel k, stride s, dilation d and padding p sees from the places a … b of its map the
places  a s − p … b s − p + d (k − 1)  below, so a field of size r becomes

    r ← (r − 1) s + d (k − 1) + 1

The lecture's short rule, r + 2 ⌊k/2⌋ at a filter and 2 r at a pooling, is counted beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.convolution.geometry import Axis
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
from engine.memory.arena import Shape
from engine.net import Site
from engine.probes.ways import way

Span: TypeAlias = tuple[int, int]  # first and last place, both seen


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


def fields_of(experiment: Experiment, layer: str, y: int, x: int) -> list[tuple[str, Shape, Field]]:
    """The field of a place at every layer on the way to it, from the layer itself to “input”: the
    name, the shape and the box of the place's field in its output. layer: a dotted path."""
    sites = way(experiment.layers, experiment.input_shape, layer)
    field = Field((y, y), (x, x), 1)
    made = [(layer, sites[-1].y, field)]
    for site, under in zip(reversed(sites), [*reversed(sites[:-1]), None], strict=True):
        field = below(site.layer, site.x, field)
        made.append((under.path if under else "input", site.x, field))
    return made


def inner_fields(
    experiment: Experiment, layer: str, y: int, x: int
) -> Iterator[tuple[str, Shape, Field]]:
    """The same of the layers inside the blocks that the way goes through."""
    fields = {path: field for path, _, field in fields_of(experiment, layer, y, x)}
    for site in way(experiment.layers, experiment.input_shape, layer):
        yield from _inside(site, fields[site.path])


def _inside(site: Site, field: Field) -> Iterator[tuple[str, Shape, Field]]:
    """field: of the block's own output. Branches beside each other are taken alike: of a place of
    one of them the others see nothing, but a later layer looks at all."""
    for name, chain in site.layer.chains().items():
        sites, x = [], site.x
        for layer in chain:
            path = f"{site.path}.{name}{'.' if name else ''}{layer.name}"
            sites.append(Site(path, layer, x, layer.shape(x)))
            x = sites[-1].y
        here = field
        for inner in reversed(sites):
            yield inner.path, inner.y, here
            yield from _inside(inner, here)
            here = below(inner.layer, inner.x, here)


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
