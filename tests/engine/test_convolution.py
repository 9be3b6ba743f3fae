"""Where a window stands, and both algorithms: against the sum as it is written, and each other."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import numpy as np
import picture_cases
import pytest
from test_layers import PLACES, SAMPLES
from workbench import experiment, gradients, pulled, theirs, wired

from engine.convolution.columns import Columns
from engine.convolution.cook_toom import FEWEST, TILE, CookToom, matrices
from engine.convolution.geometry import Axis
from engine.experiment import name
from engine.layers import Conv2d, Layer
from engine.memory.arena import Array, Shape
from engine.memory.tape import Tape
from engine.net import Net
from engine.rng import generator
from engine.session import Session
from engine.spec import read

AXES = [
    Axis(n, k, s, d, before, after)
    for n, k, s, d in itertools.product(range(1, 8), (1, 2, 3, 5), (1, 2, 4), (1, 2, 3))
    for before, after in ((0, 0), (1, 1), (0, 1), (4, 4))
]


PICTURES = [kind for kind, (_, x) in SAMPLES.items() if len(x) == 3]
of_pictures = pytest.mark.parametrize("kind", PICTURES)
of_convolutions = pytest.mark.parametrize("kind", [k for k in SAMPLES if k.startswith("conv2d")])


@pytest.mark.parametrize("s", (1, 2, 4))
def test_a_window_has_as_many_places_as_fit(s: int) -> None:
    for axis in AXES:
        if axis.s == s:
            last = axis.before + axis.n + axis.after - axis.reach
            places = len(range(0, last + 1, s))
            assert max(axis.out, 0) == places, axis


def test_every_tap_sees_the_inputs_that_the_formula_names() -> None:
    seen_outside = 0
    for axis in AXES:
        for j in range(axis.k):
            expected = [(i, i * axis.s - axis.before + j * axis.d) for i in range(axis.out)]
            inside = [(i, x) for i, x in expected if 0 <= x < axis.n]
            seen, places = axis.seen(j)
            assert [*range(axis.n)][seen] == [x for _, x in inside], (axis, j)
            assert [*range(max(axis.out, 0))][places] == [i for i, _ in inside], (axis, j)
            seen_outside += len(inside) < len(expected)
    assert seen_outside > 100


def _alone(layer: Layer, x: Shape, n: int, dtype: Any = np.float64) -> tuple[Tape, Array]:
    """One layer on numbers that are drawn, and the gradient by its output."""
    net = Net(name((layer.with_(name="it"),)), x)
    theta = net.theta(dtype)
    rng = generator(1, "convolution")
    theta.vector[:] = rng.standard_normal(theta.vector.size)
    tape, dy = pulled(net, n, theta, net.buffers(dtype))
    tape.x[...], dy[...] = rng.standard_normal(tape.x.shape), rng.standard_normal(dy.shape)
    return tape, dy


# --- the sum as it is written --------------------------------------------------------------------


def _by_definition(layer: Conv2d, x: Array, w: Array, b: Array | None) -> Array:
    """One number after the other. x: n × channels × height × width, w as PyTorch shapes it."""
    at = layer.window(x.shape[1:])
    height, width = at.out
    y = np.zeros((len(x), layer.channels, height, width))
    share = layer.channels // layer.groups
    for o, h, v in itertools.product(range(layer.channels), range(height), range(width)):
        first = o // share * w.shape[1]
        for c, i, j in itertools.product(*(range(size) for size in w.shape[1:])):
            row = h * at.down.s + i * at.down.d - at.down.before
            column = v * at.across.s + j * at.across.d - at.across.before
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                y[:, o, h, v] += w[o, c, i, j] * x[:, first + c, row, column]
        y[:, o, h, v] += 0 if b is None else b[o]
    return y


def _whole(layer: Conv2d, x: Shape, dtype: Any) -> tuple[Tape, Array]:
    """A tape on whole numbers, and what is right for them."""
    tape, _ = _alone(layer, x, 3, dtype)
    tape.theta.vector[:] = np.round(4 * tape.theta.vector)
    tape.x[...] = np.round(3 * tape.x)
    tape.replay()
    views = tape.net.arrays(tape.theta)
    w, b = views["it.weight"], views.get("it.bias")
    return tape, _by_definition(layer, theirs(tape.x).astype(float), w, b)


@of_convolutions
def test_a_convolution_is_the_sum_that_its_formula_says(kind: str) -> None:
    layer, x = SAMPLES[kind]
    assert isinstance(layer, Conv2d)
    layer = layer.with_(standardize=False)
    tape, expected = _whole(layer, x, np.float64)
    assert np.ptp(expected) > 10
    np.testing.assert_allclose(theirs(tape.y), expected, rtol=0, atol=1e-11)


@of_convolutions
def test_columns_are_exact_on_whole_numbers(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the bit, in float32: sums of whole numbers below 2²⁴ do not round."""
    layer, x = SAMPLES[kind]
    assert isinstance(layer, Conv2d)
    _by_columns(monkeypatch)
    tape, expected = _whole(layer.with_(standardize=False), x, np.float32)
    np.testing.assert_array_equal(theirs(tape.y), expected)


