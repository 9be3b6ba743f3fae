"""Frames on demand and points exactly once, for one viewer; the clock is the test's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from served import decode, default

from app.workers.frames import LEAST, USUAL
from app.workers.viewer import POINTS_PER_SECOND, Viewer
from engine.edits import read_edits
from engine.experiment import Experiment
from engine.session import Session

PICTURES: dict[str, Any] = {"boundary": {}, "neurons": {}}


def session(**changes: Any) -> Session:
    return Session(Experiment.from_json(default(**changes)))


def draw(viewer: Viewer, at: Session, moment: Any, running: bool = False, now: float = 0.0) -> Any:
    return decode(viewer.frame(at, "s", moment, running, lambda: now))


# --- frames ----------------------------------------------------------------------------------


def test_a_frame_costs_a_credit_and_comes_only_for_something_new() -> None:
    viewer, at = Viewer(1, None, None), session()
    assert viewer.frame_due("a", False) is None  # nothing was asked for
    viewer.subscribe(PICTURES, 10.0, 6000)
    assert viewer.frame_due("a", False) is not None
    draw(viewer, at, "a")
    assert viewer.frame_due("b", False) is None  # not drawn yet
    viewer.credit()
    assert viewer.frame_due("a", False) is None  # nothing new
    assert viewer.frame_due("b", False) is not None


def test_a_new_subscription_is_answered_at_once() -> None:
    viewer, at = Viewer(1, None, None), session()
    viewer.subscribe(PICTURES, 10.0, 6000)
    draw(viewer, at, "a", running=True)
    viewer.subscribe({"parameters": {}}, 10.0, 6000)
    due = viewer.frame_due("a", True)
    assert due is not None
    assert due <= 0.0
    told, arrays = draw(viewer, at, "a", running=True)
    assert told["probes"].keys() == {"parameters"}
    assert "parameters.dense1.weight" in arrays


def test_frames_keep_to_the_rate_that_was_asked_for() -> None:
    viewer, at = Viewer(1, None, None), session()
    viewer.subscribe(PICTURES, 4.0, 24_000)
    draw(viewer, at, 0, running=True, now=100.0)
    viewer.credit()
    assert viewer.frame_due(1, True) == pytest.approx(100.25)
    assert viewer.frame_due(1, False) is not None  # standing still: at once
    assert viewer.frame_due(1, False) < 0


def test_frames_that_take_long_leave_time_to_train() -> None:
    viewer, at = Viewer(1, None, None), session()
    viewer.subscribe(PICTURES, 10.0, 24_000)
    times = iter([100.0, 100.2])
    viewer.frame(at, "s", 0, True, lambda: next(times))
    viewer.credit()
    assert viewer.frame_due(1, True) == pytest.approx(100.8)


def units(told: Any, arrays: Any) -> tuple[int, int]:
    """Resolution of the units' maps, and bytes of all pictures."""
    maps = {name: entry for name, entry in arrays.items() if name.startswith("neurons.")}
    sides = {entry["shape"][1] for entry in maps.values()}
    assert len(sides) == 1
    pictures = [e for n, e in arrays.items() if n.split(".")[0] in PICTURES]
    return sides.pop(), sum(e["data_offsets"][1] - e["data_offsets"][0] for e in pictures)


def test_units_become_coarser_to_fit_the_budget_while_it_runs() -> None:
    viewer, at = Viewer(1, None, None), session()
    viewer.subscribe(PICTURES, 10.0, 6000)
    side, size = units(*draw(viewer, at, 0, running=True))
    assert LEAST <= side < USUAL
    assert size <= 6000
    viewer.credit()
    side, _ = units(*draw(viewer, at, 1, running=False))
    assert side == USUAL


def test_what_cannot_become_coarser_comes_more_rarely() -> None:
    layers = [{"kind": "dense", "units": 32}, {"kind": "tanh"}] * 3 + [{"kind": "dense"}]
    at = session(model={"input": {"kind": "plane"}, "layers": layers})
    viewer = Viewer(1, None, None)
    viewer.subscribe(PICTURES, 10.0, 6000)
    side, size = units(*draw(viewer, at, 0, running=True, now=50.0))
    assert side == LEAST
    assert size > 6000
    viewer.credit()
    due = viewer.frame_due(1, True)
    assert due is not None
    assert size / (due - 50.0) <= 1.01 * 6000 * 10


def test_three_classes_send_the_best_and_how_sure() -> None:
    at = session(
        data={"kind": "blobs", "classes": 3, "count": 60},
        training={**default()["training"], "loss": {"kind": "softmax_cross_entropy"}},
    )
    viewer = Viewer(1, None, None)
    viewer.subscribe({"boundary": {}}, 10.0, 6000)
    told, arrays = draw(viewer, at, 0, running=True)
    assert arrays["boundary.best"]["dtype"] == arrays["boundary.sure"]["dtype"] == "U8"
    assert arrays["boundary.best"]["shape"] == [44, 44]
    assert (told["probes"]["boundary"]["lo"], told["probes"]["boundary"]["hi"]) == (0.0, 1.0)


def test_a_probe_that_cannot_be_asked_is_refused_in_its_place_alone() -> None:
    viewer, at = Viewer(1, None, None), session()
    viewer.subscribe({"boundary": {"resolution": 8}, "masks": {}, "nothing": {}}, 10.0, 6000)
    told, arrays = draw(viewer, at, 0)
    assert arrays.keys() == {"boundary.probabilities"}
    assert told["probes"]["nothing"]["problem"]["known"]
    assert told["probes"]["masks"]["problem"]["status"] == 409


