"""An experiment as a value: what it means, without running it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.api.requests import body
from app.schemas.resources import Check, Checked
from engine.errors import TinkernetError
from engine.experiment import Experiment
from engine.outline import Outline, outline

router = APIRouter(prefix="/api/experiments", tags=["experiments"])


def understood(document: Any) -> tuple[Experiment, Outline]:
    """An experiment and its shapes, checked in the front: no worker is touched by a bad one."""
    try:
        experiment = Experiment.from_json(document)
        return experiment, outline(experiment)
    except TinkernetError as error:
        raise error.at("experiment") from None


@router.post(
    "/check",
    summary="What an experiment means",
    responses={200: {"model": Checked}},
    openapi_extra={"x-body": Check.__name__},
)
async def check(request: Request) -> JSONResponse:
    """From an experiment or a link: canonical form, id, link, the shape after every layer, cost; or
    the problem."""
    given = await body(request, Check)
    if given.link is not None:
        experiment = Experiment.from_link(given.link)
        shapes = outline(experiment)
    else:
        experiment, shapes = understood(given.experiment)
    return JSONResponse(
        {
            "experiment": experiment.to_json(),
            "id": experiment.id,
            "link": experiment.link(),
            "layers": shapes.layers,
            "parameters": shapes.parameters,
            "cost": shapes.cost,
        }
    )
