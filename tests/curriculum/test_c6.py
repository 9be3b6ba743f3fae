"""C6, normalization: what each norm makes of scale and shift; how deep a net goes without one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from workbench import pulled, theirs

from engine.layers import (
    BatchNorm,
    Conv2d,
    GroupNorm,
    InstanceNorm,
    Layer,
    LayerNorm,
    ReLU,
    Residual,
)
from engine.layers.chain import name
from engine.memory.arena import Array, Shape
from engine.memory.cell import Mode
from engine.memory.tape import Tape
from engine.net import Net
from engine.rng import generator

N, CHANNELS, HEIGHT, WIDTH = 5, 6, 4, 3
MAPS: Shape = (CHANNELS, HEIGHT, WIDTH)
GROUPS = 2

# So small an ε that it hides nothing; its own part is tested apart.
NORMS: dict[str, Layer] = {
    "batch": BatchNorm(eps=1e-12),
    "layer": LayerNorm(eps=1e-12),
    "group": GroupNorm(eps=1e-12, groups=GROUPS),
    "instance": InstanceNorm(eps=1e-12),
}

# Which parts of the cube N × groups × channels of a group × places share one mean and variance.
SETS = {"batch": (0, 3), "layer": (1, 2, 3), "group": (2, 3), "instance": (3,)}
CUBE = (N, GROUPS, CHANNELS // GROUPS, HEIGHT * WIDTH)

# A scale and a shift of the input, one for each …: which axes of the cube they differ along.
CHANGES: dict[str, tuple[int, ...]] = {
    "batch": (),
    "channel": (1, 2),
    "example": (0,),
    "group of an example": (0, 1),
    "channel of an example": (0, 1, 2),
    "pixel": (3,),
}
# It goes unseen exactly where it is one scale and shift for all that shares a mean.
UNSEEN = {
    "batch": {"batch", "channel"},
    "layer": {"batch", "example"},
    "group": {"batch", "example", "group of an example"},
    "instance": {"batch", "channel", "example", "group of an example", "channel of an example"},
}

every_norm = pytest.mark.parametrize("norm", NORMS)


def _pass(layers: tuple[Layer, ...], x: Array, mode: Mode = "train", seed: int = 1) -> Tape:
    """A net's tape after a pass over x (n × channels × height × width), forward and back."""
    net = Net(name(layers), x.shape[1:])
    theta, buffers = net.theta(x.dtype), net.buffers(x.dtype)
    net.initialize(theta, buffers, seed)
    tape, dy = pulled(net, len(x), theta, buffers, mode)
    theirs(tape.x)[...] = x
    dy[...] = generator(seed, "dy").standard_normal(dy.shape)
    tape.replay()
    return tape


def _drawn(seed: int = 1) -> Array:
    """Pictures whose channels and examples have means and deviations of their own."""
    rng = generator(seed, "pictures")
    x = rng.standard_normal((N, *MAPS))
    return np.asarray(
        x * rng.uniform(0.5, 2, (N, CHANNELS, 1, 1)) + rng.normal(size=(N, CHANNELS, 1, 1))
    )


def _changed(x: Array, along: tuple[int, ...]) -> Array:
    """x scaled and shifted by other numbers along some axes of the cube."""
    rng = generator(2, "change")
    shape = [size if i in along else 1 for i, size in enumerate(CUBE)]
    a, b = rng.uniform(0.3, 3, shape), rng.normal(size=shape) * 2
    return np.asarray(x.reshape(CUBE) * a + b).reshape(x.shape)


@every_norm
def test_what_shares_a_mean_has_mean_0_and_variance_1_behind_it(norm: str) -> None:
    y = theirs(_pass((NORMS[norm],), _drawn()).y).reshape(CUBE)
    for other, axes in SETS.items():
        means, variances = y.mean(axis=axes), y.var(axis=axes)
        far = max(abs(means).max(), abs(variances - 1).max())
        # A finer set's mean of 0 is a coarser one's too where the latter is made of the former.
        if set(SETS[norm]) <= set(axes):
            assert far < 1e-9, other
        else:
            assert far > 0.1, other


@pytest.mark.parametrize("change", CHANGES)
@every_norm
def test_a_scale_and_shift_of_all_that_shares_a_mean_goes_unseen(norm: str, change: str) -> None:
    x = _drawn()
    before = theirs(_pass((NORMS[norm],), x).y)
    after = theirs(_pass((NORMS[norm],), _changed(x, CHANGES[change])).y)
    if change in UNSEEN[norm]:
        np.testing.assert_allclose(after, before, rtol=0, atol=1e-8)
    else:
        assert abs(after - before).max() > 0.1


