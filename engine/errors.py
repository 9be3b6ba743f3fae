"""Everything that can go wrong, as one family.

    TinkernetError
    ├── Invalid            the experiment, edit or query is wrong: says where and what is allowed
    │   └── Unknown        a name nobody registered: lists the known ones
    ├── TooExpensive       it would need more memory or time than the limit
    ├── NotNow             right in itself, but not in this state: says what to do first
    └── Broken             a checkpoint or link that cannot be read

Each carries a sentence for a student (`detail`), and where it helps the place (`pointer`, a JSON
pointer), the `limit` and the `known` names. The web layer turns them into problem documents; the
engine knows nothing of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable


class TinkernetError(ValueError):
    """A sentence, and where it applies.

    `at(prefix)` moves the pointer one level outwards, so that a value can complain about its own
    field and the document around it adds where that value stands.
    """

    def __init__(
        self,
        detail: str,
        *,
        pointer: str = "",
        limit: float | None = None,
        known: Iterable[str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.limit = limit
        self.known = None if known is None else sorted(known)

    def at(self, prefix: str | int) -> TinkernetError:
        self.pointer = f"/{prefix}{self.pointer}"
        return self


class Invalid(TinkernetError):
    """The value given is not allowed here."""


class Unknown(Invalid):
    """A name that is not registered; `known` lists those that are."""


class TooExpensive(TinkernetError):
    """More memory or time than the limit; nothing was allocated."""


class NotNow(TinkernetError):
    """Fine in itself, but not in this state (a mask before the first step, an edit that needs a
    reset)."""


class Broken(TinkernetError):
    """Bytes or text that are torn, flipped, or not ours."""
