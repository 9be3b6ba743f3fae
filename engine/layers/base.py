"""What every layer says of itself.

A layer is a value: its fields are its settings, it holds no arrays. From the shape that comes in it
says, in integers, what goes out and what it costs; and it says its formula once, as prepared calls:

    def forward(self, m):   yield function, (arguments)     …   writes m.y
    def backward(self, m):  yield function, (arguments)     …   writes m.dx and its gradients

Both are run when a tape is wired (engine/memory/tape.py); a training step replays the list.
Shapes here are those of one example: (features,) or (channels, height, width).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from engine.errors import Invalid
from engine.memory.arena import Array, Shape
from engine.memory.cell import Call, Cell
from engine.registry import value
from engine.spec import Live, Spec, doc

Calls = Iterator[Call]
MAX_LAYERS = 64  # of one chain


@value
class Layer(Spec):
    """Base of every layer."""

    family: ClassVar[str] = "layer"
    live: ClassVar[Live] = "now"
    stem: ClassVar[str]  # names are stem + number: dense1, tanh2
    # How it stands in a picture of the net: a maker of something new begins a column; an activation
    # or a norm stands in the column of the one below; what passes on shows nothing of its own.
    role: ClassVar[Literal["maker", "activation", "norm", "passes"]] = "maker"
    # Scratch of these names holds nothing past the layer's own forward or backward pass: all
    # layers of a tape use the same.
    passing: ClassVar[frozenset[str]] = frozenset()

    name: Annotated[str | None, doc("its name in the net; given when left out")] = None

    def check(self) -> None:
        if self.name is not None and not _is_name(self.name):
            raise Invalid(
                "A layer's name is a small letter, then at most 23 small letters, digits or _.",
                pointer="/name",
            )

    # --- what follows from shapes alone -------------------------------------------------------

    def shape(self, x: Shape) -> Shape:
        """Shape of one output, given that of one input. Raises `Invalid` where it does not fit."""
        return x

    def windows(self, x: Shape) -> dict[str, Shape]:
        """Its windows of θ by the names its formulas use."""
        return {}

    def statistics(self, x: Shape) -> dict[str, Shape]:
        """Its running statistics: part of the state, not learned."""
        return {}

    def scratch(self, x: Shape, n: int) -> dict[str, Shape]:
        """Buffers its formulas need for a batch of n, by the names they use."""
        return {}

    def chains(self) -> dict[str, tuple[Layer, ...]]:
        """The layers inside a block, by the name of each chain; none in a plain layer."""
        return {}

    def with_chains(self, chains: Mapping[str, tuple[Layer, ...]]) -> Self:
        """The same block with other layers inside, by the names of `chains`."""
        return self

    def chain_dy(self, m: Cell, chain: str) -> Array:
        """Where the gradient by the output of a chain inside stands."""
        return m.dy

    def multiply_adds(self, x: Shape) -> int:
        """Multiplications with additions for one example, forward."""
        return 0

    def parameters(self, x: Shape) -> int:
        """Number of parameters, those of the layers inside included."""
        return sum(math.prod(shape) for shape in self.windows(x).values())

    def buffers(self, x: Shape, batch: int) -> int:
        """Numbers its scratch, output and gradient take on a tape, its own layers' included."""
        out = math.prod(self.shape(x)) * batch
        return 2 * out + sum(math.prod(shape) for shape in self.scratch(x, batch).values())

    def drawn(self, x: Shape, batch: int) -> int:
        """Float32 numbers as large as the chance it keeps on a training tape, at the nominal batch;
        those inside a block keep theirs."""
        return 0

    # --- its arrays, as the world outside names and shapes them -------------------------------

    def arrays(self, w: Any) -> dict[str, Array]:
        """Views of its windows under PyTorch's names and shapes; `w` has them as attributes."""
        return {}

    def decayed(self) -> frozenset[str]:
        """Which of `arrays` a penalty acts on: weights, not biases and norms."""
        return frozenset({"weight"})

    def initialize(self, w: Any, x: Shape, rng: Any) -> None:
        """Write the first values into its windows and statistics."""

    # --- the formula --------------------------------------------------------------------------

    def forward(self, m: Cell) -> Calls:
        """Prepared calls that compute m.y from m.x."""
        raise NotImplementedError(f"{self.kind} says its forward pass")

    def backward(self, m: Cell) -> Calls:
        """Prepared calls that compute m.dx (where asked for) and its gradients from m.dy."""
        raise NotImplementedError(f"{self.kind} says its backward pass")


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= 24
        and name[0] in "abcdefghijklmnopqrstuvwxyz"
        and all(c in "abcdefghijklmnopqrstuvwxyz0123456789_" for c in name)
    )


def features(layer: Layer, x: Shape) -> int:
    """The number of features of a vector; refuses an image with a sentence."""
    if len(x) != 1:
        shown = "×".join(map(str, x))
        raise Invalid(
            f"{layer.name or layer.kind}: takes a vector, but an image {shown} comes in; "
            "put a flatten layer before it."
        )
    return x[0]
