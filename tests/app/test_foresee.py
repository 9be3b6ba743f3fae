"""The future on the socket and over REST: what is told is what comes; it costs idle time only."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest
from safetensors.numpy import load
from served import Page, Server, begin, decode, default

from app.schemas.commands import Run
from app.workers.ahead import DEAREST, Ahead, Wish
from app.workers.desk import Desk
from app.workers.future import SHORT, TRICKLE
from app.workers.work import Work
from engine.experiment import Experiment
from engine.session import Session

RATE = "/training/learner/optimizer/learning_rate"
SLOWER = {"kind": "set", "path": RATE, "value": 0.003}
Told = dict[str, Any]


def foresee(page: Page, session: Told, number: int, **more: Any) -> None:
    page.send(type="foresee", id=number, session=session["id"], **more)


def whole(page: Page, number: int) -> tuple[Told, dict[str, list[Any]]]:
    """Read on until the future with a number is told to its end; every piece follows the last."""
    kept: dict[str, list[Any]] = {}
    end: int | None = None
    while True:
        message = page.frame()
        info = decode(message)[0]["probes"].get("future", {}).get("info", {})
        if info.get("id") != number:
            continue
        arrays = {name.partition(".")[2]: a for name, a in load(message).items()}
        if "loss" in arrays:
            assert end in (None, info["since"])
            assert len(arrays["loss"]) == info["to"] - info["since"]
            end = info["to"]
        for name, array in arrays.items():
            kept.setdefault(name, []).extend(array)
        # Where the worker is never idle it says so and goes on all the same.
        if info["state"] not in ("drawing", "waiting"):
            return info, kept


def test_the_future_that_was_told_is_what_comes(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    address = f"/api/sessions/{made['id']}"
    with server.page() as page:
        page.attach(made)
        page.command(1, made, "step", steps=40)
        foresee(page, made, 1, steps=200, pictures=4, resolution=16)
        info, told = whole(page, 1)
        assert (info["from"], info["to"], info["state"]) == (40, 200, "whole")
        assert told["drawn"] == [40, 50, 100, 150, 200]
        # As if a knob were turned: nothing is, and what was told before comes all the same.
        foresee(page, made, 2, steps=200, edits=[SLOWER])
        other, slower = whole(page, 2)
        assert (other["from"], other["to"]) == (40, 200)
        assert slower["loss"] != told["loss"]
        assert client.get(address).json()["lines"][0]["edits"] == []
        page.command(2, made, "step", steps=160)
    columns = client.get(f"{address}/history", params={"since": 40}).json()["columns"]
    assert columns["steps"] == [1] * 160
    assert columns["loss_mean"] == [float(x) for x in told["loss"]]
    tests = {s: x for s, x in zip(columns["step"], columns["test_loss"], strict=True) if x}
    assert list(tests) == told["tested"]
    assert np.allclose(list(tests.values()), told["test_loss"], rtol=1e-6)
    query = {"resolution": 16}
    field = client.get(f"{address}/probes/boundary", params=query).json()["arrays"]
    shown = np.rint(255 * np.array(field["probabilities"]["values"][1]))
    assert np.array_equal(shown, told["probabilities"][-1])


def test_it_follows_the_session_by_itself(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        foresee(page, made, 5, steps=100, pictures=0)
        before, told = whole(page, 5)
        assert (before["from"], before["to"]) == (0, 100)
        page.command(1, made, "edit", edits=[SLOWER])
        after, changed = whole(page, 5)
        assert (after["from"], after["to"]) == (0, 100) and changed["loss"] != told["loss"]
        assert before["way"] != after["way"]
        # A step on is a step of the same way: only where the end moves on is there more to tell.
        page.command(2, made, "step", steps=60)
        on, _ = whole(page, 5)
        assert (on["since"], on["to"]) == (100, 150) and on["way"] == after["way"]
        foresee(page, made, 6, steps=0)
        page.command(3, made, "reset")
        page.command(4, made, "step", steps=1)
        assert not any(isinstance(m, bytes) for m in page.heard[-3:])


def test_a_wish_that_does_not_fit_says_why(client: httpx.Client, server: Server) -> None:
    made = begin(client)
    with server.page() as page:
        page.attach(made)
        foresee(page, made, 1, edits=[{"kind": "freeze", "layer": "dense9", "on": True}])
        info, told = whole(page, 1)
        assert (info["state"], info["reason"], told) == ("off", "refused", {})
        assert "dense9" in info["sentence"]
        foresee(page, made, 2, edits=[{"kind": "no"}])
        assert whole(page, 2)[0]["reason"] == "refused"
    with server.page() as page:
        page.send(type="attach", session=made["id"], token=made["read_token"])
        page.event("attached")
        foresee(page, made, 3, steps=60)
        assert whole(page, 3)[0]["to"] == 60


def test_over_rest_it_is_a_probe(client: httpx.Client) -> None:
    made = begin(client)
    address = f"/api/sessions/{made['id']}"
    asked = {"steps": 30, "edits": [SLOWER]}
    told = client.post(f"{address}/probes/future", json=asked).json()
    assert (told["step"], told["info"]["to"]) == (0, 30)
    client.post(f"{address}/edit", json=[SLOWER])
    client.post(f"{address}/step", json={"steps": 30})
    columns = client.get(f"{address}/history").json()["columns"]
    assert columns["loss_mean"] == told["arrays"]["loss"]["values"]
    refused = client.get(f"{address}/probes/future", params={"steps": 20_000})
    assert refused.status_code == 422 and refused.json()["pointer"] == "/steps"


# --- inside a worker, with a clock of the test's own ---------------------------------------------


class Clock:
    """Time passes by a little whenever it is read, and by 20 µs with every step of a session."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 2e-6
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made, advance = Clock(), Session.advance

    def slowly(session: Session, steps: int, *stop: Any) -> int:
        done = advance(session, steps, *stop)
        made.now += 20e-6 * done
        return done

    monkeypatch.setattr(Session, "advance", slowly)
    return made


