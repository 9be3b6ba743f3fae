"""The part every Python contestant shares: it reads the start, and runs when it is told to.

A line comes in, a line of JSON goes out: `check`, or a job and seconds: `run 0.2`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

CHECKED = 30  # steps that must be the same, where the start does not say how many


class Start:
    """What start.npz holds, as attributes; `calm` leaves chance out (dropout at 0), to compare."""

    def __init__(self, folder: str, calm: bool) -> None:
        with np.load(f"{folder}/start.npz") as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
        self.x = np.ascontiguousarray(arrays.pop("x"), dtype=np.float32)
        t = arrays.pop("t")
        self.t = t if t.dtype.kind == "i" else t.astype(np.float32)
        if "grid" in arrays:  # nets that see points
            self.grid = arrays.pop("grid").astype(np.float32)
        self.orders = list(arrays.pop("order"))
        self.arrays = {name: arrays[name] for name in about["arrays"]}
        self.layers: list[dict[str, Any]] = about["layers"]
        self.experiment, self.work = about.get("experiment"), about.get("work")
        self.loss, self.optimizer = about["loss"], about["optimizer"]
        self.rate, self.batch = about["rate"], about["batch"]
        self.resolution = about.get("resolution")
        self.checked = about.get("checked", CHECKED)
        if calm and self.experiment:
            for layer in [*self.layers, *self.experiment["model"]["layers"]]:
                if layer["kind"] == "dropout":
                    layer["p"] = 0.0

    def shuffled(self, epoch: int) -> np.ndarray:
        """The order of an epoch: given at first, later anybody's own."""
        if epoch < len(self.orders):
            return self.orders[epoch]
        return np.random.permutation(len(self.x))


class Contestant:
    """What a contestant must do. `step` keeps its loss where `loss` finds it."""

    def __init__(self, start: Start) -> None:
        raise NotImplementedError

    def steps(self, n: int) -> None:
        """Make n steps."""
        raise NotImplementedError

    def loss(self) -> float:
        """Loss of the batch of the last step, before its update."""
        raise NotImplementedError

    def gradients(self) -> list[np.ndarray] | None:
        """Gradients of the last step in the order of `start.arrays`; None where it has none."""
        return None

    def picture(self) -> list[np.ndarray]:
        """The net's outputs (first) and those of all its hidden activations on the grid."""
        raise NotImplementedError

    def watch(self, n: int) -> None:
        """n steps, with a picture ten times a second."""
        raise NotImplementedError


class Epochs:
    """Batches, epoch by epoch, as slices of shuffled copies made by `take`."""

    def __init__(self, start: Start, take: Callable[[np.ndarray], Any]) -> None:
        self.start, self.take = start, take
        self.count, self.batch = len(start.x), start.batch
        self.epoch, self.at = -1, self.count
        self.now: Any = None

    def next(self) -> slice:
        """Where the next batch stands in `now`."""
        if self.at >= self.count:
            self.epoch += 1
            self.at = 0
            self.now = self.take(self.start.shuffled(self.epoch))
        first = self.at
        self.at = min(first + self.batch, self.count)
        return slice(first, self.at)


def timed(job: Callable[[int], Any], seconds: float, n: int = 1) -> dict[str, float]:
    """Do a job for about so many seconds, in portions of about 10 ms."""
    done, started, used = 0, time.perf_counter(), time.process_time()
    while True:
        before = time.perf_counter()
        job(n)
        after = time.perf_counter()
        done += n
        if after - started >= seconds:
            cpu = time.process_time() - used
            return {"done": done, "seconds": after - started, "cpu": cpu}
        if after - before < 0.005:
            n *= 2


def serve(make: Callable[[Start], Contestant]) -> None:
    folder = sys.argv[1]
    contestant: Contestant | None = None
    print("ready", flush=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "check":
            start = Start(folder, calm=True)
            answer: Any = _check(make(start), start.checked)
        else:
            contestant = contestant or make(Start(folder, calm=False))
            jobs: dict[str, Callable[[int], Any]] = {
                "run": contestant.steps,
                "watch": contestant.watch,
                "picture": lambda n, c=contestant: _draw(c, n),
            }
            answer = timed(jobs[word], float(rest[0]))
        print(json.dumps(answer), flush=True)


def _draw(contestant: Contestant, n: int) -> None:
    """n pictures, each gone before the next is drawn, as one that is sent."""
    for _ in range(n):
        contestant.picture()


def _check(contestant: Contestant, steps: int) -> dict[str, Any]:
    losses: list[float] = []
    picture: list[list[float]] | None
    try:
        picture = [a.ravel().tolist() for a in contestant.picture()[:1]]
    except NotImplementedError:
        picture = None
    gradients = None
    for _ in range(steps):
        contestant.steps(1)
        losses.append(contestant.loss())
        if len(losses) == 1 and (found := contestant.gradients()) is not None:
            gradients = [g.ravel().tolist() for g in found]
    return {"losses": losses, "gradients": gradients, "picture": picture}
