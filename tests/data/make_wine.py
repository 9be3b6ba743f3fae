"""Make engine/data/files/wine.npz from the wheel that carries the table.

    pip download --no-deps --only-binary :all: scikit-learn==1.9.1
    python tests/data/make_wine.py scikit_learn-1.9.1-….whl

Thousandths keep every number exactly but one: a colour intensity of 9.899999 becomes 9.9.
"""

import sys
from pathlib import Path

import table

SHA256 = "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede"


def main(wheel: Path) -> None:
    rows = table.rows(wheel, "sklearn/datasets/data/wine_data.csv", SHA256)
    values = [[table.whole(x, 1000) for x in row[:13]] for row in rows]
    table.write("wine", values, [int(row[13]) for row in rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
