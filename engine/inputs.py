"""What comes into a net: numbers of the plane or of a table, or pictures."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import MaxLen

from engine.data import Dataset, ImageSet, input_names
from engine.errors import Invalid
from engine.memory.arena import Shape
from engine.registry import register, value
from engine.spec import Spec, doc


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
