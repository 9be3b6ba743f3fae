"""Train the first experiment over REST, look inside, go back: `python examples/train_circle.py`.

It needs a running server (`make run`) and httpx, nothing of Tinkernet's own.
"""

from __future__ import annotations

import argparse

import httpx


def main() -> None:
    """Make a session, train it, ask it, end it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    with httpx.Client(base_url=parser.parse_args().address, timeout=60) as api:
        train(api)


def train(api: httpx.Client) -> None:
    """The default circle, 300 steps."""
    experiment = ok(api.get("/api/catalog"))["default"]
    session = ok(api.post("/api/sessions", json={"experiment": experiment}))
    # A server that others can reach asks for it; on your own machine it changes nothing.
    api.headers["authorization"] = f"Bearer {session['token']}"
    here = f"/api/sessions/{session['id']}"
    print(f"{session['parameters']} parameters in {len(session['layers'])} layers")

    for _ in range(3):
        say(ok(api.post(f"{here}/step", json={"steps": 100})))

    outputs = ok(api.post(f"{here}/predict", json={"inputs": [[0, 0], [5, 5]]}))
    for point, (_, p) in zip(("middle", "corner"), outputs["probabilities"], strict=True):
        print(f"{point}: in the disk with probability {p:.3f}")

    # Any step is a seek away, and walking on from it gives the same numbers again.
    ok(api.post(f"{here}/seek", json={"step": 100}))
    say(ok(api.post(f"{here}/step", json={"steps": 100})))
    api.delete(here).raise_for_status()


def say(answer: dict) -> None:
    """Where it stands."""
    loss, right = answer["metrics"]["test_loss"], answer["metrics"]["test_accuracy"]
    print(f"step {answer['step']}: test loss {loss:.6f}, {right:.1%} of the test points right")


def ok(answer: httpx.Response) -> dict:
    """The body, or the server's sentence about what is wrong."""
    if answer.is_error:
        raise SystemExit(answer.json()["detail"])
    return answer.json()


if __name__ == "__main__":
    main()
