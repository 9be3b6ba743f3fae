"""Which session lives where, and what is set aside when nobody uses it; the clock is the test's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from served import default

from app.errors import Busy, LostSession, NotFound
from app.sessions.directory import CROWDED, IDLE, Directory
from app.workers.local import LocalWorkers

STEP = {"kind": "step", "steps": 3, "epochs": None}
RUN = {"kind": "run", "pace": 1.0, "until_step": None, "until_loss": None}


class Clock:
    now = 5000.0

    def __call__(self) -> float:
        return self.now


def play(test: Callable[[Directory, Clock], Coroutine[Any, Any, None]], most: int = 3) -> None:
    async def whole() -> None:
        clock, backend = Clock(), LocalWorkers(2)
        directory = Directory(backend, most, clock)
        await backend.start()
        try:
            await test(directory, clock)
        finally:
            await backend.stop()

    asyncio.run(whole())


async def begin(directory: Directory) -> Any:
    return directory.find((await directory.open(default()))["id"])


def test_sessions_spread_over_the_workers() -> None:
    async def test(directory: Directory, _: Clock) -> None:
        rooms = [await begin(directory) for _ in range(4)]
        assert sorted(room.worker for room in rooms) == [0, 0, 1, 1]

    play(test, most=9)


def test_a_full_server_refuses_and_leaves_those_in_use_alone() -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        rooms = [await begin(directory) for _ in range(3)]
        clock.now += CROWDED - 1
        with pytest.raises(Busy):
            await begin(directory)
        assert not any(room.lost for room in rooms)

    play(test)


def test_a_full_server_sets_aside_who_was_not_used_for_longest() -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        rooms = [await begin(directory) for _ in range(3)]
        clock.now += CROWDED + 1
        directory.use(rooms[0])  # somebody asks for it
        await begin(directory)
        assert [room.lost for room in rooms] == [False, True, False]

    play(test)


def test_what_is_watched_or_running_stays() -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        watched, running, idle = [await begin(directory) for _ in range(3)]
        await directory.watch(watched, "steer", lambda: None)
        await directory.command(running, RUN)
        clock.now += IDLE + 1
        await directory.tidy()
        assert [room.lost for room in (watched, running, idle)] == [False, False, True]

    play(test)


def test_what_is_set_aside_where_nothing_can_be_kept_begins_again() -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        room, *_ = [await begin(directory) for _ in range(3)]
        clock.now += CROWDED + 1
        await begin(directory)
        assert room.lost
        with pytest.raises(LostSession):
            await directory.command(room, STEP)
        assert (await directory.command(room, {"kind": "restart"}))["step"] == 0
        assert (await directory.command(room, STEP))["step"] == 3

    play(test)


def test_many_at_once_are_no_more_than_there_is_room_for() -> None:
    async def test(directory: Directory, _: Clock) -> None:
        made = await asyncio.gather(*(begin(directory) for _ in range(9)), return_exceptions=True)
        assert sum(isinstance(each, Busy) for each in made) == 6
        assert len(directory) == 3

    play(test)


def test_a_session_whose_maker_left_meanwhile_is_in_no_worker() -> None:
    async def test(directory: Directory, _: Clock) -> None:
        room = await begin(directory)
        gone = asyncio.create_task(directory.command(room, {"kind": "fork"}))
        while len(directory) < 2:
            await asyncio.sleep(0)
        name = next(name for name in directory._rooms if name != room.id)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert len(directory) == 1
        with pytest.raises(NotFound):
            await directory._backend.ask(room.worker, "describe", session=name)

    play(test)
