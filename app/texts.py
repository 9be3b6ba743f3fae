"""The page's texts on the server's side: which languages there are, and which one a reader gets.

One file per language, `static/texts/LANGUAGE.json`, has the page's texts; the page's own modules
read the same ones (`static/js/core/texts.js`), which the server writes into the page. Beside it,
`static/texts/engine/LANGUAGE.json` has what the engine and the server say in English, by those very
words (`static/js/core/said.js`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

ENGLISH: Final = "en"
COOKIE: Final = "tinkernet-language"
_PLACE: Final = re.compile(r"\{(\w+)\}")
_WISH: Final = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?")


@dataclass(frozen=True)
class Texts:
    """All texts of one language, by key; `said`: what it says for the engine's English."""

    language: str
    texts: Mapping[str, Any]
    said: Mapping[str, Mapping[str, str]] | None = None

    def t(self, key: str, **values: str) -> str:
        """A text with values in the place of their names. Values that are markup stay markup."""
        text: str = self.texts[key]
        if any(isinstance(value, Markup) for value in values.values()):
            text = escape(text)
            return Markup(_PLACE.sub(lambda place: str(escape(values[place[1]])), text))
        return _PLACE.sub(lambda place: values[place[1]], text)


def languages(folder: Path) -> dict[str, Texts]:
    """Every language that has a file in that folder, English first, the others by their codes.
    Read anew when a file has changed, as the page's modules are: no restart while one writes."""
    paths = sorted([*folder.glob("*.json"), *folder.glob("engine/*.json")])
    return _read(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> dict[str, Texts]:
    read = {path: json.loads(path.read_text(encoding="utf-8")) for path, _ in files}
    said = {path.stem: texts for path, texts in read.items() if path.parent.name == "engine"}
    found = {path.stem: texts for path, texts in read.items() if path.parent.name != "engine"}
    return {
        code: Texts(code, found[code], said.get(code))
        for code in sorted(found, key=lambda code: (code != ENGLISH, code))
    }


def choose(
    known: Mapping[str, Texts], asked: str | None, kept: str | None, accepted: str | None
) -> Texts:
    """The language in the address (`?lang=de`), else the one this reader chose before, else the
    best that the browser asks for (`Accept-Language`), else English."""
    for code in (asked, kept, *_wishes(accepted or "")):
        if code and (found := known.get(code.strip().lower())):
            return found
    return known[ENGLISH]


def _wishes(header: str) -> list[str]:
    """The languages of an `Accept-Language` header without their regions, dearest first."""
    found = []
    for part in header.split(","):
        if match := _WISH.fullmatch(part.strip()):
            weight = float(match[2] or 1)
            if weight > 0:
                found.append((-weight, match[1]))
    return [code for _, code in sorted(found, key=lambda wish: wish[0])]
