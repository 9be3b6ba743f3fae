"""One table over every registered layer: what each must do, alone and inside a residual block."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from workbench import fill, gradients, wired

from engine.convolution.columns import Columns
from engine.convolution.cook_toom import CookToom
from engine.gradcheck import gradient_errors
from engine.layers import (
    ELU,
    GELU,
    BatchNorm,
    ChannelPool,
    Conv2d,
    Dense,
    Dropout,
    Dropout2d,
    Flatten,
    GlobalMeanPool,
    GroupNorm,
    Identity,
    InstanceNorm,
    Layer,
    LayerNorm,
    LeakyReLU,
    Local2d,
    MaxPool2d,
    MeanPool2d,
    Parallel,
    PReLU,
    ReLU,
    Residual,
    Sigmoid,
    SiLU,
    Softplus,
    Step,
    Tanh,
    Upsample,
)
from engine.losses import SquaredError
from engine.memory.arena import Array, Shape
from engine.memory.cell import Cell, laid
from engine.memory.tape import Clock, Tape
from engine.registry import known
from engine.spec import fields

WIDTH = 5  # what comes into a layer of vectors
MAPS = (4, 6, 5)  # channels, height, width: what comes into a layer of pictures
MANY = (8, 7, 5)  # as many channels as make Cook–Toom worth its while

# Each layer under a name that begins with its kind, and the shape that comes in.
SAMPLES: dict[str, tuple[Layer, Shape]] = {
    "dense": (Dense(units=WIDTH), (WIDTH,)),
    "step": (Step(), (WIDTH,)),
    "sigmoid": (Sigmoid(), (WIDTH,)),
    "tanh": (Tanh(), (WIDTH,)),
    "relu": (ReLU(), (WIDTH,)),
    "relu of pictures": (ReLU(), MAPS),
    "leaky_relu": (LeakyReLU(alpha=0.1), (WIDTH,)),
    "prelu": (PReLU(), (WIDTH,)),
    "prelu of pictures": (PReLU(), MAPS),
    "elu": (ELU(alpha=0.7), (WIDTH,)),
    "elu of pictures": (ELU(), MAPS),
    "softplus": (Softplus(), (WIDTH,)),
    "softplus of pictures": (Softplus(), MAPS),
    "silu": (SiLU(), (WIDTH,)),
    "silu of pictures": (SiLU(), MAPS),
    "gelu": (GELU(), (WIDTH,)),
    "identity": (Identity(), (WIDTH,)),
    "identity of pictures": (Identity(), MAPS),
    "dropout": (Dropout(p=0.4), (WIDTH,)),
    "dropout of pictures": (Dropout(p=0.4), MAPS),
    "dropout2d": (Dropout2d(p=0.4), MAPS),
    "batch_norm": (BatchNorm(), (WIDTH,)),
    "batch_norm of pictures": (BatchNorm(), MAPS),
    "layer_norm": (LayerNorm(), (WIDTH,)),
    "layer_norm of pictures": (LayerNorm(), MAPS),
    "group_norm": (GroupNorm(groups=2), MAPS),
    "instance_norm": (InstanceNorm(), MAPS),
    "conv2d by columns": (Conv2d(channels=3, kernel=(3, 2)), MAPS),
    "conv2d with everything": (
        Conv2d(
            channels=6,
            kernel=(2, 3),
            stride=(2, 1),
            dilation=(1, 2),
            padding=(1, 2),
            groups=2,
            standardize=True,
        ),
        MAPS,
    ),
    "conv2d depthwise": (Conv2d(channels=4, kernel=3, groups=4, padding="same"), MAPS),
    "conv2d of one pixel": (Conv2d(channels=4, kernel=1, bias=False), MAPS),
    "conv2d by Cook–Toom": (Conv2d(channels=8, kernel=3, padding="same"), MANY),
    "conv2d by Cook–Toom, 5": (Conv2d(channels=3, kernel=5, padding="same", bias=False), MANY),
    "local2d": (Local2d(channels=2, kernel=(2, 3), stride=(2, 1), padding=1), MAPS),
    "max_pool2d": (MaxPool2d(), MAPS),
    "max_pool2d of three": (MaxPool2d(window=3), MAPS),
    "max_pool2d that overlaps": (MaxPool2d(window=3, stride=(1, 2), padding=1), MAPS),
    "mean_pool2d": (MeanPool2d(window=(2, 1)), MAPS),
    "mean_pool2d that overlaps": (MeanPool2d(window=3, stride=2, padding=1), MAPS),
    "global_mean_pool": (GlobalMeanPool(), MAPS),
    "channel_pool": (ChannelPool(), MAPS),
    "channel_pool of four": (ChannelPool(window=4), MAPS),
    "flatten": (Flatten(), MAPS),
    "upsample": (Upsample(), MAPS),
    "residual": (
        Residual(body=(Dense(units=3), Tanh()), shortcut=(Dense(units=3),)),
        (WIDTH,),
    ),
    "residual of pictures": (
        Residual(
            body=(Conv2d(channels=3, stride=2, padding=1), Tanh(), Conv2d(channels=3, kernel=1)),
            shortcut=(Conv2d(channels=3, kernel=1, stride=2),),
        ),
        MAPS,
    ),
    "parallel": (Parallel(branches=((Dense(units=3), Tanh()), ())), (WIDTH,)),
    "parallel of pictures": (
        Parallel(branches=((Conv2d(channels=2, padding="same"), ReLU()), (), (Tanh(),))),
        MAPS,
    ),
}
NOISY = {"dropout", "dropout2d"}
KINDS = list(SAMPLES)


def _before(shape: Shape) -> Layer:
    """A layer with parameters below the one under test, so that its dx matters."""
    return Dense(units=shape[0]) if len(shape) == 1 else Conv2d(channels=shape[0], kernel=1)


def _after(shape: Shape) -> tuple[Layer, ...]:
    return (*(() if len(shape) == 1 else (Flatten(),)), Dense(units=2))


def _alone(layer: Layer, x: Shape) -> tuple[Layer, ...]:
    return (_before(x), layer, *_after(layer.shape(x)))


def _around(body: tuple[Layer, ...], shortcut: tuple[Layer, ...], x: Shape) -> tuple[Layer, ...]:
    """A residual block between two layers."""
    y = x
    for layer in body:
        y = layer.shape(y)
    return (_before(x), Residual(body=body, shortcut=shortcut), *_after(y))


def _past(layer: Layer, x: Shape) -> tuple[Layer, ...]:
    """A shortcut that gives the shape the layer gives: none, or the same layer once more."""
    return () if layer.shape(x) == x else (layer,)


PLACES = {
    "alone": _alone,
    "the body of a residual block": lambda layer, x: _around((layer,), _past(layer, x), x),
    "the middle of a residual block": lambda layer, x: _around(
        (Tanh(), layer, _before(layer.shape(x))), _past(layer, x), x
    ),
    "the shortcut of a residual block": lambda layer, x: _around(
        (_before(x), Tanh(), *_past(layer, x)), (layer,), x
    ),
}
everywhere = pytest.mark.parametrize("place", PLACES)
every_kind = pytest.mark.parametrize("kind", KINDS)


def _tape(kind: str, place: str = "alone", **options: Any) -> Tape:
    layer, x = SAMPLES[kind]
    return wired(PLACES[place](layer, x), _inputs(x), **options)


def _inputs(x: Shape) -> Shape:
    """What comes into the net: other than what comes into the layer."""
    return (4,) if len(x) == 1 else (2, *x[1:])


def _same(layer: Layer, sample: Layer) -> bool:
    """Whether a layer is the sample, names aside."""
    return type(layer) is type(sample) and all(
        getattr(layer, f.name) == getattr(sample, f.name)
        for f in fields(type(layer))
        if f.name not in ("name", "body", "shortcut", "branches")
    )


def _cells(tape: Tape, kind: str) -> list[tuple[Layer, Cell]]:
    """The layers of one kind on a tape, with their cells."""
    sites, wanted = tape.net.by_path, SAMPLES[kind][0].kind
    return [
        (sites[p].layer, cell) for p, cell in tape.cells.items() if sites[p].layer.kind == wanted
    ]


def test_every_registered_layer_has_a_sample() -> None:
    assert {layer.kind for layer, _ in SAMPLES.values()} == set(known("layer"))
    assert all(name.split()[0] == layer.kind for name, (layer, _) in SAMPLES.items())


def test_both_algorithms_of_the_convolution_are_in_the_table() -> None:
    ways = {type(c.way(x)) for c, x in SAMPLES.values() if isinstance(c, Conv2d)}
    assert ways == {Columns, CookToom}


@everywhere
@every_kind
def test_gradients_are_right_by_parameters_and_by_inputs(kind: str, place: str) -> None:
    for seed in (1, 2):
        errors = gradient_errors(_tape(kind, place, seed=seed), seed)
        assert "inputs" in errors
        assert max(errors.values()) < 1e-7, errors


@every_kind
def test_gradients_are_right_in_evaluate_mode(kind: str) -> None:
    errors = gradient_errors(_tape(kind, mode="evaluate"))
    assert max(errors.values()) < 1e-7, errors


@every_kind
def test_a_first_layer_gives_its_gradients_without_being_asked_for_dx(kind: str) -> None:
    layer, x = SAMPLES[kind]
    asked = wired((layer, *_after(layer.shape(x))), x)
    plain = Tape(
        asked.net, asked.n, "train", asked.theta, asked.buffers, asked.net.theta(np.float64),
        SquaredError(),
    )  # fmt: skip
    plain.block[...] = asked.block
    asked.replay()
    plain.replay()
    assert plain.chain.dx is None
    for name, gradient in gradients(plain).items():
        np.testing.assert_array_equal(gradient, gradients(asked)[name])


# --- poison ------------------------------------------------------------------------------------


def _buffers(tape: Tape) -> dict[str, Array]:
    """Every float buffer of a tape's cells that is not a parameter, gradient or statistic."""
    grad = tape.grad
    assert grad is not None
    owned = (tape.theta.vector, tape.buffers.vector, grad.vector, tape.block)
    found: dict[str, Array] = {}
    for path, cell in [*tape.cells.items(), ("loss", tape.top)]:
        for name, array in vars(cell).items():
            # x1 and y1 end in a row of ones, a constant; x, y are their other rows.
            if not isinstance(array, np.ndarray) or name in ("x1", "y1", "keep"):
                continue
            if array.dtype.kind == "f" and not any(np.shares_memory(array, o) for o in owned):
                found[f"{path}.{name}"] = array
    return found


