"""What the studies share: an experiment in a few words, sessions that end, a table, a bar.

It speaks REST with httpx and knows nothing of Tinkernet's own code, so that it can be copied beside
a study of your own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import mean, stdev
from typing import Any, TypeVar

import httpx

try:
    from tqdm import tqdm
except ImportError:  # a study works without a bar
    tqdm = None

T = TypeVar("T")
PIECE = 100  # steps asked for at once: a slow or busy server takes on a few seconds of work at most


class Session:
    """One experiment in time, on the server."""

    def __init__(self, api: httpx.Client, experiment: dict[str, Any]) -> None:
        self.api = api
        made = ok(api.post("/api/sessions", json={"experiment": experiment}))
        self.here, self.parameters = f"/api/sessions/{made['id']}", made["parameters"]
        # A server that others can reach asks for it; on your own machine it changes nothing.
        self.key = {"authorization": f"Bearer {made['token']}"}
        self.state: dict[str, Any] = {}

    def step(self, steps: int) -> dict[str, Any]:
        """Train so many steps; the metrics behind them. It ends sooner where it diverges."""
        for first in range(0, steps, PIECE):
            piece = {"steps": min(PIECE, steps - first)}
            self.state = ok(self.api.post(f"{self.here}/step", json=piece, headers=self.key))
            if self.diverged:
                break
        return self.metrics

    @property
    def metrics(self) -> dict[str, Any]:
        """The metrics behind the last step; they stay when the session is ended."""
        return self.state["metrics"]

    @property
    def diverged(self) -> bool:
        """Whether the last step that was tried led to numbers that are not finite."""
        return self.state.get("state") == "diverged"

    def probe(self, name: str, **query: Any) -> dict[str, Any]:
        """What a question answers: `info` and `arrays`."""
        path = f"{self.here}/probes/{name}"
        return ok(self.api.get(path, params=query, headers=self.key))

    def history(self) -> dict[str, list[Any]]:
        """The curves, as columns."""
        return ok(self.api.get(f"{self.here}/history", headers=self.key))["columns"]


@contextmanager
def session(api: httpx.Client, experiment: dict[str, Any]) -> Iterator[Session]:
    """A session that is ended when it is no longer needed."""
    made = Session(api, experiment)
    try:
        yield made
    finally:
        api.delete(made.here, headers=made.key)


def trained(
    api: httpx.Client, net: Callable[[int], dict[str, Any]], steps: int, seeds: int
) -> list[Session]:
    """The experiments `net(1)` … `net(seeds)`, trained so many steps each, and ended."""
    made = []
    for seed in range(1, seeds + 1):
        with session(api, net(seed)) as s:
            s.step(steps)
        made.append(s)
    return made


def experiment(
    layers: Sequence[int | str | dict[str, Any]],
    data: dict[str, Any],
    *,
    seed: int = 1,
    optimizer: dict[str, Any] | None = None,
    batch: int | None = 32,
    loss: str = "logistic",
    initializer: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An experiment on points of the plane. A number stands for a dense layer of so many units,
    a word for a layer with its defaults; the output layer comes by itself."""
    start = {} if initializer is None else {"initializer": initializer}
    made: list[Any] = []
    for layer in [*layers, None]:
        if layer is None or isinstance(layer, int):
            made.append({"kind": "dense", "units": layer} | start)
        else:
            made.append({"kind": layer} if isinstance(layer, str) else layer)
    return {
        "format": 1,
        "seed": seed,
        "data": data,
        "model": {"input": {"kind": "plane"}, "layers": made},
        "training": {
            "loss": {"kind": loss},
            "learner": {
                "kind": "descent",
                "batch": batch,
                "optimizer": optimizer or {"kind": "adam", "learning_rate": 0.01},
            },
        },
    }


def ok(answer: httpx.Response) -> dict[str, Any]:
    """The body, or the server's sentence about what is wrong."""
    if answer.is_error:
        raise SystemExit(answer.json()["detail"])
    return answer.json()


def progress(items: Iterable[T]) -> Iterable[T]:
    """The same items, with a bar where tqdm is installed and a terminal looks on."""
    return items if tqdm is None else tqdm(list(items), leave=False, disable=None)


def spread(values: Sequence[float], places: int = 3) -> str:
    """The mean over seeds, and their standard deviation."""
    if len(values) < 2:
        return f"{values[0]:.{places}f}"
    return f"{mean(values):.{places}f} ± {stdev(values):.{places}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows under a head, in columns."""
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *rest = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        print("   ".join([line[0].ljust(len(first)), *rest]))


def main(study: Callable[..., Any], about: str | None, **numbers: int) -> None:
    """Run a study from the command line; `numbers` are its options and their defaults."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args())
    with httpx.Client(base_url=given.pop("address"), timeout=60) as api:
        study(api, **given)
