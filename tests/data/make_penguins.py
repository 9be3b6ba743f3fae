"""Make engine/data/files/penguins.npz from the wheel that carries the table.

    pip download --no-deps bokeh-sampledata==2026.1
    python tests/data/make_penguins.py bokeh_sampledata-2026.1-py3-none-any.whl

Tenths of millimetres of the bill, millimetres of the flipper, grams: whole numbers keep them
exactly. Two birds of which nothing was measured are left out, and the columns island and sex.
"""

import sys
from pathlib import Path

import table

SHA256 = "e07636bd8af74260099ea2f8678e2eabbf35def579940cc76f67061ee16c06c1"
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
UNITS = (10, 10, 1, 1)


def main(wheel: Path) -> None:
    rows = table.rows(wheel, "bokeh_sampledata/_data/penguins.csv", SHA256)
    whole = [row for row in rows if all(row[2:6])]
    values = [
        [table.whole(x, units) for x, units in zip(row[2:6], UNITS, strict=True)] for row in whole
    ]
    table.write("penguins", values, [SPECIES.index(row[0]) for row in whole])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
