"""The interface behind which workers live: processes here, other machines later.

A backend has a number of workers. The front asks one (and waits for its reply), tells one (and does
not), and hears events. It knows nothing of sessions; `sessions/directory.py` knows which worker
holds which.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

EventHandler: TypeAlias = Callable[[int, dict[str, Any], bytes], None]
LostHandler: TypeAlias = Callable[[int], None]


@dataclass(frozen=True)
class Reply:
    """What a worker answered: a small document, and bytes that the front passes on unread."""

    told: dict[str, Any]
    payload: bytes = b""


class Backend(ABC):
    """Workers. `heard` and `lost` are set once, before `start`."""

    size: int
    heard: EventHandler
    lost: LostHandler

    @abstractmethod
    async def start(self) -> None:
        """Start every worker; they may still be getting ready when this returns."""

    @abstractmethod
    async def stop(self) -> None:
        """End every worker and wait for it."""

    @abstractmethod
    async def up(self) -> list[int]:
        """The workers that are there now; waits until there is one. Those that died come back."""

    @abstractmethod
    async def ask(self, worker: int, op: str, payload: bytes = b"", **told: Any) -> Reply:
        """The worker's reply. Raises the error it answers with, or `LostSession` when it dies."""

    @abstractmethod
    def tell(self, worker: int, op: str, **told: Any) -> None:
        """Say something that has no reply; silently nothing where the worker is gone."""
