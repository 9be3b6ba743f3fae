"""What every backend must do, whatever its workers are: processes, or here also threads."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from served import PATIENCE, decode, default

from app.errors import Busy, LostSession, NotFound
from app.workers.base import Backend
from app.workers.local import ONE_THREAD, LocalWorkers
from app.workers.process import Loop
from engine.errors import Broken, Invalid, Unknown


class ThreadWorkers(LocalWorkers):
    """The same loop in threads of this process: quick to start, and nothing else than an example of
    another place for workers."""

    async def _spawn(self, theirs: socket.socket) -> None:
        loop = Loop(theirs.dup())
        threading.Thread(target=loop.run, daemon=True).start()


BACKENDS: dict[str, Callable[[int], LocalWorkers]] = {
    "processes": LocalWorkers, "threads": ThreadWorkers,
}  # fmt: skip


class Heard:
    """The events of a backend, to be waited for."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[tuple[dict[str, Any], bytes]] = asyncio.Queue()
        self.lost: asyncio.Queue[int] = asyncio.Queue()

    async def next(self, kind: str) -> tuple[dict[str, Any], bytes]:
        while True:
            told, payload = await asyncio.wait_for(self.events.get(), PATIENCE)
            if told["event"] == kind:
                return told, payload


@asynccontextmanager
async def running(make: Callable[[int], Backend], size: int) -> AsyncIterator[tuple[Any, Heard]]:
    backend, heard = make(size), Heard()
    backend.heard = lambda _, told, payload: heard.events.put_nowait((told, payload))
    backend.lost = heard.lost.put_nowait
    await backend.start()
    try:
        yield backend, heard
    finally:
        await backend.stop()


Test = Callable[[Any, Heard], Coroutine[Any, Any, None]]


@pytest.fixture(params=BACKENDS)
def play(request: pytest.FixtureRequest) -> Callable[[Test], None]:
    """Runs a test on two workers of each kind."""

    def run(test: Test) -> None:
        async def whole() -> None:
            async with running(BACKENDS[request.param], 2) as (backend, heard):
                await test(backend, heard)

        asyncio.run(whole())

    return run


async def begin(backend: Backend, name: str = "a", worker: int = 0) -> dict[str, Any]:
    return (await backend.ask(worker, "open", session=name, experiment=default())).told


async def command(backend: Backend, name: str = "a", worker: int = 0, **fields: Any) -> Any:
    whole = {"steps": None, "epochs": None, "line": None, "pace": "max"}
    whole |= {"until_step": None, "until_loss": None, **fields}
    return (await backend.ask(worker, "command", session=name, command=whole)).told