class Worker:
    """A desk, and what it sent."""

    def __init__(self, sessions: int, clock: Clock, **changes: Any) -> None:
        self.clock = clock
        self.sent: list[tuple[Told, bytes]] = []
        self.desk = Desk(lambda told, raw=b"": self.sent.append((told, raw)), self.clock)
        for name in range(sessions):
            self.say("open", str(name), experiment=default(**changes))

    def say(self, op: str, session: str, **told: Any) -> None:
        self.desk.handle({"op": op, "session": session, "call": 1, **told}, b"")

    def foresee(self, session: str, **told: Any) -> None:
        self.say("watch", session, viewer=1 + int(session), line=None, since=None)
        usual = {"id": 1, "steps": 2000, "edits": [], "pictures": 0, "resolution": 16}
        usual["columns"] = [0, 1]
        self.say("foresee", session, viewer=1 + int(session), **usual | told)

    def run(self, session: str, pace: float | str = "max", until: int | None = None) -> None:
        command = Run(pace=pace, until_step=until).model_dump(mode="json")  # type: ignore[arg-type]
        self.say("command", session, command=command)

    def turn(self) -> float:
        """One round of the worker's loop; how long it would have waited."""
        free = self.desk.wait()
        self.desk.turn()
        return free

    def work(self, session: str) -> Work:
        return self.desk._works[session]

    def made(self, session: str) -> int:
        """Steps that were made ahead of a session."""
        (look,) = self.desk._foresights._of[self.work(session)].looks.values()
        return 0 if look.ahead is None else look.ahead.step - look.ahead.begun


def test_an_idle_worker_draws_and_then_rests(clock: Clock) -> None:
    worker = Worker(1, clock)
    assert worker.desk.wait() > 0.1
    worker.foresee("0", steps=300)
    turns = 0
    while worker.turn() == 0:
        turns += 1
        assert turns < 3000
    assert worker.made("0") == 300
    assert worker.desk.wait() > 0.1
    worker.say("unwatch", "0", viewer=1)
    assert not worker.desk._foresights._of


def test_where_a_session_trains_at_full_speed_it_gets_next_to_nothing(clock: Clock) -> None:
    worker = Worker(2, clock)
    worker.foresee("0")
    worker.run("1")
    begun = clock.now
    for _ in range(60):
        worker.turn()
    had = worker.desk._foresights._of[worker.work("0")].had
    # At most its share of the time, and one slice's overshoot.
    assert 0 < had <= TRICKLE * (clock.now - begun) + SHORT
    assert worker.work("1").session.step > 20 * worker.made("0") > 0


def test_a_session_that_itself_runs_at_full_speed_is_not_foreseen(clock: Clock) -> None:
    worker = Worker(1, clock)
    worker.run("0")
    worker.foresee("0")
    for _ in range(5):
        worker.turn()
    assert worker.made("0") == 0


def test_the_newest_wish_ends_the_older_at_once(clock: Clock) -> None:
    worker = Worker(1, clock)
    worker.foresee("0", steps=5000)
    while not worker.made("0"):  # first what is due: the state, the frames
        worker.turn()
    first = worker.made("0")
    assert 0 < first < 5000
    worker.foresee("0", id=2, steps=5000, edits=[SLOWER])
    assert worker.made("0") == 0
    while not worker.made("0"):
        worker.turn()
    (look,) = worker.desk._foresights._of[worker.work("0")].looks.values()
    assert look.number == 2 and look.ahead is not None and look.ahead.wish.edits


def ahead(experiment: Told, wish: Wish, compute: Any) -> Ahead:
    work = Work("w", Session(Experiment.from_json(experiment)), Clock())
    made = Ahead(work, wish, compute=compute)
    for _ in range(2000):
        made.slice(0.005, Clock())
    return made


def test_a_future_that_costs_too_much_is_off_with_a_reason() -> None:
    dear = ahead(default(), Wish(2000), Dear())
    assert (dear.state, dear.reason) == ("off", "cost")
    assert f"{1e3 * DEAREST:.0f} ms at most" in dear.sentence and not dear.pictures
    cheap = ahead(default(), Wish(2000), lambda: 0.0)
    assert cheap.state == "whole" and cheap.step == 2000


class Dear:
    """Every look at the clock finds another hundredth of a second computed."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def test_a_large_net_is_off_before_anything_is_made() -> None:
    wide = default()
    layers = [{"kind": "dense", "units": units} for units in (512, 512, None)]
    wide["model"] = {**wide["model"], "layers": layers}
    off = ahead(wide, Wish(2000), lambda: 0.0)
    assert (off.state, off.reason, off.future) == ("off", "cost", None)


def test_a_worker_has_room_for_so_many() -> None:
    work = Work("w", Session(Experiment.from_json(default())), Clock())
    assert Ahead(work, Wish(100), room=1).reason == "crowded"


@pytest.mark.parametrize("goal, until", [(130, 130), (5000, 100), (None, 100)])
def test_it_looks_as_far_as_the_run_goes(clock: Clock, goal: int | None, until: int) -> None:
    worker = Worker(1, clock)
    worker.run("0", 1.0, goal)
    worker.foresee("0", steps=100)
    while not worker.made("0"):
        worker.turn()
    (look,) = worker.desk._foresights._of[worker.work("0")].looks.values()
    assert look.ahead is not None and look.ahead.until == until
