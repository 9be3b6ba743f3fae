"""Numbers for operators, in the text form that Prometheus reads; no names, no ids.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from fastapi import APIRouter, Request, Response

from app import __version__
from app.gauges import Gauges, Histogram, open_files, resident_bytes
from app.workers.base import Backend
from engine.errors import TinkernetError

router = APIRouter(tags=["operation"])
PATIENCE: Final = 1.0  # seconds; a worker that is busy for longer is left out this time
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# Name → kind and what it says. Totals begin anew with the process that counts them.
METRICS: Final = {
    "tinkernet_info": ("gauge", "1, with the version as a label"),
    "tinkernet_workers": ("gauge", "worker processes there should be"),
    "tinkernet_workers_up": ("gauge", "worker processes that answered within a second"),
    "tinkernet_workers_lost_total": ("counter", "worker processes that ended unexpectedly"),
    "tinkernet_sessions": ("gauge", "sessions, by state: alive in a worker, asleep on disk, lost"),
    "tinkernet_viewers": ("gauge", "sockets that watch a session"),
    "tinkernet_sessions_running": ("gauge", "sessions that train now"),
    "tinkernet_commands_waiting": ("gauge", "commands behind the one that is obeyed"),
    "tinkernet_steps_total": ("counter", "training steps made"),
    "tinkernet_frames_total": ("counter", "frames made for viewers"),
    "tinkernet_sent_bytes_total": ("counter", "bytes of frames and points made for viewers"),
    "tinkernet_answers_total": ("counter", "requests answered and sockets ended, by status"),
    "tinkernet_answer_seconds": ("histogram", "seconds from a request to the end of its answer"),
    "tinkernet_loop_lag_seconds": ("histogram", "how much too late the front's loop wakes up"),
    "tinkernet_tasks": ("gauge", "tasks of the front's loop"),
    "process_resident_memory_bytes": ("gauge", "memory of the front"),
    "process_open_fds": ("gauge", "open file descriptors of the front"),
}
Values: TypeAlias = Mapping[str, float]  # by the labels, or by what follows the name


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """Sessions, workers, steps, frames, bytes, waiting commands, answers, lag, memory; as text."""
    state = request.app.state
    backend: Backend = state.backend
    found = await asyncio.gather(*(_asked(backend, worker) for worker in range(backend.size)))
    told = [each for each in found if each is not None]
    sums: Counter[str] = Counter()
    for each in told:
        sums.update(each)
    gauges: Gauges = state.gauges
    values: dict[str, Values] = {
        "tinkernet_info": {f'{{version="{__version__}"}}': 1},
        "tinkernet_workers": {"": backend.size},
        "tinkernet_workers_up": {"": len(told)},
        "tinkernet_workers_lost_total": {"": state.directory.workers_lost},
        "tinkernet_sessions": {
            f'{{state="{name}"}}': n for name, n in state.directory.counts().items()
        },
        "tinkernet_viewers": {"": state.directory.viewers},
        "tinkernet_sessions_running": {"": sums["running"]},
        "tinkernet_commands_waiting": {"": sums["waiting"]},
        "tinkernet_steps_total": {"": sums["steps"]},
        "tinkernet_frames_total": {"": sums["frames"]},
        "tinkernet_sent_bytes_total": {"": sums["bytes"]},
        "tinkernet_answers_total": {
            f'{{status="{name}"}}': n for name, n in sorted(gauges.answers.items())
        },
        "tinkernet_answer_seconds": buckets(gauges.took),
        "tinkernet_loop_lag_seconds": buckets(gauges.late),
        "tinkernet_tasks": {"": len(asyncio.all_tasks())},
        **_of_the_process(),
    }
    return Response(exposition(values), media_type=MEDIA_TYPE)


def _of_the_process() -> dict[str, Values]:
    """What this system tells of the front; a metric it does not tell is left out."""
    found = {
        "process_resident_memory_bytes": resident_bytes(), "process_open_fds": open_files(),
    }  # fmt: skip
    return {name: {"": value} for name, value in found.items() if value is not None}


def buckets(histogram: Histogram) -> Values:
    """A histogram's samples, by what follows its name."""
    found: dict[str, float] = {
        f'_bucket{{le="{"+Inf" if math.isinf(bound) else bound}"}}': count
        for bound, count in histogram.up_to().items()
    }
    return {**found, "_sum": round(histogram.total, 6), "_count": histogram.count}


def exposition(values: Mapping[str, Values]) -> str:
    """Every metric with what it says, its kind, and its values by their labels."""
    lines = []
    for name, by_label in values.items():
        kind, about = METRICS[name]
        lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{label} {value}" for label, value in by_label.items()]
    return "\n".join(lines) + "\n"


async def _asked(backend: Backend, worker: int) -> dict[str, Any] | None:
    try:
        return (await asyncio.wait_for(backend.ask(worker, "measure"), PATIENCE)).told
    except (TinkernetError, TimeoutError):
        return None
