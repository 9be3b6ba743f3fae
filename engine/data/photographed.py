"""Pictures cut from photographs: clothing and textures."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from engine.data.base import Samples, Share
from engine.data.images import ImageSet
from engine.data.opened import opened
from engine.registry import register
from engine.spec import Ladder, When, doc


@register("data", "fashion28")
class Fashion28(ImageSet):
    """Photographs of clothing, 28 × 28 grey pixels: as easy to load as digits and harder to tell.

    Fashion-MNIST: 600 pictures of each of ten kinds, from the training part. Hard about them:
    shirt, T-shirt, pullover and coat have one outline; good nets stay below 95 %. H. Xiao,
    K. Rasul, R. Vollgraf. MIT licence, © 2017 Zalando SE.
    """

    title = "Pieces of clothing"
    picture = (1, 28, 28)
    kinds = (
        "T-shirt", "trousers", "pullover", "dress", "coat",
        "sandal", "shirt", "trainer", "bag", "boot",
    )  # fmt: skip

    count: Annotated[
        int,
        Ge(50),
        Le(6000),
        When("next_epoch"),
        Ladder((500, 1000, 2000, 4000, 6000)),
        doc("how many pictures, training and test together: fewer make a quick class"),
    ] = 6000
    test_share: Share = 0.2

    def make(self, seed: int) -> Samples:
        """The first pictures of the file, which goes through the classes in turn."""
        kept, first = opened("fashion28"), slice(self.count)
        return Samples(kept["pictures"][first], kept["targets"][first])


@register("data", "textures32")
class Textures32(ImageSet):
    """Brick, grass and gravel, 32 × 32 grey pixels: what is where does not matter, only the weave.

    768 patches cut from three photographs, the left halves for training, the right halves for the
    test. Hard about them: no two patches agree pixel by pixel, so that a dense net gets about 60 %
    and a net that looks for small patterns anywhere nearly all. Through scikit-image. CC0.
    """

    title = "Photographed textures"
    picture = (1, 32, 32)
    kinds = ("brick", "grass", "gravel")
    own_split = True

    @property
    def count(self) -> int:
        return 768

    @property
    def training_size(self) -> int:
        return 384

    def make(self, seed: int) -> Samples:
        """The same patches for every seed, the classes in turn."""
        kept = opened("textures32")
        return Samples(kept["pictures"], kept["targets"], kept["test"] == 1)
