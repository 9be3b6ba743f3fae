"""R19: what a viewer's line carries, for nets of every size; a second is the test's."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from served import default

from app.schemas.messages import Subscribe
from app.workers.desk import Desk

MOST = 600_000  # bits a second
SECONDS = 4.0
RUN = {"kind": "run", "pace": 20.0, "until_step": None, "until_loss": None}
SUBSCRIBED: dict[str, Any] = {"type": "subscribe", "session": "s", "probes": {}}


def dense(*units: int) -> list[dict[str, Any]]:
    hidden = [[{"kind": "dense", "units": n}, {"kind": "tanh"}] for n in units]
    return [layer for pair in hidden for layer in pair] + [{"kind": "dense"}]


def plane(layers: list[dict[str, Any]], loss: str = "logistic", **data: Any) -> dict[str, Any]:
    training = {**default()["training"], "loss": {"kind": loss}}
    model = {"input": {"kind": "plane"}, "layers": layers}
    return default(data={"count": 300, **data}, model=model, training=training)


CONV = {"kind": "conv2d", "channels": 8, "kernel": 3, "padding": "same"}
PLANE = {"boundary": {}, "neurons": {}, "parameters": {}, "scores": {}}
PICTURES = {"features": {}, "parameters": {}, "filters": {}}
NETS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the first": (default(), PLANE),
    "three classes": (
        plane(dense(8, 8), "softmax_cross_entropy", kind="blobs", classes=3),
        PLANE,
    ),
    "a wide one": (plane(dense(64, 64, 64), kind="xor"), PLANE),
    "a deep one": (plane(dense(*[8] * 10), kind="circle"), PLANE),
    "pictures": (
        default(
            data={"kind": "digits8"},
            model={
                "input": {"kind": "image"},
                "layers": [CONV, {"kind": "relu"}, CONV, {"kind": "flatten"}, {"kind": "dense"}],
            },
            training={
                **default()["training"], "loss": {"kind": "softmax_cross_entropy"},
            },
        ),
        PICTURES,
    ),
}  # fmt: skip


class Line:
    """A desk with one session that runs at a pace, and one viewer; the clock is the test's."""

    def __init__(self, experiment: dict[str, Any], probes: dict[str, Any], rate: float) -> None:
        self.now = 100.0
        self.frames: list[float] = []  # when they came
        self.sizes: list[int] = []
        self.others = 0  # bytes of points and states
        self._desk = Desk(self._hear, lambda: self.now)
        self._credits: list[float] = []
        self.say(op="open", call=1, experiment=experiment)
        self.say(op="watch", call=2, viewer=1, line=None, since=None)
        wish = Subscribe.model_validate(SUBSCRIBED | {"probes": probes, "rate": rate})
        self.say(op="subscribe", viewer=1, **wish.model_dump(include={"probes", "rate", "budget"}))
        self.say(op="command", call=3, command=RUN)

    def say(self, **told: Any) -> None:
        self._desk.handle({"session": "s", **told}, b"")

    def _hear(self, told: dict[str, Any], payload: bytes = b"") -> None:
        assert "error" not in told, told
        if "event" in told:
            if told["event"] == "frame":
                self.frames.append(self.now)
                self.sizes.append(len(payload))
            else:
                self.others += len(payload)
            if told["event"] == "points":
                self.say(op="drained", viewer=1)

    def run(self, seconds: float, drawn_after: float | None = 0.0) -> None:
        """drawn_after: seconds from a frame to its credit; None: it never comes."""
        until, owed = self.now + seconds, len(self.frames)
        while self.now < until:
            self._desk.turn()
            self.now += 0.005
            if drawn_after is not None and len(self.frames) > owed:
                if self.now - self.frames[-1] >= drawn_after:
                    owed = len(self.frames)
                    self.say(op="credit", viewer=1)

    def bits(self, seconds: float) -> float:
        """Bits a second: of frames, from the first to where the last one's time begins."""
        frames = sum(self.sizes[:-1]) / max(self.frames[-1] - self.frames[0], 1e-9)
        return 8 * (frames + self.others / seconds)


def line(net: str, rate: float = 10.0) -> Line:
    made = Line(*NETS[net], rate)
    made.run(1.0)  # what comes once: the first frame, which is sharp, and what the data are
    made.others = 0
    made.frames.clear()
    made.sizes.clear()
    return made


@pytest.mark.parametrize("net", NETS)
def test_r19_a_line_carries_at_most_600_kbit_a_second_by_default(net: str) -> None:
    """R19: frames, points and states together, for any net; a small one's pictures are smooth."""
    made = line(net)
    made.run(SECONDS)
    assert len(made.frames) >= 3
    assert made.bits(SECONDS) <= MOST
    if net == "the first":
        assert len(made.frames) >= 9 * SECONDS


def test_r19_pictures_become_rarer_with_the_drain() -> None:
    """R19: whoever draws slowly gets as many as it draws, and the traffic falls with them."""
    carried = []
    for drawn_after in (0.0, 0.25, 1.0):
        made = line("the first")
        made.run(SECONDS, drawn_after)
        carried.append(made.bits(SECONDS))
        if drawn_after:
            assert len(made.frames) <= SECONDS / drawn_after + 1
    assert all(later < 0.6 * before for before, later in pairwise(carried))


def test_r19_a_hidden_page_gets_no_picture_until_it_is_seen_again() -> None:
    """R19: it gives no credit, since a browser draws nothing for it; the points go on."""
    made = line("the first")
    made.run(SECONDS, drawn_after=None)
    assert len(made.frames) <= 1
    assert 0 < 8 * made.others / SECONDS < 100_000


def test_r19_a_page_may_ask_for_fewer() -> None:
    made = line("the first", rate=1.0)
    made.run(SECONDS)
    assert len(made.frames) <= SECONDS + 1
