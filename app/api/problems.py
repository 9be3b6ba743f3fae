"""Every way to fail ends here, in one shape, never with a trace."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.bodies import sentence
from app.errors import (
    MEDIA_TYPE,
    Busy,
    Failed,
    NotFound,
    Refused,
    WrongMethod,
    problem,
)
from app.guard import security_headers
from engine.errors import TinkernetError

_log = logging.getLogger("tinkernet")


def install(app: FastAPI) -> None:
    """Answer every exception with a problem document."""
    app.add_exception_handler(TinkernetError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TinkernetError)
    headers = {}
    if isinstance(error, Busy):
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, Refused) and error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _answer(request, error, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _answer(request, sentence(error.errors()[0], skip=1))


async def _framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refused: Refused
    match error.status_code:
        case 404:
            refused = NotFound("There is nothing at this address.")
        case 405:
            allowed = (error.headers or {}).get("Allow", "")
            refused = WrongMethod(f"This address takes {allowed or 'another method'}.")
        case _:
            refused = Failed("The request cannot be answered.")
    return _answer(request, refused, error.headers)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    # Starlette logs the trace itself, after this answer; the id ties the two together.
    _log.error("request %s failed: %s", request.state.request_id, type(error).__name__)
    # It answers outside of the guard, which adds these to every other answer.
    headers = {k.decode(): v.decode("latin-1") for k, v in security_headers("localhost")}
    failed = Failed("Something went wrong on our side; your session is untouched.")
    return _answer(request, failed, headers)


def _answer(
    request: Request, error: TinkernetError, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    document = problem(error, request.state.request_id)
    return JSONResponse(document, document["status"], dict(headers or {}), media_type=MEDIA_TYPE)
