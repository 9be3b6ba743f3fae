"""Tables: measured examples with named columns.

Kept as small integers in `files/*.npz` (see `files/SOURCES.md` for origin and licence), never as
pickles: opening one runs no code.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from engine.data.base import Named, Samples, Share, Standardize
from engine.data.opened import opened
from engine.data.painting import Erased, clean_numbers
from engine.errors import TinkernetError
from engine.registry import register, value


@value
class Table(Named):
    """Base: the same examples for every seed, in the order of the table."""

    measured: ClassVar[dict[str, float]]  # columns, and how many of the kept units make one
    rows: ClassVar[int]

    test_share: Share = 0.2
    standardize: Standardize = True
    erased: Erased = ()

    def check(self) -> None:
        try:
            object.__setattr__(self, "erased", clean_numbers(self.erased, self.rows - 1))
        except TinkernetError as error:
            raise error.at("erased") from None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.measured)

    @property
    def own(self) -> int:
        return self.rows

    @property
    def size(self) -> int:
        return self.rows - len(self.erased)

    def make(self, seed: int) -> Samples:
        kept = opened(self.kind)
        made = Samples(kept["values"] / np.array(list(self.measured.values())), kept["targets"])
        made.inputs.flags.writeable = False
        return made


@register("data", "iris")
class Iris(Table):
    """Irises of three species, measured in centimetres (R. A. Fisher, 1936).

    150 flowers, four columns, 50 of each species. Setosa stands apart, the other two touch.
    """

    title = "Iris flowers"
    plane = (2, 3)
    kinds = ("setosa", "versicolor", "virginica")
    measured: ClassVar[dict[str, float]] = {
        "sepal_length": 10,
        "sepal_width": 10,
        "petal_length": 10,
        "petal_width": 10,
    }
    rows = 150


@register("data", "penguins")
class Penguins(Table):
    """Penguins of three species on islands of Antarctica (Gorman, Williams, Fraser 2014).

    342 birds, four columns: the bill's length and depth and the flipper's length in millimetres,
    the body's mass in grams. 151 Adelie, 68 chinstrap, 123 gentoo. The bill's length and any
    other column tell most of them apart, no column alone does.
    """

    title = "Palmer penguins"
    plane = (0, 2)
    kinds = ("Adelie", "chinstrap", "gentoo")
    measured: ClassVar[dict[str, float]] = {
        "bill_length": 10,
        "bill_depth": 10,
        "flipper_length": 1,
        "body_mass": 1,
    }
    rows = 342


@register("data", "wine")
class Wine(Table):
    """Wines of three growers of one region in Italy, by chemical analysis (Forina et al. 1988).

    178 wines, thirteen columns, 59, 71 and 48 of each grower. All of it together tells the
    growers apart, no two columns do; alcohol and flavanoids come nearest.
    """

    title = "Italian wines"
    plane = (0, 6)
    kinds = ("grower 1", "grower 2", "grower 3")
    measured: ClassVar[dict[str, float]] = dict.fromkeys(
        (
            "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols",
            "flavanoids", "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue",
            "od280_od315", "proline",
        ),
        1000,
    )  # fmt: skip
    rows = 178
