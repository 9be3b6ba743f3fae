"""Sets of pictures: what they share."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self, TypeAlias

from annotated_types import Ge, Le
from numpy.typing import ArrayLike

from engine.data.augment import Augment
from engine.data.base import Named, Standardize
from engine.data.drawing import Bytes, Reals, given, whole
from engine.registry import value
from engine.spec import Ladder, When, doc

Picture: TypeAlias = tuple[int, int, int]


@value
class ImageSet(Named):
    """Pictures of one size, each of one class. A pixel is a byte: 0 black, 255 white.

    shift, zoom and flip vary every picture anew in every epoch, for training alone (`Augment`).
    """

    picture: ClassVar[Picture]  # channels, height and width, where every set of the kind has them
    input_kind: ClassVar[str] = "image"
    noise_says: ClassVar[str] = "The pictures are as they were taken; there is no noise to turn up."

    standardize: Standardize = True
    shift: Annotated[
        int,
        Ge(0),
        Le(8),
        When("now"),
        Ladder((0, 1, 2, 3, 4, 6, 8)),
        doc("training pictures move by up to so many pixels, anew in every epoch"),
    ] = 0
    zoom: Annotated[
        float,
        Ge(0.0),
        Le(0.5),
        When("now"),
        Ladder((0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)),
        doc("training pictures are enlarged or shrunk by up to this share"),
    ] = 0.0
    flip: Annotated[
        bool, When("now"), doc("half of the training pictures are mirrored, left for right")
    ] = False

    @property
    def shape(self) -> Picture:
        """Channels, height and width of a picture."""
        return self.picture

    @property
    def count(self) -> int:
        """Number of pictures, training and test together: a field where that can be chosen."""
        raise NotImplementedError(f"{type(self).__name__} counts its pictures")

    @property
    def size(self) -> int:
        return self.count

    @property
    def columns(self) -> tuple[str, ...]:
        """None: the inputs are pixels."""
        return ()

    @property
    def plain(self) -> Self:
        return self.with_(shift=0, zoom=0.0, flip=False) if self.varied else self

    @property
    def varied(self) -> bool:
        """Whether training sees the pictures varied."""
        return bool(self.shift or self.zoom or self.flip)

    def augment(self, seed: int) -> Augment | None:
        """What varies the training pictures; None where nothing does. seed: of `augment`."""
        if not self.varied:
            return None
        return Augment(self.size, self.shift, self.zoom, self.flip, seed)

    def prepare_drawing(self, picture: ArrayLike) -> Bytes:
        """A person's own drawing or picture as this set has its own: channels × height × width.

        picture: height × width (0 black, 255 white), or height × width × 3 for red, green, blue;
        sides up to 1024. Raises `Invalid` when it is no such thing.
        """
        return self.as_ours(given(picture))

    def as_ours(self, picture: Reals) -> Bytes:
        """The same, of a picture known to be one: the set's own way."""
        return whole(picture, self.shape)
