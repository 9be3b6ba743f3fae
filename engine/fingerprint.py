"""The fingerprint of this machine's arithmetic: where it is the same, numbers are bit-equal.

Bits of a float32 product change with the BLAS kernel and the number of threads, and NumPy's SIMD
level changes tanh, exp and sin. So the fingerprint is a hash of such results themselves.
"""

from __future__ import annotations

import functools
import hashlib

import numpy as np

from engine.rng import generator


@functools.cache
def fingerprint() -> str:
    """NumPy's version, and a hash of a fixed product and of fixed tanh, exp, sin and normals."""
    x = generator(1, "fingerprint").random((96, 96), dtype=np.float32) - np.float32(0.5)
    parts = [x @ x.T, np.tanh(4 * x), np.exp(x), np.sin(9 * x)]
    parts.append(generator(2, "fingerprint").standard_normal(64).astype(np.float32))
    digest = hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()
    return f"numpy {np.__version__} {digest[:16]}"