def test_every_worker_answers(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        for worker in range(backend.size):
            assert (await backend.ask(worker, "ping")).told == {}

    play(test)


def test_a_session_opens_obeys_and_closes(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        made = await begin(backend)
        assert (made["step"], made["parameters"]) == (0, 37)
        assert (await command(backend, kind="step", steps=10))["step"] == 10
        reply = await backend.ask(0, "describe", session="a")
        assert json.loads(reply.payload)["step"] == 10
        backend.tell(0, "close", session="a")
        with pytest.raises(NotFound):
            await backend.ask(0, "describe", session="a")

    play(test)


def test_sessions_of_one_worker_are_unknown_to_the_other(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend, worker=0)
        with pytest.raises(NotFound):
            await command(backend, worker=1, kind="step")

    play(test)


def test_errors_come_back_as_what_they_are(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        with pytest.raises(Invalid) as caught:
            await command(backend, kind="seek", step=5)
        assert caught.value.pointer == "/step"
        assert caught.value.limit == 0

    play(test)


def test_a_long_step_leaves_others_their_answers(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend, "long")
        await begin(backend, "short")
        await command(backend, "long", kind="run")
        for i in range(5):
            assert (await command(backend, "short", kind="step"))["step"] == i + 1
        assert (await command(backend, "long", kind="pause"))["step"] > 0

    play(test)


def test_pause_ends_a_step_under_way(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        step = asyncio.create_task(command(backend, kind="step", steps=400_000))
        while json.loads((await backend.ask(0, "describe", session="a")).payload)["step"] == 0:
            pass
        pause = await command(backend, kind="pause")
        reached = (await step)["step"]
        assert 0 < reached < 400_000
        assert pause["step"] == reached

    play(test)


def test_more_than_thirty_two_waiting_commands_are_refused(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        first = asyncio.create_task(command(backend, kind="step", steps=400_000))
        waiting = [asyncio.create_task(command(backend, kind="step")) for _ in range(40)]
        done, _ = await asyncio.wait(waiting, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        with pytest.raises(Busy):
            next(iter(done)).result()
        # Not waited for: beside other work on the machine so many steps may take minutes.
        backend.tell(0, "close", session="a")
        answers = await asyncio.wait_for(
            asyncio.gather(first, *waiting, return_exceptions=True), PATIENCE
        )
        assert 40 - sum(isinstance(answer, Busy) for answer in answers) <= 32
        # Who waited for what the session never came to is told so.
        assert all(isinstance(answer, Exception) for answer in answers)

    play(test)


def test_waiting_for_a_step_ends_there(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        await command(backend, kind="run", until_step=5000)
        await asyncio.wait_for(backend.ask(0, "wait", session="a", step=5000), PATIENCE)
        reply = await backend.ask(0, "answer", session="a")
        assert (reply.told["step"], reply.told["state"]) == (5000, "finished")

    play(test)


def test_a_viewer_gets_one_frame_for_each_credit(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        await backend.ask(0, "watch", session="a", viewer=7, line=None, since=None)
        probes = {"boundary": {"resolution": 16}, "parameters": {}}
        backend.tell(0, "subscribe", session="a", viewer=7, probes=probes, rate=60.0, budget=6000)
        told, payload = await heard.next("frame")
        assert told == {"event": "frame", "viewer": 7, "session": "a"}
        assert decode(payload)[0]["step"] == 0
        await command(backend, kind="step", steps=5)
        await command(backend, kind="step", steps=5)
        await heard.next("points")
        assert all(told["event"] != "frame" for told, _ in list(heard.events._queue))  # type: ignore[attr-defined]
        backend.tell(0, "credit", session="a", viewer=7)
        _, payload = await heard.next("frame")
        assert decode(payload)[0]["step"] == 10
        backend.tell(0, "unwatch", session="a", viewer=7)

    play(test)


def test_edits_are_told_though_nobody_watches(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        edit = {"kind": "set", "path": "/training/learner/batch", "value": 20}
        await command(backend, kind="edit", edits=[edit])
        _, payload = await heard.next("changed")
        assert json.loads(payload)["experiment"]["edits"][0]["value"] == 20

    play(test)


def test_a_checkpoint_goes_on_bit_for_bit_on_the_other_worker(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        await begin(backend)
        await command(backend, kind="step", steps=30)
        saved = await backend.ask(0, "checkpoint", session="a")
        await backend.ask(1, "restore", saved.payload, session="b")
        ask = {"probe": "parameters", "query": {}, "form": "json"}
        await command(backend, kind="step", steps=30)
        await command(backend, "b", 1, kind="step", steps=30)
        here = await backend.ask(0, "probe", session="a", **ask)
        there = await backend.ask(1, "probe", session="b", **ask)
        assert here.payload == there.payload

    play(test)


def test_a_mistake_of_ours_is_one_answer_and_no_end(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        with pytest.raises(Exception, match="our side"):
            await backend.ask(0, "no such operation")
        assert (await backend.ask(0, "ping")).told == {}

    play(test)


def test_a_message_of_many_megabytes_passes(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        with pytest.raises(Broken):
            await backend.ask(0, "restore", bytes(20_000_000), session="a")
        assert (await backend.ask(0, "ping")).told == {}

    play(test)


# --- processes alone -------------------------------------------------------------------------


def test_a_worker_that_dies_is_replaced_and_its_calls_fail() -> None:
    async def whole() -> None:
        async with running(LocalWorkers, 2) as (backend, heard):
            await begin(backend)
            before = backend.process_ids()
            step = asyncio.create_task(command(backend, kind="step", steps=400_000))
            await backend.ask(0, "ping")
            os.kill(before[0], signal.SIGKILL)
            with pytest.raises(LostSession):
                await step
            assert await asyncio.wait_for(heard.lost.get(), PATIENCE) == 0
            while backend.process_ids()[0] == before[0]:
                await asyncio.sleep(0.01)
            assert (await backend.ask(0, "ping")).told == {}
            assert (await backend.ask(1, "ping")).told == {}
            assert backend.process_ids()[1] == before[1]
            with pytest.raises(NotFound):
                await command(backend, kind="step")

    asyncio.run(whole())


def test_stopping_while_a_worker_is_on_its_way_back_ends() -> None:
    async def whole() -> None:
        async with running(LocalWorkers, 1) as (backend, heard):
            for _ in range(3):
                assert await backend.up() == [0]
                os.kill(backend.process_ids()[0], signal.SIGKILL)
                await asyncio.wait_for(heard.lost.get(), PATIENCE)

    asyncio.run(asyncio.wait_for(whole(), PATIENCE))


def test_workers_are_nice_and_have_one_blas_thread() -> None:
    async def whole() -> None:
        async with running(LocalWorkers, 1) as (backend, _):
            await backend.ask(0, "ping")
            process = backend.process_ids()[0]
            assert os.getpriority(os.PRIO_PROCESS, process) >= 10
            with open(f"/proc/{process}/environ", "rb") as file:
                environment = file.read().decode().split("\0")
            for name, value in ONE_THREAD.items():
                assert f"{name}={value}" in environment

    asyncio.run(whole())


def test_workers_end_with_their_front() -> None:
    async def whole() -> list[int]:
        async with running(LocalWorkers, 2) as (backend, _):
            await backend.ask(0, "ping")
            return [process for process in backend.process_ids() if process]

    for process in asyncio.run(whole()):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_an_experiment_with_an_edit_ahead_that_will_not_fit_is_not_opened(play: Any) -> None:
    async def test(backend: Backend, heard: Heard) -> None:
        good = {"kind": "unit_add", "layer": "dense1", "at": 2}
        bad = {"kind": "unit_add", "layer": "nowhere", "at": 4}
        with pytest.raises(Unknown, match="nowhere") as refused:
            experiment = {**default(), "edits": [bad, good]}
            await backend.ask(0, "open", session="a", experiment=experiment)
        assert refused.value.pointer == "/edits/0/layer"

    play(test)
