"""Cards of evidence as a person arranges them: chosen, moved, opened in full size, and told in the
link; and what nobody sees is not asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def order(lab: Any) -> list[str]:
    """The cards in the order of the document."""
    found: list[str] = lab.page.locator("#cards > .evidence-card").evaluate_all(
        "all => all.map((one) => one.dataset.view)"
    )
    return found


def choose(lab: Any, title: str, *items: str) -> None:
    """Open a card's menu by key and take items from it."""
    lab.page.get_by_role("button", name=f"{title}: menu").press("Enter")
    for item in items:
        lab.page.get_by_role("menuitem", name=item).press("Enter")


def test_cards_are_chosen_moved_enlarged_and_told_in_the_link(open_lab: Any) -> None:
    lab = open_lab()
    page = lab.page
    page.locator("#open-loss").click()
    asked: list[dict[str, Any]] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda text: asked.append(json.loads(text)))

    page.on("websocket", listen)
    page.reload()
    page.locator("#cards .evidence-card").first.wait_for()

    def wanted() -> set[str]:
        told = [one["probes"] for one in asked if one["type"] == "subscribe"]
        return set(told[-1]) if told else set()

    page.keyboard.press(".")
    lab.until_step(1)
    first = order(lab)
    assert first[0] == "loss" and "updates" not in first

    # Chosen: a card that is closed asks for nothing, one that is added and seen does.
    page.locator("#cards").evaluate("cards => cards.lastElementChild.scrollIntoView()")
    lab.until(lambda: {"calibration", "mistakes"} <= wanted())
    assert "updates" not in wanted()
    choose(lab, "Uncertainty", "Close this card")
    lab.until(lambda: "mistakes" not in wanted())
    assert order(lab) == [name for name in first if name != "unsure"]
    page.get_by_role("button", name="Add a card").click()
    row = page.get_by_role("checkbox", name="Step size")
    quiet = page.locator(".card-row", has_text="Running statistics")
    assert "Nothing to say now: There is no batch norm" in quiet.inner_text()
    row.check()
    page.keyboard.press("Escape")
    lab.until(lambda: "updates" in wanted())
    card = page.locator("[data-view=updates]")
    lab.until(lambda: "step" in card.locator(".card-text").inner_text().lower())
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size({"width": 1440, "height": 560})
    lab.until(lambda: "updates" not in wanted())
    page.set_viewport_size({"width": 1440, "height": 960})

    # Moved: by key the menu stays open; with the mouse by the head. The document's order follows.
    choose(lab, "Step size", "Move left", "Move left")
    page.keyboard.press("Escape")
    expected = [name for name in first if name != "unsure"]
    expected.insert(len(expected) - 2, "updates")
    assert order(lab) == expected
    page.locator("#cards").evaluate("cards => cards.scrollIntoView()")
    grip = page.locator("[data-view=loss] h3").bounding_box()
    goal = page.locator("#cards > .evidence-card").nth(2).bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(goal["x"] + 150, goal["y"] + 90, steps=6)
    page.mouse.up()
    expected.insert(2, expected.pop(0))
    assert order(lab) == expected

    # Full size, and back in its place with Escape.
    canvas = page.locator("[data-view=loss] canvas")
    small = canvas.bounding_box()
    choose(lab, "Loss", "Full size")
    lab.until(lambda: canvas.bounding_box()["width"] > 2 * small["width"])
    assert page.locator("dialog[open] .card-reads").is_visible()
    step = lab.step()
    page.keyboard.press(".")
    lab.until_step(step + 1)
    page.keyboard.press("Escape")
    lab.until(lambda: order(lab) == expected)
    assert canvas.bounding_box() == small

    # A cell of the confusion rings its points on the plane.
    cell = page.locator(".confusion button:not(.none)").first
    cell.click()
    lab.until(lambda: bool(lab.pixels(".field-rings")[..., 3].any()))
    words = page.locator("[data-view=confusion] p.card-text")
    lab.until(lambda: "Ringed on the plane" in words.inner_text())
    cell.click()
    lab.until(lambda: not lab.pixels(".field-rings")[..., 3].any())

    # Told in the link, and remembered here.
    page.get_by_role("button", name="log axis").click()
    lab.until(lambda: "v=" in page.evaluate("location.hash"))
    lab.until(lambda: "lN" in page.evaluate("location.hash"))
    link = page.evaluate("location.hash")
    assert len(link) < 40
    other = open_lab(link)
    other.page.locator("#open-loss").click()
    other.until(lambda: order(other) == expected)
    other.page.get_by_role("button", name="linear axis").wait_for()
    page.goto(f"{lab.server.url}/")
    lab.until(lambda: order(lab) == expected)
