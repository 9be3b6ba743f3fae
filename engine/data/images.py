"""Sets of pictures: what they share."""

from __future__ import annotations

from typing import ClassVar, Self, TypeAlias

from engine.data.base import Dataset, Standardize
from engine.registry import value

Picture: TypeAlias = tuple[int, int, int]


@value
class ImageSet(Dataset):
    """Pictures of one size, each of one class. A pixel is a byte: 0 black, 255 white."""

    input_kind: ClassVar[str] = "image"
    stratified: ClassVar[bool] = True
    noise_says: ClassVar[str] = "The pictures are as they were taken; there is no noise to turn up."

    standardize: Standardize = True

    @property
    def shape(self) -> Picture:
        """Channels, height and width of a picture."""
        raise NotImplementedError(f"{type(self).__name__} knows the size of its pictures")

    @property
    def columns(self) -> tuple[str, ...]:
        """None: the inputs are pixels."""
        return ()

    @property
    def plain(self) -> Self:
        return self
