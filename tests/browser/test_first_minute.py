"""What a newcomer does in the first minute, and what a class does after it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser


def right(lab: Any) -> int:
    """The share of test points that are right, as the headline says it, in percent."""
    return int(re.search(r"(\d+)\s*%", lab.page.locator("#answer").inner_text())[1])


def test_the_first_paint_is_complete_before_any_socket(open_lab: Any) -> None:
    lab = open_lab()
    assert lab.button("Play").is_visible()
    assert right(lab) < 80
    assert lab.step() == 0
    # What the lab shows at once, a first visit finds under the settings.
    assert lab.page.locator("#optimizer").is_hidden()
    lab.page.locator("#more").click()
    assert lab.page.locator("#optimizer").is_visible()


def test_pressing_play_bends_the_boundary_until_the_answers_are_right(open_lab: Any) -> None:
    lab = open_lab()
    lab.button("Play").click()
    lab.until_step(240)
    lab.page.keyboard.press(" ")
    lab.button("Play").wait_for()
    assert right(lab) > 98


def test_a_unit_more_and_undo(open_lab: Any) -> None:
    lab = open_lab()
    lab.button("Play").click()
    lab.until_step(60)
    lab.page.keyboard.press(" ")
    lab.button("Play").wait_for()
    units = lab.page.get_by_role("button", name=re.compile(r"^hidden 1 unit"))
    lab.page.wait_for_timeout(300)
    before = units.count()
    lab.page.get_by_role("button", name=re.compile(r"(one|a) unit more|add.*unit")).first.click()
    lab.until(lambda: units.count() == before + 1)
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: units.count() == before)
    assert before > 0


# Every state of these that an animation frame showed: the output's head, its units, the names of
# the classes beside them, the legend's glyphs; and every outline that a point was drawn with.
WATCH = """
window.states = [];
window.outlines = new Set();
const Plain = Path2D;
window.Path2D = class extends Plain {
  constructor(...given) {
    super(...given);
    if (typeof given[0] === "string") window.outlines.add(given[0]);
  }
};
const look = () => {
  const count = (all) => document.querySelectorAll(all).length;
  const state = JSON.stringify([
    [...document.querySelectorAll("#network .head")].at(-1)?.innerText.replace(/\\s+/g, " "),
    count("#network .unit[aria-label^=output]"),
    count("#network .class-name"),
    count(".point-row .legend-group svg"),
  ]);
  if (window.states.at(-1) !== state) window.states.push(state);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def test_a_third_class_changes_head_palette_legend_and_shapes_in_one_moment(open_lab: Any) -> None:
    lab = open_lab()
    lab.run_to(20)
    lab.page.evaluate(WATCH)
    lab.page.locator("#data-spirals").click()
    lab.page.get_by_text("class C").first.wait_for()
    third = lab.colour("class-2").astype(int)

    def of_third() -> int:
        """Pixels of the field in the third class's colour."""
        part = lab.pixels(".field-picture")[..., :3].astype(int)
        return int((np.abs(part - third).max(axis=2) < 8).sum())

    lab.until(lambda: of_third() > 50)
    seen = [json.loads(state) for state in lab.page.evaluate("window.states")]
    assert seen == [["output 1 · sigmoid", 1, 0, 0], ["output 3 · softmax", 3, 3, 3]]
    legend = lab.page.locator(".point-row .legend-group path")
    shapes = [one.get_attribute("d") for one in legend.all()]
    assert len(set(shapes)) == 3
    assert set(shapes) <= set(lab.page.evaluate("[...window.outlines]"))
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: lab.page.locator(".point-row .legend-group").count() == 0)
    lab.until(lambda: of_third() == 0)
    states = [json.loads(state) for state in lab.page.evaluate("window.states")]
    assert states == [*seen, seen[0]]  # and back as it came


def test_the_copied_script_gives_the_pages_numbers(open_lab: Any) -> None:
    lab = open_lab()
    lab.button("Play").click()
    lab.until_step(100)
    lab.page.keyboard.press(" ")
    lab.button("Play").wait_for()
    lab.page.wait_for_timeout(300)
    step = lab.step()
    lab.page.locator("#share").click()
    lab.page.locator("#share-python").click()
    script = lab.page.locator("#share-text").input_value()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    said = dict(line.split(" ", 1) for line in done.stdout.strip().splitlines())
    assert int(said["step"]) == step
    shown = lab.page.evaluate(
        """async () => {
          const kept = JSON.parse(Object.values(sessionStorage).find((v) => v.includes('"id"')));
          const answer = await fetch(`/api/sessions/${kept.id}`);
          return (await answer.json()).metrics.loss_mean;
        }"""
    )
    assert said["loss_mean"] == repr(shown)


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways(open_lab: Any, width: int, scheme: str) -> None:
    lab = open_lab(viewport={"width": width, "height": 844}, color_scheme=scheme)
    lab.button("Play").click()
    lab.until_step(20)
    wide = lab.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width + 1


def test_a_press_of_the_first_moment_is_not_lost(open_lab: Any) -> None:
    lab = open_lab()
    # Pressed from within, as early as a script can: before the session is there.
    unit, silence = "[aria-label^='hidden 1 unit 2']", ".pin-card:not([hidden]) [data-term=silence]"
    lab.page.evaluate(
        "all => all.forEach((one) => document.querySelector(one).click())", ["#play", unit, silence]
    )
    lab.until_step(20)
    assert lab.step() >= 20
    assert lab.page.locator(unit).get_attribute("aria-pressed") == "true"
    lab.button("Let it answer again").wait_for()