def _written(tape: Tape) -> dict[str, tuple[Array, Array]]:
    """The buffers that a replay writes, and which of their entries. What keeps a 7 through a replay
    is a constant set at wiring, such as the zeros around a picture; it is put back."""
    written: dict[str, tuple[Array, Array]] = {}
    for name, array in _buffers(tape).items():
        kept = array.copy()
        array.fill(7.0)
        tape.replay()
        touched = array != 7.0
        np.copyto(array, kept, where=~touched)
        if touched.any():
            written[name] = array, touched
        tape.replay()
    return written


@everywhere
@every_kind
def test_poison_in_any_buffer_is_gone_after_a_replay(kind: str, place: str) -> None:
    """Nothing is read before it is written: NaN in every buffer leaves the numbers bit-equal."""
    tape = _tape(kind, place)
    written = _written(tape)
    assert any(name.endswith(".y") for name in written)
    assert tape.grad is not None
    statistics = tape.buffers.vector.copy()
    tape.replay()
    clean = {"y": tape.y.copy(), "loss": tape.loss.copy(), **gradients(tape)}
    fill(tape, 99)  # other numbers in between, so that nothing is right by being left over
    tape.replay()
    fill(tape, 1)
    tape.loss.fill(np.nan)
    for array, touched in written.values():
        array[touched] = np.nan
    for array in tape.net.arrays(tape.grad).values():
        array.fill(np.nan)
    tape.buffers.vector[:] = statistics
    tape.replay()
    for name, (array, _) in written.items():
        assert not np.isnan(array).any(), f"poison left in {name}"
    for name, array in {"y": tape.y, "loss": tape.loss, **gradients(tape)}.items():
        np.testing.assert_array_equal(array, clean[name], err_msg=name)


