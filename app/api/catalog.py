"""Everything that can be chosen, derived from the engine's registry."""

from __future__ import annotations

import functools
import json

from fastapi import APIRouter, Response

from engine.catalog import catalog

router = APIRouter(prefix="/api", tags=["experiments"])


@functools.cache
def catalog_bytes() -> bytes:
    return json.dumps(catalog(), separators=(",", ":"), allow_nan=False).encode()


@router.get("/catalog", summary="Everything that can be chosen")
async def read_catalog() -> Response:
    """Families, their kinds, fields, ranges, defaults and JSON Schemas; limits; the default
    experiment."""
    return Response(catalog_bytes(), media_type="application/json")
