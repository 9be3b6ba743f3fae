"""For operators: is the front alive, and does every worker answer?"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.errors import NotReady
from app.workers.base import Backend
from engine.errors import TinkernetError

router = APIRouter(tags=["operation"])
# A worker may be busy for a second with a long seek; that is not yet dead.
PATIENCE = 5.0


@router.get("/livez", summary="The server runs")
async def livez() -> JSONResponse:
    """200 as long as the front answers at all."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz", summary="Every worker answers")
async def readyz(request: Request) -> JSONResponse:
    """200 once every worker process answers, else 503; also once the server ends."""
    request.app.state.directory.refuse_if_closing()
    backend: Backend = request.app.state.backend
    calls = (backend.ask(worker, "ping") for worker in range(backend.size))
    try:
        await asyncio.wait_for(asyncio.gather(*calls), PATIENCE)
    except (TinkernetError, TimeoutError):
        raise NotReady("A worker does not answer yet.") from None
    return JSONResponse({"status": "ready", "workers": backend.size})
