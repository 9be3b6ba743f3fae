"""Everything a mouse does, keys do: no test here touches the mouse.

The list: play, step, back, seek, reset, undo, choose a unit, choose a weight, edit its value, add
and remove a unit, add and remove a layer, silence a unit and freeze a layer (in test_by_hand.py),
change the data. Every way begins where Tab leads: the
first test shows that Tab leads everywhere.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(open_lab: Any) -> Any:
    """A lab of someone who was here before, in mid-training, paused at a step."""
    made = open_lab()
    made.until(lambda: made.page.evaluate("sessionStorage.length") > 0)
    made.trained(40)
    return made


def press(lab: Any, *keys: str) -> None:
    for key in keys:
        lab.page.keyboard.press(key)


def focus(lab: Any, name: str) -> None:
    """Where Tab would lead to, in one go."""
    lab.page.locator(f'[aria-label="{name}"]').focus()


def units(lab: Any, column: str) -> int:
    return lab.page.get_by_role("button", name=re.compile(rf"^{column} unit")).count()


# What can be reached, by a name each: everything that is shown, can be used and is a stop of Tab.
STOPS = """
[...document.querySelectorAll("button, select, input, textarea, a[href], [tabindex]")]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}))
  .filter((e) => !e.closest("dialog:not([open])"))
  .map((e, i) => (e.dataset.stop = i))
"""
HERE = "document.activeElement.dataset.stop ?? ''"


def test_tab_leads_to_everything_and_in_the_order_of_the_page(lab: Any) -> None:
    stops = lab.page.evaluate(STOPS)
    assert len(stops) > 40
    lab.page.locator(".skip").focus()
    found = [lab.page.evaluate(HERE)]
    while len(found) < 2 * len(stops):
        press(lab, "Tab")
        found.append(lab.page.evaluate(HERE))
        if found[-1] == "":
            break
    assert found[:-1] == [str(i) for i in stops]


def test_no_control_is_left_out_of_the_way_of_tab(lab: Any) -> None:
    """A stop may stand for a group, in which arrows move; nothing else is out of Tab's way."""
    left = lab.page.evaluate(
        """[...document.querySelectorAll("button, select, input, a[href]")]
        .filter((e) => e.tabIndex < 0 && e.checkVisibility({visibilityProperty: true}))
        .filter((e) => !e.closest("#data-tiles, #network .units, [role=menu]"))
        .map((e) => e.outerHTML.slice(0, 99))"""
    )
    assert left == []
    assert lab.page.locator("#data-tiles [tabindex='0']").count() == 1
    columns = lab.page.locator("#network .head").count()
    assert lab.page.locator("#network .unit[tabindex='0']").count() == columns


def test_play_and_pause(lab: Any) -> None:
    here = lab.step()
    press(lab, "Space")
    lab.until_step(here + 5)
    press(lab, "Space")
    lab.button("Play").wait_for()
    lab.page.locator("#play").focus()
    press(lab, "Enter")
    lab.button("Pause").wait_for()
    press(lab, "Enter")
    lab.button("Play").wait_for()
    lab.until(lambda: lab.step() == lab.asked("")["step"])
    rest = lab.step()
    lab.page.wait_for_timeout(150)
    assert lab.step() == rest == lab.asked("")["step"]


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
    told = lab.asked("")
    assert (told["step"], told["head"], len(told["lines"])) == (here + 1, here + 1, 1)


def test_seek_on_the_strip_itself(lab: Any) -> None:
    here = lab.step()
    strip = lab.page.get_by_role("slider", name="Step in time")
    strip.focus()
    press(lab, "Shift+ArrowLeft", "ArrowLeft")
    lab.until(lambda: lab.step() == here - 11)
    assert strip.get_attribute("aria-valuenow") == str(here - 11)
    press(lab, "ArrowRight", "Home")
    lab.until(lambda: lab.step() == 0)
    press(lab, "End")
    lab.until(lambda: lab.step() == here)


def test_an_epoch_at_a_time(lab: Any) -> None:
    here = lab.step()
    press(lab, ">")
    border = (here // 10 + 1) * 10  # 100 examples to learn from in batches of 10
    lab.until(lambda: lab.step() == border)
    assert lab.asked("")["epoch"] == border / 10


def test_reset_and_undo_of_it(lab: Any) -> None:
    here, then = lab.step(), lab.probe("parameters")
    press(lab, "r")
    lab.until(lambda: lab.step() == 0)
    assert not np.array_equal(lab.probe("parameters")["dense1.weight"], then["dense1.weight"])
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here)
    found = lab.probe("parameters")
    assert all(found[name].tobytes() == then[name].tobytes() for name in then)


def test_a_unit_is_chosen_pinned_and_let_go(lab: Any) -> None:
    press(lab, "n")
    lab.page.locator("#network .unit").first.focus()
    press(lab, "ArrowRight", "ArrowDown", "Enter")
    pressed = lab.page.locator("#network .unit[aria-pressed=true]")
    lab.until(lambda: pressed.count() == 1)
    name = pressed.get_attribute("aria-label") or ""
    card = lab.page.get_by_label("pinned unit")
    assert name.startswith("hidden 1 unit") and card.locator(".pin-name").is_visible()
    assert card.locator(".pin-name").inner_text() == f"hidden 1 · {name[14]}"
    press(lab, "Escape")
    lab.until(lambda: pressed.count() == 0)
    assert card.is_hidden()


