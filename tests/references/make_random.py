"""Write random.npz: `python tests/references/make_random.py` where torch is (see
make_references.py, whose PyTorch made it).

All answers one behind the other, and where those of each net start.
"""

from __future__ import annotations

import sys

import numpy as np
import random_cases
import torch_random
from cases import HERE
from draws import kept

if __name__ == "__main__":
    rows = []
    for case in random_cases.cases():
        found = torch_random.answers(case)
        digest = [
            kept(f"{case.name}/{key}", found[key], random_cases.WHOLE) for key in sorted(found)
        ]
        rows.append(np.concatenate(digest))
    starts = np.cumsum([0] + [row.size for row in rows])
    np.savez_compressed(HERE / "random.npz", answers=np.concatenate(rows), starts=starts)
    print(f"wrote random.npz: {len(rows)} nets, {starts[-1]} numbers", file=sys.stderr)
