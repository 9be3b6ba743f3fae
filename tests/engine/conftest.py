"""The tests of the engine may import what stands in tests/references."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "references"))


@pytest.fixture
def quiet() -> Iterator[None]:
    """No warnings of overflow, as a worker has it: the engine checks what is finite itself."""
    with np.errstate(all="ignore"):
        yield