def test_the_table_of_what_goes_unseen_follows_from_the_sets() -> None:
    for norm, change in itertools.product(NORMS, CHANGES):
        same = not set(CHANGES[change]) & set(SETS[norm])
        assert same == (change in UNSEEN[norm]), (norm, change)


@every_norm
def test_a_negative_scale_turns_the_sign_and_nothing_else(norm: str) -> None:
    x = _drawn()
    before, after = (theirs(_pass((NORMS[norm],), a).y) for a in (x, 3 - 2 * x))
    np.testing.assert_allclose(after, -before, rtol=0, atol=1e-9)


@every_norm
def test_no_gradient_pulls_along_what_goes_unseen(norm: str) -> None:
    """dx has no part along a shift (its sum) or a scale (its product with what is normalized)."""
    x = _drawn()
    tape = _pass((NORMS[norm],), x)
    assert tape.chain.dx is not None
    dx, z = theirs(tape.chain.dx).reshape(CUBE), theirs(tape.y).reshape(CUBE)
    assert abs(dx).max() > 0.1
    assert abs(dx.sum(axis=SETS[norm])).max() < 1e-9
    assert abs((dx * z).sum(axis=SETS[norm])).max() < 1e-9


def test_epsilon_keeps_a_flat_picture_finite_and_is_seen_where_contrast_is_low() -> None:
    flat = np.full((N, *MAPS), 3.0)
    faint = 1e-3 * _drawn()
    for layer in (BatchNorm(), LayerNorm(), GroupNorm(groups=GROUPS), InstanceNorm()):
        np.testing.assert_allclose(_pass((layer,), flat).y, 0, rtol=0, atol=1e-9)
        y = theirs(_pass((layer,), faint).y)
        assert 0 < y.std() < 0.7  # σ² = 1e-6 against ε = 1e-5


def test_in_use_batch_norm_is_a_line_and_sees_every_scale() -> None:
    x = _drawn()
    layer = (NORMS["batch"],)
    # Running statistics of no step yet: mean 0, variance 1.
    np.testing.assert_allclose(theirs(_pass(layer, x, "evaluate").y), x, rtol=1e-9)
    twice = theirs(_pass(layer, 2 * x + 1, "evaluate").y)
    np.testing.assert_allclose(twice, 2 * x + 1, rtol=1e-9)


def test_running_statistics_forget_where_they_began_by_their_momentum() -> None:
    """After k equal batches: (1 − (1 − m)ᵏ) of the batch's, (1 − m)ᵏ of the start."""
    x, m, steps = _drawn(), 0.1, 12
    net = Net(name((BatchNorm(momentum=m),)), MAPS)
    theta, buffers = net.theta(np.float64), net.buffers(np.float64)
    net.initialize(theta, buffers, 1)
    tape, _ = pulled(net, N, theta, buffers)
    theirs(tape.x)[...] = x
    views = net.arrays(theta, buffers)
    mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), ddof=1)
    for k in range(1, steps + 1):
        tape.replay()
        left = (1 - m) ** k
        np.testing.assert_allclose(views["norm1.running_mean"], (1 - left) * mean, rtol=1e-12)
        expected = (1 - left) * variance + left
        np.testing.assert_allclose(views["norm1.running_var"], expected, rtol=1e-12)


# --- the weights normalized instead --------------------------------------------------------------


def test_a_standardized_kernel_forgets_scale_and_shift_of_its_weights() -> None:
    x = _drawn()
    layer = Conv2d(channels=4, kernel=3, bias=False, standardize=True, name="conv1")

    def answer(make: Callable[[Array], Array], standardize: bool = True) -> tuple[Array, Tape]:
        tape = _pass((layer.with_(standardize=standardize),), x)
        w = tape.net.arrays(tape.theta)["conv1.weight"]
        w[...] = make(w)
        tape.replay()
        return theirs(tape.y).copy(), tape

    scale = np.array([0.5, 2, 3, 7])[:, None, None, None]
    shift = np.array([-1, 0.5, 2, 0])[:, None, None, None]
    kept, tape = answer(lambda w: w)
    np.testing.assert_allclose(answer(lambda w: scale * w + shift)[0], kept, rtol=1e-3, atol=1e-3)
    plain = answer(lambda w: w, False)[0]
    assert abs(answer(lambda w: scale * w + shift, False)[0] - plain).max() > 1
    assert tape.grad is not None
    w, g = (tape.net.arrays(a)["conv1.weight"].reshape(4, -1) for a in (tape.theta, tape.grad))
    assert abs(g).max() > 0.1
    assert abs(g.sum(axis=1)).max() < 1e-9
    # ε lets a little of the scale through: ε / σ² of it.
    assert abs((g * w).sum(axis=1)).max() < 1e-3 * abs(g * w).sum(axis=1).max()