def typed(lab: Any, value: str) -> None:
    """Type over what the pinned card's field holds, and wait for the change."""
    field = lab.page.locator("[data-view=pinned] .pin-card:visible input").first
    lab.until(lambda: field.evaluate("e => e === document.activeElement"))
    marks = lab.page.locator(".mark").count()
    lab.page.keyboard.type(value)
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator(".mark").count() == marks + 1)


# A field by itself, whose change is answered when the test wants: what stands in it at each moment.
FIELD = """async () => {
  const {makeNumberField} = await import("/static/js/pinned/field.js");
  let answer;
  const [field, seen] = [makeNumberField("", () => new Promise((done) => (answer = done))), []];
  const {element} = field;
  const type = (text) => {
    element.value = text;
    element.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"}));
  };
  const told = (value, name) => (field.show(value, name), seen.push(element.value));
  const answered = async (what) => (answer(what), await null, await null, await null);
  told(0.5, "one"); type("1.5"); told(0.5, "one");
  await answered({}); told(1.5, "one"); told(1.7, "one");
  type("9"); told(1.7, "one");
  await answered(null); seen.push(element.value);
  type("3"); told(0.25, "another");
  return seen.map(Number);
}"""


def test_a_weight_is_chosen_and_its_value_typed(lab: Any) -> None:
    # A frame of before the change may come after it, and turns nothing back; a refusal does.
    assert lab.page.evaluate(FIELD) == [0.5, 1.5, 1.5, 1.7, 9, 1.7, 0.25]
    before = lab.probe("parameters")
    lab.page.locator("#network .links-stop").first.focus()
    press(lab, "ArrowRight", "ArrowDown", "ArrowDown", "Enter")
    typed(lab, "1.5")
    after = lab.probe("parameters")
    assert after["dense1.weight"][2, 1] == 1.5
    assert (after["dense1.weight"] != before["dense1.weight"]).sum() == 1
    # The field holds what was typed, marked: the next value goes over it, and arrows turn it.
    typed(lab, "-2")
    press(lab, "ArrowUp")
    lab.until(lambda: lab.page.locator(".mark").count() == 3)
    assert np.isclose(lab.probe("parameters")["dense1.weight"][2, 1], -1.9)
    press(lab, "Escape", "Control+z")
    lab.until(lambda: lab.probe("parameters")["dense1.weight"][2, 1] == -2)


def test_a_bias_is_chosen_and_its_value_typed(lab: Any) -> None:
    lab.page.locator("#network .links-stop").nth(1).focus()
    press(lab, "ArrowDown", "ArrowLeft", "ArrowLeft", "Enter")  # before the first source
    typed(lab, "0.75")
    assert lab.probe("parameters")["dense2.bias"][1] == 0.75


def test_a_unit_more_and_a_unit_less(lab: Any) -> None:
    before = units(lab, "hidden 1")
    lab.page.get_by_role("button", name="one unit more in hidden 1").focus()
    press(lab, "Tab", "Shift+Tab", "Enter")
    lab.until(lambda: units(lab, "hidden 1") == before + 1)
    assert lab.probe("parameters")["dense1.weight"].shape == (before + 1, 2)
    lab.page.get_by_role("button", name="one unit less in hidden 1").focus()
    press(lab, "Tab", "Shift+Tab", "Enter")
    lab.until(lambda: units(lab, "hidden 1") == before)
    assert lab.probe("parameters")["dense1.weight"].shape == (before, 2)


def test_a_layer_more_and_a_layer_less(lab: Any) -> None:
    assert lab.names("#network .head") == ["input", "hidden 1", "hidden 2", "output"]
    focus(lab, "put a layer in behind hidden 1")
    press(lab, "ArrowDown")
    lab.page.wait_for_timeout(100)
    assert (
        lab.page.locator(".mark").count() == 0
    )  # an arrow opens the menu, and chooses nothing yet
    press(lab, "ArrowDown", "Enter")
    lab.until(
        lambda: (
            lab.names("#network .head") == ["input", "hidden 1", "hidden 2", "hidden 3", "output"]
        )
    )
    assert units(lab, "hidden 2") == 5  # like the one before it
    focus(lab, "remove hidden 2")
    press(lab, "Enter")
    lab.until(lambda: len(lab.names("#network .head")) == 4)
    press(lab, "Control+z")
    lab.until(lambda: len(lab.names("#network .head")) == 5)
    press(lab, "Control+z")
    lab.until(lambda: len(lab.names("#network .head")) == 4)
    assert [units(lab, "hidden 1"), units(lab, "hidden 2")] == [5, 3]


