"""Edits of a live session, each with the step at which it took effect.

`at: k` means after step k and before step k + 1. An edit is a value; what it does to the experiment
is here (`change`), what it does to the arrays is the session's (engine/transplant.py).
"""

from __future__ import annotations

import copy
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le, MaxLen

from engine.errors import Invalid, NotNow, TinkernetError, Unknown
from engine.registry import register, value
from engine.spec import Json, Spec, doc, fields, read

Document = dict[str, Json]
MOST_EDITS = 2048  # along one line, as an experiment carries them
AT_A_TIME = 64
LARGEST = 3.4e38  # about what a float32 holds: what stood there must fit again when it is undone


@value
class Edit(Spec):
    """Base of every edit."""

    family: ClassVar[str] = "edit"
    live = "now"

    at: Annotated[int | None, Ge(0), doc("the step after which it acts; the session says")] = None

    def change(self, document: Document) -> None:
        """Change the canonical JSON of the experiment in place. Raises where it does not fit."""

    def words(self) -> str:
        """A few words for the mark on the time line."""
        raise NotImplementedError(f"{self.kind} says itself in words")


@register("edit", "set")
class Set(Edit):
    """Give a field of the experiment another value: a knob turned."""

    path: Annotated[str, doc("JSON pointer, such as /training/learner/optimizer/learning_rate")]
    value: Any

    def change(self, document: Document) -> None:
        at, key = _find(document, self.path)
        at[key] = copy.deepcopy(self.value)

    def words(self) -> str:
        name = self.path.rsplit("/", 1)[-1].replace("learning_rate", "rate").replace("_", " ")
        shown = self.value.get("kind", "…") if isinstance(self.value, dict) else self.value
        if self.path.startswith("/model/layers/") and name == "p":
            name = "dropout"
        if isinstance(shown, list):
            shown = ", ".join(_brief(item) for item in shown) or "none"
        return f"{name} {shown}"


@register("edit", "write")
class Write(Edit):
    """Write one number of an array by hand: a weight, a bias."""

    array: Annotated[str, doc("dotted name, such as dense1.weight")]
    index: Annotated[tuple[int, ...], MaxLen(4), doc("where in the array")]
    value: Annotated[float, Ge(-LARGEST), Le(LARGEST), doc("the new number")]

    def words(self) -> str:
        return f"{self.array}[{', '.join(map(str, self.index))}] = {self.value:g}"


@register("edit", "layer_insert")
class LayerInsert(Edit):
    """Put a layer into the chain, so that it stands at this index."""

    layer: Annotated[Any, doc("the layer, as in the experiment")]
    index: Annotated[int, Ge(0), doc("its place in the chain")]
    chain: Annotated[str, doc("dotted path of the block it stands in; empty: the net itself")] = ""

    def change(self, document: Document) -> None:
        layers = chain_of(document, self.chain)
        if self.index > len(layers):
            raise Invalid(
                f"“index” is at most {len(layers)} here.", pointer="/index", limit=len(layers)
            )
        layers.insert(self.index, copy.deepcopy(self.layer))

    def words(self) -> str:
        kind = self.layer.get("kind", "layer") if isinstance(self.layer, dict) else "layer"
        return f"+ {kind}"


@register("edit", "layer_remove")
class LayerRemove(Edit):
    """Take a layer out of the chain."""

    layer: Annotated[str, doc("its dotted path")]

    def change(self, document: Document) -> None:
        layers, i = locate(document, self.layer)
        if len(layers) == 1:
            raise Invalid("The last layer stays: a net has at least one.", pointer="/layer")
        del layers[i]

    def words(self) -> str:
        return f"− {self.layer}"


@register("edit", "layer_move")
class LayerMove(Edit):
    """Move a layer to another place in its chain."""

    layer: Annotated[str, doc("its dotted path")]
    index: Annotated[int, Ge(0), doc("its new place in the chain")]

    def change(self, document: Document) -> None:
        layers, i = locate(document, self.layer)
        if self.index >= len(layers):
            most = len(layers) - 1
            raise Invalid(f"“index” is at most {most} here.", pointer="/index", limit=most)
        layers.insert(self.index, layers.pop(i))

    def words(self) -> str:
        return f"{self.layer} moved"


@register("edit", "unit_add")
class UnitAdd(Edit):
    """One unit more; of a convolution, one kernel with its map. Its incoming weights are drawn, its
    outgoing ones 0: nothing jumps."""

    layer: Annotated[str, doc("dotted path of a dense layer or a convolution")]
    unit: Annotated[int | None, Ge(0), doc("the place it takes; null: the last")] = None

    def change(self, document: Document) -> None:
        at, size = _sized(document, self.layer)
        if self.unit is not None and self.unit > at[size]:
            raise Invalid(f"“unit” is at most {at[size]} here.", pointer="/unit")
        at[size] += 1

    def words(self) -> str:
        return f"{self.layer} + unit"


