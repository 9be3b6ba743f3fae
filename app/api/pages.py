"""The pages, rendered with their first picture inside: the first paint waits for nothing."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import secrets
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from app import __version__
from app.api.catalog import catalog_bytes
from app.guard import policy
from app.settings import folder
from app.texts import COOKIE, choose, languages
from app.workers.base import Backend
from engine.catalog import catalog
from engine.experiment import Experiment
from engine.outline import outline

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(folder("templates"))
# The order of kinds in the catalogue is the order of tiles on the page.
templates.env.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
TEXTS = folder("static") / "texts"


@dataclass(frozen=True)
class FirstPaint:
    """What a page shows before its socket is open; made once by a worker, at the start."""

    boot: dict[str, Any]
    frame: str


async def first_paint(backend: Backend) -> FirstPaint:
    """The default experiment at step 0 (base64 of one frame), thumbnails of all data, catalogue."""
    experiment = Experiment.from_json(catalog()["default"])
    shapes = outline(experiment)
    frame, previews = await asyncio.gather(
        backend.ask(0, "first", experiment=experiment.to_json()), backend.ask(0, "previews")
    )
    boot = {
        "catalog": json.loads(catalog_bytes()),
        "previews": previews.told,
        "experiment": experiment.to_json(),
        "layers": shapes.layers,
        "parameters": shapes.parameters,
        "cost": shapes.cost,
        "version": __version__,
    }
    return FirstPaint(boot, base64.b64encode(frame.payload).decode())


@router.get("/")
async def lab(request: Request) -> HTMLResponse:
    """The lab, in the reader's language."""
    first: FirstPaint = await asyncio.shield(request.app.state.first_paint)
    nonce = secrets.token_urlsafe(12)
    known = languages(TEXTS)
    texts = choose(
        known,
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language"),
    )
    context = {
        "boot": first.boot, "frame": first.frame, "version": __version__, "nonce": nonce,
        "t": texts.t, "texts": texts.texts, "said": texts.said, "language": texts.language,
        "languages": known,
    }  # fmt: skip
    answer = templates.TemplateResponse(request, "lab.html", context)
    return _page(answer, policy(request.headers["host"], nonce=nonce))


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The API's documentation, from our own files."""
    nonce = secrets.token_urlsafe(12)
    page = _DOCS.format(nonce=html.escape(nonce), version=html.escape(__version__))
    # Swagger UI writes style attributes into its own markup.
    allowed = policy(request.headers["host"], nonce=nonce, inline_style=True)
    return _page(HTMLResponse(page), allowed)


def _page(answer: HTMLResponse, allowed: str) -> HTMLResponse:
    answer.headers["content-security-policy"] = allowed
    answer.headers["cache-control"] = "no-store"
    return answer


_DOCS = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tinkernet {version}: the API</title>
<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/vendor/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/static/vendor/swagger-ui-bundle.js"></script>
<script nonce="{nonce}">
SwaggerUIBundle({{url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null}});
</script>
</body>
</html>
"""
