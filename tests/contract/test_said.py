"""What engine and server say has its German, and no German is left of what they no longer say.

English stands once, in the code; `static/texts/engine/de.json` has it by its own words. So a
sentence that is changed in the code asks here for its German to be changed as well.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache

import pytest
from sentences import ROOT, Said, found

from engine.catalog import FAMILIES
from engine.data.photographs import PHOTOGRAPHS
from engine.registry import known
from engine.spec import fields

TEXTS = ROOT / "static/texts"
# Whose fields and kinds the page describes: edits and probes it makes itself, and shows none of.
SHOWN = tuple(family for family in FAMILIES if family not in ("edit", "probe"))
# The page's own commands are never of the wrong form, and pydantic's words for that are legion.
ENGLISH = "For "
LANGUAGES = sorted(path.stem for path in (TEXTS / "engine").glob("*.json"))
each = pytest.mark.parametrize("language", LANGUAGES)


@cache
def book(language: str) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads((TEXTS / f"engine/{language}.json").read_text())
    return read


@cache
def code() -> Said:
    return found()


def kinds(*families: str) -> list[type]:
    return [cls for family in families for cls in known(family).values()]


def described() -> set[str]:
    """What the catalogue says of what the page shows."""
    says = {field.says for cls in kinds(*SHOWN) for field in fields(cls)}
    data = {(cls.__doc__ or "").strip().split("\n")[0] for cls in kinds("data")}
    noise = {cls.noise_says for cls in kinds("data")}  # type: ignore[attr-defined]
    return (says | data | noise | set(PHOTOGRAPHS.values())) - {""}


@each
def test_every_sentence_has_its_translation_and_none_is_of_what_nobody_says(language: str) -> None:
    said = {text for text in code().sentences if not text.startswith(ENGLISH)}
    assert len(said) > 150
    given = set(book(language)["sentences"])
    missing = {text: code().sentences.get(text, "the catalogue") for text in said | described()}
    assert {text: place for text, place in missing.items() if text not in given} == {}
    assert given - said - described() == set()


@each
def test_every_edit_has_its_words(language: str) -> None:
    own = {field.name for cls in kinds(*SHOWN) for field in fields(cls) if field.live != "reset"}
    words = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    # `set` says a field's name and its value. The learning rate is “rate” there, p is “dropout”.
    long = {
        f"{name.removeprefix('learning_').replace('_', ' ')} {{1}}" for name in own if "_" in name
    }
    assert set(book(language)["edits"]) == (set(code().edits) - {"{1} {2}"}) | long
    for name in own | {"dropout"}:
        assert f"word.{name}" in words or name in book(language)["words"], name


@each
def test_every_word_and_class_is_one_of_the_codes(language: str) -> None:
    words = set(book(language)["words"])
    assert set(code().words) <= words
    read = [path.read_text() for part in ("engine", "app") for path in (ROOT / part).rglob("*.py")]
    texts = {
        node.value
        for text in read
        if any(f'"{word}"' in text for word in words)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {field.name for cls in kinds(*FAMILIES) for field in fields(cls)}
    assert words - texts - names - set(FAMILIES) - {"experiment", "model", "training"} == set()
    classes = {name for cls in kinds("data") for name in cls().class_names}  # type: ignore[attr-defined]
    assert set(book(language)["classes"]) == {name for name in classes if not name.isdecimal()}
    columns = {name for cls in kinds("data") for name in cls().columns}  # type: ignore[attr-defined]
    page = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    assert {name for name in columns - {"x1", "x2"} if f"word.{name}" not in page} == set()


@each
def test_a_translation_keeps_the_values_and_writes_as_its_language_does(language: str) -> None:
    for part in book(language).values():
        for english, other in part.items():
            places = [set(re.findall(r"\{\d+\}", text)) for text in (english, other)]
            assert places[0] == places[1], english
            assert other.strip(), english
            if language == "de":
                assert not re.search(r"(?<!CC BY )\b\d+\.\d(?!\d\d)|”", other), other
                assert other.count("„") == other.count("“"), other


def test_the_page_shows_what_they_say_in_its_own_language() -> None:
    shown = re.compile(r"\b(problem|message|info)\??\.(detail|title|sentence|says|divergence)\b")
    lines = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "static/js").rglob("*.js")
        for line in path.read_text(encoding="utf-8").split("\n")
        if shown.search(line)
    }
    assert len(lines) >= 5
    assert {line for line in lines if "said(" not in line} == set()
