"""The way to a layer: what stands before it, one behind the other, from the picture on.

A layer inside a block is reached through one of the block's chains alone; what else the block does
is beside the way. So a place inside a block sees what its own way sees.
"""

from __future__ import annotations

from engine.layers import Layer
from engine.memory.arena import Shape
from engine.memory.tape import Chain, Tape
from engine.net import Site
from engine.probes.base import FOLLOWS, SAME


def way(layers: tuple[Layer, ...], x: Shape, path: str) -> list[Site]:
    """The layers on the way to a layer of a net, itself the last. x: shape of what comes in."""
    found = _way(layers, x, path, "")
    assert found is not None, path
    return found


def _way(layers: tuple[Layer, ...], x: Shape, path: str, above: str) -> list[Site] | None:
    made: list[Site] = []
    for layer in layers:
        here, y = f"{above}{layer.name}", layer.shape(x)
        if here == path:
            return [*made, Site(here, layer, x, y)]
        if path.startswith(f"{here}."):
            for name, chain in layer.chains().items():
                inner = _way(chain, x, path, f"{here}.{name}{'.' if name else ''}")
                if inner is not None:
                    return made + inner
        made.append(Site(here, layer, x, y))
        x = y
    return None


def behind(layers: tuple[Layer, ...], path: str) -> tuple[list[str], bool]:
    """The layers behind a layer in its own chain, as paths; and whether that chain is the net's."""
    found = _behind(layers, path, "")
    assert found is not None, path
    return found


def _behind(layers: tuple[Layer, ...], path: str, above: str) -> tuple[list[str], bool] | None:
    for i, layer in enumerate(layers):
        here = f"{above}{layer.name}"
        if here == path:
            return [f"{above}{other.name}" for other in layers[i + 1 :]], not above
        if path.startswith(f"{here}."):
            for name, chain in layer.chains().items():
                found = _behind(chain, path, f"{here}.{name}{'.' if name else ''}")
                if found is not None:
                    return found
    return None


def flattened(sites: list[Site]) -> Shape | None:
    """The shape of the maps that a flatten on a way laid out as a vector for its last layer."""
    maps = None
    for site in sites[:-1]:
        if site.layer.kind == "flatten":
            maps = site.x
        elif site.layer.kind not in SAME:
            maps = None
    return maps


def columns(layers: tuple[Layer, ...], above: str = "") -> list[str]:
    """The last layer of every column of a chain (see `visible`), as paths."""
    shown: list[str] = []
    for layer in layers:
        path = f"{above}{layer.name}"
        if layer.kind in SAME:
            continue
        if layer.kind not in FOLLOWS or not shown:
            shown.append(path)
        else:
            shown[-1] = path
    return shown


def parts(tape: Tape, path: str) -> list[tuple[Chain, int]]:
    """The chains of a tape that lead to a layer, the outermost first, and where in each the way
    goes on or ends."""
    found = _parts(tape.chain, path)
    assert found is not None, path
    return found


def _parts(chain: Chain, path: str) -> list[tuple[Chain, int]] | None:
    for i, (_, cell) in enumerate(chain.links):
        if cell.path == path:
            return [(chain, i)]
        if path.startswith(f"{cell.path}."):
            for inner in cell.chains.values():
                found = _parts(inner, path)
                if found is not None:
                    return [(chain, i), *found]
    return None
