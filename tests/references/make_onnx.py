"""Write onnx.npz: the operator vectors of the onnx package that a layer computes.

They come from onnx 1.23.2 (Apache-2.0), its node vectors and those made by PyTorch:

    python3.11 -m venv /tmp/onnx && /tmp/onnx/bin/pip install onnx==1.23.2
    /tmp/onnx/bin/python tests/references/make_onnx.py

Says how many of each operator are kept, and why each of the others is not.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests
from onnx_cases import OPERATORS, NotOurs, translate

HERE = Path(__file__).parent


def operators() -> Iterator[tuple[str, onnx.NodeProto, list[np.ndarray], list[np.ndarray]]]:
    """Every vector whose model is one operator: name, operator, inputs, outputs."""
    for kind in ("node", "pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            model, sets = case.model, case.data_sets
            if model is None:
                folder = Path(case.model_dir)
                model = onnx.load(folder / "model.onnx")
                sets = [
                    [_tensors(folder / "test_data_set_0", what) for what in ("input", "output")]
                ]
            if len(model.graph.node) != 1 or not sets:
                continue
            (node,), (inputs, outputs) = model.graph.node, sets[0]
            known = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
            free = [value.name for value in model.graph.input if value.name not in known]
            known |= dict(zip(free, inputs, strict=True))
            yield case.name, node, [known[name] for name in node.input if name], outputs


def _tensors(folder: Path, what: str) -> list[np.ndarray]:
    files = sorted(folder.glob(f"{what}_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    return [numpy_helper.to_array(onnx.load_tensor(path)) for path in files]


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in found.items()}


if __name__ == "__main__":
    made: dict[str, np.ndarray] = {}
    kept: Counter[str] = Counter()
    for name, node, inputs, outputs in operators():
        if node.op_type not in OPERATORS:
            continue
        attributes = _attributes(node)
        try:
            translate(node.op_type, attributes, inputs, outputs)
        except NotOurs as why:
            print(f"{name}: {why}", file=sys.stderr)
            continue
        kept[node.op_type] += 1
        made[f"{name}/operator"] = np.array(json.dumps([node.op_type, attributes]))
        made |= {f"{name}/in{i}": a for i, a in enumerate(inputs)}
        made |= {f"{name}/out{i}": a for i, a in enumerate(outputs)}
    np.savez_compressed(HERE / "onnx.npz", **made)
    print(f"{kept.total()} kept: {dict(kept)}", file=sys.stderr)
