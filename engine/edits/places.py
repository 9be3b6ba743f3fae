"""Where a layer stands in the JSON of an experiment, by its dotted path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.edits.base import Document
from engine.errors import Invalid, Unknown

# The part of a JSON pointer that leads to a layer, in front of its field.
_LAYER: Final = re.compile(r"/model/layers/\d+(?:/(?:body|shortcut|branches/\d+)/\d+)*(?=/)")


def locate(document: Document, path: str) -> tuple[list[Document], int]:
    """The chain a layer stands in and its place there, by dotted path."""
    *blocks, name = path.split(".")
    layers = chain_of(document, ".".join(blocks))
    for i, layer in enumerate(layers):
        if layer["name"] == name:
            return layers, i
    known = [layer["name"] for layer in layers]
    raise Unknown(f"There is no layer “{path[:60]}”.", pointer="/layer", known=known)


def chain_of(document: Document, path: str, pointer: str = "/layer") -> list[Document]:
    """The layers of the net (empty path) or of a block, by dotted path. pointer: to the field that
    names it."""
    layers: list[Document] = document["model"]["layers"]
    parts = [part for part in path.split(".") if part]
    i = 0
    while i < len(parts):
        block = next((layer for layer in layers if layer.get("name") == parts[i]), None)
        inside = {} if block is None else _inside(block)
        chain = parts[i + 1] if i + 1 < len(parts) and parts[i + 1] in inside else ""
        if chain not in inside:
            raise Unknown(f"There is no block “{path[:60]}”.", pointer=pointer)
        layers = inside[chain]
        i += 2 if chain else 1
    return layers


def owner(document: Document, pointer: str) -> str | None:
    """The layer that a field belongs to, by its dotted path; None of all that is no layer's."""
    found = _LAYER.match(pointer)
    stand = {spot: path for path, spot in _pointers(document["model"]["layers"])}
    return None if found is None else stand.get(found[0])


def pointed_at(document: Document, layer: str, pointer: str) -> str:
    """The pointer to the same field of a layer, where that stands in this document."""
    return _LAYER.sub(dict(_pointers(document["model"]["layers"]))[layer], pointer)


def _pointers(
    layers: list[Document], path: str = "", at: str = "/model/layers"
) -> Iterator[tuple[str, str]]:
    """Every layer by its dotted path, with the JSON pointer to where it stands."""
    for i, layer in enumerate(layers):
        here, spot = f"{path}{layer['name']}", f"{at}/{i}"
        yield here, spot
        for n, (chain, inside) in enumerate(_inside(layer).items()):
            field = f"branches/{n}" if "branches" in layer else chain or "body"
            yield from _pointers(inside, f"{here}.{chain}{'.' * bool(chain)}", f"{spot}/{field}")


def _inside(block: Document) -> dict[str, list[Document]]:
    """The chains of a block by their names, as `Layer.chains` gives them."""
    if "body" in block:
        return {"": block["body"], "shortcut": block["shortcut"]}
    return {f"branch{i}": chain for i, chain in enumerate(block.get("branches", ()), 1)}


def sized(document: Document, path: str) -> tuple[Document, str]:
    """A layer that can have a unit more or less, and the field that counts them."""
    layers, i = locate(document, path)
    match layers[i]:
        case {"kind": "dense", "units": int()}:
            return layers[i], "units"
        case {"kind": "conv2d", "groups": 1}:
            return layers[i], "channels"
    raise Invalid(
        f"{path}: units are added and removed in dense layers and in convolutions without groups, "
        "and not where the loss decides the number.",
        pointer="/layer",
    )
