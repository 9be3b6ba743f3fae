"""Small nets are bound by the number of NumPy calls: a step makes few, and allocates nothing."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from workbench import busy, experiment

from engine.experiment import Experiment
from engine.session import Session

# Beside the two lists (the update's begins with g·g and ends with θ·θ, to see that all is finite):
# the batch into the block, the row packed into the history.
AROUND = 2


def w1() -> Experiment:
    """2-4-2-1, tanh throughout, squared error, plain descent, batches of 10."""
    tanh = {"kind": "tanh"}
    return experiment(
        {"kind": "dense", "units": 4}, tanh, {"kind": "dense", "units": 2}, tanh,
        {"kind": "dense"}, tanh,
        loss={"kind": "squared_error"}, optimizer={"kind": "sgd", "learning_rate": 0.03},
    )  # fmt: skip


def w2() -> Experiment:
    """2-8-8-8-1, tanh, logistic, Adam, batches of 32."""
    hidden = [{"kind": "dense", "units": 8}, {"kind": "tanh"}] * 3
    return experiment(*hidden, {"kind": "dense"}, learner={"batch": 32})


def _calls(session: Session) -> int:
    """NumPy calls of one step."""
    stepper: Any = session.run.stepper
    optimizer = session.run.experiment.training.learner.optimizer  # type: ignore[attr-defined]
    moving = len([1 for name in ("step", "epsilon") if hasattr(stepper.update.m, name)])
    assert optimizer.kind == "adam" or moving == 0
    return len(stepper.tape.calls) + len(stepper.update.calls) + moving + AROUND


@pytest.mark.parametrize("make, most", [(w1, 32), (w2, 50)])
def test_a_step_makes_few_calls(make: Any, most: int) -> None:
    assert _calls(Session(make())) <= most


def test_what_a_step_calls_around_its_lists_is_what_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The arrays a step touches outside its lists, counted by standing in for them."""
    session = Session(w1())
    session.advance(1)
    stepper: Any = session.run.stepper
    seen: list[str] = []

    class Watched:
        """Counts what is asked of an array."""

        def __init__(self, name: str, array: Any) -> None:
            self.name, self.array = name, array

        def __setitem__(self, key: Any, value: Any) -> None:
            seen.append(f"{self.name} written")
            self.array[key] = value

        def __getitem__(self, key: Any) -> Any:
            return self.array[key]

        def __array__(self, *_: Any, **__: Any) -> Any:
            return self.array

    monkeypatch.setattr(stepper.tape, "batch", Watched("batch", stepper.tape.batch))
    calls = stepper.tape.calls + stepper.update.calls
    head = session.lines_[0].head
    assert session.advance(1) == 1
    assert seen == ["batch written"]
    assert [f for f, _ in stepper._turns(1)[0].calls] == [f for f, _ in calls]
    packed = session.lines_[0].head - head  # the history's row, which is no call of NumPy's
    assert len(seen) + packed == AROUND


@pytest.mark.parametrize("make", [w1, w2, busy])
def test_a_step_allocates_nothing_of_the_size_of_a_batch(make: Any) -> None:
    session = Session(make())
    # In the middle of an epoch nothing is due: no shuffle, no keyframe, no evaluation.
    stepper: Any = session.run.stepper
    session.advance(200)
    step, history = stepper.step, session.lines_[0].history
    peaks = []
    for _ in range(100):
        due = stepper.position >= stepper.end or stepper.made % 64 == 0
        tracemalloc.start()
        assert step()
        history.add([stepper.now])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        if not due:
            peaks.append(peak)
    batch = stepper.tape.block.nbytes
    assert len(peaks) > 50
    # Views, Python floats and a few tuples; less than the smallest activation of a larger batch.
    # All these steps ask for as much; other threads of the process add to a few.
    usual = sorted(peaks)[len(peaks) // 2]
    assert usual < 2_500, (usual, batch)


def test_what_a_step_allocates_does_not_grow_with_the_batch() -> None:
    """A batch of 10 and one of 500. NumPy itself copies operands of unlike shapes into a buffer,
    as much as there is of them, up to a size that can be set: so it is set to next to nothing, and
    what is left is what the engine asks for."""

    def peak(batch: int) -> int:
        session = Session(
            experiment(
                {"kind": "dense", "units": 64}, {"kind": "gelu"}, {"kind": "batch_norm"},
                {"kind": "dropout"}, {"kind": "dense", "units": 64}, {"kind": "prelu"},
                {"kind": "layer_norm"}, {"kind": "dense"},
                data={"kind": "circle", "count": 5000}, learner={"batch": batch},
            )
        )  # fmt: skip
        session.advance(1)  # the next four are full batches of the same epoch: no shuffle
        peaks = []
        for _ in range(4):
            tracemalloc.start()
            assert session.run.stepper.step()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return min(peaks)  # every step asks for as much; other threads of the process add to some

    usual = np.getbufsize() * 4
    with_buffers = peak(500)
    np.setbufsize(16)
    try:
        small, large = peak(10), peak(500)
    finally:
        np.setbufsize(usual // 4)
    assert large <= small + 500
    assert with_buffers < large + usual < 64 * 500 * 4 / 2  # half an activation


def test_a_step_touches_one_dtype() -> None:
    session = Session(busy())
    session.advance(3)
    stepper: Any = session.run.stepper
    for _, arguments in (*stepper.tape.calls, *stepper.update.calls):
        assert all(a.dtype == np.float32 for a in arguments if isinstance(a, np.ndarray))
