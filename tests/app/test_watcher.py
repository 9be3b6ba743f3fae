"""What may wait for a slow client: one message of each kind, and the points it has not seen."""

from __future__ import annotations

from typing import Any

from app.sessions.room import new_room
from app.sessions.watcher import Watcher


class Front:
    def __init__(self) -> None:
        self.woken = 0
        self.told: list[str] = []
        self.watcher = Watcher(1, "s", True, self._wake, self._tell)

    def _wake(self) -> None:
        self.woken += 1

    def _tell(self, op: str, **_: Any) -> None:
        self.told.append(op)

    def drain(self) -> list[str | bytes]:
        taken = []
        while (message := self.watcher.take()) is not None:
            self.watcher.sent(message)
            taken.append(message)
        return taken


POINTS = b'{"type":"points"}'


def test_nothing_passes_before_the_session_was_described() -> None:
    front = Front()
    front.watcher.latest("state", b"early")
    front.watcher.frame(b"picture")
    assert front.drain() == []
    front.watcher.begin(b"attached")
    assert front.drain() == ["attached", "early", b"picture"]


def test_only_the_newest_frame_and_state_wait() -> None:
    front = Front()
    front.watcher.begin(b"attached")
    for i in range(1000):
        front.watcher.latest("state", b"state %d" % i)
        front.watcher.latest("changed", b"changed %d" % i)
        front.watcher.frame(b"frame %d" % i)
    assert front.drain() == ["attached", "changed 999", "state 999", b"frame 999"]
    assert front.woken == 3001


def test_points_are_never_replaced_and_ask_for_more_once_they_left() -> None:
    front = Front()
    front.watcher.begin(b"attached")
    front.watcher.points(POINTS)
    front.watcher.points(POINTS)
    assert front.drain() == ["attached", POINTS.decode(), POINTS.decode()]
    assert front.told == ["drained", "drained"]


def test_a_credit_is_passed_on_only_when_no_frame_waits() -> None:
    front = Front()
    front.watcher.begin(b"attached")
    front.watcher.frame(b"one")
    for _ in range(5):
        front.watcher.credit()
    assert front.told == []
    front.drain()
    assert front.told == ["credit"]
    front.watcher.credit()
    assert front.told == ["credit", "credit"]


def test_a_lost_session_says_so_and_then_nothing_until_it_begins_again() -> None:
    front = Front()
    front.watcher.begin(b"attached")
    front.drain()
    front.watcher.frame(b"old")
    front.watcher.hold()
    front.watcher.notice(b"lost")
    front.watcher.frame(b"stray")
    assert front.drain() == ["lost"]
    front.watcher.begin(b"attached again")
    assert front.drain() == ["attached again", b"stray"]


def test_r39_ids_and_tokens_are_different_things_of_128_bits_and_more() -> None:
    rooms = [new_room(0, {}, 0.0) for _ in range(50)]
    words = [word for room, told in rooms for word in (room.id, *told.values())]
    assert len(set(words)) == 150
    assert all(len(word) * 6 >= 128 for word in words)
    for room, told in rooms:
        token, read_token = told["token"], told["read_token"]
        # What is kept opens nothing.
        assert token not in repr(room) and read_token not in repr(room)
        assert token not in str(vars(room)) and read_token not in str(vars(room))
        assert room.right(token) == "steer"
        assert room.right(read_token) == "watch"
        for wrong in ("", room.id, token[:-1], "é", room.token_hash.hex()):
            assert room.right(wrong) is None
