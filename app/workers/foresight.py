"""What a session's viewers foresee: their wishes, the ways ahead made for them, and the pieces in
which these are told. A piece is a frame: it covers the steps (since, to].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from app import wire
from app.workers.ahead import CROWDED, Ahead, Wish
from app.workers.work import Work
from engine.edits import Edit, read_edits
from engine.errors import TinkernetError

PIECES: Final = 0.04  # seconds between two pieces for one viewer


class Look:
    """One viewer's wish, and what it was told so far."""

    def __init__(self, number: int, wish: Wish, refused: str = "") -> None:
        self.number, self.wish, self.refused = number, wish, refused
        self.ahead: Ahead | None = None
        self.restart()
        self.is_drained, self.next = True, -math.inf
        self.stirred = True  # there may be news

    def restart(self) -> None:
        """All there is will be told again."""
        self.sent: int | None = None  # the step up to which it was told
        self.pictured = -1  # the step of the last picture
        self.said: Any = None


class Foresight:
    """The futures of one session. It takes turns with those of other sessions (slices.py)."""

    def __init__(self, work: Work) -> None:
        self.work, self.had = work, 0.0
        self.looks: dict[int, Look] = {}
        self._quiet: Any = None  # where it stood when nothing was to be made
        self._border = 0  # the step at which there may be again

    def wish(self, viewer: int, told: dict[str, Any]) -> None:
        """Foresee other things for a viewer; nothing where it wants no steps."""
        if not told["steps"]:
            self.looks.pop(viewer, None)
            return
        names = ("steps", "pictures", "resolution")
        given = {name: told[name] for name in names}
        given["columns"] = tuple(told["columns"])
        self._quiet = None
        refused: str = ""
        edits: tuple[Edit, ...] = ()
        try:
            edits = read_edits(told["edits"])
        except TinkernetError as error:
            refused = error.detail
        old = self.looks.get(viewer)
        look = self.looks[viewer] = Look(told["id"], Wish(**given, edits=edits), refused)
        if old is not None:
            look.is_drained = old.is_drained
        self._share(look)

    def _share(self, look: Look) -> None:
        """Take part in what is made for another viewer with the same wish."""
        for other in self.looks.values():
            if other.ahead is not None and other.wish == look.wish and other.ahead.fits(self.work):
                look.ahead = other.ahead
                return

    def ready(self) -> list[Look]:
        """Wishes for which something is to be made now. Asked at every turn of the worker, so that
        the answer no is remembered until something changed."""
        session = self.work.session
        here = (self.work.goal, session.line, session.acted, self.work.changes)
        if here == self._quiet and session.step < self._border:
            return []
        found = self._ready()
        if not found:
            halves = [max(1, look.wish.steps // 2) for look in self.looks.values()]
            self._quiet = here
            self._border = min(((session.step // n + 1) * n for n in halves), default=0)
        return found

    def _ready(self) -> list[Look]:
        work, goal = self.work, self.work.goal
        if goal is not None and goal.seeks:
            return []  # on a journey: there is no future until it arrives
        fast = goal is not None and goal.pace is None
        found = []
        for look in self.looks.values():
            ahead = look.ahead
            if look.refused:
                continue
            if ahead is None or not ahead.fits(work):
                if not fast:  # life would come faster than its future
                    found.append(look)
                continue
            ahead.aim(work)
            if ahead.state == "drawing":
                found.append(look)
        return found

    def slice(self, seconds: float, clock: Callable[[], float], room: int) -> None:
        """Go on with the newest wish. room: bytes that a new future may take."""
        begun = clock()
        ready = self.ready()
        if ready:
            look = ready[-1]
            if look.ahead is None or not look.ahead.fits(self.work):
                look.ahead = None
                look.restart()
                self._share(look)
                if look.ahead is None:
                    look.ahead = Ahead(self.work, look.wish, room)
            look.ahead.slice(max(0.0, seconds - (clock() - begun)), clock)
            for each in self.looks.values():
                each.stirred = True
        self.had += clock() - begun

    @property
    def size(self) -> int:
        """About what all of it takes, in bytes."""
        ways = {id(look.ahead): look.ahead for look in self.looks.values() if look.ahead}
        return sum(way.bytes for way in ways.values())

    # --- pieces ------------------------------------------------------------------------------

    def due(self, viewer: int, starved: bool) -> float | None:
        """When the next piece for a viewer is due; None while there is none to tell."""
        look = self.looks.get(viewer)
        if look is None or not look.is_drained or not look.stirred:
            return None
        if self._news(look, starved):
            return look.next
        # While nothing was made yet, waiting itself becomes news.
        look.stirred = look.ahead is None and not look.said
        return None

    def _news(self, look: Look, starved: bool) -> bool:
        ahead = look.ahead
        if ahead is None or not ahead.fits(self.work):
            return look.said is None and bool(look.refused or starved)
        if look.said != self._says(ahead):
            return True
        return ahead.step > (ahead.begun if look.sent is None else look.sent)

    def _says(self, ahead: Ahead) -> tuple[Any, ...]:
        return (ahead.state, ahead.until, ahead.way)

    def piece(self, viewer: int, now: float) -> bytes:
        """What a viewer does not know yet, as one frame."""
        look, work = self.looks[viewer], self.work
        look.is_drained, look.next = False, now + PIECES
        meta = {
            "v": 1, "session": work.name, "line": work.session.line, "step": work.session.step,
        }  # fmt: skip
        ahead = look.ahead
        if ahead is None or not ahead.fits(work):
            off = {"reason": "refused", "sentence": look.refused, "state": "off"}
            if not look.refused:
                off = {"reason": "crowded", "sentence": CROWDED, "state": "waiting"}
            look.said = tuple(off.values())
            info: dict[str, Any] = {"id": look.number, **off}
            return wire.safetensors({}, {**meta, "probes": {"future": {"info": info}}})
        # What the session has made since is no future any more.
        since = look.sent
        if since is None:
            since = ahead.begun if ahead.wish.edits else max(ahead.begun, work.session.step)
            since = min(since, ahead.step)
        look.sent, look.said = ahead.step, self._says(ahead)
        info = {
            "id": look.number, "state": ahead.state, "reason": ahead.reason,
            "sentence": ahead.sentence, "way": ahead.way, "from": ahead.begun, "since": since,
            "to": ahead.step, "until": ahead.until, "divergence": ahead.divergence,
        }  # fmt: skip
        arrays: dict[str, Any] = {}
        if ahead.future is not None:
            tests = ahead.future.tests(since)
            arrays["loss"] = ahead.future.rows(since)[:, 0].copy()
            arrays["tested"] = np.array([step for step, *_ in tests], np.int32)
            arrays["test_loss"] = np.array([loss for _, loss, _ in tests], np.float32)
            fresh = [(step, shown) for step, shown in ahead.pictures if step > look.pictured]
            if fresh:
                look.pictured = fresh[-1][0]
                arrays["drawn"] = np.array([step for step, _ in fresh], np.int32)
                for name in fresh[0][1]:
                    arrays[name] = np.stack([shown[name] for _, shown in fresh])
                info |= ahead.about
        named = {f"future.{name}": array for name, array in arrays.items()}
        return wire.safetensors(named, {**meta, "probes": {"future": {"info": info}}})
