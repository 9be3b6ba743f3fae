"""A probe is a question asked of a session that changes nothing.

Its fields are the query. It answers with named arrays and a little information, taken at one step.
All are asked in evaluate mode at θ_k on a tape of their own, except those that read the recording
of the step that led there (masks, gradients).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

import engine.layers  # noqa: F401  registers what is asked for below
from engine.errors import Invalid, NotNow, Unknown
from engine.memory.arena import Array
from engine.memory.tape import Tape
from engine.registry import find, known, value
from engine.spec import Json, Spec

if TYPE_CHECKING:
    from engine.experiment import Experiment
    from engine.session import Session

MAX_UNITS = 32  # of a layer, in one answer
# Layers that stand in the column of the one below, and those that show nothing of their own.
FOLLOWS = frozenset(k for k, c in known("layer").items() if c.role in ("activation", "norm"))
SAME = frozenset(k for k, c in known("layer").items() if c.role == "passes")


@dataclass(frozen=True)
class Answer:
    """What a probe says: where it was taken, numbers and names (info), and named arrays."""

    name: str
    line: int
    step: int
    info: dict[str, Any]
    arrays: dict[str, Array]


@value
class Probe(Spec):
    """Base of every probe."""

    family: ClassVar[str] = "probe"
    live = "now"
    rate: ClassVar[float] = 10.0  # pictures per second it is worth

    def refuse(self, experiment: Experiment) -> str:
        """Why it does not apply to an experiment; empty where it does."""
        return ""

    def cost(self, experiment: Experiment) -> int:
        """About how many multiply-adds an answer takes."""
        return 0

    def ask(self, session: Session) -> Answer:
        """The answer now. Raises `NotNow` where it does not apply, `Invalid` for a wrong query."""
        reason = self.refuse(session.run.experiment)
        if reason:
            raise NotNow(reason)
        info, arrays = self.answer(session)
        return Answer(self.kind, session.line, session.step, info, arrays)

    def slowly(self, session: Session) -> Generator[None, None, Answer]:
        """The same, with a pause after each part of an answer that takes long: whoever has others
        waiting lets them have their turns. The answer is that of the moment it was begun."""
        yield from ()
        return self.ask(session)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        """Information and arrays."""
        raise NotImplementedError(f"{self.kind} answers")


@value
class Slow(Probe):
    """Base of a probe whose answer takes many parts, none of them long."""

    def work(
        self, session: Session
    ) -> Generator[None, None, tuple[dict[str, Any], dict[str, Array]]]:
        """Information and arrays, with pauses; it reads the session before the first of them."""
        raise NotImplementedError(f"{self.kind} works")

    def slowly(self, session: Session) -> Generator[None, None, Answer]:
        reason = self.refuse(session.run.experiment)
        if reason:
            raise NotNow(reason)
        line, step = session.line, session.step
        info, arrays = yield from self.work(session)
        return Answer(self.kind, line, step, info, arrays)

    def ask(self, session: Session) -> Answer:
        return finished(self.slowly(session))


T = TypeVar("T")


def finished(work: Generator[Any, None, T]) -> T:
    """What work with pauses comes to, without them."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: T = end.value
            return made


def read_probe(name: str, query: Json) -> Probe:
    """The probe of a name and a query (its fields, as JSON). Raises `Unknown`, `Invalid`."""
    try:
        cls = find("probe", name)
    except Unknown as error:
        error.pointer = ""
        raise
    if not isinstance(query, dict):
        raise Invalid("A query is an object with the probe's fields.")
    made: Probe = cls.from_json(query)
    return made


def recording(session: Session) -> Tape:
    """The tape of the step that led here. Raises `NotNow` where there is none."""
    tape = session.run.stepper.recording
    if tape is None:
        raise NotNow("There is no step to look into yet: take a step first.")
    return tape


def visible(experiment: Experiment) -> tuple[str, ...]:
    """The layers a picture of the net shows: the last one of each column.

    A column is a layer that makes something new (products, a pool, a block) with the norm and the
    activation behind it; what it answers is read before dropout, which does nothing outside
    training, and before a picture is laid out as a vector, which moves nothing.
    """
    shown: list[str] = []
    for layer in experiment.layers:
        name = str(layer.name)
        if layer.kind in SAME:
            continue
        if layer.kind not in FOLLOWS or not shown:
            shown.append(name)
        else:
            shown[-1] = name
    return tuple(shown)


def single(a: Array, i: int = 0) -> Array:
    """One example of a batch, a copy: features, or channels × height × width."""
    one = a[..., i]
    return np.array(one.swapaxes(0, 1) if one.ndim == 3 else one, order="C")


def pick(layer: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """One chosen layer, or all. Raises `Unknown`."""
    if layer is None:
        return known
    if layer not in known:
        raise Unknown(f"There is no such layer here; there are: {', '.join(known)}.",
                      pointer="/layer", known=known)  # fmt: skip
    return (layer,)
