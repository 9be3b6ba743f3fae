"""`make soak` writes a dated table of what it measured: docs/soak.md."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "soak.md"
ROWS: list[tuple[str, str, str, str, str]] = []
HEAD = """# What was measured

Written by `make soak`; the promises are told in [operators.md](operators.md), their short forms are
part of `make test`. Figures are of one run on the machine named below, on which other work may have
been going on: the load is that of the whole machine when the run began and when it ended, and a
latency can only look worse by it.

"""

Figure = Callable[..., None]


@pytest.fixture
def figure() -> Figure:
    """Note one figure: the promise, what was measured, the figure, the bar, whether it holds. A
    figure over its bar fails the test, after it was noted."""

    def note(
        promise: str, what: str, found: float, bar: float, unit: str, most: bool = True
    ) -> None:
        holds = found <= bar if most else found >= bar
        shown, sign = f"{found:.3g}" if found < 1000 else f"{found:.0f}", "≤" if most else "≥"
        ROWS.append(
            (
                promise,
                what,
                f"{shown} {unit}",
                f"{sign} {bar:g} {unit}",
                "yes" if holds else "**no**",
            )
        )
        assert holds, f"{promise}: {what}: {shown} {unit}, and not {sign} {bar:g}"

    return note


@pytest.fixture(autouse=True, scope="session")
def table() -> Iterator[None]:
    """The table is written at the end, failures included."""
    begun, load = time.monotonic(), os.getloadavg()[0]
    yield
    if ROWS:
        PAGE.write_text(HEAD + written(time.monotonic() - begun, (load, os.getloadavg()[0])))


def written(seconds: float, load: tuple[float, float]) -> str:
    day = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}"
    took = f"`make soak`, {seconds:.0f} s, load {load[0]:.1f} to {load[1]:.1f}"
    about = f"**{day}**: {machine}, Python {platform.python_version()}; {took}.\n\n"
    lines = ["| promise | measured | figure | bar | holds |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in sorted(ROWS, key=_order)]
    return about + "\n".join(lines) + "\n"


def _order(row: tuple[Any, ...]) -> tuple[int, str]:
    return int("".join(filter(str.isdigit, row[0].split(",")[0])) or 0), row[1]
