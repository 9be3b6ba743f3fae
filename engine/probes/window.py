"""Inside one answer: the window it looks through, times the kernel, equals products, and their sum.

The answer of any place of any map is taken apart into what each source adds: of a convolution the
products of every kernel, of a pool the numbers it chose from, of a dense layer weight times input,
of a residual block its body and its shortcut.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Annotated, Any

from engine.memory.arena import Array
from engine.probes.apart import Open, apart, everywhere
from engine.probes.base import FOLLOWS, MAX_UNITS, pick, single
from engine.probes.place import OfPlace
from engine.probes.ways import behind, flattened, way
from engine.registry import register
from engine.session import Session
from engine.spec import doc


@register("probe", "window")
class WindowOf(OfPlace):
    """One answer taken apart. `window`: inputs × height × width of what it sees (0 outside the
    picture), `kernel` and `products` alike, `sources`: what each input map adds; info: the sum, the
    bias, the answer, the same behind the layers of its column, and where the window stands. A dense
    layer sees everything: behind a flatten all maps, else inputs × 1 × 1. The sources of a residual
    block are its body and its shortcut; `ways` names the last layers of these ("" is the identity),
    and `sizes` are the root mean squares of what each adds to the whole map.
    """

    layer: Annotated[str, doc("a layer that makes something of several numbers, by its path")]
    intermediate: Annotated[
        bool, doc("also what each source adds to every place of the map (sources × h × w)")
    ] = False

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        pick(self.layer, tuple(run.net.by_path))
        site = run.net.by_path[self.layer]
        self.check_inside(site.y)
        example, _, where = self.example(session)
        tape = run.reading.tape(1)
        tape.x[...] = example
        tape.replay()
        went = single(tape[self.layer].y)
        layers = run.experiment.layers
        maps = flattened(way(layers, run.experiment.input_shape, self.layer))
        o = Open(site, run.arrays, single(tape[self.layer].x), tape, maps)
        info, arrays = apart(o, (self.channel, self.y, self.x))
        spot = (self.channel, self.y, self.x)[: went.ndim]
        added = everywhere(o, self.channel, MAX_UNITS) if self.intermediate else None
        if added is not None:
            arrays["intermediate"] = added
        info |= {"answer": float(went[spot]), "where": where, "then": []}
        names, _ = behind(layers, self.layer)
        for path in takewhile(lambda path: run.net.by_path[path].layer.kind in FOLLOWS, names):
            info["then"].append({"layer": path, "answer": float(single(tape[path].y)[spot])})
        return info, arrays
