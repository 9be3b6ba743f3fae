"""Who may call what. A token belongs to a session, not to a person.

On loopback a token is accepted and not required; bound wider, every call on a session needs it. The
read token of a watch link opens what only looks. Another's session is as absent as none.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Request

from app.errors import NotFound, NoToken, WatchOnly
from app.sessions.directory import Directory
from app.sessions.room import Right, Room
from app.settings import Settings

SessionPath: TypeAlias = Annotated[str, Path(alias="session", description="the session's id")]


def directory(request: Request) -> Directory:
    """The server's directory of sessions."""
    found: Directory = request.app.state.directory
    return found


def enter(
    held: Directory, settings: Settings, session: str, token: str | None
) -> tuple[Room, Right]:
    """The room and what the token allows in it; raises `NoToken` or `NotFound`."""
    if token is None and settings.tokens_required:
        raise NoToken("This session needs its token: send it as “Authorization: Bearer …”.")
    room = held.find(session)
    right = "steer" if token is None else room.right(token)
    if right is None:
        raise NotFound("There is no such session here, or it belongs to someone else.")
    held.use(room)
    return room, right


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def watch(request: Request, session: SessionPath) -> Room:
    """A session that the caller may look at."""
    settings: Settings = request.app.state.settings
    return enter(directory(request), settings, session, _bearer(request))[0]


def steer(request: Request, session: SessionPath) -> Room:
    """A session that the caller may command."""
    settings: Settings = request.app.state.settings
    room, right = enter(directory(request), settings, session, _bearer(request))
    if right != "steer":
        raise WatchOnly("This token may watch the session, not steer it.")
    return room


Sessions: TypeAlias = Annotated[Directory, Depends(directory)]
Watched: TypeAlias = Annotated[Room, Depends(watch)]
Steered: TypeAlias = Annotated[Room, Depends(steer)]
