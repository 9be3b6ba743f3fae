"""Questions to a session that change nothing: probes, predictions, history."""

from __future__ import annotations

import csv
import io
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.api.access import Sessions, Watched
from app.api.requests import accepted, body, document
from app.bodies import numbers
from app.queries import flat
from app.schemas.resources import Inputs, Points, Predicted, Probed
from app.sessions.directory import Directory
from app.sessions.room import Room
from engine.errors import Invalid

router = APIRouter(prefix="/api/sessions/{session}", tags=["probes"])

FORMS = {
    "application/json": "json",
    "application/x-safetensors": "safetensors",
    "application/octet-stream": "safetensors",
    "application/x-npz": "npz",
    "image/png": "png",
}
ProbeName = Annotated[str, Path(max_length=32, description="the probe's name, as in the catalogue")]
Then = Annotated[
    int | None,
    Query(ge=0, description="look at this step of the present line, without going there"),
]
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"model": Probed, "content": {kind: {} for kind in FORMS if kind != "application/json"}}
}


async def _probe(
    request: Request,
    room: Room,
    sessions: Directory,
    probe: str,
    query: dict[str, Any],
    step: int | None,
) -> Response:
    kind = accepted(request, tuple(FORMS))
    reply = await sessions.ask(room, "probe", probe=probe, query=query, form=FORMS[kind], step=step)
    return Response(reply.payload, media_type=kind, headers={"vary": "accept"})


@router.get("/probes/{probe}", summary="Ask a probe", responses=_SHOWN)
async def ask(
    request: Request, room: Watched, sessions: Sessions, probe: ProbeName, step: Then = None
) -> Response:
    """Its fields are the query. By `Accept`: JSON, safetensors, npz, or PNG for pictures."""
    pairs = [(k, text) for k, text in request.query_params.multi_items() if k != "step"]
    return await _probe(request, room, sessions, probe, flat(probe, pairs), step)


@router.post(
    "/probes/{probe}", summary="Ask a probe with arrays", responses=_SHOWN,
    openapi_extra={"x-body": "object"},
)  # fmt: skip
async def ask_with(
    request: Request, room: Watched, sessions: Sessions, probe: ProbeName, step: Then = None
) -> Response:
    """The same fields as an object, where a query string has no room for them."""
    query = await document(request)
    if not isinstance(query, dict):
        raise Invalid("The body is an object with the probe's fields.")
    return await _probe(request, room, sessions, probe, query, step)


@router.post(
    "/predict",
    summary="Outputs for given inputs",
    responses={200: {"model": Predicted}},
    openapi_extra={"x-body": "Inputs"},
)
async def predict(request: Request, room: Watched, sessions: Sessions) -> Response:
    """Raw inputs, one row per example; features and standardization are applied inside. Or a
    drawing, which is prepared as the data's pictures are."""
    given = (await body(request, Inputs)).model_dump(exclude_none=True)
    for name, arrays in given.items():
        numbers(arrays, f"/{name}")
    reply = await sessions.ask(room, "predict", json.dumps(given).encode())
    return Response(reply.payload, media_type="application/json")


@router.get(
    "/history",
    summary="The curves",
    responses={200: {"model": Points, "content": {"text/csv": {}}}},
)
async def history(
    request: Request,
    room: Watched,
    sessions: Sessions,
    line: Annotated[
        int | None, Query(ge=0, description="the present line if nothing is said")
    ] = None,
    since: Annotated[int, Query(ge=0, description="a step; points after it")] = 0,
) -> Response:
    """Points that cover (since, head] without overlap, as columns (JSON) or rows (CSV)."""
    kind = accepted(request, ("application/json", "text/csv"))
    reply = await sessions.ask(room, "history", line=line, since=since)
    if kind == "application/json":
        return Response(reply.payload, media_type=kind, headers={"vary": "accept"})
    columns = json.loads(reply.payload)["columns"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return Response(text.getvalue(), media_type="text/csv", headers={"vary": "accept"})
