"""A number of the network, changed by hand: pinned with the mouse, typed, and there at once."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser


def changed(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> list[tuple[str, float]]:
    """Which numbers are others now: the array's name, the new value."""
    return [
        (name, float(new))
        for name in before
        for old, new in zip(before[name].flat, after[name].flat, strict=True)
        if old != new
    ]


def write(lab: Any, text: str) -> None:
    field = lab.page.locator("[data-view=pinned] .pin-card:visible input").first
    field.fill(text)
    field.press("Enter")
    lab.page.locator(".mark").first.wait_for()


def test_a_curve_is_clicked_and_its_weight_is_what_was_typed(open_lab: Any) -> None:
    lab = open_lab()
    lab.run_to(40)
    before = lab.probe("parameters")
    units = lab.page.locator("#network .unit")
    start, end = (units.nth(i).bounding_box() for i in (0, 2))  # x₁ and the first unit of hidden 1
    lab.page.mouse.click(
        (start["x"] + start["width"] + end["x"]) / 2,
        (start["y"] + end["y"]) / 2 + start["height"] / 4 + end["height"] / 4,
    )
    card = lab.page.locator("[data-view=pinned] .pin-card:visible")
    assert re.fullmatch(r"x[₁₂] → hidden 1 · \d", card.locator(".pin-name").inner_text())
    write(lab, "1.5")
    assert changed(before, lab.probe("parameters")) == [("dense1.weight", 1.5)]
    assert card.locator("input").input_value() == "1.500"
    # The card's other numbers are of this weight too.
    shown = card.locator("dd").first.inner_text().replace("−", "-")
    gradients = lab.probe("gradients")["dense1.weight"]
    assert np.isclose(gradients, float(shown), rtol=0.06).any()


def test_a_bias_and_a_weight_that_comes_in_are_typed_on_a_units_card(open_lab: Any) -> None:
    lab = open_lab()
    lab.run_to(40)
    before = lab.probe("parameters")
    lab.page.get_by_role("button", name=re.compile("^hidden 2 unit 2")).click()
    write(lab, "-0.25")
    biased = lab.probe("parameters")
    assert changed(before, biased) == [("dense2.bias", -0.25)]
    assert biased["dense2.bias"][1] == -0.25
    lab.page.get_by_title("weight from hidden 1 · 4: pin it").click()
    lab.page.get_by_label("pinned weight").get_by_text("hidden 1 · 4 → hidden 2 · 2").wait_for()
    write(lab, "2")
    lab.until(lambda: lab.page.locator(".mark").count() == 2)
    assert changed(biased, lab.probe("parameters")) == [("dense2.weight", 2.0)]
    assert lab.probe("parameters")["dense2.weight"][1, 3] == 2.0


def test_a_unit_is_silenced_and_its_layer_frozen_by_buttons_and_by_keys(open_lab: Any) -> None:
    lab = open_lab()
    unit = lab.page.get_by_role("button", name=re.compile("^hidden 1 unit 2"))
    spoken, lock = lab.page.locator("#spoken"), lab.page.locator("#network .lock")
    unit.click()
    card = lab.page.get_by_label("pinned unit")
    card.get_by_role("button", name="Silence this unit").click()
    card.get_by_role("button", name="Let it answer again").wait_for()
    assert "silenced by hand" in (unit.get_attribute("aria-label") or "")
    maps = lab.probe("neurons")["tanh1"]
    assert [bool(one.any()) for one in maps] == [True, False, True, True, True]
    # Two units by keys, faster than an answer comes: the second takes nothing back of the first.
    unit.focus()
    for key in ("ArrowDown", "q", "ArrowDown", "q", "f"):
        lab.page.keyboard.press(key)
    lock.wait_for()
    assert lock.get_attribute("aria-label") == "frozen: this layer does not learn"
    maps = lab.probe("neurons")["tanh1"]
    assert [bool(one.any()) for one in maps] == [True, False, False, False, True]
    before = lab.probe("parameters")
    lab.page.keyboard.press(".")
    lab.until(lambda: lab.step() == 1)
    moved = {name.split(".")[0] for name, _ in changed(before, lab.probe("parameters"))}
    assert moved == {"dense2", "head"}
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: spoken.inner_text() == "Undone: dense1 frozen.")
    lab.until(lambda: lock.count() == 0)
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: spoken.inner_text() == "Undone: tanh1 silent: 1, 2, 3.")
    lab.until(lambda: lab.probe("neurons")["tanh1"][3].any())


def test_a_weight_typed_while_it_trains_is_learned_on_from(open_lab: Any) -> None:
    lab = open_lab()
    lab.button("Play").click()
    lab.until_step(40)
    lab.page.get_by_role("button", name=re.compile("^output")).click()
    write(lab, "-3")
    lab.until_step(lab.step() + 20)
    lab.pause()
    at = lab.asked("")["lines"][0]["edits"][0]["at"]
    learned = lab.probe("parameters")["head.bias"][0]
    assert -3.5 < learned < -1 and learned != -3  # Adam moves it by at most its rate a step
    lab.page.locator(".mark").first.click()
    lab.until(lambda: lab.step() == at and lab.asked("")["step"] == at)
    assert lab.probe("parameters")["head.bias"][0] == -3


def test_what_is_no_number_is_not_taken(open_lab: Any) -> None:
    lab = open_lab()
    lab.run_to(20)
    before = lab.probe("parameters")
    lab.page.get_by_role("button", name=re.compile("^output")).click()
    field = lab.page.locator("[data-view=pinned] .pin-card:visible input").first
    field.fill("much")
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Enter")
    lab.page.wait_for_timeout(200)
    assert changed(before, lab.probe("parameters")) == []
    field.press("Escape")
    assert field.get_attribute("aria-invalid") == "false"
    assert lab.page.locator(".mark").count() == 0


def test_points_are_painted_and_erased_while_it_trains(open_lab: Any) -> None:
    lab = open_lab()
    lab.page.locator("[data-opens]").first.click()  # the brush is part of the whole lab
    lab.button("Play").click()
    lab.until_step(20)
    lab.page.locator(".brush").first.click()
    box = lab.page.locator(".field-picture").bounding_box()

    def at(u: float, v: float) -> tuple[float, float]:
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def painted() -> Any:
        return lab.asked("")["now"]["data"]["painted"]

    lab.page.mouse.move(*at(0.5, 0.03))
    lab.page.mouse.down()
    lab.page.mouse.move(*at(0.7, 0.03), steps=8)
    lab.page.mouse.up()
    lab.until(lambda: len(painted()) > 2)
    count, step = len(painted()), lab.step()
    lab.until(lambda: "added" in lab.page.locator("#undo").get_attribute("title"))
    lab.page.mouse.move(*at(0.5, 0.03))
    lab.page.mouse.down()
    lab.page.mouse.move(*at(0.05, 0.5), steps=4)
    lab.page.mouse.up()
    lab.until(lambda: any(x1 < -5 for x1, _, _ in painted()))
    assert len(painted()) == count
    lab.page.locator(".brush").last.click()
    lab.page.mouse.click(*at(0.05, 0.5))
    lab.until(lambda: len(painted()) == count - 1)
    lab.until_step(step + 5)
    lab.pause()
