"""For everyone: no serious fault that axe-core finds, whatever is open, light or dark, at any
width; and every control and every legend has its entry in the glossary, in every language."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from labs import Lab

from engine.catalog import DEFAULT
from engine.experiment import Experiment

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
WIDTHS = ((1440, 900), (1024, 768), (390, 844))
# Colours are another theme's only difference.
RULES = {"light": "{}", "dark": "{runOnly: ['color-contrast']}"}
# Of what lies under a dialog nothing can be reached; the page itself is a state of its own.
FAULTS = """async () => {
  const open = document.querySelector("dialog[open], [role=menu]:not([hidden])") ?? document;
  const found = await axe.run(open, {resultTypes: ["violations"], ...%s});
  return found.violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target.join(" ")}`));
}"""

# What is shown, can be used or explains a picture, and has no entry: neither its own nor that of
# what it stands in.
WITHOUT_ENTRY = """() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const named = (one) => {
    const term = one.closest("[data-term]")?.dataset.term;
    return Boolean(texts[`term.${term}`] && texts[`about.${term}`]);
  };
  const controls = "button, select, input, textarea, [role=slider], [role=radio]";
  const legends = ".legend, .legend-entry, .river-legend, figcaption, caption, .card-side";
  const wrong = [...document.querySelectorAll("[data-term]")].filter((one) => !named(one));
  const left = [...document.querySelectorAll(`${controls}, ${legends}`)]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".moment"))
    .filter((one) => !named(one));
  return [...new Set([...wrong, ...left])].map((one) => one.outerHTML.slice(0, 120));
}"""


def diverging() -> str:
    experiment = copy.deepcopy(DEFAULT)
    experiment["training"]["learner"]["optimizer"] = {"kind": "sgd", "learning_rate": 30}
    experiment["training"]["loss"] = {"kind": "squared_error"}
    experiment["data"] = {"kind": "reg_gauss"}
    experiment["model"]["layers"] = [{"kind": "dense", "units": 4}, {"kind": "dense"}]
    return f"#e={Experiment.from_json(experiment).link()}"


PICTURES = Experiment.from_json(
    {
        "format": 1,
        "seed": 3,
        "data": {"kind": "digits8"},
        "model": {
            "input": {"kind": "image"},
            "layers": [
                {"kind": "conv2d", "channels": 4, "kernel": 3, "padding": "same"}, {"kind": "relu"},
                {"kind": "max_pool2d"}, {"kind": "flatten"}, {"kind": "dense"},
            ],
        },
        "training": {
            "loss": {"kind": "softmax_cross_entropy"},
            "learner": {"kind": "descent", "optimizer": {"kind": "adam"}},
        },
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def open_at(browser: Any, server: Any) -> Iterator[Any]:
    """A page at a link, opened once for all tests of this module that look at it."""
    opened: dict[str, Lab] = {}

    def at(link: str) -> Lab:
        if link not in opened:
            lab = opened[link] = Lab(browser, server, link, reduced_motion="reduce")
            lab.until(lambda: lab.page.evaluate("sessionStorage.length") > 0)
            lab.page.evaluate(f"{AXE}; 0")
        return opened[link]

    yield at
    for lab in opened.values():
        lab.context.close()
        assert lab.complaints == []


def first(open_at: Any) -> Lab:
    lab: Lab = open_at("")
    return lab


def plane(open_at: Any) -> Lab:
    """In mid-training, everything opened: settings, cards, a pinned unit."""
    lab: Lab = open_at("?lang=en")
    if lab.step() == 0:
        lab.page.keyboard.press("Space")
        lab.until_step(10)
        lab.page.keyboard.press("Space")
        lab.button("Play").wait_for()
        lab.page.locator("#open-loss").click()
        lab.page.locator("#more").click()
        lab.page.locator("#network .unit").nth(3).click()
    return lab


def helped(open_at: Any) -> Lab:
    lab = plane(open_at)
    lab.page.locator("#help").click()
    return lab


def shared(open_at: Any) -> Lab:
    lab = plane(open_at)
    lab.page.locator("#share").click()
    lab.page.locator("#share-moment").click()
    lab.page.locator("#share-text").wait_for()
    return lab


def chosen(open_at: Any) -> Lab:
    lab = plane(open_at)
    lab.page.locator("#experiment-menu").click()
    return lab


def pictures(open_at: Any) -> Lab:
    lab: Lab = open_at(f"#e={PICTURES.link()}")
    lab.page.locator(".river-stop").first.wait_for()
    return lab


def diverged(open_at: Any) -> Lab:
    lab: Lab = open_at(diverging())
    if lab.page.locator("#diverged").is_hidden():
        lab.page.keyboard.press("Space")
        lab.page.locator("#diverged h2").wait_for()
    return lab


STATES = {
    "first": first, "plane": plane, "help": helped, "share": shared, "menu": chosen,
    "pictures": pictures, "diverged": diverged,
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_serious_fault_and_no_control_is_without_its_entry(
    open_at: Any, state: str
) -> None:
    lab = STATES[state](open_at)
    left = lab.page.evaluate(WITHOUT_ENTRY)
    found = {}
    for theme, rules in RULES.items():
        lab.page.evaluate(f"document.documentElement.dataset.theme !== '{theme}' && theme.click()")
        for width, height in WIDTHS:
            lab.page.set_viewport_size({"width": width, "height": height})
            if faults := lab.page.evaluate(FAULTS % rules):
                found[f"{theme}, {width} px"] = faults
    lab.page.keyboard.press("Escape")
    lab.page.set_viewport_size({"width": 1440, "height": 900})
    assert (left, found) == ([], {})


def test_a_term_is_told_where_the_focus_rests_and_the_help_opens_at_it(open_at: Any) -> None:
    page = plane(open_at).page
    page.keyboard.press("Tab")
    page.locator("#batch").focus()
    bubble = page.locator("#term")
    bubble.wait_for(state="visible")
    assert bubble.locator("b").inner_text() == "batch"
    assert page.locator("#batch").get_attribute("aria-describedby") == "term"
    page.keyboard.press("?")
    bubble.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "term-batch"
    page.keyboard.press("Escape")


def test_another_language_is_chosen_and_the_run_stays_where_it_was(open_lab: Any) -> None:
    lab = open_lab("?lang=en")
    lab.run_to(10)
    kept, step = lab.kept(), lab.step()
    lab.page.locator("#language-header").select_option("de")
    lab.page.locator("html[lang=de]").wait_for()
    lab.page.get_by_text("Lernrate").first.wait_for()
    lab.until(lambda: lab.step() == step)
    assert lab.kept()["id"] == kept["id"]
    assert lab.page.locator("#learning-rate-value").inner_text() == "0,03"
    # What the engine says is German too: of data, of an edit, of a link that it refuses.
    assert "Zwei Halbkreise" in str(lab.page.locator("#data-moons").get_attribute("title"))
    lab.page.locator("#learning-rate").press("ArrowRight")
    lab.page.locator("#marks").get_by_text("Lernrate 0,1").wait_for()
    refused = """import("/static/js/core/said.js")
      .then(({ said }) => said("This link is not whole: copy it again."))"""
    assert lab.page.evaluate(refused) == "Der Link ist nicht ganz: Kopiere ihn noch einmal."
