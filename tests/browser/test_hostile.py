"""R33: what somebody wrote is shown as text and never becomes a part of the page."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from labs import Lab
from served import Server, default

from engine.data.packing import deflated

pytestmark = pytest.mark.browser

SCRIPT = "document.documentElement.dataset.hacked = 1"
CORPUS = [
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror='{SCRIPT}'>",
    f"<svg onload={SCRIPT.replace(' ', '')}>",
    f'"><b id=hacked onclick="{SCRIPT}">x',
    f"javascript:{SCRIPT}",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "</script><b id=hacked>",
    "\u202egnp.exe\u2066<b id=hacked>",
]


def link(document: Any) -> str:
    """A link as whoever wants to harm writes it: by hand."""
    raw = deflated(json.dumps(document).encode())
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def places(text: str) -> list[dict[str, Any]]:
    """An experiment with the text wherever text may stand."""
    first = default()
    layers = first["model"]["layers"]
    return [
        {**first, text: 1},
        {**first, "data": {**first["data"], "kind": text}},
        {**first, "model": {**first["model"], "layers": [layers[0] | {"name": text}, *layers[1:]]}},
        {**first, "model": {**first["model"], "layers": [{"kind": text}, *layers[1:]]}},
        {**first, "model": {**first["model"], "input": {"kind": "plane", "features": [text]}}},
    ]


def test_r33_hostile_texts_in_links_are_shown_as_text_or_not_at_all(
    browser: Any, server: Server
) -> None:
    """R33: in every field of an experiment, in the fragment itself, and in what is refused."""
    with server.client() as client:
        links = [link(each) for text in CORPUS for each in places(text)]
        checked = [client.post("/api/experiments/check", json={"link": each}) for each in links]
    assert {answer.status_code for answer in checked} == {422}
    # The one whose refusal says most is what a page could show most of; and a raw fragment.
    loudest = max(zip(checked, links, strict=True), key=_told)[1]
    for text in (loudest, f"<img src=x onerror='{SCRIPT}'>"):
        refused_in_peace(Lab(browser, server, f"#e={text}"))


def refused_in_peace(lab: Lab) -> None:
    try:
        lab.until(lambda: "link" in lab.page.locator("#moment").inner_text())
        assert untouched(lab)
    finally:
        lab.context.close()


def _told(pair: tuple[httpx.Response, str]) -> int:
    return len(pair[0].json()["detail"])


def untouched(lab: Lab) -> bool:
    """Nothing that was written became an element or ran."""
    found = lab.page.locator("#hacked, img[src='x'], svg[onload], [onerror], [onclick]").count()
    return found == 0 and lab.page.locator("html").get_attribute("data-hacked") is None


def test_r33_even_what_got_in_would_not_run(browser: Any, server: Server) -> None:
    """R33: the policy, were there a hole: no inline script, no handler in an attribute, no eval,
    nothing from elsewhere."""
    lab = Lab(browser, server)
    try:
        lab.page.locator("#clock-step").wait_for()
        lab.page.evaluate(
            """(script) => {
              for (const html of [`<img src="data:," onerror="${script}">`,
                                  `<svg onload="${script}"></svg>`,
                                  `<iframe srcdoc="<script>parent.${script}</script>"></iframe>`])
                document.body.insertAdjacentHTML("beforeend", html);
              const tag = document.createElement("script");
              tag.textContent = script;
              document.body.append(tag);
              const far = document.createElement("script");
              far.src = "https://evil.example/x.js";
              document.body.append(far);
              try { setTimeout(script, 0); } catch { /* refused at once */ }
            }""",
            SCRIPT,
        )
        lab.until(lambda: sum("Content Security Policy" in each for each in lab.complaints) >= 4)
        assert lab.page.locator("html").get_attribute("data-hacked") is None
    finally:
        lab.context.close()
