"""Write pictures.npz: `python tests/references/make_pictures.py` where torch is (see
make_references.py, whose PyTorch made it).

For each kind of layer: all its cases' answers, one behind the other, and where each case starts.
"""

from __future__ import annotations

import sys

import numpy as np
import torch_pictures
from cases import HERE
from draws import kept
from picture_cases import KINDS, cases

if __name__ == "__main__":
    made: dict[str, np.ndarray] = {}
    for kind in KINDS:
        rows = []
        for case in cases(kind):
            found = torch_pictures.answers(case)
            rows.append([kept(f"{case.name}/{key}", found[key]) for key in sorted(found)])
        made[kind] = np.concatenate([a for row in rows for a in row])
        made[f"{kind} starts"] = np.cumsum([0] + [sum(a.size for a in row) for row in rows])
        print(f"{kind}: {len(rows)} cases, {made[kind].size} numbers", file=sys.stderr)
    np.savez_compressed(HERE / "pictures.npz", **made)
