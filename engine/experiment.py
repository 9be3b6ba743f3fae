"""An experiment: data, model, training and seed, as one immutable value.

The same experiment gives the same numbers. Its canonical form (defaults filled in, names given,
keys sorted) has a hash, which is its id; the short form (defaults left out) fits into a link.
"""

from __future__ import annotations

import hashlib
from dataclasses import field
from functools import cached_property
from typing import Annotated, ClassVar

from annotated_types import Ge, Le, MaxLen

from engine import link
from engine.agreement import check_norms, check_outputs, check_rule
from engine.data import Dataset
from engine.data.membership import check_erased
from engine.edits import MOST_EDITS, Edit
from engine.errors import Broken, Invalid, TinkernetError
from engine.inputs import Input
from engine.layers import Layer
from engine.layers.base import MAX_LAYERS
from engine.layers.chain import MOST_DEEP, count, name, resolve
from engine.learners import Learner
from engine.losses import Loss
from engine.memory.arena import Shape
from engine.registry import value
from engine.spec import Json, Live, Spec, When, doc

PURPOSES = ("data", "init", "order", "masks", "augment")
Seed = Annotated[int, Ge(0), Le(2**32 - 1)]


@value
class Model(Spec):
    """What comes in, and the layers it goes through."""

    live: ClassVar[Live] = "reset"

    input: Annotated[Input, doc("what comes in")]
    layers: Annotated[tuple[Layer, ...], MaxLen(MAX_LAYERS), doc("the chain of layers")]

    def check(self) -> None:
        if not self.layers:
            raise Invalid("A net needs at least one layer.", pointer="/layers", limit=1)
        if count(self.layers) > MOST_DEEP:
            raise Invalid(
                f"A net has at most {MOST_DEEP} layers, those inside blocks included.",
                pointer="/layers",
                limit=MOST_DEEP,
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
        check_outputs(self.layers, x, self.outputs)
        check_rule(self.training.learner, self.layers, self.data)
        check_norms(self.training.learner, self.layers, x, self.data)

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
        return resolve(self.model.layers, self.outputs)

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
        bare = link.short(self, names=False)
        try:
            if Experiment.from_json(bare) == self:
                return bare
        except TinkernetError:  # an edit may speak of a name that would not be given again
            pass
        return link.short(self, names=True)

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
