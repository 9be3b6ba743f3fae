"""Questions whose answers take longer than a slice: a part in each turn, until they are answered.

A short one is answered at once. Nobody waits for a long one but who asked it: between its parts
sessions train, commands are obeyed and frames are made.
"""

from __future__ import annotations

import collections
import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from app.errors import OURS, Failed, NotFound
from app.workers.forms import formed
from app.workers.frames import as_frame
from app.workers.slices import SLICE, Runnable
from engine.errors import TinkernetError
from engine.probes import Answer, Probe
from engine.probes.glimpse import look
from engine.session import Session

_log = logging.getLogger("tinkernet")


class Asked(Runnable, Protocol):
    """What a question is about: a session, whose seconds its answer takes."""

    session: Session


@dataclass
class Question:
    """One under way."""

    work: Asked
    parts: Generator[None, None, Answer]
    packed: Callable[[Answer], bytes]
    tell: Callable[[bytes], None]
    refuse: Callable[[TinkernetError], None]

    @classmethod
    def read(
        cls, work: Asked, probe: Probe, told: dict[str, Any], send: Callable[..., None],
        fail: Callable[[int | None, TinkernetError], None],
    ) -> Question:  # fmt: skip
        """From a message of the front, which is replied to by `send` or `fail`."""
        name, form, call = told["session"], told["form"], told["call"]

        def packed(answer: Answer) -> bytes:
            if form == "frame":
                return as_frame(answer, probe, name, told["asked"])
            return formed(answer, form, name)

        parts = look(work.session, probe, told.get("step"))
        tell = partial(send, {"call": call, "answer": {}})
        return cls(work, parts, packed, tell, partial(fail, call))


class Questions:
    """Those that are not answered yet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: collections.deque[Question] = collections.deque()

    @property
    def under_way(self) -> bool:
        return bool(self._waiting)

    def ask(self, question: Question) -> None:
        """Answer it, or as much of it as fits into a slice; the rest in turns to come."""
        if not self._go_on(question):
            self._waiting.append(question)

    def turn(self) -> None:
        """A slice for the one that has waited longest."""
        if self._waiting:
            question = self._waiting.popleft()
            if not self._go_on(question):
                self._waiting.append(question)

    def leave(self, work: Asked) -> None:
        """The session is no more: whoever asked is told."""
        for question in [q for q in self._waiting if q.work is work]:
            self._waiting.remove(question)
            question.refuse(NotFound("This session was ended."))

    def _go_on(self, question: Question) -> bool:
        """A slice; whether it is answered (or refused) now. Its seconds are the session's."""
        begun = self._clock()
        try:
            while True:
                next(question.parts)
                if self._clock() - begun >= SLICE:
                    return False
        except StopIteration as end:
            try:
                question.tell(question.packed(end.value))
            except TinkernetError as error:
                question.refuse(error)
        except TinkernetError as error:
            question.refuse(error)
        except Exception:  # the edge, as the desk's
            _log.exception("a question failed")
            question.refuse(Failed(OURS))
        finally:
            question.work.had += self._clock() - begun
        return True
