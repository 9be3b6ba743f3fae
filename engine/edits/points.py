"""Points that a hand puts on the plane or takes away while the net trains.

They act at once, and on nothing else: who trains and who tests stays so (engine/data/membership.py)
and the others keep their order (engine/data/turns.py). A drag is both in one list.
"""

from __future__ import annotations

import re
from typing import Annotated

from annotated_types import MaxLen

from engine.data import Dataset
from engine.data.painting import spot_of
from engine.edits.base import Document, Edit
from engine.errors import Invalid, NotNow, TinkernetError
from engine.registry import find, register
from engine.spec import doc

Numbers = Annotated[tuple[int, ...], MaxLen(256)]


@register("edit", "points_add")
class PointsAdd(Edit):
    """Put points on the plane, to be learned from; or give back examples that were erased."""

    points: Annotated[
        tuple[tuple[float, float, float], ...],
        MaxLen(256),
        doc("x1, x2 and the class of each; the value, −1 … 1, in regression"),
    ] = ()
    examples: Annotated[Numbers, doc("numbers of erased examples of the set’s own")] = ()

    def change(self, document: Document) -> None:
        data = _by_hand(document, bool(self.points), self.points or self.examples)
        erased = set(data["erased"])
        for i, number in enumerate(self.examples):
            if number not in erased:
                raise Invalid(f"Example {number} is in the set.", pointer=f"/examples/{i}")
        data["erased"] = sorted(erased - set(self.examples))
        # New ones last: where one falls on another, it is the new one that is pointed at.
        if self.points:
            data["painted"] = [*data["painted"], *map(list, self.points)]

    def words(self) -> str:
        count = len(self.points) + len(self.examples)
        return "1 point added" if count == 1 else f"{count} points added"


@register("edit", "points_erase")
class PointsErase(Edit):
    """Take points away: painted ones by their spot, the set’s own by their number."""

    points: Annotated[
        tuple[tuple[float, float], ...], MaxLen(256), doc("x1 and x2 of painted points")
    ] = ()
    examples: Annotated[Numbers, doc("numbers of examples of the set’s own, from 0")] = ()

    def change(self, document: Document) -> None:
        data = _by_hand(document, bool(self.points), self.points or self.examples)
        painted = {tuple(point[:2]): point for point in data.get("painted", ())}
        extent = find("data", data["kind"]).extent
        for i, spot in enumerate(self.points):
            try:
                near = spot_of(*spot, extent)
            except TinkernetError as error:
                raise error.at(i).at("points") from None
            if painted.pop(near, None) is None:
                raise Invalid(
                    f"There is no painted point at ({spot[0]:g}, {spot[1]:g}).",
                    pointer=f"/points/{i}",
                )
        erased = set(data["erased"])
        for i, number in enumerate(self.examples):
            if number >= data.get("count", number + 1):
                last = data["count"] - 1
                raise Invalid(
                    f"The set’s own examples have numbers from 0 to {last}.",
                    pointer=f"/examples/{i}",
                    limit=last,
                )
            if number in erased or self.examples.index(number) < i:
                raise Invalid(f"Example {number} is erased already.", pointer=f"/examples/{i}")
        data["erased"] = sorted(erased | set(self.examples))
        if self.points:
            data["painted"] = list(painted.values())

    def words(self) -> str:
        count = len(self.points) + len(self.examples)
        return "1 point erased" if count == 1 else f"{count} points erased"


def inverse(before: Dataset, now: Dataset) -> tuple[Edit, ...]:
    """The edits that make the data again what they were; none carries more than an edit may."""
    there, were = set(now.painted), set(before.painted)
    came = [point[:2] for point in now.painted if point not in were]
    went = [point for point in before.painted if point not in there]
    gone = sorted(set(now.erased) - set(before.erased))
    back = sorted(set(before.erased) - set(now.erased))
    made: list[Edit] = []
    if came or back:
        made.append(PointsErase(points=tuple(came), examples=tuple(back)))
    if went or gone:
        made.append(PointsAdd(points=tuple(went), examples=tuple(gone)))
    return tuple(made)


def pointed(error: TinkernetError, painted: int) -> TinkernetError:
    """What refuses the changed data, pointing into the edit instead. painted: how many there
    were."""
    found = re.match(r"/data/painted/(\d+)", error.pointer)
    place = f"/points/{int(found[1]) - painted}" if found else "/examples"
    if error.pointer == "/data/painted":
        place = "/points"
    error.pointer = place
    return error


def _by_hand(document: Document, paints: bool, named: tuple[object, ...]) -> Document:
    """The data of the experiment, where a hand may change them."""
    data: Document = document["data"]
    if not named:
        raise Invalid("Name at least one point.", pointer="/points")
    if "erased" not in data:
        raise NotNow("These data are pictures: there are no points to add or to erase.")
    if paints and "painted" not in data:
        raise NotNow(
            "These examples were measured: one more cannot be painted, and one can be erased by "
            "its number."
        )
    return data
