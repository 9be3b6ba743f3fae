"""The tests of the engine may import what stands in tests/references."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "references"))
