"""The future in the page: there before play, bent by a knob that nobody let go, and then lived."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

RATE = "/training/learner/optimizer/learning_rate"


def ends(lab: Any) -> str:
    """What the words at the strip's end say."""
    said: str = lab.page.locator(".strip-end").inner_text()
    return said


def ink(lab: Any) -> np.ndarray:
    """Where anything is drawn on the strip above its foot."""
    pixels = lab.pixels("#strip canvas")
    return np.asarray(pixels[: pixels.shape[0] - 17, ..., 3] > 60)


def whole(lab: Any) -> None:
    lab.until(lambda: "2,000" in lab.page.locator("#future").inner_text())


def test_it_is_there_before_play_bends_under_the_hand_and_comes_true(open_lab: Any) -> None:
    lab = open_lab()
    whole(lab)
    assert "what will come" in ends(lab) and lab.step() == 0
    assert ink(lab)[:, ink(lab).shape[1] // 2 :].any()
    before, field = ink(lab), lab.pixels("#future canvas")
    now = lab.probe("parameters")

    # A knob under the hand: the curve bends, and nothing has changed.
    slider = lab.page.locator("#learning-rate")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 0.12 * box["width"], y, steps=3)
    lab.until(lambda: "let go" in ends(lab))
    lab.until(lambda: (lab.pixels("#future canvas") != field).any())
    assert (ink(lab) != before).sum() > 100
    told = lab.asked("")
    assert (told["step"], told["lines"][0]["edits"]) == (0, [])
    after = lab.probe("parameters")
    assert all(np.array_equal(now[name], after[name]) for name in now)

    # Let go: the edit is made, and that future is the one that will come.
    lab.page.mouse.up()
    lab.until(lambda: len(lab.asked("")["lines"][0]["edits"]) == 1)
    lab.until(lambda: "what will come" in ends(lab))
    rate = lab.asked("")["now"]["training"]["learner"]["optimizer"]["learning_rate"]
    assert rate < 0.03
    whole(lab)

    # Under the pointer: the field as it will be.
    strip = lab.page.locator("#strip").bounding_box()
    lab.page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + 20)
    preview = lab.page.locator("#strip-preview")
    preview.wait_for()
    assert "to come" in preview.inner_text() and preview.get_attribute("data-step") == "1000"
    lab.page.mouse.move(2, 500)
    preview.wait_for(state="hidden")

    # Lived through, every loss is the one that was foreseen.
    foreseen = lab.asked("/probes/future?steps=60")["arrays"]["loss"]["values"]
    lab.run_to(30)
    lab.until(lambda: lab.asked("")["step"] == lab.step())
    came = lab.asked("/history")["columns"]["loss_mean"][: lab.step()]
    assert 30 <= len(came) and came[:60] == foreseen[: len(came)]

    # After a reload the page has no pictures of the past: a pointer that rests asks for its step’s.
    lab.page.locator("#future").click()
    lab.page.reload()
    lab.until(lambda: lab.step() >= 30)
    # The losses come after the step; a pointer that is there before them finds nothing under it.
    spoken = lab.page.locator("#strip")
    lab.until(lambda: "train loss" in (spoken.get_attribute("aria-valuetext") or ""))
    strip = lab.page.locator("#strip").bounding_box()
    last = float(lab.page.locator("#strip").get_attribute("data-last"))
    lab.page.mouse.move(strip["x"] + strip["width"] * 12 / last, strip["y"] + 20)
    lab.until(lambda: preview.get_attribute("data-step") == "12")
    assert lab.step() >= 30 and lab.asked("")["step"] == lab.step()


def test_a_rate_that_is_far_too_large_is_seen_to_diverge(open_lab: Any) -> None:
    lab = open_lab()
    whole(lab)
    with lab.server.client(authorization=f"Bearer {lab.kept()['token']}") as client:
        where = f"/api/sessions/{lab.kept()['id']}"
        loss = {"kind": "layer_remove", "layer": "tanh1"}
        sgd = {"kind": "sgd", "learning_rate": 900}
        optimizer = {"kind": "set", "path": RATE.rpartition("/")[0], "value": sgd}
        tanh = {"kind": "layer_remove", "layer": "tanh2"}
        assert client.post(f"{where}/edit", json=[loss, tanh, optimizer]).is_success
    lab.until(lambda: "would diverge at step" in ends(lab))
    step = int(ends(lab).rsplit(" ", 1)[1].replace(",", ""))
    lab.page.locator("#play").click()
    lab.until(lambda: bool(lab.asked("")["divergence"]))
    assert lab.asked("")["divergence"]["step"] == step
