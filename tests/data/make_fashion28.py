"""Make engine/data/files/fashion28.npz from the Debian package that carries Fashion-MNIST.

    apt-get download dataset-fashion-mnist=0.0~git20200523.55506a9-1
    dpkg-deb -x dataset-fashion-mnist_*.deb package
    python tests/data/make_fashion28.py package

600 pictures of each class, taken evenly over the 60,000 of the training file, the classes in turn.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from idx import read, spread

TARGET = Path(__file__).parents[2] / "engine" / "data" / "files" / "fashion28.npz"
FOLDER = Path("usr", "share", "datasets", "fashion-mnist")
FILES = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
}


def main(package: Path) -> None:
    images, labels = (
        read(gzip.decompress((package / FOLDER / f"{name}.gz").read_bytes()), h)
        for name, h in FILES.items()
    )
    which = spread(labels, 600)
    np.savez_compressed(TARGET, pictures=images[which][:, None], targets=labels[which])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