# --- two algorithms ------------------------------------------------------------------------------


def _by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every convolution take the general way."""
    monkeypatch.setattr(
        Conv2d,
        "way",
        lambda self, x: Columns(self.window(x), x[0], self.channels, self.groups),
    )


def _quick() -> list[tuple[Conv2d, Shape]]:
    """The random configurations that take Cook–Toom."""
    found = []
    for case in picture_cases.cases("conv2d by Cook–Toom"):
        layer = read(Layer, case.layers[0])
        assert isinstance(layer, Conv2d) and isinstance(layer.way(case.shape), CookToom)
        found.append((layer, case.shape))
    return found


def test_both_algorithms_give_the_same_answers_and_gradients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = _quick()
    limits = {np.float64: 1e-12, np.float32: 1e-5}
    found: dict[Any, list[dict[str, Array]]] = {dtype: [] for dtype in limits}
    for general in (False, True):
        if general:
            _by_columns(monkeypatch)
        for dtype, answers in found.items():
            for layer, x in quick:
                tape, _ = _alone(layer, x, 3, dtype)
                tape.replay()
                answers.append({"y": tape.y.copy(), **gradients(tape)})
    for dtype, answers in found.items():
        differ = 0
        for quickly, slowly in zip(answers[: len(quick)], answers[len(quick) :], strict=True):
            for key, a in quickly.items():
                far = np.linalg.norm(a - slowly[key])
                assert far <= limits[dtype] * np.linalg.norm(slowly[key]), key
                differ += far > 0
        assert differ > len(quick)  # they round otherwise: not one algorithm twice


@pytest.mark.parametrize("k", (3, 5))
def test_the_matrices_of_cook_toom_make_a_convolution_of_one_axis(k: int) -> None:
    a, b, g = matrices(k)
    rng = np.random.default_rng(k)
    w, x = rng.normal(size=(2, k))[0], rng.normal(size=TILE + k - 1)
    y = a @ ((g @ w) * (b.T @ x))
    np.testing.assert_allclose(y, np.correlate(x, w, "valid"), rtol=0, atol=1e-12)


def test_which_algorithm_serves_follows_from_the_shape() -> None:
    many: Shape = (FEWEST, 6, 6)
    usual = Conv2d(channels=2, kernel=3, padding="same")
    assert isinstance(usual.way(many), CookToom)
    assert isinstance(usual.with_(kernel=(5, 3)).way(many), CookToom)
    assert isinstance(usual.with_(padding=1).way(many), CookToom)
    assert isinstance(usual.way((FEWEST, TILE, 1)), CookToom)
    for layer, x in (
        (usual, (FEWEST - 1, 6, 6)),
        (usual, (FEWEST, TILE - 1, 6)),
        (usual.with_(kernel=7), many),  # it would round too much
        (usual.with_(kernel=1), many),
        (usual.with_(padding="valid"), many),
        (usual.with_(padding=2), many),
        (usual.with_(padding=1, stride=2), many),
        (usual.with_(dilation=2), many),
        (usual.with_(groups=2), many),
        (usual.with_(kernel=(3, 2)), many),  # an odd zero behind
    ):
        assert isinstance(layer.way(x), Columns), layer


# --- a step --------------------------------------------------------------------------------------


# What an example becomes depends on its batch in batch_norm, and on chance in dropout.
@pytest.mark.parametrize(
    "kind", [k for k in PICTURES if not k.startswith(("batch_norm", "dropout"))]
)
def test_a_smaller_batch_agrees_with_its_part_of_a_larger_one(kind: str) -> None:
    """Tapes on the same θ, as an epoch's last batch has one of its own, replayed in turn."""
    layer, x = SAMPLES[kind]
    whole, dy = _alone(layer, x, 5)
    whole.replay()
    total = gradients(whole)
    sums = {key: np.zeros_like(g) for key, g in total.items() if key != "inputs"}
    for part in (slice(0, 3), slice(3, 5)):
        tape, its_dy = pulled(whole.net, part.stop - part.start, whole.theta, whole.buffers)
        tape.x[...], its_dy[...] = whole.x[..., part], dy[..., part]
        tape.replay()
        whole.replay()
        np.testing.assert_allclose(tape.y, whole.y[..., part], rtol=1e-11, atol=1e-13)
        found = gradients(tape)
        inputs = total["inputs"][..., part]
        np.testing.assert_allclose(found.pop("inputs"), inputs, rtol=1e-10, atol=1e-12)
        for key, g in found.items():
            sums[key] += g
    for key, g in sums.items():
        np.testing.assert_allclose(g, total[key], rtol=1e-10, atol=1e-12)