CONSTANTS = {
    "zeros", "ones", "average", "wide", "high", "high_rows",  # filled once
    "cols", "around", "shifted", "sent", "seen",  # rows and columns outside the picture
    "dx", "dy", "drow",  # what no window of a pool reaches
}  # fmt: skip


def test_the_constants_of_a_layer_are_few_and_known() -> None:
    """What the poison test spares, by name; a buffer that is never written would show up here."""
    spared = set()
    for kind in KINDS:
        tape = _tape(kind)
        written = _written(tape)
        for name, array in _buffers(tape).items():
            _, touched = written.get(name, (None, np.zeros(array.shape, bool)))
            if not touched.all():
                spared.add(name.split(".")[-1])
                # A sum over ones, a mean over equal shares, and zeros around a picture.
                assert len(np.unique(array[~touched])) == 1, name
    assert spared <= CONSTANTS, spared - CONSTANTS


# --- types -------------------------------------------------------------------------------------


def _touched(tape: Tape) -> Iterator[Array]:
    """Every array a replay touches: arguments, the owners of bound methods, outputs by name."""
    for f, arguments in tape.calls:
        keywords = f.keywords.values() if isinstance(f, partial) else ()
        owner = getattr(f, "__self__", None)
        held = vars(owner).values() if hasattr(owner, "__dict__") else ()
        for x in (*arguments, *keywords, owner, *held):
            if isinstance(x, np.ndarray):
                yield x


