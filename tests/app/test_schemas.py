"""Every command, message and event is declared, handled and documented."""

from __future__ import annotations

import inspect
import json
from typing import Any, get_args

import pytest
from served import Server, begin

from app.api import sessions, stream
from app.schemas import commands, events, messages, resources
from app.workers.work import Work
from engine.catalog import schemas as engine_schemas


@pytest.fixture(scope="module")
def document(server: Server) -> dict[str, Any]:
    with server.client() as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
        return found


UNIONS = {
    "Command": (commands.Command, commands.COMMANDS, "kind"),
    "Message": (messages.Message, messages.MESSAGES, "type"),
    "Event": (events.Event, events.EVENTS, "type"),
}


@pytest.mark.parametrize("name", UNIONS)
def test_the_union_and_the_table_by_tag_are_the_same(name: str) -> None:
    union, table, tag = UNIONS[name]
    members = get_args(get_args(union)[0])
    assert set(members) == set(table.values())
    for word, cls in table.items():
        assert cls.model_fields[tag].default == word


@pytest.mark.parametrize("name", UNIONS)
def test_each_says_in_a_sentence_what_it_is(name: str) -> None:
    for cls in UNIONS[name][1].values():
        first = (inspect.getdoc(cls) or "").split("\n")[0]
        assert first.endswith((".", ",")) or len(first) > 30, cls


def test_a_commands_tag_is_its_class_in_lower_case() -> None:
    for word, cls in commands.COMMANDS.items():
        assert word == cls.__name__.lower()


def test_every_command_has_a_route_of_its_own(document: dict[str, Any]) -> None:
    for word, cls in commands.COMMANDS.items():
        operation = document["paths"][f"/api/sessions/{{session}}/{word}"]["post"]
        assert operation["summary"]
        assert operation["description"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        assert body == {"$ref": f"#/components/schemas/{cls.__name__}"}
        assert getattr(sessions, word)


def test_every_command_is_obeyed_somewhere(server: Server) -> None:
    """Asked of the real server: none is silently ignored, each has an answer or a reason."""
    with server.client() as client, server.page() as page:
        made = begin(client)
        page.attach(made)
        given: dict[str, dict[str, Any]] = {
            "seek": {"step": 0},
            "edit": {"edits": [{"kind": "unit_add", "layer": "dense1"}]},
            "run": {"until_step": 3},
        }
        for number, word in enumerate(commands.COMMANDS):
            answer = page.command(number, made, word, **given.get(word, {}))
            if word == "restart":
                assert answer["status"] == 409  # it is alive
            else:
                assert "step" in answer, answer
    handled = inspect.getsource(Work._obey)
    for word in commands.COMMANDS.keys() - {"fork", "restart"}:  # these make sessions
        assert f'case "{word}"' in handled


def test_every_message_is_handled() -> None:
    handled = inspect.getsource(stream.Connection._obey)
    for cls in messages.MESSAGES.values():
        assert f"case messages.{cls.__name__}()" in handled


def test_an_answer_over_rest_and_on_the_socket_is_the_same(server: Server) -> None:
    with server.client() as client, server.page() as page:
        made = begin(client)
        page.attach(made)
        answer = page.command(1, made, "step", steps=4)
        resources.Answer.model_validate(answer)
        state = client.get(f"/api/sessions/{made['id']}").json()
        assert {key: state[key] for key in answer} == answer


# --- the OpenAPI document --------------------------------------------------------------------


def refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for item in node.values() for ref in refs(item)]
    if isinstance(node, list):
        return [ref for item in node for ref in refs(item)]
    return []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = refs(document)
    assert len(found) > 100
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(found) <= known
    for node in document["components"]["schemas"].values():
        for place in node.get("discriminator", {}).get("mapping", {}).values():
            assert place in known


def test_the_engines_schemas_are_components(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert engine_schemas().keys() <= schemas.keys()
    kinds = {ref["$ref"].rpartition(".")[2] for ref in schemas["layer"]["oneOf"]}
    assert {"dense", "tanh", "dropout"} <= kinds
    assert schemas["NewSession"]["properties"]["experiment"]["$ref"].endswith("/experiment")


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"].strip().endswith("."), where
            failed = operation["responses"]["default"]["content"]
            assert failed == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
            assert "422" not in operation["responses"], where
            if method == "post":
                assert "requestBody" in operation, where
            assert ("security" in operation) == ("{session}" in path), where


def test_the_document_is_plain_json(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    json.dumps(document, allow_nan=False)
    assert "x-body" not in json.dumps(document)
