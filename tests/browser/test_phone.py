"""On a phone, with a finger: the same experiment, one part after the other."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_finger_plays_travels_pins_and_changes(open_lab: Any, scheme: str) -> None:
    lab = open_lab(**PHONE, color_scheme=scheme)
    # The call to begin leaves the strip and the field in sight.
    call, box = (lab.page.locator(name).bounding_box() for name in (".call", "#strip"))
    field = lab.page.locator("#answer canvas").first.bounding_box()
    assert box["y"] + box["height"] <= call["y"] + 1
    assert call["y"] + call["height"] <= field["y"] + 1
    paper = lab.colour("paper").mean()
    assert paper < 64 if scheme == "dark" else paper > 192
    lab.page.locator("#play").tap()
    lab.until_step(60)
    lab.page.locator("#play").tap()
    lab.button("Play").wait_for()
    lab.until(lambda: lab.step() == lab.asked("")["step"])
    here = lab.step()
    strip = lab.page.locator("#strip").bounding_box()
    last = float(lab.page.locator("#strip").get_attribute("data-last"))
    half = strip["x"] + strip["width"] * here / last / 2
    lab.page.touchscreen.tap(half, strip["y"] + strip["height"] / 2)
    lab.until(lambda: 0 < lab.step() < here)
    lab.until(lambda: lab.asked("")["step"] == lab.step())

    lab.page.get_by_role("link", name="Network").tap()
    unit = lab.page.locator("#network .unit[aria-label^='hidden 1 unit 2']")
    lab.until(lambda: 0 <= (unit.bounding_box() or {"y": -1})["y"] < 844)
    unit.tap()
    lab.until(lambda: unit.get_attribute("aria-pressed") == "true")
    more = lab.page.get_by_role("button", name="one unit more in hidden 1")
    assert min(more.bounding_box()[side] for side in ("width", "height")) >= 40
    # Every column is in view, without a swipe.
    heads = [head.bounding_box() for head in lab.page.locator(".head-short").all()]
    assert len(heads) == 4
    assert all(0 <= head["x"] and head["x"] + head["width"] <= 390 for head in heads)
    more.tap()
    lab.until(lambda: lab.probe("parameters")["dense1.weight"].shape == (6, 2))

    lab.page.get_by_role("link", name="Causes").tap()
    # Pace and end stand where a finger has room.
    lab.page.locator("#stop-at").select_option("step")
    for name in ("#speed", "#stop-at", "#stop-value"):
        assert lab.page.locator(name).bounding_box()["height"] >= 44
    goal = lab.step() + 12
    lab.page.locator("#stop-value").fill(str(goal))
    lab.page.locator("#stop-value").press("Enter")
    lab.page.locator("#play").tap()
    lab.page.get_by_text(f"reached at {goal}").wait_for()
    assert lab.step() == goal
    lab.page.locator("#data-spirals").tap()
    lab.until(lambda: lab.step() == 0 and lab.asked("")["experiment"]["data"]["classes"] == 3)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 391
