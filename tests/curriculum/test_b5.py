"""B5, batches and the flow of tensors: a batch in one go is a loop over its examples."""

from __future__ import annotations

import time

import numpy as np
import pytest
from workbench import experiment, fill, gradients, wired

from engine.layers import Dense, ReLU, Tanh
from engine.learners import Descent
from engine.memory.tape import Tape
from engine.outline import outline
from engine.session import Session

NET = (Dense(units=6), Tanh(), Dense(units=3), ReLU(), Dense(units=2))


def one_by_one(whole: Tape) -> list[Tape]:
    """A tape for every example of a batch, on the same parameters."""
    n = whole.n
    made = []
    for i in range(n):
        tape = wired(NET, n=1)
        tape.theta.vector[:] = whole.theta.vector
        tape.x[...], tape.targets[...] = whole.x[:, i : i + 1], whole.targets[:, i : i + 1]
        tape.replay()
        made.append(tape)
    return made


def test_a_batch_answers_as_its_examples_do_one_by_one() -> None:
    whole = wired(NET, n=32)
    whole.replay()
    loop = np.concatenate([tape.y for tape in one_by_one(whole)], axis=1)
    np.testing.assert_allclose(whole.y, loop, rtol=1e-12, atol=1e-14)


def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_examples() -> None:
    whole = wired(NET, n=32)
    whole.replay()
    singles = [gradients(tape) for tape in one_by_one(whole)]
    for name, g in gradients(whole).items():
        if name != "inputs":
            mean = np.mean([single[name] for single in singles], axis=0)
            np.testing.assert_allclose(g, mean, rtol=1e-10, atol=1e-13)


def test_with_whole_numbers_the_two_are_equal_to_the_bit() -> None:
    net = (Dense(units=6), ReLU(), Dense(units=3))
    whole, single = wired(net, n=32, dtype=np.float32), wired(net, n=1, dtype=np.float32)
    fill(whole, 3)
    whole.theta.vector[:] = np.round(3 * whole.theta.vector)
    single.theta.vector[:] = whole.theta.vector
    whole.x[...] = np.round(5 * whole.x)
    whole.replay()
    assert np.ptp(whole.y) > 0
    for i in range(whole.n):
        single.x[...] = whole.x[:, i : i + 1]
        single.replay()
        np.testing.assert_array_equal(single.y[:, 0], whole.y[:, i])


@pytest.mark.parametrize("kind", ["circle", "spirals"])
def test_a_session_predicts_a_batch_as_its_examples(kind: str) -> None:
    session = Session(
        experiment(
            {"kind": "dense", "units": 8}, {"kind": "tanh"}, {"kind": "dense"},
            data={"kind": kind, "count": 200}, loss={"kind": "softmax_cross_entropy"},
        )
    )  # fmt: skip
    session.advance(100)
    points = session.run.prepared.raw[:64]
    whole = session.predict(points)
    loop = [session.predict(points[i : i + 1]) for i in range(len(points))]
    for name in ("outputs", "probabilities"):
        single = np.concatenate([answer[name] for answer in loop])
        np.testing.assert_allclose(whole[name], single, rtol=1e-5, atol=1e-6)


def test_a_batch_in_one_go_is_faster_than_the_loop() -> None:
    whole = wired(NET, n=256)
    single = wired(NET, n=1)

    def best(tape: Tape, times: int) -> float:
        """Seconds of `times` replays, the best of five."""
        found = []
        for _ in range(5):
            started = time.thread_time()
            for _ in range(times):
                tape.replay()
            found.append(time.thread_time() - started)
        return min(found)

    assert best(whole, 1) < best(single, whole.n) / 4


def test_the_outline_says_the_shape_of_the_tensor_at_every_layer() -> None:
    """Of one example from shapes alone; a step then holds that shape times the batch."""
    spec = experiment(
        {"kind": "dense", "units": 5}, {"kind": "batch_norm"}, {"kind": "relu"},
        {"kind": "dense", "units": 7}, {"kind": "dropout"}, {"kind": "dense"},
        data={"kind": "blobs", "classes": 3, "count": 100},
        loss={"kind": "softmax_cross_entropy"}, learner={"batch": 25},
    )  # fmt: skip
    said = {layer["name"]: tuple(layer["shape"]) for layer in outline(spec).layers}
    assert list(said.values()) == [(5,), (5,), (5,), (7,), (7,), (3,)]
    session = Session(spec)
    session.advance(1)
    tape = session.run.stepper.recording
    learner = spec.training.learner
    assert tape is not None and isinstance(learner, Descent)
    for name, shape in said.items():
        assert tape[name].y.shape == (*shape, learner.batch)
