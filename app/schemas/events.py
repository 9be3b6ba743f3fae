"""What the server sends on the socket as text: one class per event, told apart by `type`.

Frames are binary and not listed here: see `wire.safetensors` and the docs of the socket.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from app.schemas.base import by_tag
from app.schemas.resources import (
    Answer,
    Cost,
    Created,
    Described,
    Divergence,
    Finished,
    Given,
    Layer,
    Line,
    Problem,
    State,
)


class Attached(Described):
    """You watch this session now; here is everything about it.

    Sent again when the session was restarted: then throw away the points you hold.
    """

    type: Literal["attached"] = "attached"
    session: str


class Moved(Given):
    """Where the session stands; the latest wins."""

    type: Literal["state"] = "state"
    session: str
    line: int
    step: int
    head: int
    epoch: float
    state: State
    finished: Finished | None
    metrics: dict[str, Any]
    exact: bool
    steps_per_second: float | None
    pace: float | Literal["max"] | None
    seeking: int | None
    divergence: Divergence | None


class Changed(Given):
    """The experiment or the lines are other than before: an edit, a reset, a new line."""

    type: Literal["changed"] = "changed"
    session: str
    experiment: dict[str, Any]
    now: dict[str, Any]
    layers: list[Layer]
    parameters: int
    cost: Cost
    lines: list[Line]
    undoable: list[int]


class PointsAdded(Given):
    """History points covering (since, head] of a line; every point comes exactly once."""

    type: Literal["points"] = "points"
    session: str
    line: int
    since: int
    head: int
    columns: dict[str, list[Any]]


class WorkerLost(Given):
    """The session's worker is gone, or the session was ended; its experiment is kept, and at which
    `step` it stood, where a restart brings it back to."""

    type: Literal["lost"] = "lost"
    session: str
    experiment: dict[str, Any]
    step: int
    sentence: str


class Closing(Given):
    """The server is ending; the session is kept on disk, and the socket closes in a moment."""

    type: Literal["closing"] = "closing"
    session: str
    sentence: str


class Answered(Given):
    """A command was obeyed."""

    type: Literal["answer"] = "answer"
    id: int
    session: str
    answer: Answer | Created


class Refusal(Given):
    """A message or command was refused; `id` where it had one."""

    type: Literal["problem"] = "problem"
    id: int | None
    session: str | None
    problem: Problem


Event: TypeAlias = Annotated[
    Attached | Moved | Changed | PointsAdded | WorkerLost | Closing | Answered | Refusal,
    Field(discriminator="type"),
]
EVENTS: Final = by_tag(
    (Attached, Moved, Changed, PointsAdded, WorkerLost, Closing, Answered, Refusal), "type"
)