@everywhere
@every_kind
def test_float32_stays_float32(kind: str, place: str) -> None:
    tape = _tape(kind, place, dtype=np.float32)
    tape.replay()
    cells = [a for m in tape.cells.values() for a in vars(m).values() if isinstance(a, np.ndarray)]
    for array in (*_touched(tape), *cells):
        assert array.dtype in (np.float32, np.uint16), array.dtype
    for f, arguments in tape.calls:
        assert not any(isinstance(x, np.float64) for x in arguments), f


@every_kind
def test_float32_agrees_with_float64(kind: str) -> None:
    wide, narrow = _tape(kind), _tape(kind, dtype=np.float32)
    narrow.theta.vector[:] = wide.theta.vector
    for tape in (wide, narrow):
        fill(tape, 5)
        tape.replay()
    np.testing.assert_allclose(narrow.y, wide.y, rtol=1e-4, atol=1e-5)
    for name, gradient in gradients(wide).items():
        np.testing.assert_allclose(gradients(narrow)[name], gradient, rtol=1e-3, atol=1e-4)


# --- modes -------------------------------------------------------------------------------------


@everywhere
@every_kind
def test_one_batch_is_many_singles_in_evaluate_mode(kind: str, place: str) -> None:
    batch = _tape(kind, place, mode="evaluate")
    batch.replay()
    single = Tape(batch.net, 1, "evaluate", batch.theta, batch.buffers)
    for i in range(batch.n):
        single.x[...] = batch.x[..., i : i + 1]
        single.replay()
        np.testing.assert_allclose(single.y[:, 0], batch.y[:, i], rtol=1e-12, atol=1e-13)


