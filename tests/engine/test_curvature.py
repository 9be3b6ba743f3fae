"""The largest curvature of the loss, and the learning rate that it bears."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import busy, experiment, pictures

from engine.edits import read_edits
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.objective import Objective
from engine.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from engine.optimizers.base import Update
from engine.probes.base import finished, read_probe
from engine.probes.glimpse import look
from engine.session import Session
from engine.steepest import steepest

pytestmark = pytest.mark.usefixtures("quiet")
RATE = "/training/learner/optimizer/learning_rate"
LINE = ({"kind": "dense"},)
CURVED = ({"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dense"})


def regression(**optimizer: Any) -> Experiment:
    """A line fitted by squared error on all points at once: a quadratic bowl."""
    chosen = {"kind": "sgd", "learning_rate": 0.01, **optimizer}
    return experiment(
        *LINE, loss={"kind": "squared_error"}, learner={"batch": None}, optimizer=chosen
    )


def asked(session: Session, name: str = "curvature", **query: Any) -> Any:
    return session.probe(read_probe(name, query))


def dense(objective: Objective) -> np.ndarray:
    """The Hessian by second differences of the loss alone, of the numbers that may move."""
    where, h = np.flatnonzero(objective.free), 1e-3

    def at(*moves: tuple[int, float]) -> float:
        theta = objective.theta.copy()
        for i, by in moves:
            theta[i] += by
        return objective.loss(theta)

    made = np.zeros((len(where), len(where)))
    for a, i in enumerate(where):
        for b, j in enumerate(where[: a + 1]):
            ends = at((i, h), (j, h)) - at((i, h), (j, -h)) - at((i, -h), (j, h))
            made[a, b] = made[b, a] = (ends + at((i, -h), (j, -h))) / (4 * h * h)
    return made


def test_of_a_line_it_is_known_in_closed_form() -> None:
    session = Session(regression())
    session.advance(3)
    data = session.run.prepared
    x = np.vstack([data.inputs[:, data.train].astype(float), np.ones(len(data.train))])
    largest = np.linalg.eigvalsh(2 * x @ x.T / len(data.train))[-1]
    found = asked(session, tolerance=1e-9).info
    assert found["sharpness"] == pytest.approx(largest, rel=1e-6)
    assert found["limit"] == pytest.approx(2 / largest, rel=1e-6)
    assert found["product"] == pytest.approx(0.01 * largest, rel=1e-6)
    assert found["examples"] == found["of"] == len(data.train)


@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov"])
def test_d1_just_under_the_limit_it_converges_and_just_over_it_diverges(kind: str) -> None:
    """2/λmax for plain gradient descent; with a memory its own, which is another."""
    limit = asked(Session(regression(kind=kind)), tolerance=1e-9).info["limit"]
    under = Session(regression(kind=kind, learning_rate=0.98 * limit))
    over = Session(regression(kind=kind, learning_rate=1.02 * limit))
    under.advance(3000)
    over.advance(3000)
    data = under.run.prepared
    x = np.vstack([data.inputs[:, data.train], np.ones(len(data.train))]).T.astype(float)
    t = 2.0 * data.targets[data.train] - 1
    _, least, *_ = np.linalg.lstsq(x, t, rcond=None)
    assert under.state == "paused"
    assert under.run.stepper.now[0] == pytest.approx(least[0] / len(t), rel=1e-3)
    assert over.state == "diverged" or over.run.stepper.now[0] > 1e3


@pytest.mark.parametrize(
    ("optimizer", "slots"),
    [
        (SGD(), {}),
        (Momentum(momentum=0.8), {}),
        (Nesterov(momentum=0.8), {}),
        (RMSProp(rho=1 - 1e-12), {"square": 4.0}),
        (Adam(beta2=1 - 1e-12), {"v": 4.0}),
        (AdamW(beta1=0.5, beta2=1 - 1e-12), {"v": 4.0}),
    ],
    ids=lambda given: given.kind if isinstance(given, Optimizer) else "",
)
def test_the_edge_of_an_optimizer_is_where_its_own_steps_begin_to_grow(
    optimizer: Optimizer, slots: dict[str, float]
) -> None:
    """On ½ λ θ² with its measure of sizes held still (v̂ = 4 where it keeps one)."""
    curved, start = 3.0, 1e15  # updates made long ago: every mean has settled

    def sizes(share: float) -> list[float]:
        theta, g = np.ones(1), np.zeros(1)
        update = Update(optimizer, theta, g, np.zeros(1))
        update.t = int(start)
        for name, x in slots.items():
            update.slots[name][:] = x
        c, d = optimizer.edge(update.slots, update.t) or (0.0, None)
        rate = share * c / (curved / (1.0 if d is None else float(d[0])))
        made = []
        for _ in range(1000):
            g[:] = curved * theta
            update(rate)
            made.append(abs(float(theta[0])))
        return made

    under, over = sizes(0.98), sizes(1.02)
    assert max(under[-10:]) < 1e-3 < max(under) < 10.0
    assert max(over) > 1e3  # (later an adaptive one measures the growth, and is tamed)


def test_an_adaptive_optimizer_has_no_edge_before_it_measured() -> None:
    session = Session(experiment(optimizer={"kind": "adam", "learning_rate": 0.01}))
    assert asked(session).info["limit"] is None
    session.advance(1)
    assert asked(session).info["limit"] > 0


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_it_is_the_largest_eigenvalue_of_the_whole_hessian(kind: str) -> None:
    session = Session(
        experiment(
            *CURVED,
            learner={"penalties": [{"kind": "l2", "rate": 0.01}]},
            optimizer={"kind": kind, "learning_rate": 0.01},
        )
    )
    session.advance(40)
    objective = Objective(session.run)
    whole = dense(objective)
    stepper: Any = session.run.stepper
    d = stepper.spec.optimizer.edge(stepper.slots, stepper.update.t)[1]
    if d is not None:
        root = np.sqrt(d[objective.free > 0])
        whole = whole / root / root[:, None]
    found = asked(session, tolerance=1e-7).info
    assert found["converged"] and found["preconditioned"] == (kind == "adam")
    assert found["sharpness"] == pytest.approx(np.linalg.eigvalsh(whole)[-1], rel=1e-5)


def test_the_largest_is_found_where_a_negative_one_is_larger_in_size() -> None:
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.standard_normal((40, 40)))[0]
    matrix = (turn * np.concatenate([[-9.0, 2.0], rng.uniform(-1, 1.5, 38)])) @ turn.T
    found = finished(steepest(lambda v: matrix @ v, rng.standard_normal(40), 1e-8, 200))
    assert found.value == pytest.approx(2.0, rel=1e-10)
    assert abs(found.vector @ turn[:, 1]) == pytest.approx(1.0, abs=1e-8)
    short = finished(steepest(lambda v: matrix @ v, rng.standard_normal(40), 1e-8, 3))
    assert short.products == 3 and short.residual > 1e-8


def test_what_is_frozen_or_dropped_does_not_count() -> None:
    session = Session(experiment(*CURVED))
    session.edit(read_edits([{"kind": "freeze", "layer": "dense1", "on": True}]))
    info = asked(session).info
    assert info["shares"]["dense1"] == 0 and info["shares"]["head"] == pytest.approx(1)
    noisy = [{"kind": "dense", "units": 3}, {"kind": "tanh"}, {"kind": "dropout", "p": 0.5}]
    quiet, loud = Session(experiment(*CURVED)), Session(experiment(*noisy, {"kind": "dense"}))
    assert asked(loud).info["sharpness"] == asked(quiet).info["sharpness"]


def test_asking_changes_nothing() -> None:
    session, other = Session(busy()), Session(busy())
    for one in (session, other):
        one.advance(20)
    silenced = [{"kind": "silence", "layer": "drop1", "units": [1]}]
    session.edit(read_edits(silenced))
    other.edit(read_edits(silenced))
    before = session.run.buffers.vector.tobytes()
    assert np.isfinite(asked(session).info["sharpness"])
    asked(session, "valley", steps=5)
    assert session.run.buffers.vector.tobytes() == before
    assert session.step == 20
    for one in (session, other):
        one.advance(13)
    assert session.run.theta.vector.tobytes() == other.run.theta.vector.tobytes()


def test_pictures_have_a_curvature_too() -> None:
    net = ({"kind": "batch_norm"}, {"kind": "relu"}, {"kind": "flatten"}, {"kind": "dense"})
    conv = {"kind": "conv2d", "channels": 2, "kernel": 3}
    session = Session(
        pictures(conv, *net, learner={"batch": 16}, optimizer={"kind": "sgd"}, seed=0)
    )
    session.advance(2)
    info = asked(session, products=30).info
    assert info["sharpness"] > 0 and 64 <= info["examples"] <= info["of"]


def test_the_perceptron_has_none() -> None:
    session = Session(
        Experiment.from_json(
            {
                "format": 1,
                "data": {"kind": "gaussians", "count": 100},
                "model": {
                    "input": {"kind": "plane"},
                    "layers": [{"kind": "dense"}, {"kind": "step"}],
                },
                "training": {"learner": {"kind": "perceptron"}},
            }
        )
    )
    with pytest.raises(NotNow, match="follows no gradient"):
        asked(session)


@pytest.mark.parametrize("name", ["curvature", "valley"])
def test_where_all_is_frozen_there_is_no_direction_to_look_along(name: str) -> None:
    session = Session(experiment(*LINE))
    session.advance(1)
    session.edit(read_edits([{"kind": "freeze", "layer": "head"}]))
    with pytest.raises(NotNow, match="Every layer is frozen"):
        asked(session, name)


def test_the_valley_bends_as_the_curvature_says_and_holds_the_steps_that_were_made() -> None:
    session = Session(
        experiment(*CURVED, learner={"batch": None}, optimizer={"kind": "sgd", "learning_rate": 3})
    )
    session.advance(30)
    session.seek(12)
    found = asked(session, "valley", steps=6, tolerance=1e-6)
    s, cut = found.arrays["offsets"].astype(float), found.arrays["losses"].astype(float)
    middle = len(s) // 2
    objective = Objective(session.run)
    assert s[middle] == 0 and cut[middle] == np.float32(objective.loss(objective.theta))
    near = np.polyfit(s[middle - 4 : middle + 5], cut[middle - 4 : middle + 5], 4)
    assert 2 * near[2] == pytest.approx(found.info["sharpness"], rel=0.05)
    assert found.arrays["steps"].tolist() == list(range(12, 19))
    assert np.isnan(found.arrays["gradients"][:, 0]).all()
    norms = np.sqrt((found.arrays["gradients"][:, 1:] ** 2).sum(axis=0))
    exact = session.points(0, 0)["grad_norm"][12:18]
    np.testing.assert_allclose(norms, exact, rtol=1e-5)
    session.seek(18)
    there = objective.loss(session.run.theta.vector.astype(float))
    assert found.arrays["loss"][-1] == np.float32(there)
    assert s[0] <= found.arrays["along"].min() and found.arrays["along"].max() <= s[-1]


def test_another_step_is_seen_without_going_there() -> None:
    session = Session(busy())
    then = {}
    for step in (0, 7, 40):
        session.advance(step - session.step)
        then[step] = {n: a.tobytes() for n, a in asked(session, "parameters").arrays.items()}
    session.advance(60)
    head, points = session.step, session.points(0, 0)
    for step, known in then.items():
        seen = finished(look(session, read_probe("parameters", {}), step))
        assert (seen.line, seen.step) == (0, step)
        assert {n: a.tobytes() for n, a in seen.arrays.items()} == known
    assert session.step == session.head == head and session.points(0, 0) == points
    with pytest.raises(Invalid, match="reaches from step 0"):
        finished(look(session, read_probe("parameters", {}), head + 1))


def test_what_broke_is_seen_from_a_step_before() -> None:
    session = Session(regression(learning_rate=30.0))
    session.advance(1000)
    assert session.state == "diverged" and session.step > 5
    seen = finished(look(session, read_probe("valley", {"steps": 64}), session.step - 5))
    assert seen.info["product"] > 2
    assert seen.arrays["steps"][-1] == session.step
    out = np.abs(seen.arrays["along"][1:])
    assert (out[1:] > out[:-1]).all()  # each step lands farther out than the one before
    assert session.state == "diverged"
