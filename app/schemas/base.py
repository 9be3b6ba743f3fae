"""The base of everything that travels: frozen, strict, no field that nobody declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict


class Envelope(BaseModel):
    """A value that travels. Ranges are checked here; experiments by the engine's own reader."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def by_tag(classes: Iterable[type[Any]], tag: str) -> dict[str, type[Any]]:
    """The classes by the one value that their field `tag` allows."""
    return {cls.model_fields[tag].default: cls for cls in classes}
