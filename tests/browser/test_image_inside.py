"""The image lab: three levels into one answer, and what a hand does to a map there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rivers import (
    EXPERIMENT,
    look_into,
    number,
    opened,
    probe,
    share,
    titles,
)

from engine.probes.fields import fields_of

pytestmark = pytest.mark.browser


def test_the_numbers_of_one_pixel_add_up_to_its_answer(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(40)
    look_into(lab, "Convolution 2 · ReLU, map 3 of 6", y=0.6, x=0.35)
    lab.page.get_by_role("heading", name="map 3, row 3, column 2").wait_for()
    sources = titles(lab, ".inside-sources button b")
    assert len(sources) == 8
    [bias] = titles(lab, ".inside-bias b")
    answer = titles(lab, ".inside-sum b[title]")[0]
    assert sources.sum() + bias == pytest.approx(answer, abs=8e-4)
    assert abs(answer) > 1e-3
    # Each source's bar is the sum of its products, and every product is window times kernel.
    for source in range(8):
        lab.page.locator(".inside-sources button").nth(source).click()
        lab.page.locator(".inside-chooser", has_text=f"({source + 1} of 8)").wait_for()
        grids = [titles(lab, f"figure:nth-of-type({i}) .inside-grid span") for i in (1, 2, 3)]
        window, kernel, products = grids
        assert len(products) == 9
        np.testing.assert_allclose(window * kernel, products, atol=6e-4)
        assert products.sum() == pytest.approx(sources[source], abs=1e-3)
    # Behind the sum stands what the ReLU makes of it.
    shown = [number(t) for t in lab.page.locator(".inside-sum b").all_inner_texts()]
    assert shown[1] == pytest.approx(max(0.0, shown[0]))


def test_a_map_is_silenced_and_its_layer_frozen(open_lab: Any) -> None:
    lab = opened(open_lab)
    look_into(lab, "Convolution 2 · ReLU, map 3 of 6", y=0.6, x=0.35)
    lab.page.get_by_role("button", name="Silence this map").click()
    lab.page.get_by_role("button", name="Let it answer again").wait_for()
    maps = probe(lab, "features", "split=test&index=0")["relu2"]
    assert not maps[2].any() and maps[:2].any()
    lab.page.locator(".river-legend .hatched").wait_for()
    lab.page.get_by_role("button", name="Freeze this layer").click()
    lab.page.get_by_role("button", name="Let it learn again").wait_for()
    assert lab.page.locator(".river-head.still strong").inner_text().startswith("Convolution 2")
    before = [
        probe(lab, "filters", f"layer={name}")[f"{name}.weight"] for name in ("conv1", "conv2")
    ]
    lab.trained(5)
    after = [
        probe(lab, "filters", f"layer={name}")[f"{name}.weight"] for name in ("conv1", "conv2")
    ]
    assert (before[0] != after[0]).any()
    np.testing.assert_array_equal(before[1], after[1])
    # By keys: the map that has the focus is meant, and keeps it.
    lab.page.get_by_role("button", name="Convolution 1 · ReLU, map 5 of 8", exact=True).focus()
    lab.page.keyboard.press("q")

    def silent(layer: str) -> list[int]:
        return lab.asked("/probes/parameters?layer=head")["info"]["silenced"].get(layer, [])

    lab.until(lambda: silent("relu1") == [4])
    lab.page.keyboard.press("q")
    lab.until(lambda: silent("relu1") == [])
    assert silent("relu2") == [2]


def test_the_whole_map_is_the_sum_of_what_its_sources_add(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(20)
    look_into(lab, "Convolution 2 · ReLU, map 2 of 6")
    lab.page.get_by_role("button", name="whole map").click()
    rows = lab.page.locator(".inside-row")
    rows.first.wait_for()
    assert rows.count() == 8
    assert lab.page.get_by_role("heading", name="Inside one map").is_visible()
    assert "their sum and the bias" in lab.page.locator(".inside-result").inner_text()
    lab.page.get_by_role("button", name="one pixel").click()
    rows.first.wait_for(state="hidden")
    # The same at once from the strip's head: the kernels that the river has no room to draw.
    lab.page.get_by_role("button", name="Kernels of Convolution 2").click()
    rows.first.wait_for()
    assert lab.page.get_by_role("heading", name="map 2, row").is_visible()


def test_arrows_move_the_place_and_the_window_slides_by_itself(open_lab: Any) -> None:
    lab = opened(open_lab)
    look_into(lab, "Convolution 1 · ReLU, map 4 of 8", y=0.05, x=0.05)
    title = lab.page.locator("[data-view=inside] h3")
    lab.until(lambda: "row 1, column 1" in title.inner_text())
    lab.page.get_by_role("button", name="Convolution 1 · ReLU, map 4 of 8").focus()
    lab.page.mouse.move(2, 400)
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowDown")
    lab.until(lambda: "row 2, column 2" in title.inner_text())
    lab.page.get_by_role("button", name="Slide").click()
    lab.until(lambda: "row 2, column 4" in title.inner_text())
    lab.page.get_by_role("button", name="Hold").click()
    assert lab.page.get_by_role("button", name="Slide").is_visible()


def test_a_class_shows_what_each_map_adds_to_its_score(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(30)
    lab.page.locator(".river-answer").nth(7).click()
    lab.page.get_by_role("heading", name="Inside one answer").wait_for()
    sources = titles(lab, ".inside-sources button b")
    [bias] = titles(lab, ".inside-bias b")
    assert len(sources) == 6
    answer = titles(lab, ".inside-sum b[title]")[0]
    assert sources.sum() + bias == pytest.approx(answer, abs=8e-4)
    probability = lab.page.locator(".inside-sum b").last.inner_text()
    assert number(probability) == pytest.approx(share(lab)[7], abs=0.11)
    # The level behind: how the scores become probabilities, in numbers and words.
    lab.page.get_by_role("button", name="softmax", exact=True).click()
    rows = lab.page.locator(".softmax-table tbody tr")
    lab.until(lambda: rows.count() == 10)
    cells = [[number(c) for c in row.locator("td").all_inner_texts()] for row in rows.all()]
    scores = np.array([c[0] for c in cells])
    assert scores[7] == pytest.approx(answer, abs=6e-3)
    np.testing.assert_allclose([c[1] for c in cells], scores - scores.max(), atol=0.011)
    shares = 100 * np.exp(scores) / np.exp(scores).sum()
    np.testing.assert_allclose([c[3] for c in cells], shares, atol=0.4)
    rows.nth(4).click()
    lab.page.get_by_role("heading", name="class 4").wait_for()
    words = lab.page.locator(".softmax-steps li").all_inner_texts()
    assert len(words) == 6 and f"{cells[4][0]:.2f}".replace("-", "−") in words[0]
    look_into(lab, "Convolution 2 · ReLU, map 1 of 6")
    assert not lab.page.locator(".softmax-table").is_visible()


def test_the_receptive_field_grows_layer_by_layer(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(10)
    look_into(lab, "Convolution 2 · ReLU, map 1 of 6", y=0.6, x=0.6)
    card = lab.page.locator("[data-view=receptive]")
    card.scroll_into_view_if_needed()
    rows = card.locator("tr td:nth-child(2)")
    rows.first.wait_for()
    shown = [tuple(int(n) for n in text.split(" × ")) for text in rows.all_inner_texts()]
    fields = fields_of(EXPERIMENT, "conv2", 2, 2)
    sizes = [(f.rows[1] - f.rows[0] + 1, f.columns[1] - f.columns[0] + 1) for _, _, f in fields]
    assert shown[-1] == sizes[-1] == (8, 8)
    assert set(shown) <= {(1, 1), *sizes}
    assert shown == sorted(shown)
    top, bottom, left, right = fields[-1][2].clipped(8, 8)
    seen = (bottom - top + 1) * (right - left + 1)
    assert f"{seen} of 64" in card.locator(".card-text").inner_text()
