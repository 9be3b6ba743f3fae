"""What a page sends on the socket: one class per message, told apart by `type`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from app.schemas.base import Envelope, by_tag
from app.schemas.commands import StepNumber

SessionId: TypeAlias = Annotated[str, Field(max_length=64)]
CallId: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]


class Attach(Envelope):
    """Watch a session. With `since`, points follow from there, else from the line's beginning.

    `line` and `since` say what the client already holds: after a cut nothing is missing and nothing
    comes twice.
    """

    type: Literal["attach"] = "attach"
    session: SessionId
    token: Annotated[str | None, Field(max_length=128)] = None
    line: Annotated[int | None, Field(ge=0)] = None
    since: StepNumber | None = None
    tab: Annotated[
        str | None,
        Field(
            min_length=8,
            max_length=64,
            description="drawn at random by a page: it takes the place of its own stale socket",
        ),
    ] = None
    incarnation: Annotated[
        int | None,
        Field(ge=0, description="of the session as it was: after a restart `since` means nothing"),
    ] = None


class Subscribe(Envelope):
    """Ask for frames of these probes; replaces what was asked before. One frame comes at once."""

    type: Literal["subscribe"] = "subscribe"
    session: SessionId
    probes: Annotated[dict[str, dict[str, Any]], Field(max_length=16)]
    rate: Annotated[float, Field(gt=0, le=60, description="pictures per second at most")] = 10.0
    budget: Annotated[int, Field(ge=500, le=150_000, description="bytes of pictures a frame")] = (
        6000
    )


class Foresee(Envelope):
    """Draw the future: what the next steps will bring, computed ahead where time is left.

    Replaces what was asked before. Pieces come as frames with the probe `future`, and follow the
    session by themselves: when it is edited, reset or sent elsewhere a new future begins. With
    `edits` it is the future as if these were made now; nothing is changed. `steps: 0` ends it.
    """

    type: Literal["foresee"] = "foresee"
    id: CallId
    session: SessionId
    steps: Annotated[int, Field(ge=0, le=10_000, description="how far to look ahead")] = 2000
    edits: Annotated[
        list[dict[str, Any]],
        Field(max_length=64, default_factory=list, description="as if these were made now"),
    ]
    pictures: Annotated[int, Field(ge=0, le=24, description="of the plane, on the way")] = 16
    resolution: Annotated[int, Field(ge=8, le=64, description="cells of a picture’s side")] = 32
    columns: Annotated[
        tuple[Annotated[int, Field(ge=0, le=64)], Annotated[int, Field(ge=0, le=64)]],
        Field(description="the two columns that are drawn"),
    ] = (0, 1)


class Credit(Envelope):
    """The last frame is drawn; the next may come."""

    type: Literal["credit"] = "credit"
    session: SessionId


class Order(Envelope):
    """Send a command; `answer` or `problem` comes back with the same `id`."""

    type: Literal["command"] = "command"
    id: CallId
    session: SessionId
    command: dict[str, Any]


class Ask(Envelope):
    """Ask one probe once; a binary frame with `ask` in its metadata comes back."""

    type: Literal["ask"] = "ask"
    id: CallId
    session: SessionId
    probe: Annotated[str, Field(max_length=32)]
    query: Annotated[dict[str, Any], Field(default_factory=dict)]
    step: Annotated[
        StepNumber | None,
        Field(description="look at this step of the present line, without going there"),
    ] = None


class History(Envelope):
    """Send the points of a line again from after `since`."""

    type: Literal["history"] = "history"
    session: SessionId
    line: Annotated[int, Field(ge=0)] = 0
    since: StepNumber = 0


class Detach(Envelope):
    """Watch this session no longer."""

    type: Literal["detach"] = "detach"
    session: SessionId


Message: TypeAlias = Annotated[
    Attach | Subscribe | Foresee | Credit | Order | Ask | History | Detach,
    Field(discriminator="type"),
]
MESSAGES: Final = by_tag((Attach, Subscribe, Foresee, Credit, Order, Ask, History, Detach), "type")
