"""Fixtures for everything that needs the running server."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from served import Server, serve

from app.settings import Settings


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server on loopback with two workers; every test makes sessions of its own."""
    with serve(Settings(workers=2)) as running:
        yield running


@pytest.fixture(scope="session")
def wide() -> Iterator[Server]:
    """A server that was told to serve a class: every session needs its token."""
    with serve(Settings(workers=1, host="0.0.0.0")) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_trains_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """A run without an end trains for ten minutes after its test: it would slow all that follow."""
    yield
    for name in ("server", "wide"):
        if name in request.fixturenames:
            request.getfixturevalue(name).end_all()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as made:
        yield made
