"""R25: a session nobody uses goes to disk and comes back as it was; the clock is the test's."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import random
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from served import default
from test_directory import RUN, STEP, Clock, begin

from app.api.access import enter
from app.errors import Busy, LostSession, NotFound
from app.sessions import store as storing
from app.sessions.directory import CROWDED, IDLE, Directory
from app.sessions.room import Room
from app.sessions.store import Kept, Store
from app.settings import Settings
from app.workers.local import LocalWorkers
from engine.errors import Broken, NotNow

Test = Callable[[Directory, Clock], Coroutine[Any, Any, None]]
WILD = [
    {"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense", "units": 4},
    {"kind": "relu"}, {"kind": "dense"},
]  # fmt: skip
KEPT = Kept("an-id", "00", "11", {"format": 1}, 3)


def play(folder: Path, *tests: Test, most: int = 9) -> None:
    """Each test on a server of its own, one after the other, over the same folder."""

    async def whole() -> None:
        for test in tests:
            clock, backend = Clock(), LocalWorkers(1, nice=0)
            directory = Directory(backend, most, clock, Store(folder))
            await backend.start()
            try:
                await test(directory, clock)
            finally:
                await backend.stop()

    asyncio.run(whole())


async def described(directory: Directory, room: Room) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await directory.ask(room, "describe")).payload)
    return found


async def history(directory: Directory, room: Room) -> Any:
    return json.loads((await directory.ask(room, "history", line=0, since=0)).payload)


async def sleep(directory: Directory, clock: Clock, *rooms: Room) -> None:
    clock.now += IDLE + 1
    await directory.tidy()
    assert all(room.asleep for room in rooms)


def test_r25_after_an_hour_it_is_on_disk_and_back_within_a_second(tmp_path: Path) -> None:
    """R25: with all its past, at the step where it stood, going on as if nothing had been."""

    async def test(directory: Directory, clock: Clock) -> None:
        room, twin = await begin(directory), await begin(directory)
        for each in (room, twin):
            await directory.command(each, STEP | {"steps": 150})
        before = await described(directory, room), await history(directory, room)
        clock.now += IDLE - 1
        await directory.tidy()
        assert not room.asleep
        enter(directory, Settings(), twin.id, None)  # somebody asks for that one
        with pytest.raises(NotFound):  # and somebody else for this one
            enter(directory, Settings(), room.id, "not-its-token")
        clock.now += 2
        await directory.tidy()
        assert (room.asleep, twin.asleep) == (True, False)
        assert directory.counts() == {"alive": 1, "asleep": 1, "lost": 0}
        assert len(list(tmp_path.glob("*.session"))) == 1
        seconds = []
        for _ in range(3):
            begun = time.perf_counter()
            after = await described(directory, room), await history(directory, room)
            seconds.append(time.perf_counter() - begun)
            assert after == before
            await sleep(directory, clock, room)
        assert min(seconds) < 1.0
        ways = [await directory.command(each, STEP | {"steps": 50}) for each in (room, twin)]
        assert ways[0] | {"id": ""} == ways[1] | {"id": ""}
        assert ways[0]["step"] == 200

    play(tmp_path, test)


def test_r25_what_is_watched_or_runs_to_an_end_stays_and_the_rest_is_not_lost(
    tmp_path: Path,
) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        watched, running, idle = [await begin(directory) for _ in range(3)]
        await directory.watch(watched, "steer", lambda: None)
        await directory.command(running, RUN | {"until_step": 10**6})
        await sleep(directory, clock, idle)
        assert watched.is_here and running.is_here

    play(tmp_path, test)


@pytest.mark.parametrize("state", ["diverged", "finished"])
def test_what_broke_or_reached_its_end_comes_back_as_that(tmp_path: Path, state: str) -> None:
    """With the reason, also when the server was another meanwhile."""
    before: list[dict[str, Any]] = []

    def told(found: dict[str, Any]) -> dict[str, Any]:
        return {name: found[name] for name in ("state", "divergence", "finished", "step", "head")}

    async def first(directory: Directory, clock: Clock) -> None:
        experiment = default()
        if state == "diverged":
            experiment["model"]["layers"] = WILD
            experiment["training"]["loss"] = {"kind": "squared_error"}
            experiment["training"]["learner"]["optimizer"] = {"kind": "sgd", "learning_rate": 99}
        room = directory.find((await directory.open(experiment))["id"])
        await directory.command(room, RUN | {"until_step": 20, "pace": "max"})
        await directory.wait(room, 20, 9.0)
        found = await described(directory, room)
        assert found["state"] == state
        assert found["divergence" if state == "diverged" else "finished"]["sentence"]
        await sleep(directory, clock, room)
        assert told(await described(directory, room)) == told(found)
        await sleep(directory, clock, room)
        before.append({"id": room.id, **told(found)})

    async def second(directory: Directory, _: Clock) -> None:
        (found,) = before
        room = directory.find(found["id"])
        assert told(await described(directory, room)) | {"id": room.id} == found
        if state == "diverged":  # and may go on only from where it goes back to
            with pytest.raises(NotNow):
                await directory.command(room, STEP)
        else:
            assert (await directory.command(room, STEP))["state"] == "paused"

    play(tmp_path, first, second)


def test_a_full_server_puts_to_disk_instead_of_forgetting(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        rooms = [await begin(directory) for _ in range(2)]
        await directory.command(rooms[0], STEP | {"steps": 7})
        clock.now += CROWDED + 1
        directory.use(rooms[1])
        await begin(directory)
        assert [room.asleep for room in rooms] == [True, False]
        clock.now += CROWDED + 1
        assert (await described(directory, rooms[0]))["step"] == 7

    play(tmp_path, test, most=2)


def test_whoever_calls_while_it_is_on_its_way_waits_and_is_answered(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        room = await begin(directory)
        for _ in range(3):
            clock.now += IDLE + 1
            tidying = asyncio.create_task(directory.tidy())
            while not room.is_moving:
                await asyncio.sleep(0)
            await asyncio.gather(
                tidying, *(directory.command(room, STEP | {"steps": 1}) for _ in range(5))
            )
        assert (await described(directory, room))["step"] == 15
        await sleep(directory, clock, room)
        fork = await directory.command(room, {"kind": "fork"})
        assert fork["step"] == 15
        assert (await directory.command(directory.find(fork["id"]), STEP))["step"] == 18

    play(tmp_path, test)


def test_a_disk_that_is_full_loses_nothing_while_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def test(directory: Directory, clock: Clock) -> None:
        rooms = [await begin(directory) for _ in range(2)]
        await directory.command(rooms[0], STEP | {"steps": 7})
        monkeypatch.setattr(Store, "save", full)
        clock.now += IDLE + 1
        # One place is free: nobody need go.
        await directory.tidy()
        assert all(room.is_here for room in rooms)
        assert (await described(directory, rooms[0]))["step"] == 7
        # Where its place is needed, the experiment is what is kept, and said to be.
        clock.now += IDLE + 1
        await begin(directory)
        await begin(directory)
        assert [room.lost for room in rooms].count(True) == 1
        monkeypatch.undo()
        await sleep(directory, clock, next(room for room in rooms if not room.lost))

    play(tmp_path, test, most=3)


def test_a_damaged_file_is_noticed_and_the_experiment_is_left(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        room = await begin(directory)
        await directory.command(room, STEP)
        await sleep(directory, clock, room)
        (path,) = tmp_path.glob("*.session")
        raw = bytearray(path.read_bytes())
        raw[-100] ^= 1
        path.write_bytes(raw)
        with pytest.raises(LostSession, match="cannot be read"):
            await described(directory, room)
        assert room.lost and room.experiment
        assert (await directory.command(room, {"kind": "restart"}))["step"] == 3

    play(tmp_path, test)


def test_an_end_is_an_end_on_disk_too(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        room = await begin(directory)
        await sleep(directory, clock, room)
        await directory.end(room)
        assert list(tmp_path.iterdir()) == []

    play(tmp_path, test)


def test_torn_and_flipped_files_are_noticed_all(tmp_path: Path) -> None:
    store, chance = Store(tmp_path), random.Random(4)
    checkpoint = chance.randbytes(3000)
    store.save(KEPT, checkpoint)
    assert store.load(KEPT.id) == checkpoint and list(store.all()) == [KEPT]
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    assert KEPT.id not in path.name
    torn = [whole[: chance.randrange(len(whole))] for _ in range(100)]
    flipped = []
    for _ in range(100):
        raw = bytearray(whole)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        flipped.append(bytes(raw))
    for bad in (*torn, *flipped):
        path.write_bytes(bad)
        with pytest.raises(Broken):
            store.load(KEPT.id)
        (found,) = store.all()
        assert found == KEPT or isinstance(found, Broken)


def test_a_file_of_a_newer_release_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "FORMAT", 2)
    Store(tmp_path).save(KEPT, b"x")
    monkeypatch.undo()
    (found,) = Store(tmp_path).all()
    assert isinstance(found, Broken) and "newer Tinkernet" in found.detail


def test_the_oldest_go_where_there_are_too_many_or_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MOST", 5)
    monkeypatch.setattr(storing, "BYTES", 30_000)
    store = Store(tmp_path)

    def save(number: int, size: int) -> None:
        store.save(Kept(f"id-{number}", "00", "11", {}, 0), b"x" * size)
        os.utime(store._path(f"id-{number}"), ns=(number, number))

    def kept() -> list[str]:
        return sorted(each.id for each in store.all() if isinstance(each, Kept))

    for number in range(8):
        save(number, 10)
    assert kept() == [f"id-{number}" for number in range(3, 8)]
    save(8, 29_000)
    assert kept() == [f"id-{number}" for number in range(5, 9)]
    # One that is larger than all may be is kept alone.
    save(9, 31_000)
    assert kept() == ["id-9"]


def test_a_failed_write_leaves_the_file_before_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.save(KEPT, b"before")
    monkeypatch.setattr(os, "fsync", _fails)
    with pytest.raises(OSError):
        store.save(KEPT, b"after")
    assert store.load(KEPT.id) == b"before"
    assert len(list(tmp_path.iterdir())) == 1


def _fails(_: int) -> None:
    raise OSError(errno.EIO, "no")


def test_no_token_is_on_disk(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        made = await directory.open(default())
        await sleep(directory, clock, directory.find(made["id"]))
        (path,) = tmp_path.iterdir()
        assert made["token"].encode() not in path.read_bytes()
        assert made["read_token"].encode() not in path.read_bytes()

    play(tmp_path, test)


def test_many_that_wake_at_once_are_no_more_than_the_server_holds(tmp_path: Path) -> None:
    async def test(directory: Directory, clock: Clock) -> None:
        rooms = [await begin(directory) for _ in range(2)]
        await sleep(directory, clock, *rooms)
        rooms += [await begin(directory) for _ in range(2)]
        await sleep(directory, clock, *rooms[2:])
        found = await asyncio.gather(
            *(described(directory, room) for room in rooms), return_exceptions=True
        )
        assert len(directory) == 2
        assert sum(isinstance(each, Busy) for each in found) == 2

    play(tmp_path, test, most=2)


def test_a_file_that_another_removes_meanwhile_is_no_failure(tmp_path: Path) -> None:
    """Several are written at a time, and each of them clears away the oldest."""
    store = Store(tmp_path)
    store.save(KEPT, b"one")
    (tmp_path / "gone.session").symlink_to(tmp_path / "nowhere")
    store.save(KEPT, b"two")
    assert store.load(KEPT.id) == b"two"


def test_what_a_crash_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    """Nobody writes for an hour, by a clock that does not jump."""
    now = 0.0
    store = Store(tmp_path, lambda: now)
    old, new = tmp_path / "old.part", tmp_path / "new.part"
    old.write_bytes(b"half")
    store.save(KEPT, b"one")
    now = 3000.0
    new.write_bytes(b"half")
    store.save(KEPT, b"two")
    assert old.exists() and new.exists()
    now = 4000.0
    store.save(KEPT, b"three")
    assert not old.exists() and new.exists()