# --- points ----------------------------------------------------------------------------------


class Curve:
    """What a client holds of every line, and that it tiles without gap or overlap."""

    def __init__(self) -> None:
        self.tiles: dict[int, list[tuple[int, int]]] = {}

    def head(self, line: int, begin: int = 0) -> int:
        return self.tiles[line][-1][1] if self.tiles.get(line) else begin

    def add(self, event: dict[str, Any], begin: int = 0) -> None:
        line, since = event["line"], event["since"]
        kept = self.tiles.setdefault(line, [])
        assert since == self.head(line, begin)
        at = since
        for step, steps in zip(event["columns"]["step"], event["columns"]["steps"], strict=True):
            assert step - steps == at
            kept.append((at, step))
            at = step
        assert at == event["head"]


def pull(viewer: Viewer, at: Session, now: float) -> dict[str, Any] | None:
    due = viewer.points_due(at)
    if due is None or due > now:
        return None
    event: dict[str, Any] = json.loads(viewer.points(at, "s", now))
    return event


def test_every_point_comes_once_however_rarely_it_is_fetched() -> None:
    viewer, at, curve, now = Viewer(1, None, None), session(), Curve(), 0.0
    for pause in (0.01, 0.2, 0.04, 3.0, 0.1, 40.0, 0.05):
        at.advance(37)
        now += pause
        event = pull(viewer, at, now)
        if event is not None:
            curve.add(event)
            viewer.drained()
    event = pull(viewer, at, now + 1)
    assert event is None or curve.add(event) is None
    assert curve.head(0) == at.step


def test_no_batch_follows_before_the_last_has_left() -> None:
    viewer, at = Viewer(1, None, None), session()
    at.advance(5)
    assert pull(viewer, at, 1.0) is not None
    at.advance(5)
    assert pull(viewer, at, 99.0) is None
    viewer.drained()
    assert pull(viewer, at, 99.0) is not None


def test_at_most_thirty_points_a_second_follow_the_first_batch() -> None:
    viewer, at, now, points = Viewer(1, None, None), session(), 0.0, 0
    at.advance(1)
    pull(viewer, at, now)
    viewer.drained()
    for _ in range(100):
        now += 0.02
        at.advance(25)
        event = pull(viewer, at, now)
        if event is not None:
            points += len(event["columns"]["step"])
            viewer.drained()
    assert 10 < points <= POINTS_PER_SECOND * 2.0 + 1


def test_a_client_that_says_what_it_has_gets_the_rest() -> None:
    at = session()
    at.advance(100)
    viewer = Viewer(1, 0, 60)
    event = pull(viewer, at, 1.0)
    assert event is not None
    assert (event["since"], event["head"]) == (60, 100)
    assert event["columns"]["step"][0] - event["columns"]["steps"][0] == 60


def test_the_tail_of_a_line_that_was_left_still_comes() -> None:
    viewer, at, curve = Viewer(1, None, None), session(), Curve()
    at.advance(50)
    event = pull(viewer, at, 0.0)
    assert event is not None
    curve.add(event)
    at.advance(50)  # not fetched before the line is left
    at.seek(20)
    rate = "/training/learner/optimizer/learning_rate"
    at.edit(read_edits([{"kind": "set", "path": rate, "value": 0.001}]))
    at.advance(10)
    assert at.line == 1
    viewer.drained()
    for now in (10.0, 20.0):
        event = pull(viewer, at, now)
        assert event is not None
        curve.add(event, begin=20 if event["line"] else 0)
        viewer.drained()
    assert curve.head(0) == 100
    assert curve.head(1) == 30
    assert pull(viewer, at, 30.0) is None


def test_seeking_back_and_forth_repeats_nothing() -> None:
    viewer, at = Viewer(1, None, None), session()
    at.advance(80)
    assert pull(viewer, at, 0.0) is not None
    viewer.drained()
    at.seek(10)
    assert pull(viewer, at, 1.0) is None
    at.advance(30)
    assert pull(viewer, at, 2.0) is None


def test_an_old_line_can_be_asked_for_again() -> None:
    viewer, at = Viewer(1, None, None), session()
    at.advance(30)
    pull(viewer, at, 0.0)
    viewer.drained()
    viewer.rewind(0, 10)
    event = pull(viewer, at, 1.0)
    assert event is not None
    assert (event["since"], event["head"]) == (10, 30)
    viewer.drained()
    assert pull(viewer, at, 2.0) is None


def test_points_of_long_ago_say_where_they_begin() -> None:
    """Merged tiles are wider than what was asked for; `since` moves back, so nothing is double."""
    at = session()
    at.advance(11_000)
    event = pull(Viewer(1, 0, 100), at, 0.0)
    assert event is not None
    assert event["since"] == event["columns"]["step"][0] - event["columns"]["steps"][0]
    assert event["since"] <= 100
    assert len(event["columns"]["step"]) <= 1200


def test_wishes_for_lines_that_are_not_there_do_not_pile_up() -> None:
    viewer, at = Viewer(1, None, None), session()
    for line in range(1, 1000):
        viewer.rewind(line, 0)
    assert viewer.points_due(at) is None
    assert viewer._again == {}
