"""The page's language: asked for in the address, chosen before, or the browser's own."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from markupsafe import Markup

from app.settings import folder
from app.texts import COOKIE, Texts, choose, languages

KNOWN = languages(folder("static") / "texts")


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "found"),
    [
        (None, None, None, "en"),
        ("de", "en", "en", "de"),
        ("xx", "de", "en", "de"),
        (None, "xx", "de-AT,en;q=0.8", "de"),
        (None, None, "fr-FR, en;q=0.5, de;q=0.7", "de"),
        (None, None, "de;q=0, fr", "en"),
        ("../../en", "", ";;;,q=,*;q=0.1", "en"),
    ],
)
def test_the_language_is_chosen(
    asked: str | None, kept: str | None, accepted: str | None, found: str
) -> None:
    assert choose(KNOWN, asked, kept, accepted).language == found


def test_values_stand_in_their_places_and_only_markup_stays_markup() -> None:
    texts = Texts("en", {"a": "{x} & {y}"})
    assert texts.t("a", x="<1>", y="2") == "<1> & 2"
    marked = texts.t("a", x="<1>", y=Markup("<b>2</b>"))
    assert isinstance(marked, Markup) and marked == "&lt;1&gt; &amp; <b>2</b>"


def test_the_page_comes_in_its_language_with_its_texts(client: httpx.Client) -> None:
    german = client.get("/?lang=de").text
    assert '<html lang="de">' in german
    found = re.search(r'<script id="texts" type="application/json">(.*?)</script>', german, re.S)
    assert found is not None and json.loads(found[1]) == KNOWN["de"].texts
    assert '<html lang="de">' in client.get("/", headers={"accept-language": "de"}).text
    assert '<html lang="de">' in client.get("/", headers={"cookie": f"{COOKIE}=de"}).text
    assert '<html lang="en">' in client.get("/").text
