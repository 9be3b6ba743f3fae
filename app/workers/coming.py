"""How sessions come into a worker: made, brought back from bytes, forked.

An experiment may bring along two thousand edits, and each builds its net again when it is
rehearsed: seconds in which nobody else of the worker may wait. So that is done in slices, in turn
with those that train.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from app import wire
from app.errors import OURS, Failed, NotFound
from app.workers.recovery import NOWHERE, go_back
from app.workers.slices import SLICE, Turns
from app.workers.told import Told
from app.workers.work import Work
from engine.errors import TinkernetError
from engine.experiment import Experiment
from engine.rehearsal import rehearsal
from engine.session import Session

_log = logging.getLogger("tinkernet")


class Opening:
    """One under way. told: the front's message. `held`: what it says to the session meanwhile."""

    def __init__(self, told: dict[str, Any], clock: Callable[[], float]) -> None:
        self.told, self.had = told, 0.0
        self.held: list[tuple[dict[str, Any], bytes]] = []
        self._experiment = Experiment.from_json(told["experiment"])
        self._parts = rehearsal(self._experiment)
        self._clock = clock

    def slice(self) -> Session | None:
        """Rehearse for a slice of time; the session, once all is. Raises what refuses it."""
        begun = self._clock()
        try:
            for _ in self._parts:
                if self._clock() - begun >= SLICE:
                    return None
            return Session(self._experiment, rehearsed=True)
        finally:
            self.had += self._clock() - begun


class Coming:
    """The part of a desk by which sessions come."""

    _send: Callable[..., None]
    _turns: Turns
    _told: dict[Work, Told]

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._works: dict[str, Work] = {}
        self._openings: dict[str, Opening] = {}

    def handle(self, told: dict[str, Any], payload: bytes) -> None:
        raise NotImplementedError("the desk obeys")

    def _fail(self, call: int | None, error: TinkernetError) -> None:
        raise NotImplementedError("the desk replies")

    def _must_wait(self, told: dict[str, Any], payload: bytes) -> bool:
        """Whether a message is for a session that is still being opened, a fork of it too; it is
        kept till then."""
        opening = self._openings.get(told.get("origin", told.get("session", "")))
        if opening is None or told["op"] == "close":
            return False
        opening.held.append((told, payload))
        return True

    def _op_open(self, told: dict[str, Any], _: bytes) -> Any:
        opening = Opening(told, self._clock)
        if (session := opening.slice()) is not None:
            return self._opened(told, session), b""
        self._openings[told["session"]] = opening
        self._turns.enter(opening)
        return None

    def _opened(self, told: dict[str, Any], session: Session) -> dict[str, Any]:
        incarnation, there = told.get("incarnation", 0), told.get("there")
        return self._begin(told["session"], session, incarnation, there)

    def _go_on(self, opening: Opening) -> None:
        """A slice for a session that is being opened; then what the front said to it meanwhile."""
        told, call = opening.told, opening.told["call"]
        try:
            session = opening.slice()
            if session is None:
                return
            self._send({"call": call, "answer": wire.clean(self._opened(told, session))})
        except TinkernetError as error:
            self._fail(call, error)
        except Exception:  # the edge, as everywhere
            _log.exception("open failed")
            self._fail(call, Failed(OURS))
        self._let_go(told["session"])

    def _let_go(self, name: str) -> None:
        """Its session is opened, or never will be."""
        if (opening := self._openings.pop(name, None)) is not None:
            for told, payload in opening.held:
                self.handle(told, payload)

    def _give_up(self, name: str) -> None:
        """Nobody wants it any more: neither what is opened by that name, nor a fork that waits."""
        if name in self._openings:
            self._fail(self._openings[name].told["call"], NotFound("This session was ended."))
            self._let_go(name)
        for opening in self._openings.values():
            opening.held = [each for each in opening.held if each[0].get("session") != name]

    def _op_restore(self, told: dict[str, Any], payload: bytes) -> Any:
        session = Session.restore(payload)
        begun = self._begin(told["session"], session, told.get("incarnation", 0))
        self._works[told["session"]].finished = told.get("finished")
        return begun, b""

    def _op_fork(self, told: dict[str, Any], _: bytes) -> Any:
        origin = self._works.get(told["origin"])
        if origin is None:
            raise NotFound("There is no such session here.")
        return self._begin(told["session"], origin.session.fork()), b""

    def _begin(
        self,
        name: str,
        session: Session,
        incarnation: int = 0,
        there: dict[str, int] | None = None,
    ) -> dict[str, Any]:
        work = self._works[name] = Work(name, session, self._clock, incarnation)
        self._told[work] = Told(work.shape)
        go_back(work, there or NOWHERE, self._clock)
        shown = work.shown()
        keys = ("parameters", "layers", "cost", "experiment", "now")
        here = {"id": name, "line": session.line, "step": session.step, "exact": session.exact}
        return {**here, **{key: shown[key] for key in keys}}
