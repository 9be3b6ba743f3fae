"""A worker's desk: what the front says, to the session it is about; slices in turn; what is due.

Every operation of the front is one method `_op_…`, found by its name; those that wait for time to
pass (a `step`, a `wait`) reply later.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from app import wire
from app.errors import Failed, NotFound, to_wire
from app.png import mosaic, png, signed
from app.workers.frames import first, frame
from app.workers.viewer import Viewer
from app.workers.work import Reply, Work
from engine.data import PlaneSet, prepare
from engine.errors import NotNow, TinkernetError
from engine.experiment import Experiment
from engine.probes import Answer, read_probe
from engine.registry import known
from engine.session import Session

Send = Callable[..., None]
STATES_PER_SECOND: Final = 10
IDLE: Final = 1.0  # seconds; how often an idle worker looks for runs nobody watches
PREVIEW: Final = 60
_log = logging.getLogger("tinkernet")


class Desk:
    """All sessions of one worker process."""

    def __init__(self, send: Send, clock: Callable[[], float]) -> None:
        self._send, self._clock = send, clock
        self._works: dict[str, Work] = {}
        self._turn: list[str] = []
        self._told: dict[str, tuple[Any, Any, float]] = {}  # moment, shape, when a state was sent

    # --- in ----------------------------------------------------------------------------------

    def handle(self, told: dict[str, Any], payload: bytes) -> None:
        """Obey one message of the front; what goes wrong is the reply, never the end."""
        call = told.get("call")
        try:
            method = getattr(self, f"_op_{told['op']}")
            found = method(told, payload)
            if call is not None and found is not None:
                answer, raw = found
                self._send({"call": call, "answer": wire.clean(answer)}, raw)
        except TinkernetError as error:
            self._fail(call, error)
        except Exception:  # the edge: one session's mistake must not end its neighbours
            _log.exception("%s failed", told.get("op"))
            self._fail(call, Failed("Something went wrong on our side; it is in the log."))

    def _fail(self, call: int | None, error: TinkernetError) -> None:
        if call is not None:
            self._send({"call": call, **wire.clean(to_wire(error))})

    def _reply(self, call: int) -> Reply:
        def reply(found: dict[str, Any] | TinkernetError) -> None:
            if isinstance(found, TinkernetError):
                self._fail(call, found)
            else:
                self._send({"call": call, "answer": wire.clean(found)})

        return reply

    def _work(self, told: dict[str, Any]) -> Work:
        work = self._works.get(told["session"])
        if work is None:
            raise NotFound("There is no such session here.")
        work.used = self._clock()
        return work

    # --- out ---------------------------------------------------------------------------------

    def wait(self) -> float:
        """Seconds until something is due: 0 while a session trains at full speed."""
        now = self._clock()
        soonest = now + IDLE
        for work in self._works.values():
            running = work.state == "running"
            times = [work.due(now)]
            for viewer in work.viewers.values():
                times.append(viewer.frame_due(work.moment, now, running))
                times.append(viewer.points_due(work.session, now))
            soonest = min(soonest, *(t for t in times if t is not None), soonest)
        return max(0.0, soonest - now)

    def turn(self) -> None:
        """Commands of all, a slice for one, then frames, points and states that are due."""
        for work in self._works.values():
            work.obey()
        self._slice()
        now = self._clock()
        for work in self._works.values():
            work.rest(now)
            work.answer_waiters()
            if work.viewers or work.shape != self._last(work)[1]:
                self._tell(work, now)

    def _slice(self) -> None:
        """One slice for the session whose turn it is."""
        now = self._clock()
        self._turn = [name for name in self._turn if name in self._works]
        for _ in range(len(self._turn)):
            name = self._turn.pop(0)
            self._turn.append(name)
            due = self._works[name].due(now)
            if due is not None and due <= now:
                self._works[name].slice()
                return

    def _last(self, work: Work) -> tuple[Any, Any, float]:
        return self._told.get(work.name, (None, work.shape, float("-inf")))

    def _tell(self, work: Work, now: float) -> None:
        moment, shape, when = self._last(work)
        here = (work.moment, work.state)
        calm = work.state != "running" or now - when >= 1 / STATES_PER_SECOND
        if work.shape != shape:
            self._event(work, "changed", {**work.shown()})
        if work.viewers and here != moment and calm:
            answer = work.answer()
            del answer["id"]
            self._event(work, "state", {**answer, **work.moved()})
            moment, when = here, now
        self._told[work.name] = (moment, work.shape, when)
        running = work.state == "running"
        for viewer in work.viewers.values():
            due = viewer.points_due(work.session, now)
            if due is not None and due <= now:
                self._to(work, viewer, "points", viewer.points(work.session, work.name, now))
            due = viewer.frame_due(work.moment, now, running)
            if due is not None and due <= now:
                message = viewer.frame(work.session, work.name, work.moment, now, running)
                self._to(work, viewer, "frame", message)

    def _event(self, work: Work, kind: str, about: dict[str, Any]) -> None:
        event = {"type": kind, "session": work.name, **about}
        self._send({"event": kind, "session": work.name}, wire.dumps(event).encode())

    def _to(self, work: Work, viewer: Viewer, kind: str, payload: bytes) -> None:
        self._send({"event": kind, "viewer": viewer.number, "session": work.name}, payload)

    # --- operations: the worker --------------------------------------------------------------

    def _op_ping(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, b""

    def _op_forget(self, told: dict[str, Any], _: bytes) -> None:
        """A reply nobody waits for any more; it is dropped where it arrives."""

    def _op_first(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, first(Session(Experiment.from_json(told["experiment"])))

    def _op_previews(self, told: dict[str, Any], _: bytes) -> Any:
        """A few points of every plane set, for the tiles."""
        made = {}
        for kind, cls in known("data").items():
            data = cls(count=PREVIEW) if issubclass(cls, PlaneSet) else cls()
            found = prepare(data, None, 1)
            every = max(1, len(found.raw) // PREVIEW)
            made[kind] = {
                "inputs": np.round(found.raw[::every, :2].astype(float), 2),
                "targets": found.targets[::every],
                "classes": found.classes,
                "extent": list(found.extent),
            }
        return made, b""

    # --- operations: a session's life --------------------------------------------------------

    def _op_open(self, told: dict[str, Any], _: bytes) -> Any:
        session = Session(Experiment.from_json(told["experiment"]))
        return self._begin(told["session"], session, told.get("incarnation", 0)), b""

    def _op_restore(self, told: dict[str, Any], payload: bytes) -> Any:
        return self._begin(told["session"], Session.restore(payload)), b""

    def _op_fork(self, told: dict[str, Any], _: bytes) -> Any:
        origin = self._works.get(told["origin"])
        if origin is None:
            raise NotFound("There is no such session here.")
        return self._begin(told["session"], origin.session.fork()), b""

    def _begin(self, name: str, session: Session, incarnation: int = 0) -> dict[str, Any]:
        work = self._works[name] = Work(name, session, self._clock, incarnation)
        self._turn.append(name)
        shown = work.shown()
        keys = ("parameters", "layers", "cost", "experiment")
        here = {"id": name, "line": session.line, "step": session.step}
        return {**here, **{key: shown[key] for key in keys}}

    def _op_close(self, told: dict[str, Any], _: bytes) -> None:
        self._works.pop(told["session"], None)
        self._told.pop(told["session"], None)

    def _op_checkpoint(self, told: dict[str, Any], _: bytes) -> Any:
        session = self._work(told).session
        return {"step": session.step}, session.snapshot()

    def _op_command(self, told: dict[str, Any], _: bytes) -> None:
        work = self._work(told)
        work.command(told["command"], self._reply(told["call"]))

    def _op_answer(self, told: dict[str, Any], _: bytes) -> Any:
        return self._work(told).answer(), b""

    def _op_wait(self, told: dict[str, Any], _: bytes) -> None:
        self._work(told).waiters.append((told["step"], self._reply(told["call"])))

    # --- operations: questions ---------------------------------------------------------------

    def _op_describe(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, wire.dumps(self._described(self._work(told))).encode()

    def _described(self, work: Work) -> dict[str, Any]:
        about = {"incarnation": work.incarnation}
        return {**work.answer(), **work.shown(), **work.moved(), **about}

    def _op_history(self, told: dict[str, Any], _: bytes) -> Any:
        session = self._work(told).session
        line = session.line if told["line"] is None else told["line"]
        columns = session.points(line, told["since"])
        head = session.lines_[line].head
        found = {"line": line, "since": told["since"], "head": head, "columns": columns}
        return {}, wire.dumps(found).encode()

    def _op_predict(self, told: dict[str, Any], payload: bytes) -> Any:
        session = self._work(told).session
        found = session.predict(json.loads(payload))
        return {}, wire.dumps({"step": session.step, **found}).encode()

    def _op_probe(self, told: dict[str, Any], _: bytes) -> Any:
        session = self._work(told).session
        probe = read_probe(told["probe"], told["query"])
        if told["form"] == "frame":
            name, asked = told["session"], told["asked"]
            return {}, frame(session, name, {told["probe"]: probe}, asked, strict=True)
        return {}, _form(session.probe(probe), told["form"], told["session"])

    # --- operations: viewers -----------------------------------------------------------------

    def _op_watch(self, told: dict[str, Any], _: bytes) -> Any:
        work = self._work(told)
        work.viewers[told["viewer"]] = Viewer(told["viewer"], told["line"], told["since"])
        described = self._described(work)
        about = {"type": "attached", "session": work.name, **described}
        return {}, wire.dumps(about).encode()

    def _op_unwatch(self, told: dict[str, Any], _: bytes) -> None:
        work = self._works.get(told["session"])
        if work is not None:
            work.used = self._clock()
            work.viewers.pop(told["viewer"], None)

    def _viewer(self, told: dict[str, Any]) -> Viewer | None:
        work = self._works.get(told["session"])
        return None if work is None else work.viewers.get(told["viewer"])

    def _op_subscribe(self, told: dict[str, Any], _: bytes) -> None:
        if viewer := self._viewer(told):
            viewer.subscribe(told["probes"], told["rate"], told["budget"])

    def _op_rewind(self, told: dict[str, Any], _: bytes) -> None:
        if viewer := self._viewer(told):
            viewer.rewind(told["line"], told["since"])

    def _op_credit(self, told: dict[str, Any], _: bytes) -> None:
        if viewer := self._viewer(told):
            viewer.credit()

    def _op_drained(self, told: dict[str, Any], _: bytes) -> None:
        if viewer := self._viewer(told):
            viewer.drained()


def _form(answer: Answer, form: str, session: str) -> bytes:
    """A probe's answer over REST: json, safetensors, npz, or png for pictures."""
    where = {"session": session, "line": answer.line, "step": answer.step}
    match form:
        case "json":
            return wire.as_json(answer.name, answer.line, answer.step, answer.info, answer.arrays)
        case "safetensors":
            told = {"v": 1, **where, "probes": {answer.name: {"info": answer.info}}}
            return wire.safetensors(
                {f"{answer.name}.{key}": a for key, a in answer.arrays.items()}, told
            )
        case "npz":
            return wire.npz(answer.arrays, {**where, "info": answer.info})
    pictures = [a for a in answer.arrays.values() if a.ndim == 3 and a.shape[1] > 1]
    if not pictures:
        raise NotNow("This probe draws no picture: ask for JSON, safetensors or npz.")
    if "probabilities" in answer.arrays:
        shown = answer.arrays["probabilities"][-1]
        return png(signed(shown, 0.0, 1.0))
    high = max(wire.reach(picture) for picture in pictures)
    return png(signed(mosaic(np.concatenate(pictures)), -high, high))
