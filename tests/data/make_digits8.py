"""Make engine/data/files/digits8.npz from the wheel that carries the table.

    pip download --no-deps scikit-learn==1.9.1
    python tests/data/make_digits8.py scikit_learn-1.9.1-*.whl

A row of the table is 64 pixels, 0 … 16, and the digit.
"""

import gzip
import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[2] / "engine" / "data" / "files" / "digits8.npz"
TABLE = "sklearn/datasets/data/digits.csv.gz"
TABLE_SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"


def main(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).read(TABLE)
    if hashlib.sha256(packed).hexdigest() != TABLE_SHA256:
        raise SystemExit(f"{TABLE} in {wheel} is not the table this script was written for.")
    table = np.loadtxt(gzip.decompress(packed).decode().splitlines(), delimiter=",")
    pictures = table[:, :64].astype(np.uint8).reshape(-1, 1, 8, 8)
    np.savez_compressed(TARGET, pictures=pictures, targets=table[:, 64].astype(np.uint8))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
