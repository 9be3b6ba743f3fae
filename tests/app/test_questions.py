"""Questions that take long: in parts, between which sessions train."""

from __future__ import annotations

import json
from typing import Any

import pytest
from served import Server, begin

from app.errors import NotFound
from app.workers.questions import Question, Questions
from app.workers.slices import SLICE
from app.workers.work import Work
from engine.catalog import default
from engine.probes import read_probe
from engine.session import Session


class Clock:
    """Every look at it costs a part of a slice."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.4 * SLICE
        return self.now


@pytest.fixture
def work() -> Work:
    return Work("s", Session(default()), lambda: 0.0)


def question(work: Work, heard: list[Any], probe: str, **told: Any) -> Question:
    read = read_probe(probe, {})
    message = {"session": "s", "form": "json", "call": 7, **told}
    return Question.read(
        work, read, message, lambda told, raw: heard.append(json.loads(raw)),
        lambda call, error: heard.append(error),
    )  # fmt: skip


def test_a_long_one_lets_the_session_train_between_its_parts(work: Work) -> None:
    heard: list[Any] = []
    work.session.advance(5)
    questions = Questions(Clock())
    questions.ask(question(work, heard, "curvature"))
    turns = 0
    while questions.under_way:
        assert heard == []
        work.session.advance(3)
        questions.turn()
        turns += 1
    assert turns > 2
    assert heard[0]["step"] == 5  # of the moment when it was asked
    alone: list[Any] = []
    other = Work("s", Session(default()), lambda: 0.0)
    other.session.advance(5)
    Questions(Clock()).ask(question(other, alone, "parameters"))
    again = Questions(lambda: 0.0)
    again.ask(question(other, alone, "curvature"))
    assert not again.under_way and alone[1]["info"] == heard[0]["info"]
    assert work.had > SLICE


def test_who_asked_hears_that_the_session_is_no_more(work: Work) -> None:
    heard: list[Any] = []
    questions = Questions(Clock())
    questions.ask(question(work, heard, "curvature"))
    questions.leave(work)
    assert not questions.under_way
    assert isinstance(heard[0], NotFound)


def test_a_refusal_on_the_way_is_told(work: Work) -> None:
    heard: list[Any] = []
    work.session.advance(5)
    questions = Questions(Clock())
    questions.ask(question(work, heard, "curvature", step=99))
    assert not questions.under_way
    assert heard[0].pointer == "/step" and "from step 0 to 5" in heard[0].detail


def test_any_step_is_looked_at_without_going_there(server: Server) -> None:
    with server.client() as client:
        made = begin(client)
        where = f"/api/sessions/{made['id']}"
        client.headers["authorization"] = f"Bearer {made['token']}"
        then = client.get(f"{where}/probes/parameters").json()
        assert client.post(f"{where}/step", json={"steps": 40}).is_success
        seen = client.get(f"{where}/probes/parameters", params={"step": 0}).json()
        assert seen == then
        posted = client.post(f"{where}/probes/valley", params={"step": 30}, json={"steps": 5})
        assert posted.json()["arrays"]["steps"]["values"] == [30, 31, 32, 33, 34, 35]
        assert client.get(where).json()["step"] == 40
        refused = client.get(f"{where}/probes/parameters", params={"step": 41})
        assert (refused.status_code, refused.json()["pointer"]) == (422, "/step")