# --- depth ---------------------------------------------------------------------------------------

DEPTH = 120
GAIN = 3.0  # times He's deviation: every plain layer makes its pictures three times as large


def _deep(between: Callable[[], tuple[Layer, ...]], depth: int = DEPTH) -> Tape:
    """depth convolutions, each three times as strong as it should be, in float32."""
    layers = tuple(
        itertools.chain.from_iterable(
            (Conv2d(channels=8, padding="same", bias=False), *between(), ReLU())
            for _ in range(depth)
        )
    )
    x = generator(1, "pictures").standard_normal((4, 8, 6, 6)).astype(np.float32)
    net = Net(name(layers), (8, 6, 6))
    theta, buffers = net.theta(), net.buffers()
    net.initialize(theta, buffers, 1)
    for key, w in net.arrays(theta).items():
        if key.endswith("weight"):
            w *= GAIN
    tape, dy = pulled(net, 4, theta, buffers)
    theirs(tape.x)[...] = x
    return _replayed(tape, dy)


def _replayed(tape: Tape, dy: Array) -> Tape:
    """After a pass without warnings of overflow, as a worker has it."""
    dy.fill(1e-3)
    with np.errstate(all="ignore"):
        tape.replay()
    return tape


def _overflows_at(tape: Tape) -> int | None:
    """The first layer whose output is not finite, counted in convolutions."""
    outputs = [m.y for path, m in tape.cells.items() if path.startswith("relu")]
    assert len(outputs) == DEPTH
    for i, y in enumerate(outputs, 1):
        if not np.isfinite(y).all():
            return i
    return None


def test_a_plain_net_overflows_at_the_depth_that_its_growth_says() -> None:
    tape = _deep(lambda: ())
    largest = [float(abs(tape[f"relu{i}"].y).max()) for i in (10, 40)]
    growth = (largest[1] / largest[0]) ** (1 / 30)
    assert 1.5 < growth < 2 * GAIN
    left = math.log(float(np.finfo(np.float32).max) / largest[1]) / math.log(growth)
    found = _overflows_at(tape)
    assert found is not None
    assert abs(found - (40 + left)) <= 5, (found, 40 + left)


@pytest.mark.parametrize(
    "norm", [BatchNorm(), LayerNorm(), GroupNorm(), InstanceNorm()], ids=lambda n: n.kind
)
def test_a_normalized_net_of_the_same_weights_does_not_overflow(norm: Layer) -> None:
    tape = _deep(lambda: (norm,))
    assert _overflows_at(tape) is None
    assert tape.grad is not None
    sizes = [float(np.square(tape[f"relu{i}"].y).mean()) for i in range(1, DEPTH + 1)]
    assert all(0.2 < size < 2 for size in sizes)  # half of a variance of 1 passes a ReLU
    assert np.isfinite(tape.grad.vector).all()


def test_the_gradients_of_the_plain_net_are_gone_as_well() -> None:
    tape = _deep(lambda: ())
    assert tape.grad is not None
    assert not np.isfinite(tape.grad.vector).all()


def _residual(last: float) -> Tape:
    """DEPTH residual blocks; `last` scales the last weights of each body."""
    body = (
        Conv2d(channels=8, padding="same", bias=False),
        ReLU(),
        Conv2d(channels=8, padding="same", bias=False),
    )
    net = Net(name(tuple(Residual(body=body) for _ in range(DEPTH))), (8, 6, 6))
    theta, buffers = net.theta(), net.buffers()
    net.initialize(theta, buffers, 1)
    for key, w in net.arrays(theta).items():
        w *= last if ".conv2." in key else 1.0
    tape, dy = pulled(net, 4, theta, buffers)
    theirs(tape.x)[...] = generator(1, "pictures").standard_normal((4, 8, 6, 6))
    return _replayed(tape, dy)


def test_without_any_norm_scaled_or_zero_residual_branches_keep_finite() -> None:
    """Zhang et al. 2019, De, Smith 2020: a branch that begins small does what the norm did."""
    x = generator(1, "pictures").standard_normal((4, 8, 6, 6)).astype(np.float32)
    zero, scaled, plain = _residual(0.0), _residual(1 / math.sqrt(DEPTH)), _residual(3.0)
    np.testing.assert_array_equal(theirs(zero.y), x)  # the net is the identity
    assert 1 < np.square(scaled.y).mean() < 20
    assert not np.isfinite(plain.y).all()
    for tape in (zero, scaled):
        assert tape.grad is not None
        g = tape.net.arrays(tape.grad)["block1.conv2.weight"]
        assert np.isfinite(g).all() and abs(g).max() > 1e-6  # and it learns from the first step
