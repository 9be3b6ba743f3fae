"""A dataset is a value that knows its columns, classes and size without making a single point.

`make(seed)` draws the points; features, split and standardization are `prepare`. Class 0 is −1 and
orange on the page, class 1 is +1 and blue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, TypeAlias

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from engine.data.painting import Erased, Extent, Painted, Point, clean, clean_numbers
from engine.data.split import kept
from engine.errors import TinkernetError
from engine.registry import value
from engine.spec import Ladder, Live, Spec, When, doc

Share: TypeAlias = Annotated[
    float,
    Gt(0.0),
    Lt(1.0),
    When("next_epoch"),
    Ladder((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)),
    doc("share of the examples kept for the test"),
]
Standardize: TypeAlias = Annotated[
    bool, doc("shift and scale each input to mean 0, deviation 1 over the training part")
]


@dataclass(frozen=True, eq=False)
class Samples:
    """What a dataset drew.

    inputs: N × columns (float64), the points as they are drawn on the plane; of pictures
    N × channels × height × width (uint8). targets: N class numbers (int64), or N values (float64)
    for regression. test: N truth values, which are kept for the test, of a set that has a split of
    its own; else None.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    test: NDArray[np.bool_] | None = None


@value
class Dataset(Spec):
    """Base of every dataset."""

    family: ClassVar[str] = "data"
    live: ClassVar[Live] = "reset"
    title: ClassVar[str]
    input_kind: ClassVar[str] = "plane"  # the kind of input that takes it
    noise_says: ClassVar[str] = "This set was measured; it has no noise to turn up."
    own_split: ClassVar[bool] = False  # a set with a split of its own takes no test_share
    stratified: ClassVar[bool] = False  # the test part keeps the balance of the classes
    plane: ClassVar[tuple[int, int]] = (0, 1)  # the two columns that are drawn, unless others are
    extent: ClassVar[Extent | None] = None  # x1 low, high, x2 low, high as drawn; None: as measured

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the input columns, as drawn."""
        raise NotImplementedError(f"{type(self).__name__} names its columns")

    @property
    def classes(self) -> int:
        """Number of classes; 0 for regression."""
        raise NotImplementedError(f"{type(self).__name__} counts its classes")

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called: their numbers, unless the set has names for them."""
        return tuple(map(str, range(self.classes)))

    @property
    def size(self) -> int:
        """Number of examples, training and test together."""
        raise NotImplementedError(f"{type(self).__name__} counts its examples")

    @property
    def test_share(self) -> float:
        """Share of the examples kept for the test: a field, unless the set has its own split."""
        raise NotImplementedError(f"{type(self).__name__} has a split of its own")

    @property
    def own(self) -> int:
        """Number of examples the set itself has, those among them that were taken away too."""
        return self.size

    @property
    def painted(self) -> tuple[Point, ...]:
        """Points put on the plane by hand; a field where that can be."""
        return ()

    @property
    def erased(self) -> tuple[int, ...]:
        """Numbers of the set's own examples taken away by hand; a field where that can be."""
        return ()

    @property
    def training_size(self) -> int:
        """Number of training examples; those that were taken away are counted as such."""
        own = self.own
        gone = sum(number < own for number in self.erased)
        return max(own - kept(own, self.test_share) - gone, 1) + len(self.painted)

    @property
    def standardize(self) -> bool:
        """Whether inputs are shifted and scaled; a field where that can be chosen."""
        return False

    @property
    def plain(self) -> Self:
        """The set without what only training sees of it: sessions that share it share the data."""
        return self

    def make(self, seed: int) -> Samples:
        """The examples: a pure function of this value and the seed."""
        raise NotImplementedError(f"{type(self).__name__} draws its examples")


@value
class Named(Dataset):
    """Base: examples of classes that have names; the test part keeps their balance."""

    stratified: ClassVar[bool] = True
    kinds: ClassVar[tuple[str, ...]]  # what the classes are called

    @property
    def classes(self) -> int:
        return len(self.kinds)

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.kinds


@value
class PlaneSet(Dataset):
    """Points of the plane, made by a formula; columns x1 and x2.

    What chance does to point i is fixed by the seed and i; `noise` only scales it. So turning the
    noise moves the same points along the same directions instead of drawing new ones.
    """

    extent: ClassVar[Extent | None] = (-6.0, 6.0, -6.0, 6.0)

    count: Annotated[
        int, Ge(4), Le(5000), When("next_epoch"), doc("how many points, training and test together")
    ] = 400
    noise: Annotated[
        float,
        Ge(0.0),
        Le(1.0),
        When("now"),
        Ladder((0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)),
        doc("how strongly chance disturbs the set; what it disturbs differs from set to set"),
    ] = 0.0
    test_share: Share = 0.5
    standardize: Standardize = False
    painted: Painted = ()
    erased: Erased = ()

    def check(self) -> None:
        assert self.extent is not None
        for name, made in (
            ("painted", lambda: clean(self.painted, self.extent, self.classes)),
            ("erased", lambda: clean_numbers(self.erased, 4999)),
        ):
            try:
                object.__setattr__(self, name, made())
            except TinkernetError as error:
                raise error.at(name) from None

    @property
    def columns(self) -> tuple[str, ...]:
        return ("x1", "x2")

    @property
    def own(self) -> int:
        return self.count

    @property
    def size(self) -> int:
        gone = sum(number < self.count for number in self.erased)
        return self.count - gone + len(self.painted)
