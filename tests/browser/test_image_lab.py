"""The image lab: drawing, the editor, the test pictures, side by side, every screen."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from rivers import (
    RIVER,
    look_into,
    number,
    opened,
    probe,
    share,
    steady,
    unfold,
)

pytestmark = pytest.mark.browser


# --- drawing -----------------------------------------------------------------------------------


def draw(lab: Any, places: list[tuple[float, float]], steps: int = 1) -> None:
    """One stroke on the pad; every part of it in so many steps."""
    pad = lab.page.locator("canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    lab.page.mouse.move(*points[0])
    lab.page.mouse.down()
    for point in points[1:]:
        lab.page.mouse.move(*point, steps=steps)
    lab.page.mouse.up()


RING = [
    (0.5 + 0.2 * float(np.sin(t)), 0.5 - 0.3 * float(np.cos(t)))
    for t in np.linspace(0, 2 * np.pi, 25)
]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_probabilities_follow_the_pen(open_lab: Any, width: int) -> None:
    lab = opened(open_lab, viewport={"width": width, "height": 844})
    lab.trained(150)
    said = lab.page.locator(".pad-answer")
    said.scroll_into_view_if_needed()
    lab.until(lambda: "sure" in said.inner_text())
    lab.page.wait_for_timeout(500)
    before, got = said.inner_text(), lab.pixels(".pad-got")
    draw(lab, RING)
    lab.until(lambda: not np.array_equal(lab.pixels(".pad-got"), got))
    lab.until(lambda: said.inner_text().startswith("0"))
    lab.page.wait_for_timeout(500)
    ring = said.inner_text()
    # As the set's own pictures are: its middle is the picture's, though it was drawn elsewhere.
    ink = 255 - lab.pixels(".pad-got")[..., 0].astype(float)
    across = ink.sum(axis=0) - ink.sum(axis=0).min()
    assert (across * np.arange(8)).sum() / across.sum() == pytest.approx(3.5, abs=0.7)
    draw(lab, [(0.15, 0.1), (0.85, 0.9)], steps=20)
    lab.until(lambda: said.inner_text() != ring)
    lab.page.locator(".pad-tools").get_by_role("button", name="Undo").click()
    lab.until(lambda: said.inner_text() == ring)
    lab.page.get_by_role("button", name="Test digit").click()
    lab.until(lambda: said.inner_text() == before)


def test_what_is_said_to_speak_loudest_does(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(80)
    said = lab.page.locator(".pad-text")
    said.scroll_into_view_if_needed()
    lab.until(lambda: "speaks loudest" in said.inner_text())
    lab.page.wait_for_timeout(500)
    found = re.search(r"Map (\d+) speaks loudest for (\S+): it adds \+([\d.]+)", said.inner_text())
    assert found
    best = int(np.argmax(share(lab)))
    assert found[2] == str(best)
    sources = probe(lab, "window", f"layer=head&channel={best}&split=test&index=0")["sources"]
    assert int(found[1]) == int(np.argmax(sources)) + 1
    assert float(found[3]) == pytest.approx(float(sources.max()), abs=0.051)


# --- the editor --------------------------------------------------------------------------------


def test_a_layer_more_tells_shapes_and_parameters_at_once_and_undo_takes_it_back(
    open_lab: Any,
) -> None:
    lab = opened(open_lab)
    editor = lab.page.locator("[data-view=editor]")
    about = editor.locator(".card-side")
    layers = editor.locator(".editor-layer")

    def parameters() -> int:
        return int(re.search(r"([\d,]+) parameters", about.inner_text())[1].replace(",", ""))

    before = parameters()
    assert (layers.count(), before) == (8, 80 + 438 + 250)
    editor.get_by_label("Put a layer in at place 4").select_option("conv2d")
    lab.until(lambda: layers.count() == 9)
    lab.until(lambda: parameters() == before + 8 * 8 * 9 + 8)
    lab.until(lambda: len(lab.names(".river-stop")) == 29 + 8)
    assert "→ 8 × 4 × 4" in layers.nth(3).inner_text()
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: layers.count() == 8 and parameters() == before)
    editor.get_by_role("button", name="Remove pool2").click()
    lab.until(lambda: layers.count() == 7)
    lab.until(lambda: parameters() == before + 10 * (96 - 24))
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: layers.count() == 8 and parameters() == before)
    # What is refused does not stay in its field, where it would be sent again for another layer.
    editor.get_by_label("Put a layer in at place 4").select_option("dropout")
    lab.until(lambda: layers.count() == 9)
    field = layers.nth(3).locator("input[inputmode=decimal]").first
    kept = field.input_value()
    field.fill("7")
    field.press("Enter")
    lab.until(lambda: field.input_value() == kept)
    assert "at most 0.95" in lab.page.locator("#moment").inner_text()
    field.press_sequentially("9")  # typed, and not yet sent: what goes with its field is not sent
    lab.page.evaluate("document.querySelector('.editor-plus').value = 'relu'")
    lab.page.locator(".editor-plus").first.dispatch_event("change")
    lab.until(lambda: layers.count() == 10)
    assert layers.nth(4).locator("input[inputmode=decimal]").first.input_value() == kept
    last = [edit["kind"] for edit in lab.asked("")["experiment"]["edits"][-2:]]
    assert last == ["layer_insert"] * 2


# --- the test pictures -------------------------------------------------------------------------


def test_a_mistake_opens_its_picture_and_goes_down_the_river(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(20)
    card = lab.page.locator("[data-view=tested]")
    card.scroll_into_view_if_needed()
    wrong = card.locator(".tested-picture.wrong")
    wrong.first.wait_for()
    known = probe(lab, "mistakes", "count=24")
    lab.until(lambda: wrong.count() == len(known["index"]))
    words = wrong.nth(2).get_attribute("aria-label")
    assert f"A {known['target'][2]}, taken for {known['said'][2]}" in words
    wrong.nth(2).click()
    lab.page.get_by_text(f"test picture {known['index'][2] + 1}", exact=True).wait_for()
    lab.until(
        lambda: (
            f"a picture of {known['target'][2]}"
            in (lab.page.locator(RIVER).get_attribute("aria-label") or "")
        )
    )
    assert int(np.argmax(share(lab))) == known["said"][2]


def test_a_cell_of_the_confusion_opens_its_pictures(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(20)
    card = lab.page.locator("[data-view=tested]")
    card.scroll_into_view_if_needed()
    card.get_by_role("button", name="confusion").click()
    cells = card.locator("td button")
    cells.first.wait_for()
    counts = lab.probe("confusion")["counts"]
    lab.until(lambda: [number(t or "0") for t in cells.all_inner_texts()] == list(counts.ravel()))
    off = counts - np.diag(np.diag(counts))
    target, said = np.unravel_index(off.argmax(), off.shape)
    cells.nth(int(10 * target + said)).click()
    pictures = card.locator(".tested-picture")
    words = f"A {target}, taken for {said}"
    lab.until(
        lambda: (
            pictures.count() == min(24, off.max())
            and words in pictures.first.get_attribute("aria-label")
        )
    )
    assert all(words in name for name in lab.names(".tested-picture"))


# --- side by side ------------------------------------------------------------------------------


def test_plain_and_residual_go_in_lockstep(open_lab: Any) -> None:
    lab = opened(open_lab)
    assert not lab.page.locator("[data-view=pair]").is_visible()
    card = unfold(lab, "pair")
    assert "Take “Deep and plain” or “Deep and residual”" in card.inner_text()
    empty = card.bounding_box()["height"]
    assert empty < 160
    card.get_by_role("button", name="Deep and residual").click()
    card.get_by_role("button", name="Train both").wait_for()
    assert card.bounding_box()["height"] > empty + 100
    card.scroll_into_view_if_needed()
    card.get_by_role("button", name="Train both").click()
    lab.until_step(12)
    card.get_by_role("button", name="Hold both").click()
    said = card.locator(".card-text")

    def told() -> int:
        found = re.search(r"After (\d+) steps", said.inner_text())
        return int(found[1]) if found else -1

    lab.until(lambda: told() == lab.step())
    assert lab.step() % 6 == 0
    assert re.search(r"residual net’s loss is [\d.]+, the plain one’s [\d.]+", said.inner_text())


# --- every screen ------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_and_nothing_complains(
    open_lab: Any, width: int, scheme: str
) -> None:
    lab = opened(open_lab, viewport={"width": width, "height": 844}, color_scheme=scheme)
    lab.run_to(10)
    stop = lab.page.get_by_role("button", name="Convolution 2 · ReLU, map 1 of 6", exact=True)
    stop.scroll_into_view_if_needed()
    look_into(lab, "Convolution 2 · ReLU, map 1 of 6")
    unfold(lab, "tested").scroll_into_view_if_needed()
    lab.page.locator(".tested-picture").first.wait_for()
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= width + 1
    # On a phone the river is swiped, with all of it at a glance.
    assert lab.page.locator(".overview").is_visible() == (width < 1000)


def test_cards_keep_their_height_while_they_fill(open_lab: Any) -> None:
    lab = opened(open_lab)
    cards = ["inside", "draw", "receptive", "tested"]

    def heights() -> list[float]:
        return [lab.page.locator(f"[data-view={c}]").bounding_box()["height"] for c in cards]

    empty = heights()
    lab.run_to(20)
    look_into(lab, "Convolution 2 · ReLU, map 1 of 6")
    lab.page.locator("[data-view=tested]").scroll_into_view_if_needed()
    lab.page.locator(".tested-picture").first.wait_for()
    lab.page.locator(".receptive-patch").first.wait_for()
    assert heights() == empty


def test_what_is_looked_into_stays_while_the_river_is_off_the_screen(open_lab: Any) -> None:
    lab = opened(open_lab, viewport={"width": 390, "height": 844}, has_touch=True)
    # A finger that rests reads, and reads on where it is drawn; the page stands still under it.
    touch = lab.context.new_cdp_session(lab.page)

    def finger(kind: str, *at: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)})

    box = lab.page.locator(".river-stop").first.bounding_box()
    cell = box["width"] / 8
    places = [{"x": box["x"] + (k + 0.5) * cell, "y": box["y"] + 4.5 * cell} for k in range(1, 7)]
    says = lab.page.locator(".readout-where")
    finger("touchStart", places[0])
    lab.until(lambda: says.inner_text() == "The picture · row 5, column 2")
    for place in places:
        finger("touchMove", place)
    lab.until(lambda: says.inner_text() == "The picture · row 5, column 7")
    finger("touchEnd")
    assert lab.page.evaluate("scrollY") == 0
    lab.trained(20)
    stop = lab.page.get_by_role("button", name="Convolution 2 · ReLU, map 1 of 6", exact=True)
    stop.scroll_into_view_if_needed()
    look_into(lab, "Convolution 2 · ReLU, map 1 of 6")
    table = lab.page.locator(".receptive-table td").first
    assert not lab.page.locator("[data-view=receptive]").is_visible()
    unfold(lab, "receptive").evaluate("card => card.scrollIntoView()")
    assert not lab.page.evaluate(
        "document.querySelector('#river').getBoundingClientRect().bottom > -200"
    )
    table.wait_for()
    before = lab.step()
    lab.button("Play").click()
    lab.until_step(before + 20)
    lab.pause()
    assert table.is_visible()
    lab.page.locator("[data-view=inside]").evaluate("card => card.scrollIntoView()")
    assert lab.page.locator(".inside-sum b").first.is_visible()


# --- what every lab has ------------------------------------------------------------------------


def test_the_cards_of_evidence_speak_of_convolutions(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.run_to(20)
    lab.page.locator("#open-gradients").click()
    card = lab.page.locator("[data-view=gradients]")
    said = card.locator(".card-text")
    lab.until(lambda: said.inner_text() != "")
    assert "One layer" not in said.inner_text()
    weights = lab.page.locator("[data-view=weights]")
    weights.scroll_into_view_if_needed()
    lab.until(lambda: "744 weights" in weights.inner_text())
    masks = lab.page.locator("[data-view=masks]")
    masks.get_by_role("button", name="Add dropout").click()
    lab.until(lambda: lab.page.locator(".editor-layer").count() == 9)
    lab.page.keyboard.press(".")
    lab.until(lambda: "answers were switched off" in masks.inner_text())
    # What is about the plane is not offered.
    assert not lab.page.locator("[data-view=unsure]").is_visible()


def test_a_link_to_this_moment_shows_another_person_the_same_answers(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(25)
    before = lab.step()
    lab.page.get_by_label("Put a layer in at place 3").select_option("batch_norm")
    lab.until(lambda: lab.page.locator(".editor-layer").count() == 9)
    lab.page.keyboard.press(".")
    lab.until(lambda: lab.asked("")["step"] == lab.step() > before)
    steady(lab)
    there, answers = lab.step(), share(lab)
    lab.page.locator("#share").click()
    lab.page.locator("#share-moment").click()
    text = lab.page.locator("#share-text")
    lab.until(lambda: "&step=" in text.input_value())
    link = text.input_value()
    other = open_lab(link.split("/")[-1])
    other.until(lambda: other.step() == there)
    other.until(lambda: other.page.locator(".river-answer").count() == 10)
    other.until(lambda: share(other) == answers)
    assert other.page.locator(".editor-layer").count() == 9


def test_an_edit_in_the_past_leaves_the_old_line_as_a_ghost_and_undo_returns(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(30)
    lab.page.mouse.move(2, 400)
    head = lab.step()
    lab.page.keyboard.press("Shift+ArrowLeft")
    lab.until(lambda: lab.step() == head - 10)
    lab.page.get_by_label("Put a layer in at place 3").select_option("dropout2d")
    lab.until(lambda: lab.page.locator(".editor-layer").count() == 9)
    lines = lab.asked("")["lines"]
    assert [line["head"] for line in lines] == [head, head - 10]
    assert (lines[1]["parent"], lines[1]["at"]) == (0, head - 10)
    lab.page.keyboard.press("Control+z")
    lab.until(lambda: lab.page.locator(".editor-layer").count() == 8)
