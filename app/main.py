"""The application: settings in, ASGI out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app import __version__
from app.api import (
    catalog,
    description,
    experiments,
    health,
    metrics,
    pages,
    probes,
    problems,
    sessions,
    stream,
)
from app.gauges import Gauges
from app.guard import Guard
from app.logs import Said
from app.once import Once
from app.sessions.directory import Directory
from app.sessions.store import Store
from app.settings import Settings, folder
from app.workers.base import Backend
from app.workers.local import LocalWorkers


class OwnFiles(StaticFiles):
    """Our files, asked again each time: a module is served as it is written, under one name."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: object) -> None:
            if isinstance(message, dict) and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"cache-control", b"no-cache")]
            await send(message)  # type: ignore[arg-type]

        await super().__call__(scope, receive, sending)


def create_app(settings: Settings | None = None, backend: Backend | None = None) -> FastAPI:
    """The application with its workers; they start and end with its lifespan."""
    settings = settings or Settings()
    workers = backend or LocalWorkers(settings.workers, log=settings.log)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await workers.start()
        app.state.first_paint = asyncio.create_task(pages.first_paint(workers))
        watching = (
            asyncio.create_task(app.state.gauges.watch()),
            asyncio.create_task(app.state.directory.watch_over()),
        )
        try:
            yield
        finally:
            app.state.first_paint.cancel()
            for task in watching:
                task.cancel()
            await workers.stop()

    app = FastAPI(
        title="Tinkernet", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.settings = settings
    app.state.backend = workers
    app.state.gauges = Gauges()
    app.state.directory = Directory(workers, settings.sessions, store=Store(settings.data))
    problems.install(app)
    description.install(app)
    for part in (pages, catalog, experiments, sessions, probes, stream, health, metrics):
        app.include_router(part.router)
    app.mount("/static", OwnFiles(directory=folder("static")), name="static")
    app.add_middleware(Once)
    app.add_middleware(Guard, hosts=settings.hosts)
    app.add_middleware(Said, heard=app.state.gauges.served)
    return app
