"""Where a window stands: sizes, strides, dilations and padding, in integers.

Along one axis, with input n, kernel k, stride s, dilation d and padding p on both sides, the window
reaches over d (k − 1) + 1 inputs, and there are

    o = ⌊(n + 2p − d (k − 1) − 1) / s⌋ + 1

places for it. Output i looks at the inputs i s − p + j d for j = 0 … k − 1 (Dumoulin, Visin 2016,
arXiv:1603.07285). PyTorch's formula, and its meaning of padding "same" (stride 1 only).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.errors import Invalid
from engine.memory.arena import Shape

Pair: TypeAlias = tuple[int, int]
Size: TypeAlias = int | Pair
Padding: TypeAlias = Literal["same", "valid"] | int | Pair


def pair(size: Size) -> Pair:
    """[h, w]; one number stands for both."""
    return (size, size) if isinstance(size, int) else size


@dataclass(frozen=True)
class Axis:
    """A window along one axis. `before` and `after` are the zeros put on either side of n."""

    n: int
    k: int
    s: int
    d: int
    before: int
    after: int

    @property
    def reach(self) -> int:
        """How many inputs the window reaches over, those it skips included."""
        return self.d * (self.k - 1) + 1

    @property
    def out(self) -> int:
        """How many places there are for it; 0 or less where it does not fit."""
        return (self.n + self.before + self.after - self.reach) // self.s + 1

    def seen(self, j: int) -> tuple[slice, slice]:
        """Which inputs tap j of the kernel sees, and at which places of the window: those outside
        the picture are zeros, and left out. Both slices are equally long."""
        shift = j * self.d - self.before  # place i sees input i s + shift
        first = max(0, -(shift // self.s))
        last = min(self.out - 1, (self.n - 1 - shift) // self.s)
        if last < first:
            return slice(0, 0), slice(0, 0)
        start = first * self.s + shift
        return slice(start, last * self.s + shift + 1, self.s), slice(first, last + 1)

    @property
    def every(self) -> int:
        """How far apart the places are from which one input is seen."""
        return self.d // math.gcd(self.s, self.d)

    @property
    def seen_from(self) -> tuple[Seen, ...]:
        """All inputs that any place sees, by the taps they are seen through. Tap j sees input t
        from place (t + p − j d) / s, if that is an integer."""
        common = math.gcd(self.s, self.d)
        apart = self.s // common  # between taps that see the same input
        turn = pow(self.d // common, -1, apart)
        found = []
        for t in range(min(self.s * self.every, self.n)):
            at = t + self.before
            tap = at // common * turn % apart
            if at % common == 0 and tap < self.k:
                taps = range(tap, self.k, apart)
                inputs = slice(t, None, self.s * self.every)
                count = len(range(self.n)[inputs])
                first = (at - taps[-1] * self.d) // self.s
                found.append(Seen(inputs, count, slice(tap, None, apart), len(taps), first))
        return tuple(found)


@dataclass(frozen=True)
class Seen:
    """Inputs that are seen through the same taps of the kernel: which, how many, through which
    taps, how many, and from where: the first input from the place `first` through the last tap, and
    through each tap before from `every` places further on; so too each input after from `every`
    further on. Places may lie outside: nobody stands there."""

    inputs: slice
    count: int
    taps: slice
    many: int
    first: int


@dataclass(frozen=True)
class Window:
    """A window on a picture: one axis down, one across."""

    down: Axis
    across: Axis

    @property
    def out(self) -> Pair:
        """Height and width of what it makes."""
        return self.down.out, self.across.out


def window(
    what: str,
    x: Shape,
    kernel: Size,
    stride: Size = 1,
    dilation: Size = 1,
    padding: Padding = "valid",
    called: str = "kernel",
) -> Window:
    """The window of a layer on pictures of shape (channels, height, width).

    what: the layer's name, for the sentence; called: its field for the size. Raises `Invalid`, with
    the arithmetic, where nothing would be left.
    """
    image(what, x)
    k, s, d = pair(kernel), pair(stride), pair(dilation)
    if padding == "same" and s != (1, 1):
        raise Invalid(
            f"{what}: padding “same” keeps the size, which a stride of {shown(s)} cannot; "
            "give the padding in numbers.",
            pointer="/padding",
        )
    axes = []
    for i in (0, 1):
        reach = d[i] * (k[i] - 1)
        match padding:
            case "same":  # an odd zero goes behind, as PyTorch's
                before, after = reach // 2, reach - reach // 2
            case "valid":
                before = after = 0
            case _:
                before = after = pair(padding)[i]
        axes.append(Axis(x[1 + i], k[i], s[i], d[i], before, after))
    made = Window(*axes)
    if min(made.out) < 1:
        zeros = "same" if padding == "same" else shown((axes[0].before, axes[1].before))
        raise Invalid(
            f"{what}: {x[1]}×{x[2]} input, {called} {shown(k)}"
            + (f", dilation {shown(d)}" if d != (1, 1) else "")
            + (f", stride {shown(s)}" if s != (1, 1) else "")
            + f", padding {zeros} → {_minus(made.out[0])}×{_minus(made.out[1])}: the {called} does "
            "not fit.",
            pointer=f"/{called}",
        )
    return made


def image(what: str, x: Shape) -> Shape:
    """The shape (channels, height, width) of a picture; refuses a vector with a sentence."""
    if len(x) != 3:
        raise Invalid(
            f"{what}: takes pictures (channels × height × width), but a vector of "
            f"{x[0] if x else 0} numbers comes in."
        )
    return x


def spaced(numbers: int) -> int:
    """Numbers from one row of a matrix to the next, a cache line (64 bytes of float32) more than a
    row has: rows a power of two apart would push each other out of the cache, for up to half of a
    product's time."""
    return numbers + 16


def shown(size: Pair) -> str:
    """A size in words: 3 for a square, else 3×5."""
    return str(size[0]) if size[0] == size[1] else f"{size[0]}×{size[1]}"


def _minus(n: int) -> str:
    return str(n).replace("-", "−")
