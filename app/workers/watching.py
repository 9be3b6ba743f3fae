"""Operations about viewers: who looks at a session, what each wants to see, what it has taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app import wire
from app.workers.future import Foresights
from app.workers.viewer import Viewer
from app.workers.work import Work


class Watching:
    """The part of a desk that viewers talk to."""

    _clock: Callable[[], float]
    _works: dict[str, Work]

    def __init__(self, clock: Callable[[], float]) -> None:
        self._foresights = Foresights(clock)

    def _work(self, told: dict[str, Any]) -> Work:
        raise NotImplementedError("the desk finds its sessions")

    def _op_watch(self, told: dict[str, Any], _: bytes) -> Any:
        work = self._work(told)
        work.viewers[told["viewer"]] = Viewer(told["viewer"], told["line"], told["since"])
        about = {"type": "attached", "session": work.name, **work.described()}
        return {}, wire.dumps(about).encode()

    def _op_unwatch(self, told: dict[str, Any], _: bytes) -> None:
        work = self._works.get(told["session"])
        if work is not None:
            work.looked_at = self._clock()
            work.viewers.pop(told["viewer"], None)
            self._foresights.leave(work, told["viewer"])

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

    def _op_foresee(self, told: dict[str, Any], _: bytes) -> None:
        if self._viewer(told):
            self._foresights.wish(self._works[told["session"]], told["viewer"], told)

    def _op_foreseen(self, told: dict[str, Any], _: bytes) -> None:
        """The last piece of a future has left for the client."""
        if self._viewer(told):
            self._foresights.drained(self._works[told["session"]], told["viewer"])
