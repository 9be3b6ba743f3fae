"""A session with many edits is opened in slices: those that train beside it go on."""

from __future__ import annotations

from typing import Any

import pytest
from served import default
from test_questions import Clock

from app.workers.desk import Desk

RUN = {"kind": "run", "pace": "max", "until_step": None, "until_loss": None}
STEP = {"kind": "step", "steps": 12, "epochs": None}
SEEK = {"kind": "seek", "step": 110, "line": None}
EDITS = [
    {"at": 5, "kind": "write", "array": "head.bias", "index": [0], "value": n / 9}
    for n in range(40)
]


class Front:
    """What the front hears of a desk, by the number of the call."""

    def __init__(self) -> None:
        self.desk = Desk(self._hear, Clock())
        self.answers: dict[int, Any] = {}
        self._calls = 0
        self.say(op="open", session="light", experiment=default())

    def _hear(self, told: dict[str, Any], _: bytes = b"") -> None:
        if "call" in told:
            self.answers[told["call"]] = told.get("answer", told)

    def say(self, **told: Any) -> int:
        self._calls += 1
        self.desk.handle({"call": self._calls, **told}, b"")
        return self._calls

    @property
    def made(self) -> int:
        return self.desk._works["light"].made

    def until(self, call: int) -> int:
        """Turns until it is answered; at each second one, the light session must have trained."""
        turns, made = 0, self.made
        while call not in self.answers:
            assert self.desk.wait() == 0.0
            self.desk.turn()
            turns += 1
            if turns % 2 == 0:
                assert self.made > made
                made = self.made
        return turns


@pytest.fixture
def front() -> Front:
    return Front()


def test_many_edits_are_rehearsed_in_turn_with_who_trains(front: Front) -> None:
    front.say(op="command", session="light", command=RUN)
    many = default() | {"edits": EDITS}
    opened = front.say(op="open", session="many", experiment=many, incarnation=3)
    # What is said to it meanwhile, it hears once it is there.
    step = front.say(op="command", session="many", command=STEP)
    told = front.say(op="describe", session="many")
    assert not front.answers.keys() & {opened, step, told}
    assert front.until(opened) > 10
    assert front.answers[opened]["step"] == 0
    front.until(step)
    assert front.answers[step]["step"] == 12
    assert told in front.answers
    work = front.desk._works["many"]
    assert (work.session.acted, work.incarnation) == (len(EDITS), 3)


def test_an_edit_that_will_not_fit_is_refused_in_its_turn(front: Front) -> None:
    bad = default() | {"edits": [*EDITS, EDITS[0] | {"array": "nowhere"}]}
    opened = front.say(op="open", session="many", experiment=bad)
    told = front.say(op="describe", session="many")
    while opened not in front.answers:
        front.desk.turn()
    assert front.answers[opened]["pointer"] == f"/edits/{len(EDITS)}/array"
    assert front.answers[told]["detail"] == "There is no such session here."
    assert front.desk.wait() > 0


def test_a_fork_of_one_that_is_opened_waits_until_it_stands(front: Front) -> None:
    front.say(op="open", session="many", experiment=default() | {"edits": EDITS})
    unwanted = front.say(op="fork", session="nobody", origin="many")
    forked = front.say(op="fork", session="twin", origin="many")
    assert not front.answers.keys() & {unwanted, forked}
    front.desk.handle({"op": "close", "session": "nobody"}, b"")
    while forked not in front.answers:
        front.desk.turn()
    assert (front.answers[forked]["id"], front.answers[forked]["step"]) == ("twin", 0)
    assert front.desk._works.keys() == {"light", "many", "twin"}


@pytest.mark.parametrize("told", [SEEK, {"kind": "reset"}])
def test_who_comes_back_to_where_it_stood_obeys_no_sooner(
    front: Front, told: dict[str, Any]
) -> None:
    """Not even what would end another journey: there is no line to seek on before that."""
    there = {"step": 90, "far": 120}
    front.say(op="open", session="back", experiment=default(), there=there)
    call = front.say(op="command", session="back", command=told)
    while call not in front.answers:
        front.desk.turn()
    work = front.desk._works["back"]
    assert (work.session.step, work.session.lines_[0].head) == (told.get("step", 0), 120)
    assert front.answers[call]["step"] == work.session.step


def test_who_leaves_meanwhile_leaves_nothing_behind(front: Front) -> None:
    """And whoever waits for it is told."""
    opened = front.say(op="open", session="many", experiment=default() | {"edits": EDITS})
    told = front.say(op="describe", session="many")
    front.desk.handle({"op": "close", "session": "many"}, b"")
    assert front.answers[opened]["detail"] == "This session was ended."
    assert front.answers[told]["detail"] == "There is no such session here."
    assert front.desk.wait() > 0 and "many" not in front.desk._works
