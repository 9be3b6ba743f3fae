"""Make engine/data/files/iris.npz from the wheel that carries the table.

    pip download --no-deps bokeh-sampledata==2026.1
    python tests/data/make_iris.py bokeh_sampledata-2026.1-py3-none-any.whl

The lengths have one decimal, so millimetres in a byte keep them exactly.
"""

import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[2] / "engine" / "data" / "files" / "iris.npz"
TABLE = "bokeh_sampledata/_data/iris.csv"
TABLE_SHA256 = "9cc1c345c71bcc9b486b74cbf6063fa66f4bb5e0f603a4b3c3471ec2e5e8e355"
SPECIES = ("setosa", "versicolor", "virginica")


def main(wheel: Path) -> None:
    table = zipfile.ZipFile(wheel).read(TABLE)
    if hashlib.sha256(table).hexdigest() != TABLE_SHA256:
        raise SystemExit(f"{TABLE} in {wheel} is not the table this script was written for.")
    rows = list(csv.reader(io.StringIO(table.decode())))[1:]
    millimetres = np.array([[round(10 * float(x)) for x in row[:4]] for row in rows], np.uint8)
    species = np.array([SPECIES.index(row[4]) for row in rows], np.uint8)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, millimetres=millimetres, species=species)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
