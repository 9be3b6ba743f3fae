"""What is shared gives the same numbers elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def numbers(lab: Any) -> str:
    """What the page says of loss and right answers, as it stands there."""
    return lab.page.locator('[data-view="numbers"]').inner_text()


def shared(lab: Any, button: str) -> str:
    """What a button of the share dialog offers; the dialog is closed again."""
    lab.page.locator("#share").click()
    lab.page.locator(button).click()
    text = lab.page.locator("#share-text")
    lab.until(lambda: text.input_value() != "")
    found = text.input_value()
    lab.page.keyboard.press("Escape")
    return str(found)


def trained(open_lab: Any) -> Any:
    """A lab with a knob turned and a unit added along the way, paused."""
    lab = open_lab()
    lab.page.locator("#open-loss").click()
    lab.button("Play").click()
    lab.until_step(60)
    lab.page.locator("#learning-rate").focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.until_step(lab.step() + 20)
    lab.page.get_by_role("button", name="one unit more in hidden 1").click()
    lab.until_step(lab.step() + 30)
    lab.pause()
    return lab


def test_a_link_to_this_moment_gives_a_second_person_the_same_numbers(open_lab: Any) -> None:
    lab = trained(open_lab)
    link = shared(lab, "#share-moment")
    other = open_lab(link.split("/")[-1])
    other.page.locator("#open-loss").click()
    other.until_step(lab.step())
    other.until(lambda: numbers(other) == numbers(lab))
    assert other.page.locator(".mark").count() == 2


def test_a_link_to_the_experiment_starts_it_with_the_knobs_as_they_stand(open_lab: Any) -> None:
    lab = trained(open_lab)
    link = shared(lab, "#share-link")
    assert len(link) < 8000
    other = open_lab(link.split("/")[-1])
    rate = "#learning-rate-value"
    other.until(
        lambda: other.page.locator(rate).inner_text() == lab.page.locator(rate).inner_text()
    )
    assert other.step() == 0
    assert other.page.locator(".mark").count() == 0


def test_the_address_bar_holds_the_experiment(open_lab: Any) -> None:
    lab = open_lab()
    lab.page.locator("#data-xor").click()
    lab.until(lambda: "#e=" in lab.page.url)
    other = open_lab(lab.page.url.split("/")[-1])
    other.until(lambda: other.page.locator("#data-xor").get_attribute("aria-checked") == "true")
    assert other.kept()["id"] != lab.kept()["id"]
    assert other.asked("")["experiment"] == lab.asked("")["experiment"]


def test_a_link_that_holds_nothing_is_told_and_the_page_works(open_lab: Any) -> None:
    lab = open_lab("#e=bm9uc2Vuc2U")
    lab.page.get_by_text("This link holds no experiment").wait_for()
    lab.complaints.clear()  # the browser itself reports the refused request
    lab.button("Play").click()
    lab.until_step(20)
    assert lab.asked("")["experiment"]["data"]["kind"] == "circle"


def test_a_reload_finds_the_session_where_it_was(open_lab: Any) -> None:
    lab = trained(open_lab)
    before = (lab.step(), numbers(lab))
    session, then = lab.kept()["id"], lab.probe("parameters")
    lab.page.reload()
    lab.until_step(before[0])
    lab.until(lambda: (lab.step(), numbers(lab)) == before)
    assert lab.kept()["id"] == session
    found = lab.probe("parameters")
    assert all(found[name].tobytes() == then[name].tobytes() for name in then)
