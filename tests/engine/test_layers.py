"""One table over every registered layer: what each must do, alone and inside a residual block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from workbench import fill, gradients, wired

from engine.gradcheck import gradient_errors
from engine.layers import (
    GELU,
    BatchNorm,
    Dense,
    Dropout,
    Layer,
    LayerNorm,
    LeakyReLU,
    PReLU,
    ReLU,
    Residual,
    Sigmoid,
    Step,
    Tanh,
)
from engine.losses import SquaredError
from engine.memory.arena import Array
from engine.memory.cell import Cell
from engine.memory.tape import Clock, Tape
from engine.registry import known

WIDTH = 5  # what comes into the layer under test, and goes out of it

SAMPLES: dict[str, Layer] = {
    "dense": Dense(units=WIDTH),
    "step": Step(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(alpha=0.1),
    "prelu": PReLU(),
    "gelu": GELU(),
    "dropout": Dropout(p=0.4),
    "batch_norm": BatchNorm(),
    "layer_norm": LayerNorm(),
    "residual": Residual(body=(Dense(units=3), Tanh()), shortcut=(Dense(units=3),)),
}
NOISY = {"dropout"}
KINDS = list(known("layer"))

PLACES = {
    "alone": lambda layer: (Dense(units=WIDTH), layer, Dense(units=2)),
    "the body of a residual block": lambda layer: (
        Dense(units=WIDTH),
        Residual(body=_square(layer)),
        Dense(units=2),
    ),
    "the middle of a residual block": lambda layer: (
        Dense(units=WIDTH),
        Residual(body=(Tanh(), *_square(layer), Dense(units=WIDTH))),
        Dense(units=2),
    ),
    "the shortcut of a residual block": lambda layer: (
        Dense(units=WIDTH),
        Residual(body=(Dense(units=WIDTH), Tanh()), shortcut=_square(layer)),
        Dense(units=2),
    ),
}
everywhere = pytest.mark.parametrize("place", PLACES)
every_kind = pytest.mark.parametrize("kind", KINDS)


def _square(layer: Layer) -> tuple[Layer, ...]:
    """The layer, and where it changes the width a dense layer that brings it back."""
    same = layer.shape((WIDTH,)) == (WIDTH,)
    return (layer,) if same else (layer, Dense(units=WIDTH))


def _tape(kind: str, place: str = "alone", **options: Any) -> Tape:
    return wired(PLACES[place](SAMPLES[kind]), **options)


def _cells(tape: Tape, kind: str) -> list[tuple[Layer, Cell]]:
    """The layers of one kind on a tape, with their cells."""
    sites = tape.net.by_path
    return [(sites[p].layer, cell) for p, cell in tape.cells.items() if sites[p].layer.kind == kind]


def test_every_registered_layer_has_a_sample() -> None:
    assert set(SAMPLES) == set(KINDS)
    assert all(type(SAMPLES[kind]) is cls for kind, cls in known("layer").items())


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
    layers = (SAMPLES[kind], Dense(units=2))
    asked = wired(layers, WIDTH)
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


def _written(tape: Tape) -> dict[str, Array]:
    """The buffers that a replay writes. The others are constants set at wiring: filled with 7s
    they keep every 7. They are put back."""
    written: dict[str, Array] = {}
    for name, array in _buffers(tape).items():
        kept = array.copy()
        array.fill(7.0)
        tape.replay()
        if not (array == 7.0).all():
            written[name] = array
        else:
            array[...] = kept
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
    for array in (*written.values(), tape.loss):
        array.fill(np.nan)
    for array in tape.net.arrays(tape.grad).values():
        array.fill(np.nan)
    tape.buffers.vector[:] = statistics
    tape.replay()
    for name, array in written.items():
        assert not np.isnan(array).any(), f"poison left in {name}"
    for name, array in {"y": tape.y, "loss": tape.loss, **gradients(tape)}.items():
        np.testing.assert_array_equal(array, clean[name], err_msg=name)


def test_the_constants_of_a_layer_are_few_and_known() -> None:
    """What the poison test spares, by name; a buffer that is never written would show up here."""
    spared = set()
    for kind in KINDS:
        tape = _tape(kind)
        spared |= {name.split(".")[-1] for name in _buffers(tape).keys() - _written(tape).keys()}
    assert spared <= {"zeros", "ones", "average"}


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
        single.x[...] = batch.x[:, i : i + 1]
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
    assert differs == (kind in NOISY)
    assert (not np.array_equal(answer(1, 70), answer(2, 70))) == (kind in NOISY)


@every_kind
def test_sample_mode_has_noise_and_changes_no_statistics(kind: str) -> None:
    tape = _tape(kind, mode="sample")
    before = tape.buffers.vector.copy()
    tape.replay()
    first = tape.y.copy()
    tape.clock.step += 1
    tape.replay()
    assert np.array_equal(first, tape.y) == (kind not in NOISY)
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
    layer = SAMPLES[kind].with_(name="it")
    text = json.dumps(layer.to_json())
    assert type(layer).from_json(json.loads(text)) == layer
    assert hash(layer) == hash(type(layer).from_json(json.loads(text)))


@every_kind
def test_what_a_layer_says_of_itself_is_what_its_memory_takes(kind: str) -> None:
    tape = _tape(kind)
    for layer, m in _cells(tape, kind)[:1]:
        shape = m.x.shape[:-1]
        assert m.y.shape == (*layer.shape(shape), tape.n)
        inside = [a for k, a in tape.net.arrays(tape.theta).items() if k.startswith(f"{m.path}.")]
        if kind == "dense":
            assert [a.shape for a in inside] == [(WIDTH, 4), (WIDTH,)]
        assert layer.parameters(shape) == sum(a.size for a in inside)


@every_kind
def test_a_layer_has_a_formula_for_a_first_line(kind: str) -> None:
    cls = known("layer")[kind]
    assert cls.__doc__ and cls.__doc__.splitlines()[0].startswith("y = ")
