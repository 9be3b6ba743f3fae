"""A mistake of ours: it is answered, guarded, counted and said as the 500 that it is."""

from __future__ import annotations

import asyncio

import httpx

from app.main import create_app


def test_a_mistake_of_ours_is_answered_and_counted_as_one() -> None:
    app = create_app()

    @app.get("/mistake")
    async def mistake() -> None:
        raise RuntimeError("a secret")

    async def ask() -> httpx.Response:
        way = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url="http://localhost") as client:
            return await client.get("/mistake")

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert app.state.gauges.answers == {"5xx": 1}
