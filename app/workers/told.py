"""What is told of a session without being asked, and how often."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

STATES_PER_SECOND: Final = 5


@dataclass
class Told:
    """What was last told of a session, and when a state may be told again while it trains. kept,
    there: its shape and whereabouts as the front knows them."""

    shape: Any
    kept: Any = None
    there: dict[str, int] | None = None
    state: Any = None
    next_state: float = -math.inf
