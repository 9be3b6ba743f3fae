"""Train a convolutional net on handwritten digits and save what it has learned to see, as PNG:

    python examples/look_at_filters.py

It needs a running server (`make run`) and httpx, nothing of Tinkernet's own.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import httpx

LAYERS = [
    {"kind": "conv2d", "channels": 8, "kernel": 5, "padding": "same"},
    {"kind": "relu"},
    {"kind": "max_pool2d", "window": 2},
    {"kind": "conv2d", "channels": 16, "kernel": 5, "padding": "same"},
    {"kind": "relu"},
    {"kind": "max_pool2d", "window": 2},
    {"kind": "flatten"},
    {"kind": "dense"},
]


def digits(kind: str) -> dict:
    """An experiment on handwritten digits: `digits28`, or the small `digits8`."""
    adam = {"kind": "adam", "learning_rate": 0.003}
    return {
        "format": 1,
        "seed": 3,
        "data": {"kind": kind},
        "model": {"input": {"kind": "image"}, "layers": LAYERS},
        "training": {
            "loss": {"kind": "softmax_cross_entropy"},
            "learner": {"kind": "descent", "batch": 32, "optimizer": adam},
        },
    }


def main() -> None:
    """Make a session, train it, save its pictures, end it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--data", default="digits28", choices=["digits28", "digits8"])
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--out", type=Path, default=Path("filters"))
    given = parser.parse_args()
    with httpx.Client(base_url=given.address, timeout=60) as api:
        look(api, given.data, given.steps, given.out)


def look(api: httpx.Client, kind: str, steps: int, out: Path) -> None:
    """Train, and write one PNG a question into the folder `out`."""
    session = ok(api.post("/api/sessions", json={"experiment": digits(kind)}))
    # A server that others can reach asks for it; on your own machine it changes nothing.
    api.headers["authorization"] = f"Bearer {session['token']}"
    here = f"/api/sessions/{session['id']}"
    print(f"{session['parameters']} parameters in {len(session['layers'])} layers")

    # More than ten seconds of work are not for `step`: run to a step, and wait for it.
    ok(api.post(f"{here}/run", json={"until_step": steps}))
    state: dict = {"step": 0}
    while state["step"] < steps:
        state = ok(api.get(here, params={"wait_step": steps, "timeout": 30}))
    metrics = ok(api.post(f"{here}/pause"))["metrics"]
    right, count = metrics["test_accuracy"], metrics["test_count"]
    print(f"step {state['step']}: {right:.1%} of {count} held-out digits right")

    out.mkdir(exist_ok=True)
    for name, question in {
        "filters": ("filters", {"layer": "conv1"}),
        "maps": ("features", {"layer": "relu1", "split": "test", "index": 0}),
        "patches": ("patches", {"layer": "relu2", "channel": 0}),
        "mistakes": ("mistakes", {}),
        "confusion": ("confusion", {}),
        "field": ("receptive", {"layer": "conv2", "y": 3, "x": 3, "over": "many"}),
    }.items():
        probe, query = question
        answer = api.get(f"{here}/probes/{probe}", params=query, headers={"accept": "image/png"})
        if answer.is_error:
            raise SystemExit(answer.json()["detail"])
        (out / f"{name}.png").write_bytes(answer.content)
    print(f"kernels, maps, patches, mistakes, confusion and a field are in {out}/")
    api.delete(here).raise_for_status()


def ok(answer: httpx.Response) -> dict:
    """The body, or the server's sentence about what is wrong."""
    if answer.is_error:
        raise SystemExit(answer.json()["detail"])
    return answer.json()


if __name__ == "__main__":
    main()
