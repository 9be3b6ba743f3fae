"""R29: whatever is sent, as the API describes it or broken, the answer is never our mistake."""

from __future__ import annotations

from driven import drive
from served import Server


def test_r29_no_request_made_from_the_description_is_a_500(server: Server) -> None:
    """R29: some hundreds here, thousands in `make soak`."""
    found = drive(server, examples=3)
    assert sum(found.values()) >= 100
    # Both kinds were there: what is answered, and what is refused.
    assert found[200] > 15 and found[422] > 30
