"""A worker's desk: what the front says, to the session it is about; slices in turn; what is due.

Every operation of the front is one method `_op_…`, found by its name; those that wait for time to
pass (a `step`, a `wait`) reply later.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from app import wire
from app.errors import OURS, Failed, NotFound, NotReady, to_wire
from app.logs import short
from app.workers.coming import Coming, Opening
from app.workers.forms import predicted, previews
from app.workers.frames import first
from app.workers.goal import Reply
from app.workers.questions import Question, Questions
from app.workers.recovery import whereabouts
from app.workers.slices import Turns
from app.workers.told import STATES_PER_SECOND, Told
from app.workers.viewer import Viewer
from app.workers.watching import Watching
from app.workers.work import Work
from engine.errors import TinkernetError
from engine.experiment import Experiment
from engine.probes import read_probe
from engine.session import Session

Send = Callable[..., None]
IDLE: Final = 1.0  # seconds; how often an idle worker looks for runs nobody watches
_log = logging.getLogger("tinkernet")


class Desk(Coming, Watching):
    """All sessions of one worker process."""

    def __init__(self, send: Send, clock: Callable[[], float]) -> None:
        Coming.__init__(self, clock)
        Watching.__init__(self, clock)
        self._send = send
        self._turns, self._questions = Turns(), Questions(clock)
        self._due = 0.0  # when something else than a future was due, as last seen
        self._training: set[Work] = set()
        self._told: dict[Work, Told] = {}
        self._made: Counter[str] = Counter()  # since the process began

    # --- in ----------------------------------------------------------------------------------

    def handle(self, told: dict[str, Any], payload: bytes) -> None:
        """Obey one message of the front; what goes wrong is the reply, never the end."""
        call = told.get("call")
        if self._must_wait(told, payload):
            return
        try:
            method = getattr(self, f"_op_{told['op']}")
            found = method(told, payload)
            if call is not None and found is not None:
                answer, raw = found
                self._vow(self._works.get(told.get("session", "")))
                self._send({"call": call, "answer": wire.clean(answer)}, raw)
        except TinkernetError as error:
            self._fail(call, error)
        except Exception:  # the edge: one session's mistake must not end its neighbours
            _log.exception("%s failed", told.get("op"))
            self._fail(call, Failed(OURS))

    def _fail(self, call: int | None, error: TinkernetError) -> None:
        if call is not None:
            self._send({"call": call, **wire.clean(to_wire(error))})

    def _reply(self, call: int, work: Work) -> Reply:
        def reply(found: dict[str, Any] | TinkernetError) -> None:
            if isinstance(found, TinkernetError):
                self._fail(call, found)
            else:
                self._vow(work)
                self._send({"call": call, "answer": wire.clean(found)})

        return reply

    def _vow(self, work: Work | None) -> None:
        """Let the front know where a session stands, before anybody sees it: if this process ends,
        it comes back there."""
        if work is None or (told := self._told.get(work)) is None:
            return
        there, shape = whereabouts(work), work.shape
        if (there, shape) != (told.there, told.kept):
            experiment = b""
            if shape != told.kept:
                experiment = wire.dumps(work.session.experiment.to_json()).encode()
            told.there, told.kept = there, shape
            self._send({"event": "kept", "session": work.name, "there": there}, experiment)

    def _work(self, told: dict[str, Any]) -> Work:
        work = self._works.get(told["session"])
        if work is None:
            raise NotFound("There is no such session here.")
        work.looked_at = self._clock()
        return work

    # --- out ---------------------------------------------------------------------------------

    def wait(self) -> float:
        """Seconds until something is due: 0 while a session trains at full speed, or while a future
        is drawn."""
        free = self._free()
        self._due = self._clock() + free
        return min(free, self._foresights.wait(free))

    def _free(self) -> float:
        """Seconds until something is due but what is foreseen."""
        if self._questions.under_way or self._openings:
            return 0.0
        now = self._clock()
        due: list[float | None] = [now + IDLE]
        for work in self._works.values():
            due.append(now if work.queue and work.goal is None else work.due())
            if work.viewers and (work.moment, work.state) != self._told[work].state:
                due.append(self._told[work].next_state)
            for viewer in work.viewers.values():
                due.append(viewer.frame_due(work.moment, work.running))
                due.append(viewer.points_due(work.session))
                due.append(self._foresights.due(work, viewer.number))
        return max(0.0, min(time for time in due if time is not None) - now)

    def turn(self) -> None:
        """Commands of all, a slice for one, then what is due: states, points, frames; what is left
        is for futures."""
        for work in self._works.values():
            self._guarded(work, work.obey)
        self._slice()
        self._questions.turn()
        now = self._clock()
        for work in self._works.values():
            work.rest(now)
            work.answer_waiters()
            self._guarded(work, partial(self._tell, work))
        self._foresights.turn(self._due)

    def _guarded(self, work: Work, act: Callable[[], None]) -> None:
        """The edge: a mistake of ours in one session must not end its neighbours."""
        try:
            act()
        except Exception:
            _log.exception("session %s failed", short(work.name))
            work.give_up(Failed(OURS))

    def _slice(self) -> None:
        """One slice for the session that has had least, one that is being opened among them."""
        now = self._clock()
        for work in self._works.values():
            if not work.running:
                self._training.discard(work)
            elif work not in self._training:
                self._training.add(work)
                self._turns.enter(work)
        works = [w for w in self._works.values() if (due := w.due()) is not None and due <= now]
        ready: list[Work | Opening] = [*works, *self._openings.values()]
        chosen = self._turns.next(ready)
        if isinstance(chosen, Opening):
            self._go_on(chosen)
        elif chosen is not None:
            self._guarded(chosen, chosen.slice)

    def _tell(self, work: Work) -> None:
        """What the front and the viewers do not know yet."""
        told, now = self._told[work], self._clock()
        if work.shape != told.shape:
            told.shape = work.shape
            self._event(work, "changed", work.shown())
        here = (work.moment, work.state)
        if work.viewers and here != told.state:
            if not work.running or now >= told.next_state:
                told.state, told.next_state = here, now + 1 / STATES_PER_SECOND
                answer = work.answer()
                del answer["id"]
                self._event(work, "state", {**answer, **work.moved()})
        for viewer in work.viewers.values():
            due = viewer.points_due(work.session)
            # On the way back none are told: all at once they are finer than one by one.
            if due is not None and due <= now and work.returns is None:
                self._to(work, viewer, "points", viewer.points(work.session, work.name, now))
            due = viewer.frame_due(work.moment, work.running)
            if due is not None and due <= now:
                begun = self._clock()
                message = viewer.frame(
                    work.session, work.name, work.moment, work.running, self._clock
                )
                work.had += self._clock() - begun
                self._to(work, viewer, "frame", message)
            due = self._foresights.due(work, viewer.number)
            if due is not None and due <= now:
                piece = self._foresights.piece(work, viewer.number, now)
                self._to(work, viewer, "future", piece)

    def _event(self, work: Work, kind: str, about: dict[str, Any]) -> None:
        self._vow(work)
        event = {"type": kind, "session": work.name, **about}
        self._send({"event": kind, "session": work.name}, wire.dumps(event).encode())

    def _to(self, work: Work, viewer: Viewer, kind: str, payload: bytes) -> None:
        self._vow(work)
        self._made.update({"bytes": len(payload), "frames": kind == "frame"})
        self._send({"event": kind, "viewer": viewer.number, "session": work.name}, payload)

    # --- operations: the worker --------------------------------------------------------------

    def _op_ping(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, b""

    def _op_forget(self, told: dict[str, Any], _: bytes) -> None:
        """A reply nobody waits for any more; it is dropped where it arrives."""

    def _op_measure(self, told: dict[str, Any], _: bytes) -> Any:
        made = self._made.copy()
        for work in self._works.values():
            now = {"running": work.running, "waiting": len(work.queue), "steps": work.made}
            made.update(now)
        return dict(made), b""

    def _op_first(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, first(Session(Experiment.from_json(told["experiment"])))

    def _op_previews(self, told: dict[str, Any], _: bytes) -> Any:
        return previews(), b""

    # --- operations: a session's life --------------------------------------------------------

    def _op_close(self, told: dict[str, Any], _: bytes) -> None:
        self._give_up(told["session"])
        work = self._works.pop(told["session"], None)
        if work is not None:
            work.close(NotFound("This session was ended."))
            self._made["steps"] += work.made
            self._told.pop(work)
            self._training.discard(work)
            self._foresights.leave(work)
            self._questions.leave(work)

    def _op_rest(self, told: dict[str, Any], _: bytes) -> Any:
        """Its checkpoint, where it stands still, or the server ends."""
        work = self._work(told)
        if told["ending"]:
            work.close(NotReady("The server is ending."))
        still = not work.running and not work.queue
        about = {"still": still, "finished": work.finished}
        return about, work.session.snapshot() if still else b""

    def _op_checkpoint(self, told: dict[str, Any], _: bytes) -> Any:
        session = self._work(told).session
        return {"step": session.step}, session.snapshot()

    def _op_command(self, told: dict[str, Any], _: bytes) -> None:
        work = self._work(told)
        work.command(told["command"], self._reply(told["call"], work))

    def _op_answer(self, told: dict[str, Any], _: bytes) -> Any:
        return self._work(told).answer(), b""

    def _op_wait(self, told: dict[str, Any], _: bytes) -> None:
        work = self._work(told)
        work.waiters.append((told["step"], self._reply(told["call"], work)))

    # --- operations: questions ---------------------------------------------------------------

    def _op_describe(self, told: dict[str, Any], _: bytes) -> Any:
        return {}, wire.dumps(self._work(told).described()).encode()

    def _op_history(self, told: dict[str, Any], _: bytes) -> Any:
        session = self._work(told).session
        line = session.line if told["line"] is None else told["line"]
        columns = session.points(line, told["since"])
        head = session.lines_[line].head
        found = {"line": line, "since": told["since"], "head": head, "columns": columns}
        return {}, wire.dumps(found).encode()

    def _op_predict(self, told: dict[str, Any], payload: bytes) -> Any:
        session = self._work(told).session
        return {}, wire.dumps(predicted(session, json.loads(payload))).encode()

    def _op_probe(self, told: dict[str, Any], _: bytes) -> Any:
        work, probe = self._work(told), read_probe(told["probe"], told["query"])
        self._vow(work)
        self._questions.ask(Question.read(work, probe, told, self._send, self._fail))
        return None
