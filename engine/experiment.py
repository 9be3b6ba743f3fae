"""An experiment: data, model, training and seed, as one immutable value.

The same experiment gives the same numbers. Its canonical form (defaults filled in, names given,
keys sorted) has a hash, which is its id; the short form (defaults left out) fits into a link.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import field
from functools import cached_property
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le, MaxLen

from engine import link
from engine.data import Dataset, ImageSet, input_names
from engine.data.membership import check_erased
from engine.edits import MOST_EDITS, Edit
from engine.errors import Broken, Invalid, TinkernetError
from engine.layers import Dense, Layer
from engine.layers.base import MAX_LAYERS
from engine.learners import Learner
from engine.losses import Loss
from engine.memory.arena import Shape
from engine.net import walk
from engine.registry import register, value
from engine.spec import Json, Live, Spec, When, doc, fields

PURPOSES = ("data", "init", "order", "masks", "augment")
MAX_DEEP = 256  # layers of a net, those inside blocks included
Seed = Annotated[int, Ge(0), Le(2**32 - 1)]


@value
class Input(Spec):
    """Base of what comes in."""

    family: ClassVar[str] = "input"

    def names(self, data: Dataset) -> tuple[str, ...]:
        """Names of the net's inputs; none where they are pixels."""
        return ()

    def shape(self, data: Dataset) -> Shape:
        """Shape of one input. Raises `Invalid` where it does not suit the data."""
        raise NotImplementedError(f"{self.kind} knows its shape")


@register("input", "plane")
class Plane(Input):
    """Numbers: the data's own columns, or chosen features of x1 and x2."""

    features: Annotated[
        tuple[str, ...] | None, MaxLen(16), doc("names of the features; null: the data's columns")
    ] = None

    def names(self, data: Dataset) -> tuple[str, ...]:
        return input_names(data, self.features)

    def shape(self, data: Dataset) -> Shape:
        if isinstance(data, ImageSet):
            raise Invalid(
                f"“{data.kind}” is a set of pictures: take the input “image”.", pointer="/kind"
            )
        return (len(self.names(data)),)


@register("input", "image")
class Image(Input):
    """Pictures: channels × height × width, as the data have them."""

    def shape(self, data: Dataset) -> Shape:
        if not isinstance(data, ImageSet):
            raise Invalid(
                f"“{data.kind}” holds points and no pictures: take the input “plane”.",
                pointer="/kind",
            )
        return data.shape


@value
class Model(Spec):
    """What comes in, and the layers it goes through."""

    live: ClassVar[Live] = "reset"

    input: Annotated[Input, doc("what comes in")]
    layers: Annotated[tuple[Layer, ...], MaxLen(MAX_LAYERS), doc("the chain of layers")]

    def check(self) -> None:
        if not self.layers:
            raise Invalid("A net needs at least one layer.", pointer="/layers", limit=1)
        if _count(self.layers) > MAX_DEEP:
            raise Invalid(
                f"A net has at most {MAX_DEEP} layers, those inside blocks included.",
                pointer="/layers",
                limit=MAX_DEEP,
            )


@value
class Training(Spec):
    """The loss and the learner that makes it smaller."""

    loss: Annotated[Loss | None, doc("what is made small; none for the perceptron")] = None
    learner: Annotated[Learner, When("now"), doc("what makes it small")]

    def check(self) -> None:
        if self.learner.wants_loss and self.loss is None:
            raise Invalid("The training needs a loss.", pointer="/loss")
        if not self.learner.wants_loss and self.loss is not None:
            raise Invalid("The perceptron rule has no loss: leave it out.", pointer="/loss")


