"""The format of MNIST's files: byte 3 is the number of dimensions, their sizes follow as big-endian
int32 from byte 4, then the bytes themselves."""

import hashlib

import numpy as np


def read(data: bytes, sha256: str) -> np.ndarray:
    """The array of an idx file, which must be the one the calling script was written for."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit("This is not the file this script was written for.")
    sizes = np.frombuffer(data, ">i4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def spread(targets: np.ndarray, each: int) -> np.ndarray:
    """Indices of `each` examples of every class, taken evenly over the file, the classes in turn:
    0, 1, …, 9, 0, 1, … So any first part is balanced too."""
    picked = []
    for k in range(10):
        own = np.flatnonzero(targets == k)
        picked.append(own[np.arange(each) * len(own) // each])
    return np.stack(picked, axis=1).ravel()