def test_another_activation_and_a_feature_more(lab: Any) -> None:
    focus(lab, "activation of hidden 1")
    press(lab, "ArrowDown", "ArrowUp", "Enter")  # opens at tanh; before it stands sigmoid
    lab.until(lambda: "sigmoid1" in lab.probe("neurons"))
    lab.page.locator("#feature-x1-2").focus()
    press(lab, "Space")
    lab.until(lambda: lab.page.locator("#network .unit[aria-label^=input]").count() == 3)
    assert lab.page.locator("#feature-x1-2").get_attribute("aria-pressed") == "true"


def test_another_experiment_by_its_menu(lab: Any) -> None:
    lab.page.locator("#experiment-menu").focus()
    press(lab, "Enter", "ArrowRight")
    there = lab.page.evaluate("document.activeElement.querySelector('strong').textContent")
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator("#experiment-name").inner_text() == there)
    assert there != "Circle in a ring"
    lab.until(lambda: lab.step() == 0)


def test_light_and_dark(lab: Any) -> None:
    theme = "document.documentElement.dataset.theme"
    before, paper = lab.page.evaluate(theme), lab.colour("paper").mean()
    press(lab, "t")
    lab.until(lambda: lab.page.evaluate(theme) != before)
    assert abs(lab.colour("paper").mean() - paper) > 128
    lab.page.reload()
    assert lab.page.evaluate(theme) != before


def test_other_data(lab: Any) -> None:
    here = lab.step()
    press(lab, "d", "ArrowRight", "Enter")
    lab.until(lambda: lab.page.locator("#data-xor").get_attribute("aria-checked") == "true")
    lab.until(lambda: lab.step() == 0)
    other = lab.kept()["id"]
    assert lab.asked("")["experiment"]["data"]["kind"] == "xor"
    press(lab, "Control+z")
    lab.until(lambda: lab.page.locator("#data-circle").get_attribute("aria-checked") == "true")
    lab.until(lambda: lab.step() == here)  # the run before, where it was left
    assert lab.kept()["id"] != other


def test_points_are_added_moved_and_erased_and_undo_says_so(lab: Any) -> None:
    spoken = lab.page.locator("#spoken")

    def data() -> Any:
        return lab.asked("")["now"]["data"]

    lab.page.locator("[data-opens]").first.press("Enter")  # the brush is part of the whole lab
    press(lab, "p", "2", *["ArrowUp"] * 5, "Enter")
    lab.until(lambda: len(data()["painted"]) == 1)
    (there,) = data()["painted"]
    assert there == [0, 1.5, 1]
    press(lab, "m", "ArrowLeft", "ArrowLeft", "m")
    lab.until(lambda: data()["painted"] == [[-0.6, 1.5, 1]])
    lab.until(lambda: spoken.inner_text() == "One point moved.")
    lab.page.wait_for_timeout(300)
    press(lab, "Delete")
    lab.until(lambda: data()["painted"] == [])
    press(lab, "Escape", "Control+z")
    lab.until(lambda: spoken.inner_text() == "Undone: 1 point erased.")
    # What can be undone outlives a reload, and what one press did is undone as one.
    lab.page.reload()
    undo = lab.page.locator("#undo")
    lab.until(lambda: "a point moved" in (undo.get_attribute("title") or ""))
    press(lab, "Control+z")
    lab.until(lambda: data()["painted"] == [there])
    press(lab, "Control+Shift+z")
    lab.until(lambda: data()["painted"] == [[-0.6, 1.5, 1]])


def test_another_start_and_undo_of_it(lab: Any) -> None:
    here, then = lab.step(), lab.kept()["id"]
    press(lab, "Shift+R")
    lab.until(lambda: lab.step() == 0 and lab.kept()["id"] != then)
    assert lab.asked("")["now"]["seeds"] == {"init": lab.asked("")["now"]["seed"] + 1}
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here and lab.kept()["id"] == then)
    # Both beginnings, and the undoing of them, can be done again.
    press(lab, "Control+Shift+z")
    lab.until(lambda: lab.step() == 0 and lab.kept()["id"] != then)
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here and lab.kept()["id"] == then)
    press(lab, "r")
    lab.until(lambda: lab.step() == 0)
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here)
    press(lab, "Control+Shift+z")
    lab.until(lambda: lab.step() == 0)
    press(lab, "Control+z")
    lab.until(lambda: lab.step() == here)


def test_a_knob_is_turned_and_a_value_typed(lab: Any) -> None:
    lab.page.locator("#learning-rate-value").focus()
    press(lab, "Enter")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("0.02")
    press(lab, "Enter")
    lab.until(lambda: lab.page.locator("#learning-rate-value").inner_text() == "0.02")
    lab.until(lambda: lab.page.locator(".mark").count() == 1)
    # What began stays in the experiment, and the change is an edit of it.
    (edit,) = lab.asked("")["experiment"]["edits"]
    assert (edit["kind"], edit["value"]) == ("set", 0.02)
    assert edit["path"] == "/training/learner/optimizer/learning_rate"


def test_the_help_names_every_key_and_the_state_is_spoken(lab: Any) -> None:
    press(lab, "?")
    text = lab.page.locator("#help-dialog").inner_text()
    for says in (
        "play",
        "step",
        "back",
        "undo",
        "reset",
        "datasets",
        "network",
        "silence",
        "freeze",
    ):
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