@value
class Experiment(Spec):
    """Everything that decides the numbers."""

    format: Annotated[int, Ge(1), Le(1), doc("version of this form")]
    seed: Annotated[Seed, doc("the one seed")] = 0
    seeds: Annotated[dict[str, int], doc("seeds of single purposes, overriding the one")] = field(
        default_factory=dict
    )
    data: Annotated[Dataset, doc("the examples")]
    model: Annotated[Model, doc("the net")]
    training: Annotated[Training, doc("how it learns")]
    edits: Annotated[
        tuple[Edit, ...], MaxLen(MOST_EDITS), doc("what was changed while it ran")
    ] = ()

    def check(self) -> None:
        for purpose, seed in self.seeds.items():
            if purpose not in PURPOSES or not 0 <= seed < 2**32:
                raise Invalid(
                    f"“seeds” gives numbers from 0 to 4294967295 for: {', '.join(PURPOSES)}.",
                    pointer="/seeds",
                    known=PURPOSES,
                )
        try:
            check_erased(self.data, self.seed_of("data"))
        except TinkernetError as error:
            raise error.at("data") from None
        try:
            named = self.model.with_(layers=name(self.model.layers, top=True))
            object.__setattr__(self, "model", named)
            self._check_net()
        except TinkernetError as error:
            # A loss that does not fit the data points at itself already.
            raise (error if error.pointer.startswith("/training") else error.at("model")) from None

    def _check_net(self) -> None:
        try:
            x = self.input_shape
        except TinkernetError as error:
            raise error.at("input") from None
        needed = self.outputs
        for i, layer in enumerate(self.layers):
            try:
                x = layer.shape(x)
            except TinkernetError as error:
                raise error.at(i).at("layers") from None
        if x != (needed,):
            shown = "×".join(map(str, x))
            advice = "let the last dense layer have “units”: null"
            if not any(isinstance(layer, Dense) for layer in self.layers):
                advice = f"put a {'flatten and a ' if len(x) > 1 else ''}dense layer behind it"
            raise Invalid(
                f"The net ends in {shown} outputs, but this loss on these data needs {needed}: "
                f"{advice}.",
                pointer=f"/layers/{len(self.layers) - 1}",
                limit=needed,
            )
        _check_rule(self.training, self.layers, self.data)
        _check_alone(self)

    # --- what follows ------------------------------------------------------------------------

    @property
    def outputs(self) -> int:
        """Numbers the net answers with for one example."""
        if self.training.loss is None:
            return 1
        try:
            return self.training.loss.outputs(self.data.classes)
        except TinkernetError as error:
            raise error.at("loss").at("training") from None

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers with every `units: null` resolved."""
        return tuple(_resolve(layer, self.outputs) for layer in self.model.layers)

    @property
    def input_shape(self) -> Shape:
        """Shape of one input as the net gets it."""
        return self.model.input.shape(self.data)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the net's inputs; none where they are pixels."""
        return self.model.input.names(self.data)

    def seed_of(self, purpose: str) -> int:
        """The seed of one purpose."""
        return self.seeds.get(purpose, self.seed)

    # --- forms -------------------------------------------------------------------------------

    def canonical(self) -> bytes:
        """Canonical JSON: defaults filled in, keys sorted, no spaces, UTF-8."""
        return link.dump(self.to_json())

    @property
    def id(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal digits."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def short(self) -> dict[str, Json]:
        """JSON with defaults, and names that would be given anyway, left out."""
        bare: dict[str, Json] = _strip(self, names=False)
        try:
            if Experiment.from_json(bare) == self:
                return bare
        except TinkernetError:  # an edit may speak of a name that would not be given again
            pass
        whole: dict[str, Json] = _strip(self, names=True)
        return whole

    def link(self) -> str:
        """The short form as text for a link, after `#e=` (engine/link.py)."""
        return link.write(self.short(), self.data)

    @classmethod
    def from_link(cls, text: str) -> Experiment:
        """The experiment of a link. Raises `Broken` where it cannot be read."""
        document = link.read(text)
        try:
            return cls.from_json(document)
        except RecursionError:
            raise Broken(
                "This link has blocks inside blocks without end.", pointer="/link"
            ) from None


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


def _count(layers: tuple[Layer, ...]) -> int:
    """How many layers a chain has, those inside its blocks included."""
    inside = (chain for layer in layers for chain in layer.chains().values())
    return len(layers) + sum(map(_count, inside))


def _resolve(layer: Layer, outputs: int) -> Layer:
    if isinstance(layer, Dense) and layer.units is None:
        return layer.with_(units=outputs)
    inner = {
        chain: tuple(_resolve(part, outputs) for part in inside)
        for chain, inside in layer.chains().items()
    }
    return layer.with_chains(inner) if inner else layer


def _check_rule(training: Training, layers: tuple[Layer, ...], data: Dataset) -> None:
    steps = [i for i, layer in enumerate(layers) if layer.kind == "step"]
    if training.learner.kind == "perceptron":
        if [layer.kind for layer in layers] != ["dense", "step"] or data.classes != 2:
            raise Invalid(
                "The perceptron rule trains one dense layer under a step, on two classes.",
                pointer="/layers",
            )
    elif steps:
        raise Invalid(
            "The derivative of “step” is zero, so gradient descent learns nothing through it: "
            "take sigmoid or tanh, or the learner “perceptron”.",
            pointer=f"/layers/{steps[0]}",
        )


def _check_alone(experiment: Experiment) -> None:
    """Batch norm over a single number subtracts it from itself: nothing would be learned."""
    x, alone = experiment.input_shape, False
    for site in walk(experiment.layers, x):
        alone |= site.layer.kind == "batch_norm" and math.prod(site.x[1:]) == 1
    if alone and experiment.training.learner.batch_size(experiment.data.training_size) == 1:
        raise Invalid(
            "Batch norm needs at least 2 examples in a batch: over a single one it would subtract "
            "each number from itself.",
            pointer="/training/learner/batch",
            limit=2,
        )


def _strip(x: Any, names: bool) -> Any:
    """JSON without what a default would fill in."""
    match x:
        case Spec():
            shown = {
                f.name: _strip(getattr(x, f.name), names)
                for f in fields(type(x))
                if f.required or (getattr(x, f.name) != f.default and (names or f.name != "name"))
            }
            return {"kind": x.kind, **shown} if hasattr(x, "kind") else shown
        case tuple():
            return [_strip(item, names) for item in x]
        case _:
            return x
