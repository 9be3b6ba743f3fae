"""A long seek goes in slices: seen on its way, ended by a pause or a newer wish, and exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_work import RUN, STEP, Desk

from app.workers import work

FAR, HEAD = 300, 400


def travel(desk: Desk, step: int = FAR) -> None:
    desk.say(kind="seek", step=step, line=None)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A session at step 400 that kept no state, and has no time to go anywhere at once."""
    made = Desk()
    made.say(**STEP | {"steps": HEAD})
    made.turn()
    made.finish()
    made.work.session.lines_[0].keyframes.states.clear()
    made.answers.clear()
    monkeypatch.setattr(work, "AT_ONCE", 0.0)
    return made


def theta(desk: Desk) -> np.ndarray:
    return desk.work.session.run.theta.vector.copy()


def reference(step: int) -> np.ndarray:
    made = Desk()
    made.work.session.advance(step)
    return theta(made)


def test_it_is_seen_on_its_way_and_arrives_to_the_bit(desk: Desk) -> None:
    travel(desk)
    seen = []
    while not desk.answers:
        desk.turn()
        if desk.work.running:
            told = {**desk.work.answer(), **desk.work.moved()}
            assert (told["state"], told["seeking"], told["pace"]) == ("running", FAR, None)
            assert told["head"] == HEAD
            seen.append(told["step"])
    assert len(seen) > 2 and seen == sorted(seen) and seen[0] < FAR // 2
    assert (desk.last["step"], desk.last["state"]) == (FAR, "paused")
    assert desk.work.moved()["seeking"] is None
    np.testing.assert_array_equal(theta(desk), reference(FAR))
    desk.say(**STEP | {"steps": HEAD - FAR})
    desk.turn()
    desk.finish()
    assert desk.last["line"] == 0
    np.testing.assert_array_equal(theta(desk), reference(HEAD))


def test_a_pause_ends_it_where_it_is(desk: Desk) -> None:
    travel(desk)
    desk.turn()
    assert desk.work.running
    desk.say(kind="pause")
    desk.turn()
    ended, paused = desk.answers
    assert 0 < ended["step"] == paused["step"] < FAR
    assert paused["state"] == "paused"
    assert desk.work.session.run.stepper.recording is not None
    np.testing.assert_array_equal(theta(desk), reference(paused["step"]))


def test_a_newer_wish_ends_it_and_is_fulfilled(desk: Desk) -> None:
    travel(desk)
    desk.turn()
    travel(desk, 20)
    desk.turn()
    desk.finish()
    assert [answer["step"] < FAR for answer in desk.answers] == [True, True]
    assert desk.last["step"] == 20
    # Two that arrive together: the first does not keep the second waiting.
    travel(desk)
    travel(desk, 30)
    desk.turn()
    desk.finish()
    assert desk.answers[2]["step"] < 30 == desk.last["step"]
    travel(desk)
    desk.turn()
    desk.say(kind="reset")
    desk.turn()
    assert (desk.last["line"], desk.last["step"]) == (1, 0)


def test_what_a_script_sends_ahead_is_done_where_it_arrives(desk: Desk) -> None:
    travel(desk)
    desk.say(**STEP | {"steps": 2})
    travel(desk, 10)
    while len(desk.answers) < 3:
        desk.turn()
    assert [answer["step"] for answer in desk.answers] == [FAR, FAR + 2, 10]


def test_saving_on_the_way_does_not_lead_astray(desk: Desk) -> None:
    travel(desk)
    desk.turn()
    at = desk.work.session.step
    assert at < FAR
    assert desk.work.session.fork().step == at
    desk.finish()
    assert desk.last["step"] == FAR
    np.testing.assert_array_equal(theta(desk), reference(FAR))


def test_a_near_one_is_there_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 0.1)
    travel(desk)
    desk.work.obey()
    assert desk.last["step"] == FAR and not desk.work.running
    desk.say(**RUN)
    desk.turn()
    refused: list[Any] = []
    desk.work.command({"kind": "seek", "step": 10**6, "line": None}, refused.append)
    desk.turn()
    assert refused[0].limit is not None
