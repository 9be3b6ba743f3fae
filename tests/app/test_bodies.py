"""What anybody may send becomes a value or a sentence, never a crash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bodies import DEPTH, check, one_of, parse
from app.schemas.commands import COMMANDS, Run, Seek, Step
from engine.errors import Invalid, Unknown

REFUSED = {
    "not JSON": (b'{"a": ', "not JSON"),
    "empty": (b"", "not JSON"),
    "a key twice": (b'{"a": 1, "a": 2}', "“a” stands twice"),
    "a key twice, deep inside": (b'{"b": [{"a": 1, "a": 2}]}', "stands twice"),
    "NaN": (b'{"a": NaN}', "NaN"),
    "Infinity": (b'{"a": Infinity}', "Infinity"),
    "minus Infinity": (b'{"a": -Infinity}', "Infinity"),
    "overflow": (b'{"a": 1e400}', "too large"),
    "a huge integer": (b'{"a": ' + b"9" * 5000 + b"}", "too large"),
    "an integer no browser can hold": (b'{"a": 9007199254740993}', "at most 2"),
    "bad UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "half a character": (b'{"a": "\\ud800"}', "half a character"),
    "half a character as key": (b'{"\\udfff": 1}', "half a character"),
    "too deep": (b"[" * (DEPTH + 2) + b"]" * (DEPTH + 2), "deeper than 32"),
    "endlessly deep": (b"[" * 100_000 + b"]" * 100_000, "deeper than 32"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_json_leaves_open_is_refused_with_a_sentence(name: str) -> None:
    raw, words = REFUSED[name]
    with pytest.raises(Invalid, match=words):
        parse(raw)


def test_a_document_at_the_limit_of_depth_passes() -> None:
    text = "[" * DEPTH + "]" * DEPTH
    assert json.dumps(parse(text)) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    try:
        document = parse(raw)
    except Invalid:
        return
    # What was taken is plain JSON, without NaN or half a surrogate pair, and means the same again.
    assert parse(json.dumps(document, allow_nan=False).encode()) == document


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False,
        allow_infinity=False) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(
        st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=4),
        max_leaves=20,
    )
)  # fmt: skip
def test_honest_documents_come_through_unchanged(document: object) -> None:
    assert parse(json.dumps(document)) == document


STRICT = {
    "a text for a number": ({"kind": "step", "steps": "8"}, "/steps"),
    "true for a number": ({"kind": "step", "steps": True}, "/steps"),
    "a part of a step": ({"kind": "step", "steps": 8.5}, "/steps"),
    "none of something": ({"kind": "step", "steps": 0}, "/steps"),
    "an unknown field": ({"kind": "step", "stepps": 8}, "/stepps"),
    "a needed field left out": ({"kind": "seek"}, "/step"),
    "both of two ways": ({"kind": "step", "steps": 1, "epochs": 1}, ""),
    "an unknown kind": ({"kind": "leap"}, "/kind"),
    "no kind": ({"steps": 1}, "/kind"),
    "a kind that is no text": ({"kind": ["step"]}, "/kind"),
    "no object": ([1], "/kind"),
    "a word for a pace": ({"kind": "run", "pace": "fast"}, "/pace"),
    "no edits": ({"kind": "edit", "edits": []}, "/edits"),
}


@pytest.mark.parametrize("name", STRICT)
def test_envelopes_are_strict_and_point_at_the_field(name: str) -> None:
    document, pointer = STRICT[name]
    with pytest.raises(Invalid) as caught:
        one_of(COMMANDS, document, "kind")
    assert caught.value.pointer.startswith(pointer), caught.value.pointer
    assert len(caught.value.detail) > 10


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(Unknown) as caught:
        one_of(COMMANDS, {"kind": "leap"}, "kind")
    assert caught.value.known == sorted(COMMANDS)


def test_good_envelopes_become_values() -> None:
    assert one_of(COMMANDS, {"kind": "step", "steps": 8}, "kind") == Step(steps=8)
    assert one_of(COMMANDS, {"kind": "run", "pace": 250}, "kind") == Run(pace=250.0)
    assert check(Seek, {"step": 0}) == Seek(step=0)


def test_what_was_given_is_not_echoed() -> None:
    secret = "<script>" + "x" * 100
    for document in (
        {"kind": secret},
        {"kind": "step", secret: 1},
        {"kind": "step", "steps": secret},
    ):
        with pytest.raises(Invalid) as caught:
            one_of(COMMANDS, document, "kind")
        assert secret not in caught.value.detail
