"""R23: what an experiment will take is known before anything is allocated."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from chosen import experiments, pictures, plane, predicted_over_taken

from engine.errors import TooExpensive
from engine.experiment import Experiment
from engine.footprint import tape_numbers
from engine.memory.tape import Tape
from engine.net import Net
from engine.outline import MAX_BYTES, outline
from engine.session import Session

pytestmark = pytest.mark.usefixtures("quiet")


def allocated(tape: Tape) -> int:
    """Numbers of all arrays of a tape that are its own, each once."""
    held: list[Any] = [tape, *tape.cells.values(), *(sheet.whole for sheet in tape.sheets.values())]
    arrays = [each for one in held for each in vars(one).values() if isinstance(each, np.ndarray)]
    if hasattr(tape, "top"):
        arrays += [each for each in vars(tape.top).values() if isinstance(each, np.ndarray)]
    arrays += [*tape._zeros.values(), *tape._passing.values()]
    others = {id(tape.theta.vector), id(tape.buffers.vector)}
    others |= {id(tape.grad.vector)} if tape.grad is not None else set()
    own: dict[int, np.ndarray] = {}
    for array in arrays:
        while isinstance(array.base, np.ndarray):
            array = array.base
        if id(array) not in others and array.dtype == np.float32 and array.ndim:
            own[id(array)] = array
    return sum(array.size for array in own.values())


def test_r23_a_tape_is_foretold_number_by_number() -> None:
    c, compared = random.Random(7), 0
    for number in range(40):
        document = (pictures if number % 2 else plane)(c)
        try:
            experiment = Experiment.from_json(document)
            outline(experiment)
        except Exception:
            continue
        net = Net(experiment.layers, experiment.input_shape)
        theta, buffers, grad = net.theta(), net.buffers(), net.theta()
        loss = experiment.training.loss
        assert loss is not None
        training = Tape(net, 6, "train", theta, buffers, grad, loss)
        chance = sum(site.layer.drawn(site.x, 6) for site in net.sites)
        said = tape_numbers(net, 6, batch=6, loss=loss) - chance
        assert allocated(training) == pytest.approx(said, rel=0.01)
        reading = Tape(net, 9, "evaluate", theta, buffers)
        assert allocated(reading) == pytest.approx(tape_numbers(net, 9), rel=0.01)
        compared += 1
    assert compared > 25


def test_r23_memory_is_foretold_within_30_percent() -> None:
    """R23: a few here, 200 in `make soak`."""
    ratios = [predicted_over_taken(made) for made in experiments(11, 12, 0.25)]
    assert all(0.7 <= ratio <= 1.3 for ratio in ratios), ratios


def test_r23_over_the_budget_is_refused_with_the_estimate_and_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def make(*_: Any) -> None:
        raise AssertionError("something was allocated")

    for name in ("zeros", "empty", "ones"):
        monkeypatch.setattr(np, name, make)
    layers = [{"kind": "dense", "units": 1024}] * 24
    document = plane(random.Random(1))
    document["model"]["layers"] = [*layers, {"kind": "dense"}]
    experiment = Experiment.from_json(document)
    with pytest.raises(TooExpensive, match=r"needs about \d+ MB") as caught:
        outline(experiment)
    assert caught.value.limit == MAX_BYTES
    with pytest.raises(TooExpensive):
        Session(experiment)
