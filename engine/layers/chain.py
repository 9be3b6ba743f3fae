"""What holds of a whole chain of layers: names, how many there are, and open widths."""

from __future__ import annotations

from engine.errors import Invalid
from engine.layers.base import Layer
from engine.layers.dense import Dense

MOST_DEEP = 256  # layers of a net, those inside blocks included


def name(layers: tuple[Layer, ...], top: bool = False) -> tuple[Layer, ...]:
    """Give every layer of a chain a name: its stem and the smallest free number; the last dense
    of the net is `head`. Raises `Invalid` where a name stands twice."""
    taken: set[str] = set()
    for i, layer in enumerate(layers):
        if layer.name is not None:
            if layer.name in taken:
                raise Invalid(
                    f"The name “{layer.name}” stands twice in one chain.",
                    pointer=f"/layers/{i}/name",
                )
            taken.add(layer.name)
    dense = [i for i, layer in enumerate(layers) if isinstance(layer, Dense)]
    named = []
    for i, layer in enumerate(layers):
        inner = {chain: name(inside) for chain, inside in layer.chains().items()}
        if layer.name is None:
            head = top and dense and i == dense[-1] and "head" not in taken
            numbers = (f"{layer.stem}{k}" for k in range(1, len(layers) + len(taken) + 2))
            given = "head" if head else next(n for n in numbers if n not in taken)
            taken.add(given)
            layer = layer.with_(name=given)
        named.append(layer.with_chains(inner) if inner else layer)
    return tuple(named)


def count(layers: tuple[Layer, ...]) -> int:
    """How many layers a chain has, those inside its blocks included."""
    inside = (chain for layer in layers for chain in layer.chains().values())
    return len(layers) + sum(map(count, inside))


def resolve(layers: tuple[Layer, ...], outputs: int) -> tuple[Layer, ...]:
    """The same chain with every `units: null` answered: as many as the loss needs outputs."""
    return tuple(_resolved(layer, outputs) for layer in layers)


def _resolved(layer: Layer, outputs: int) -> Layer:
    if isinstance(layer, Dense) and layer.units is None:
        return layer.with_(units=outputs)
    inner = {chain: resolve(inside, outputs) for chain, inside in layer.chains().items()}
    return layer.with_chains(inner) if inner else layer
