"""Make engine/data/files/iris.npz from the wheel that carries the table.

    pip download --no-deps bokeh-sampledata==2026.1
    python tests/data/make_iris.py bokeh_sampledata-2026.1-py3-none-any.whl

The lengths have one decimal, so millimetres in a byte keep them exactly.
"""

import sys
from pathlib import Path

import table

SHA256 = "9cc1c345c71bcc9b486b74cbf6063fa66f4bb5e0f603a4b3c3471ec2e5e8e355"
SPECIES = ("setosa", "versicolor", "virginica")


def main(wheel: Path) -> None:
    rows = table.rows(wheel, "bokeh_sampledata/_data/iris.csv", SHA256)
    values = [[table.whole(x, 10) for x in row[:4]] for row in rows]
    table.write("iris", values, [SPECIES.index(row[4]) for row in rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
