"""Run the contests and print the table; the exit code says whether every bar holds."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks import peers, pictures, start
from tests.benchmarks.calls import calls_per_step
from tests.benchmarks.pictures import WORKS
from tests.benchmarks.race import Racer, differences, race
from tests.benchmarks.workloads import CONTESTS, NETS, SAYS, Contest


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="7 short rounds")
    parser.add_argument("--only", default="", help="names, separated by commas: W1,W7,J1")
    parser.add_argument("--rounds", type=int, default=0, help="how often everybody takes a turn")
    parser.add_argument("--cpu", action="store_true", help="time of the processor, not the clock's")
    parser.add_argument("--profile", action="store_true", help="only where our own time goes")
    options = parser.parse_args()
    rounds = options.rounds or (7 if options.quick else 21)
    time = 0.1 if options.quick else 0.2
    only = tuple(name for name in options.only.split(",") if name)
    chosen = [c for c in CONTESTS if not only or c.id.startswith(only)]
    if not chosen:
        parser.error(f"--only: there are {', '.join(SAYS)}")
    if options.profile:
        return _profiles([name for name in WORKS if not only or name in only])
    missing = peers.install()
    for rival, why in missing.items():
        print(f"not measured: {rival} ({why})")
    print("not measured: TensorFlow Playground's own engine (no registry has it); ConvNetJS, which")
    print("also goes one example and one pixel at a time, stands in for it")
    failed = 0
    for name in dict.fromkeys(c.id for c in chosen):
        mine = [c for c in chosen if c.id == name and c.rival not in missing]
        failed += _contest(name, mine, rounds, time, options.cpu)
    for name, experiment in NETS.items():
        if not only or name in only:
            print(f"\n{name}: {calls_per_step(experiment)} NumPy calls a step")
    return 1 if failed else 0


def _profiles(names: list[str]) -> int:
    """Print the profile of every step, each in a process as a contestant has it."""
    code = "import sys; from tests.benchmarks.profile import shown; print(shown(sys.argv[1]))"
    for name in names:
        if WORKS[name].optimizer:
            command = [sys.executable, "-c", code, name]
            subprocess.run(command, check=True, env=peers.environment("tinkernet"))
    return 0


def _contest(name: str, contests: list[Contest], rounds: int, time: float, cpu: bool) -> int:
    """Race on one workload and print its rows; answers how many bars fail."""
    print(f"\n{name}  {SAYS[name]}")
    print(
        f"{'':4}{'against':<28}{'ours µs':>9}{'theirs µs':>11}   ratio of times, median [min–max], "
        "of the least"
    )
    failed = 0
    first = contests[0]
    if name.startswith("J"):
        time = max(time, 0.3)  # some pictures in every turn
    with tempfile.TemporaryDirectory() as folder:
        seen = first.net in WORKS
        if seen:
            pictures.write(first.net, Path(folder))
        else:
            start.write(NETS[first.net], first.resolution, Path(folder))
        rivals = dict.fromkeys(["tinkernet", *(c.rival for c in contests)])
        racers = {rival: Racer(rival, Path(folder), seen) for rival in rivals}
        said = {rival: racer.ask("check") for rival, racer in racers.items()}
        jobs = [("tinkernet", first.what), *((c.rival, c.against) for c in contests)]
        found = race(racers, list(dict.fromkeys(jobs)), rounds, time, cpu)
        for racer in racers.values():
            racer.close()
    for c in contests:
        ours, theirs = (np.array(found[k]) for k in (("tinkernet", c.what), (c.rival, c.against)))
        ratio = theirs / ours
        middle = float(np.median(ratio))
        wrong = differences(said["tinkernet"], said[c.rival])
        holds = c.bar is None or (middle >= c.bar and not wrong)
        failed += not holds
        verdict = "" if c.bar is None else f"  bar {c.bar:g}: {'holds' if holds else 'FAILS'}"
        job = "" if c.against == c.what else f" ({_SAYS[c.against]})"
        print(
            f"{'':4}{c.rival + job:<28}{1e6 * np.median(ours):>9.1f}"
            f"{1e6 * np.median(theirs):>11.1f}"
            f"   {middle:6.2f} [{ratio.min():.2f}–{ratio.max():.2f}]"
            f" {theirs.min() / ours.min():.2f}{verdict}" + "".join(f"; {text}" for text in wrong),
            flush=True,
        )
    return failed


_SAYS = {"run": "unwatched", "loop": "epoch, draw, …"}

if __name__ == "__main__":
    sys.exit(main())