@everywhere
@every_kind
def test_evaluate_mode_uses_no_noise_and_changes_no_statistics(kind: str, place: str) -> None:
    answers = []
    for clock in (Clock(1, 7), Clock(2, 7)):
        clock.step = 3 * clock.seed
        tape = _tape(kind, place, mode="evaluate", clock=clock)
        before = tape.buffers.vector.copy()
        tape.replay()
        answers.append(tape.y.copy())
        np.testing.assert_array_equal(tape.buffers.vector, before)
    np.testing.assert_array_equal(*answers)


@every_kind
def test_noise_in_training_is_addressed_by_seed_and_step(kind: str) -> None:
    def answer(seed: int, step: int) -> Array:
        clock = Clock(seed, 7)
        clock.step = step
        tape = _tape(kind, clock=clock)
        tape.replay()
        return np.array(tape.y)

    np.testing.assert_array_equal(answer(1, 70), answer(1, 70))
    differs = not np.array_equal(answer(1, 70), answer(1, 71))
    assert differs == (kind.split()[0] in NOISY)
    assert (not np.array_equal(answer(1, 70), answer(2, 70))) == (kind.split()[0] in NOISY)


@every_kind
def test_sample_mode_has_noise_and_changes_no_statistics(kind: str) -> None:
    tape = _tape(kind, mode="sample")
    before = tape.buffers.vector.copy()
    tape.replay()
    first = tape.y.copy()
    tape.clock.step += 1
    tape.replay()
    assert np.array_equal(first, tape.y) == (kind.split()[0] not in NOISY)
    np.testing.assert_array_equal(tape.buffers.vector, before)


# --- ownership ---------------------------------------------------------------------------------


@everywhere
@every_kind
def test_x_and_dy_belong_to_others(kind: str, place: str) -> None:
    tape = _tape(kind, place)
    tape.replay()
    cells = _cells(tape, kind)
    assert cells
    for layer, m in cells:
        x1, dy = m.x1.copy(), m.dy.copy()
        theta = tape.theta.vector.copy()
        for f, a in layer.forward(m):
            f(*a)
        for f, a in layer.backward(m):
            f(*a)
        np.testing.assert_array_equal(m.x1, x1)
        np.testing.assert_array_equal(m.dy, dy)
        np.testing.assert_array_equal(tape.theta.vector, theta)


@everywhere
@every_kind
def test_a_replay_repeats_itself_to_the_bit(kind: str, place: str) -> None:
    tape = _tape(kind, place)
    tape.replay()
    first = {"y": tape.y.copy(), **gradients(tape)}
    tape.replay()
    for name, array in {"y": tape.y, **gradients(tape)}.items():
        np.testing.assert_array_equal(array, first[name])


# --- values ------------------------------------------------------------------------------------


@every_kind
def test_a_layer_comes_back_from_json(kind: str) -> None:
    layer = SAMPLES[kind][0].with_(name="it")
    text = json.dumps(layer.to_json())
    assert type(layer).from_json(json.loads(text)) == layer
    assert hash(layer) == hash(type(layer).from_json(json.loads(text)))


@every_kind
def test_what_a_layer_says_of_itself_is_what_its_memory_takes(kind: str) -> None:
    sample, shape = SAMPLES[kind]
    tape = _tape(kind)
    for layer, m in [(layer, m) for layer, m in _cells(tape, kind) if _same(layer, sample)][-1:]:
        assert m.x.shape == laid(shape, tape.n)
        assert m.y.shape == laid(layer.shape(shape), tape.n)
        inside = [a for k, a in tape.net.arrays(tape.theta).items() if k.startswith(f"{m.path}.")]
        if kind == "dense":
            assert [a.shape for a in inside] == [(WIDTH, WIDTH), (WIDTH,)]
        assert layer.parameters(shape) == sum(a.size for a in inside)


@pytest.mark.parametrize("kind", known("layer"))
def test_a_layer_has_a_formula_for_a_first_line(kind: str) -> None:
    cls = known("layer")[kind]
    assert cls.__doc__ and re.match(r"y(\[.*?\])? = ", cls.__doc__)