@register("edit", "unit_remove")
class UnitRemove(Edit):
    """One unit less: its row here and its column in the next layer go."""

    layer: Annotated[str, doc("dotted path of a dense layer or a convolution")]
    unit: Annotated[int | None, Ge(0), doc("which one; null: the last")] = None

    def change(self, document: Document) -> None:
        at, size = _sized(document, self.layer)
        if at[size] == 1:
            raise Invalid("The last unit stays: a layer has at least one.", pointer="/layer")
        if self.unit is not None and self.unit >= at[size]:
            raise Invalid(f"“unit” is at most {at[size] - 1} here.", pointer="/unit")
        at[size] -= 1

    def words(self) -> str:
        return f"{self.layer} − unit"


@register("edit", "silence")
class Silence(Edit):
    """Hold the outputs of these units at 0: a lesion. An empty list gives them back."""

    layer: Annotated[str, doc("dotted path of a layer")]
    units: Annotated[tuple[int, ...], MaxLen(1024), doc("the units held silent")]

    def words(self) -> str:
        return f"{self.layer} silent: {', '.join(map(str, self.units)) or 'none'}"


@register("edit", "freeze")
class Freeze(Edit):
    """Let the parameters of a layer stand still, or learn again."""

    layer: Annotated[str, doc("dotted path of a layer")]
    on: Annotated[bool, doc("whether they stand still")] = True

    def words(self) -> str:
        return f"{self.layer} {'frozen' if self.on else 'thawed'}"


@register("edit", "undo")
class Undo(Edit):
    """Take an earlier edit back, from now on."""

    edit: Annotated[int, Ge(0), doc("its number in the list of this line")]

    def words(self) -> str:
        return f"undo {self.edit}"


def read_edits(document: Json, most: int = AT_A_TIME) -> tuple[Edit, ...]:
    """A list of at most so many edits from JSON. Raises `Invalid` with a pointer."""
    if not isinstance(document, list):
        raise Invalid("Edits come as a list: [{“kind”: …}, …].")
    if len(document) > most:
        raise Invalid(f"At most {most} edits at a time.", limit=most)
    made = []
    for i, item in enumerate(document):
        try:
            made.append(read(Edit, item))
        except TinkernetError as error:
            raise error.at(i) from None
    return tuple(made)


def when(experiment: Spec, path: str) -> str:
    """When a change of the field at `path` acts: now, next_epoch or reset."""
    at: Any = experiment
    live = "reset"
    for key in _keys(path):
        if isinstance(at, Spec):
            known = {field.name: field for field in fields(type(at))}
            if key == "kind":
                return "reset"
            if key not in known:
                raise Unknown(f"There is nothing at “{path}”.", pointer="/path", known=known)
            live, at = known[key].live, getattr(at, key)
        elif isinstance(at, tuple) and key.isdecimal() and int(key) < len(at):
            at = at[int(key)]
        else:
            raise Unknown(f"There is nothing at “{path}”.", pointer="/path")
    return live


def refuse_reset(experiment: Spec, edit: Set) -> None:
    """Raise `NotNow` where the field needs a new start."""
    if when(experiment, edit.path) == "reset":
        raise NotNow(
            f"“{edit.path}” cannot change while the run goes on: it needs a new start. "
            "Begin a new session with it.",
            pointer="/path",
        )


def locate(document: Document, path: str) -> tuple[list[Document], int]:
    """The chain a layer stands in and its place there, by dotted path."""
    *blocks, name = path.split(".")
    layers = chain_of(document, ".".join(blocks))
    for i, layer in enumerate(layers):
        if layer["name"] == name:
            return layers, i
    known = [layer["name"] for layer in layers]
    raise Unknown(f"There is no layer “{path[:60]}”.", pointer="/layer", known=known)


def chain_of(document: Document, path: str) -> list[Document]:
    """The layers of the net (empty path) or of a block, by dotted path."""
    layers: list[Document] = document["model"]["layers"]
    parts = [part for part in path.split(".") if part]
    i = 0
    while i < len(parts):
        block = next((layer for layer in layers if layer.get("name") == parts[i]), None)
        inside = {} if block is None else _inside(block)
        chain = parts[i + 1] if i + 1 < len(parts) and parts[i + 1] in inside else ""
        if chain not in inside:
            raise Unknown(f"There is no block “{path[:60]}”.", pointer="/layer")
        layers = inside[chain]
        i += 2 if chain else 1
    return layers


def _inside(block: Document) -> dict[str, list[Document]]:
    """The chains of a block by their names, as `Layer.chains` gives them."""
    if "body" in block:
        return {"": block["body"], "shortcut": block["shortcut"]}
    return {f"branch{i}": chain for i, chain in enumerate(block.get("branches", ()), 1)}


def _sized(document: Document, path: str) -> tuple[Document, str]:
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


def _keys(path: str) -> list[str]:
    if not path.startswith("/") or len(path) > 200:
        raise Invalid("“path” is a JSON pointer such as /data/noise.", pointer="/path")
    return path[1:].split("/")


def _find(document: Document, path: str) -> tuple[Any, Any]:
    at: Any = document
    *way, last = _keys(path)
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    return at, int(last) if isinstance(at, list) else last


def _brief(item: Json) -> str:
    if isinstance(item, dict):
        return f"{item.get('kind', '…')} {item.get('rate', '')}".strip()
    return str(item)
