"""Fixtures for everything that needs the running server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

# As a worker has it: with more threads the last bits of products change from machine to machine,
# and two test processes on two cores stand in each other's way (digits took seven times as long).
assert "numpy" not in sys.modules, "a plugin took NumPy before it could be told to use one thread"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import httpx  # noqa: E402
import pytest  # noqa: E402
from served import Server, serve  # noqa: E402

from app.settings import Settings  # noqa: E402


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
