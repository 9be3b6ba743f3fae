"""Lists of edits from JSON."""

from __future__ import annotations

from engine.edits.base import Edit
from engine.errors import Invalid, TinkernetError
from engine.spec import Json, read

MOST_EDITS = 2048  # along one line, as an experiment carries them
AT_A_TIME = 64


def read_edits(document: Json, most: int = AT_A_TIME) -> tuple[Edit, ...]:
    """A list of at most so many edits from JSON. Raises `Invalid` with a pointer."""
    if not isinstance(document, list):
        raise Invalid("Edits come as a list: [{“kind”: …}, …].")
    if len(document) > most:
        raise Invalid(f"At most {most} edits at a time.", limit=most)
    made = []
    for i, item in enumerate(document):
        try:
            made.append(read(Edit, item))
        except TinkernetError as error:
            raise error.at(i) from None
    return tuple(made)
