"""Sessions: make one, look at it, command it, end it, take it away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from app.api.access import Sessions, Steered, Watched
from app.api.experiments import understood
from app.api.requests import body, document
from app.bodies import one_of
from app.errors import LostSession
from app.schemas import commands
from app.schemas.resources import Answer, Created, Described, Lost, NewSession
from app.sessions.directory import Directory
from app.sessions.room import Room
from engine.errors import Invalid

router = APIRouter(prefix="/api/sessions", tags=["sessions"])


@router.post(
    "",
    status_code=201,
    summary="Make a session",
    responses={201: {"model": Created}},
    openapi_extra={"x-body": NewSession.__name__, "x-upload": True},
)
async def create(request: Request, sessions: Sessions) -> JSONResponse:
    """From an experiment (JSON), or from a checkpoint (`application/octet-stream`)."""
    if request.headers.get("content-type", "").startswith("application/octet-stream"):
        made = await sessions.restore(await request.body())
    else:
        given = await body(request, NewSession)
        experiment, _ = understood(given.experiment)
        made = await sessions.open(experiment.to_json())
    return JSONResponse(made, 201, {"location": f"/api/sessions/{made['id']}"})


@router.get(
    "/{session}", summary="Where a session stands", responses={200: {"model": Described | Lost}}
)
async def look(
    room: Watched,
    sessions: Sessions,
    wait_step: Annotated[int | None, Query(ge=0, description="wait until this step")] = None,
    timeout: Annotated[float, Query(gt=0, le=60, description="seconds to wait at most")] = 30.0,
) -> Response:
    """Its state. With `wait_step`, answers once that step is reached, the session stands still, or
    the time is over."""
    try:
        if wait_step is not None:
            await sessions.wait(room, wait_step, timeout)
        described = await sessions.ask(room, "describe")
    except LostSession:
        kept = {"experiment": room.experiment, "step": room.step}
        return JSONResponse({"id": room.id, "state": "lost", **kept})
    return Response(described.payload, media_type="application/json")


@router.delete("/{session}", status_code=204, summary="End a session")
async def end(room: Steered, sessions: Sessions) -> Response:
    """Ends it for everyone; those who watch are told."""
    await sessions.end(room)
    return Response(status_code=204)


async def obey(
    request: Request, kind: type[Any], room: Room, sessions: Directory, given: Any = None
) -> JSONResponse:
    """One command from the body (or `given`), through the directory's door."""
    told = await document(request) if given is None else given
    if not isinstance(told, dict):
        raise Invalid("The body is an object, such as {…}.")
    name = kind.model_fields["kind"].default
    if told.get("kind", name) != name:
        raise Invalid(f"At this address “kind” is “{name}”, or is left out.", pointer="/kind")
    command = one_of(commands.COMMANDS, {**told, "kind": name}, "kind")
    return JSONResponse(await sessions.command(room, command.model_dump(mode="json")))


@router.post(
    "/{session}/step",
    summary="Train some steps",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Step"},
)
async def step(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """`{"steps": n}` or `{"epochs": n}`; answers when they are made, with the metrics."""
    return await obey(request, commands.Step, room, sessions)


@router.post(
    "/{session}/run",
    summary="Train on and on",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Run"},
)
async def run(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """Answers at once; wait with `GET …?wait_step=…`."""
    return await obey(request, commands.Run, room, sessions)


@router.post(
    "/{session}/pause",
    summary="Stop where it is",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Pause"},
)
async def pause(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """A `step` under way ends early, with the step it reached."""
    return await obey(request, commands.Pause, room, sessions)


@router.post(
    "/{session}/reset",
    summary="Begin again",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Reset"},
)
async def reset(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """A new line from step 0; knobs stay as they stand."""
    return await obey(request, commands.Reset, room, sessions)


@router.post(
    "/{session}/seek",
    summary="Go to a step",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Seek"},
)
async def seek(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """Any step of any line, exact to the bit."""
    return await obey(request, commands.Seek, room, sessions)


@router.post(
    "/{session}/fork",
    status_code=201,
    summary="Make another session from here",
    responses={201: {"model": Created}},
    openapi_extra={"x-body": "Fork"},
)
async def fork(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """A session of its own at the same step, with its own token."""
    made = await obey(request, commands.Fork, room, sessions)
    made.status_code = 201
    return made


@router.post(
    "/{session}/edit",
    summary="Change it while it trains",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Edit"},
)
async def edit(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """A list of edits, or `{"edits": […]}`; all of them or none. 409 where it needs a reset."""
    told = await document(request)
    return await obey(
        request, commands.Edit, room, sessions, {"edits": told} if isinstance(told, list) else told
    )


@router.post(
    "/{session}/restart",
    summary="Bring a lost session back",
    responses={200: {"model": Answer}},
    openapi_extra={"x-body": "Restart"},
)
async def restart(request: Request, room: Steered, sessions: Sessions) -> JSONResponse:
    """In a new worker, walked from its experiment to where it stood; answers once it stands there.
    A “pause” ends the way."""
    return await obey(request, commands.Restart, room, sessions)


@router.get("/{session}/checkpoint", summary="Take a session away")
async def checkpoint(room: Watched, sessions: Sessions) -> Response:
    """Everything it is, as bytes that `POST /api/sessions` takes back, exact to the bit."""
    reply = await sessions.ask(room, "checkpoint")
    name = f"tinkernet-{reply.told['step']}.checkpoint"
    return Response(
        reply.payload,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
