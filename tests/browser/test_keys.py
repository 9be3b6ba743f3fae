"""Everything a mouse does, keys do: no test here touches the mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(open_lab: Any) -> Any:
    """A lab of someone who was here before, in mid-training, paused at a step."""
    made = open_lab()
    made.until(lambda: made.page.evaluate("sessionStorage.length") > 0)
    made.page.keyboard.press("Space")
    made.until_step(40)
    made.page.keyboard.press("Space")
    made.button("Play").wait_for()
    made.page.wait_for_timeout(200)
    return made


def press(lab: Any, *keys: str) -> None:
    for key in keys:
        lab.page.keyboard.press(key)


def units(lab: Any, column: str) -> int:
    return lab.page.get_by_role("button", name=re.compile(rf"^{column} unit")).count()


def test_step_and_back_and_seek(lab: Any) -> None:
    here = lab.step()
    press(lab, ".")
    lab.until(lambda: lab.step() == here + 1)
    press(lab, ",")
    lab.until(lambda: lab.step() == here)
    press(lab, "Shift+ArrowLeft")
    lab.until(lambda: lab.step() == here - 10)
    press(lab, "Home")
    lab.until(lambda: lab.step() == 0)
    press(lab, "End")
    lab.until(lambda: lab.step() == here + 1)


def test_an_epoch_at_a_time(lab: Any) -> None:
    here = lab.step()
    press(lab, ">")
    border = (here // 10 + 1) * 10  # 100 examples to learn from in batches of 10
    lab.until(lambda: lab.step() == border)


def test_reset_and_undo_of_it(lab: Any) -> None:
    here = lab.step()
    press(lab, "r")
    lab.until(lambda: lab.step() == 0)
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here)


def test_a_unit_is_chosen_pinned_and_let_go(lab: Any) -> None:
    press(lab, "n")
    lab.page.locator("#network .unit").first.focus()
    press(lab, "ArrowRight", "ArrowDown", "Enter")
    pressed = lab.page.locator("#network .unit[aria-pressed=true]")
    lab.until(lambda: pressed.count() == 1)
    press(lab, "Escape")
    lab.until(lambda: pressed.count() == 0)


def test_a_weight_is_chosen_and_its_value_typed(lab: Any) -> None:
    lab.page.locator("#network .links-stop").first.focus()
    press(lab, "ArrowRight", "Enter")
    field = lab.page.locator("[data-view=pinned] input").first
    field.wait_for()
    lab.page.wait_for_timeout(100)
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("1.5")
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator(".mark").count() == 1)
    assert "1.5" in lab.page.locator(".mark").inner_text()


def test_a_unit_more_and_a_unit_less(lab: Any) -> None:
    before = units(lab, "hidden 1")
    lab.page.get_by_role("button", name="one unit more in hidden 1").focus()
    press(lab, "Tab", "Shift+Tab", "Enter")
    lab.until(lambda: units(lab, "hidden 1") == before + 1)
    lab.page.get_by_role("button", name="one unit less in hidden 1").focus()
    press(lab, "Tab", "Shift+Tab", "Enter")
    lab.until(lambda: units(lab, "hidden 1") == before)


def test_a_layer_more_and_a_layer_less(lab: Any) -> None:
    before = lab.page.locator("#network .head").count()
    remove = lab.page.get_by_role("button", name="remove hidden 2")
    remove.focus()
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator("#network .head").count() == before - 1)
    press(lab, "Control+z")
    lab.until(lambda: lab.page.locator("#network .head").count() == before)


def test_other_data(lab: Any) -> None:
    press(lab, "d", "ArrowRight", "Enter")
    lab.until(lambda: lab.page.locator("#data-xor").get_attribute("aria-checked") == "true")
    lab.until(lambda: lab.step() == 0)
    press(lab, "Control+z")
    lab.until(lambda: lab.page.locator("#data-circle").get_attribute("aria-checked") == "true")


def test_a_knob_is_turned_and_a_value_typed(lab: Any) -> None:
    lab.page.locator("#learning-rate-value").focus()
    press(lab, "Enter")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("0.02")
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator("#learning-rate-value").inner_text() == "0.02")
    lab.until(lambda: lab.page.locator(".mark").count() == 1)


def test_the_help_names_every_key_and_the_state_is_spoken(lab: Any) -> None:
    press(lab, "?")
    text = lab.page.locator("#help-dialog").inner_text()
    for says in ("play", "step", "back", "undo", "reset", "datasets", "network"):
        assert says in text
    press(lab, "Escape", "s")
    spoken = lab.page.locator("#spoken")
    lab.until(lambda: "right on the test points" in spoken.inner_text())
    assert f"Step {lab.step()}" in spoken.inner_text()


def test_space_plays_after_a_click_anywhere(lab: Any) -> None:
    lab.page.locator("#theme").click()
    here, theme = lab.step(), lab.page.evaluate("document.documentElement.dataset.theme")
    press(lab, "Space")
    lab.until_step(here + 10)
    assert lab.page.evaluate("document.documentElement.dataset.theme") == theme
