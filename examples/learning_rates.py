"""Three learning rates from one start: `python examples/learning_rates.py`.

The seed is the same, so data, first weights and the order of the examples are the same too, and the
learning rate is the only difference. It needs a running server (`make run`) and httpx.
"""

from __future__ import annotations

import argparse
import copy

import httpx

RATES = (0.003, 0.03, 0.3)
MARKS = (50, 100, 200, 400)  # steps at which the test loss is read


def main() -> None:
    """Train one session for each rate and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    with httpx.Client(base_url=parser.parse_args().address, timeout=60) as api:
        experiment = api.get("/api/catalog").raise_for_status().json()["default"]
        print("test loss at step" + "".join(f"{step:>9}" for step in MARKS))
        for rate in RATES:
            losses = curve(api, with_rate(experiment, rate))
            print(f"learning rate {rate:<5g}" + "".join(f"{loss:9.4f}" for loss in losses))


def with_rate(experiment: dict, rate: float) -> dict:
    """The same experiment with another learning rate."""
    made = copy.deepcopy(experiment)
    made["training"]["learner"]["optimizer"]["learning_rate"] = rate
    return made


def curve(api: httpx.Client, experiment: dict) -> list[float]:
    """The test loss at every mark."""
    session = api.post("/api/sessions", json={"experiment": experiment}).raise_for_status().json()
    here, key = f"/api/sessions/{session['id']}", {"authorization": f"Bearer {session['token']}"}
    losses = []
    for before, step in zip((0, *MARKS), MARKS, strict=False):
        body = {"steps": step - before}
        answer = api.post(f"{here}/step", json=body, headers=key).raise_for_status().json()
        losses.append(answer["metrics"]["test_loss"])
    api.delete(here, headers=key).raise_for_status()
    return losses


if __name__ == "__main__":
    main()