@of_pictures
def test_a_replay_allocates_nothing_of_the_size_of_a_batch(kind: str) -> None:
    layer, x = SAMPLES[kind]
    peaks = []
    for n in (1000, 2000):
        tape = wired(PLACES["alone"](layer, x), (2, *x[1:]), n=n, dtype=np.float32)
        tape.replay()
        worst = 0
        for f, a in tape.calls:
            tracemalloc.start()
            f(*a)
            worst = max(worst, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        peaks.append(worst)
    # NumPy's own buffers where operands lie in different ways: three of so many numbers, whatever
    # the batch is.
    buffers = 3 * np.getbufsize() * 4
    smallest = min(tape.x.nbytes, *(m.x.nbytes for m in tape.cells.values() if m.x.ndim == 4))
    assert max(peaks) < buffers + 3_000 < smallest


def test_a_step_of_a_session_allocates_nothing_of_the_size_of_its_batch() -> None:
    """With everything around the tape: the batch copied in, the update, the row of history."""
    layers = [
        {"kind": "conv2d", "channels": 16, "kernel": 3, "padding": "same"},
        {"kind": "batch_norm"}, {"kind": "relu"},
        {"kind": "conv2d", "channels": 16, "kernel": 3, "padding": "same"},  # by Cook–Toom
        {"kind": "relu"}, {"kind": "max_pool2d"}, {"kind": "dropout2d"},
        {"kind": "conv2d", "channels": 16, "kernel": 3, "stride": 2, "groups": 2, "padding": 1},
        {"kind": "flatten"}, {"kind": "dense"},
    ]  # fmt: skip

    def peak(batch: int) -> int:
        made = experiment(
            model={"input": {"kind": "image"}, "layers": layers}, data={"kind": "digits8"},
            loss={"kind": "softmax_cross_entropy"}, learner={"batch": batch},
        )  # fmt: skip
        session = Session(made)
        session.advance(2)  # the next two are full batches of the same epoch: no shuffle
        most = 0
        for _ in range(2):
            tracemalloc.start()
            assert session.run.step()
            most = max(most, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return most

    # At most three of NumPy's buffers, as above; how full they are depends on the shapes.
    buffers, first_map = 3 * np.getbufsize() * 4, 16 * 8 * 8 * 300 * 4
    for batch in (100, 200, 300):
        assert peak(batch) < buffers + 5_000 < first_map / 10
