"""The files of the datasets are those their sources name, and hold what is said of them."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from engine.data.stored import FILES, Digits8

SOURCES = (FILES / "SOURCES.md").read_text(encoding="utf-8")
HASHES = dict(re.findall(r"^- `(\w+\.npz)`: `([0-9a-f]{64})`$", SOURCES, re.MULTILINE))
SCRIPTS = FILES.parents[2] / "tests" / "data"


def test_every_file_has_a_source() -> None:
    files = {file.name for file in FILES.glob("*")} - {"SOURCES.md"}
    assert files == HASHES.keys()
    for name in files:
        row = next(line for line in SOURCES.splitlines() if line.startswith(f"| `{name}`"))
        script = re.search(r"`tests/data/(\w+\.py)`", row)
        assert script is not None and (SCRIPTS / script[1]).exists()


@pytest.mark.parametrize("name", HASHES)
def test_a_file_is_the_one_its_sources_name(name: str) -> None:
    assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == HASHES[name]


@pytest.mark.parametrize("name", HASHES)
def test_no_data_file_needs_pickle(name: str) -> None:
    with np.load(FILES / name, allow_pickle=False) as kept:
        assert all(kept[key].dtype.kind in "uif" for key in kept.files)


def test_digits8_is_the_table_of_uci() -> None:
    made = Digits8().make(0)
    assert np.bincount(made.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # The first row of the table, a zero: 0,0,5,13,9,1,0,0 …
    sixteenths = made.inputs[0, 0].astype(float) * 16 / 255
    assert np.abs(sixteenths - np.round(sixteenths)).max() < 0.032
    assert np.round(sixteenths[0]).tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert np.unique(made.inputs).tolist() == [round(v * 255 / 16) for v in range(17)]
