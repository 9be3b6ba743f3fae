"""R34: a POST that comes twice with its Idempotency-Key acts once."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from served import Server, begin, default

from app import once
from app.once import Once


def key() -> dict[str, str]:
    return {"idempotency-key": secrets.token_urlsafe(16)}


def test_r34_five_parallel_duplicates_make_one_session(server: Server) -> None:
    directory, own = server.app.state.directory, key()
    before = len(directory)

    def make(_: int) -> httpx.Response:
        with server.client(**own) as client:
            return client.post("/api/sessions", json={"experiment": default()})

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(make, range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.content for answer in answers}) == 1
    assert len(directory) == before + 1
    repeated = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert sorted(map(str, repeated)) == ["None", *["true"] * 4]
    # Each is a whole answer of its own: headers that say where, and that nobody may embed it.
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert all("content-security-policy" in answer.headers for answer in answers)


def test_r34_a_command_that_comes_twice_acts_once(client: httpx.Client) -> None:
    made = begin(client)
    path, own = f"/api/sessions/{made['id']}/step", key()
    first = client.post(path, json={"steps": 7}, headers=own).json()
    assert client.post(path, json={"steps": 7}, headers=own).json() == first
    assert client.get(f"/api/sessions/{made['id']}").json()["step"] == 7
    # Another key, and none, act again.
    assert client.post(path, json={"steps": 7}, headers=key()).json()["step"] == 14
    assert client.post(path, json={"steps": 7}).json()["step"] == 21


def test_r34_the_same_key_with_another_body_is_refused(client: httpx.Client) -> None:
    made = begin(client)
    path, own = f"/api/sessions/{made['id']}/step", key()
    client.post(path, json={"steps": 7}, headers=own)
    answer = client.post(path, json={"steps": 8}, headers=own)
    assert answer.status_code == 422
    assert "another body" in answer.json()["detail"] and answer.json()["request_id"]
    assert client.get(f"/api/sessions/{made['id']}").json()["step"] == 7


def test_r34_a_key_stands_beside_its_token_and_its_session(wide: Server) -> None:
    with wide.client() as client:
        one, other, own = begin(client), begin(client), key()
        for made in (one, other):
            bearer = {"authorization": f"Bearer {made['token']}"}
            path = f"/api/sessions/{made['id']}"
            body = {"steps": 3 if made is one else 4}
            answer = client.post(f"{path}/step", json=body, headers=own | bearer)
            assert answer.json()["step"] == body["steps"]
        # Whoever knows a key and no token gets nothing by it.
        path = f"/api/sessions/{one['id']}/step"
        assert client.post(path, json={"steps": 3}, headers=own).status_code == 401
        bearer = {"authorization": f"Bearer {one['read_token']}"}
        assert client.post(path, json={"steps": 3}, headers=own | bearer).status_code == 403


def test_r34_a_refusal_is_not_remembered(client: httpx.Client) -> None:
    made = begin(client)
    path, own = f"/api/sessions/{made['id']}", key()
    assert client.post(f"{path}/seek", json={"step": 5}, headers=own).status_code == 422
    client.post(f"{path}/step", json={"steps": 9})
    assert client.post(f"{path}/seek", json={"step": 5}, headers=own).json()["step"] == 5


@pytest.mark.parametrize("given", ["short", "a key with blanks in it", "k" * 129, "schlüssel-" * 3])
def test_r34_a_key_that_could_be_guessed_is_refused(client: httpx.Client, given: str) -> None:
    """The answer of a new session holds its token."""
    headers = [(b"idempotency-key", given.encode("latin-1"))]
    answer = client.post("/api/sessions", json={"experiment": default()}, headers=headers)
    assert answer.status_code == 422
    assert "16 to 128" in answer.json()["detail"]


async def _post(app: Once, name: bytes, body: bytes = b"") -> list[Any]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"idempotency-key", name)]}
    await app(scope, receive, send)
    return sent


def test_r34_what_is_remembered_is_bounded_and_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MOST", 5)
    monkeypatch.setattr(once, "BYTES", 8000)
    acted: list[bytes] = []
    now = [100.0]

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        acted.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def whole() -> None:
        app = Once(answers, lambda: now[0])

        async def repeated(name: int, body: bytes) -> bool:
            before = len(acted)
            sent = await _post(app, b"a-random-key-%08d" % name, body)
            assert sent[1]["body"] == body
            return len(acted) == before

        for number in range(9):
            assert not await repeated(number, b"small")
        assert len(app._kept) == 5
        assert await repeated(8, b"small") and not await repeated(0, b"small")
        for number in range(20, 40):
            assert not await repeated(number, b"x" * 900)
            assert app._bytes == sum(kept.size for kept in app._kept.values()) <= 8000
        # One that is larger than its share of all is not remembered at all.
        assert not await repeated(50, b"x" * 1001) and not await repeated(50, b"x" * 1001)
        assert await repeated(39, b"x" * 900)
        now[0] += once.LASTS + 1
        assert not await repeated(39, b"x" * 900)

    asyncio.run(whole())


def test_r34_half_a_body_acts_not_at_all() -> None:
    """Whoever is cut off while sending sends it again."""
    messages = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def acts(*_: Any) -> None:
        raise AssertionError("it acted")

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        raise AssertionError("nobody is there to be told")

    headers = [(b"idempotency-key", b"a-random-key-0001")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(Once(acts)(scope, receive, send))
    assert messages == []


def test_r34_when_the_first_fails_the_next_acts() -> None:
    begun = asyncio.Event()
    acted: list[str] = []

    async def fails_once(scope: Any, receive: Any, send: Any) -> None:
        acted.append("x")
        if len(acted) == 1:
            await begun.wait()
            raise RuntimeError("a mistake of ours")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    async def whole() -> None:
        app = Once(fails_once)
        calls = [asyncio.create_task(_post(app, b"a-random-key-0001")) for _ in range(3)]
        await asyncio.sleep(0)
        begun.set()
        first, *others = await asyncio.gather(*calls, return_exceptions=True)
        assert isinstance(first, RuntimeError)
        assert [sent[1]["body"] for sent in others] == [b"done", b"done"]  # type: ignore[index]
        assert len(acted) == 2

    asyncio.run(whole())


def test_r34_an_answer_that_broke_off_is_not_repeated() -> None:
    acted: list[str] = []

    async def breaks_off_once(scope: Any, receive: Any, send: Any) -> None:
        acted.append("x")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if len(acted) == 1:
            raise RuntimeError("a mistake of ours")
        await send({"type": "http.response.body", "body": b"done"})

    async def whole() -> None:
        app = Once(breaks_off_once)
        with pytest.raises(RuntimeError):
            await _post(app, b"a-random-key-0001")
        assert (await _post(app, b"a-random-key-0001"))[1]["body"] == b"done"
        assert len(acted) == 2 and (await _post(app, b"a-random-key-0001"))[1]["body"] == b"done"
        assert len(acted) == 2

    asyncio.run(whole())
