"""Requests made from the API's own description, good ones and broken ones, and sent as they are."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from served import Server, begin, default

PROBES = (
    "boundary", "neurons", "parameters", "gradients", "example", "masks", "trace", "scores",
    "points", "inputs", "activations", "filters", "features", "receptive", "confusion",
)  # fmt: skip
MOST_STEPS = 20  # a “step” may work for ten seconds, which is no mistake
# What JSON and text have of traps, and no schema asks for.
TRAPS = (b"\x00", b"\\u0000", b"\\ud800", b"\xff\xfe", b"\xc3\x28", b"NaN", b"1e400", b"[" * 40)


def drive(server: Server, examples: int, chance_seed: int = 0) -> Counter[int]:
    """Send so many requests of each kind to every operation. How often which status came; a 5xx is
    an `AssertionError` with the request that made it."""
    found: Counter[int] = Counter()
    chance = random.Random(chance_seed)
    with server.client() as client:
        sessions = [begin(client)["id"]]
        pictures = {"kind": "image"}, [{"kind": "flatten"}, {"kind": "dense"}]
        model = {"input": pictures[0], "layers": pictures[1]}
        training = {**default()["training"], "loss": {"kind": "softmax_cross_entropy"}}
        digits = default(data={"kind": "digits8"}, model=model, training=training)
        sessions.append(begin(client, digits)["id"])
        described = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
        for operation in described.get_all_operations():
            for case in _cases(operation.ok(), examples, chance_seed):
                for request in _requests(case, sessions, chance):
                    answer = _send(client, request)
                    assert answer.status_code < 500, (request, answer.text)
                    _read(answer)
                    found[answer.status_code] += 1
    return found


def _cases(operation: Any, examples: int, chance_seed: int) -> list[Any]:
    """So many that keep to the description, and so many that break it where it can be broken."""
    made: list[Any] = []
    modes = schemathesis.GenerationMode
    for mode in (modes.POSITIVE, modes.NEGATIVE):

        @seed(chance_seed)
        @settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy(generation_mode=mode))
        def collect(case: Any) -> None:
            made.append(case)

        try:
            collect()
        except Unsatisfiable:  # there is nothing in it that could be wrong
            continue
    return made


def _requests(case: Any, sessions: list[str], chance: random.Random) -> Iterator[dict[str, Any]]:
    """The request, and now and then the same with a trap in its body."""
    path = dict(case.path_parameters or {})
    if "session" in path and case.method != "DELETE":
        path["session"] = chance.choice(sessions)
    if "probe" in path and chance.random() < 0.8:
        path["probe"] = chance.choice(PROBES)
    case.path_parameters = path
    made = case.as_transport_kwargs(base_url="http://127.0.0.1")
    body = made.get("json", made.get("data"))
    if isinstance(body, dict):
        for name in ("steps", "epochs"):
            if isinstance(body.get(name), int):
                body[name] = min(body[name], MOST_STEPS)
    params = dict(made.get("params") or {})
    if "timeout" in params:
        params["timeout"] = 0.01
    content = None
    if "json" in made or isinstance(body, dict | list):
        content = json.dumps(body).encode()
    elif body is not None:
        content = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    headers = {k: v for k, v in (made.get("headers") or {}).items() if _is_header(k, v)}
    if content is not None and not any(name.lower() == "content-type" for name in headers):
        headers["content-type"] = "application/json"
    request = {"method": made["method"], "url": made["url"].removeprefix("http://127.0.0.1")}
    request |= {"params": params, "headers": headers, "content": content}
    yield request
    if content and chance.random() < 0.3:
        at, trap = chance.randrange(len(content) + 1), chance.choice(TRAPS)
        yield request | {"content": content[:at] + trap + content[at:]}


def _is_header(name: str, value: Any) -> bool:
    """Whether a client could send it at all, and it does not change what the body is or whose."""
    text = str(value)
    given = name.lower()
    return text.isascii() and text.isprintable() and given in {"accept", "content-type"}


def _send(client: httpx.Client, request: dict[str, Any]) -> httpx.Response:
    return client.request(**request)


def _read(answer: httpx.Response) -> None:
    """Every refusal is a problem with a sentence, every JSON has only numbers that are numbers."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 400:
        assert kind == "application/problem+json", answer.text
        assert len(answer.json()["detail"]) > 10
    if "json" in kind:
        json.loads(answer.content, parse_constant=_no_number)


def _no_number(name: str) -> float:
    raise AssertionError(f"{name} in an answer")
