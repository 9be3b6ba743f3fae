"""Contestants in processes of their own, and rounds in which they take turns."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import peers

WARM_UP = 0.6  # seconds


class Racer:
    """One contestant's process, pinned to the core that all share."""

    def __init__(self, rival: str, folder: Path, pictures: bool = False) -> None:
        self.rival = rival
        self.process = subprocess.Popen(
            peers.command(rival, folder, pictures),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=peers.environment(rival),
            preexec_fn=_pin,
        )
        self._read()

    def ask(self, line: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self._read())

    def seconds(self, job: str, time: float, cpu: bool = False) -> float:
        """Seconds for one step or picture; with `cpu` those it had the processor."""
        answer = self.ask(f"{job} {time}")
        return float(answer["cpu" if cpu else "seconds"] / answer["done"])

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.rival} ended with {self.process.wait()}")
        return line


def _pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def race(
    racers: dict[str, Racer],
    jobs: list[tuple[str, str]],
    rounds: int,
    time: float,
    cpu: bool = False,
) -> dict[tuple[str, str], list[float]]:
    """Seconds of every (rival, job) in every round; in each round all take turns, shuffled."""
    chance = random.Random(1)
    for rival, job in jobs:
        racers[rival].ask(f"{job} {WARM_UP}")
    found: dict[tuple[str, str], list[float]] = {key: [] for key in jobs}
    for _ in range(rounds):
        for key in chance.sample(jobs, len(jobs)):
            found[key].append(racers[key[0]].seconds(key[1], time, cpu))
    return found


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What two contestants do not agree on; empty when they compute the same."""
    found = []
    if theirs["gradients"] is not None:
        a = np.concatenate([np.asarray(g) for g in ours["gradients"]])
        b = np.concatenate([np.asarray(g) for g in theirs["gradients"]])
        off = float(np.abs(a - b).max() / np.abs(a).max())
        if off > 1e-5:
            found.append(f"first gradients differ by {off:.1e}")
    if theirs["losses"] is not None:
        a, b = np.asarray(ours["losses"]), np.asarray(theirs["losses"])
        off = float(np.abs(a - b).max() / np.abs(a).max())
        if not off < 1e-4:
            found.append(f"the losses of 30 steps differ by {off:.1e}")
    if ours["picture"] and theirs["picture"]:
        off = float(np.abs(np.asarray(ours["picture"]) - np.asarray(theirs["picture"])).max())
        if off > 1e-5:
            found.append(f"the pictures differ by {off:.1e}")
    return found
