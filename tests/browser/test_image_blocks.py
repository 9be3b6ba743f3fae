"""The image lab: opened blocks, the filter lab, a picture that is dropped."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np
import pytest
from rivers import CONV, inked, number, share, titles, unfold

from app.png import png
from engine.experiment import Experiment

pytestmark = pytest.mark.browser

BLOCK = {"kind": "residual", "body": [CONV, {"kind": "relu"}, CONV], "shortcut": []}
EXPERIMENT = Experiment.from_json(
    {
        "format": 1,
        "seed": 3,
        "data": {"kind": "digits8"},
        "model": {
            "input": {"kind": "image"},
            "layers": [
                CONV, {"kind": "relu"}, BLOCK, {"kind": "relu"},
                {"kind": "global_mean_pool"}, {"kind": "dense"},
            ],
        },
        "training": {
            "loss": {"kind": "softmax_cross_entropy"},
            "learner": {"kind": "descent", "batch": 32, "optimizer": {"kind": "adam"}},
        },
    }
)  # fmt: skip


@pytest.fixture
def lab(open_lab: Any) -> Any:
    """A lab with a net of one residual block, its maps drawn."""
    made = open_lab(f"#e={EXPERIMENT.link()}")
    made.page.locator(".river-stop").first.wait_for()
    made.until(lambda: inked(made) > 500)
    return made


def test_an_opened_block_shows_its_inside_and_the_shares_of_its_sum(lab: Any) -> None:
    lab.run_to(10)
    closed = len(lab.names(".river-stop"))
    lab.page.get_by_role("button", name="Open Residual block 1").click()
    lab.until(lambda: len(lab.names(".river-stop")) == closed + 16)
    assert "body: Convolution 1 · ReLU, map 3 of 8" in lab.names(".river-stop")
    lab.page.get_by_role(
        "button", name="Sum of Residual block 1 · ReLU, map 3 of 8", exact=True
    ).click()
    lab.page.get_by_role("heading", name="sum of residual block 1 · map 3").wait_for()
    rows = lab.page.locator(".inside-sources button span:first-child")
    lab.until(lambda: rows.all_inner_texts()[::2] == ["body", "shortcut"] or rows.count() == 2)
    ways = titles(lab, ".inside-sources button b")
    assert ways.sum() == pytest.approx(titles(lab, ".inside-sum b[title]")[0], abs=3e-4)
    # The level between: both maps and their sum.
    lab.page.get_by_role("button", name="whole map").click()
    lab.until(lambda: lab.page.locator(".inside-row").count() == 2)
    lab.page.get_by_role("button", name="one pixel").click()
    # A convolution inside the block is taken apart to its products.
    lab.page.get_by_role("button", name="body: Convolution 2, map 5 of 8", exact=True).click()
    lab.until(lambda: lab.page.locator(".inside-sources button").count() == 8)
    sources, [bias] = titles(lab, ".inside-sources button b"), titles(lab, ".inside-bias b")
    assert sources.sum() + bias == pytest.approx(titles(lab, ".inside-sum b[title]")[0], abs=8e-4)
    lab.page.get_by_role("button", name="Close Residual block 1").click()
    lab.until(lambda: len(lab.names(".river-stop")) == closed)


def test_the_filter_lab_takes_the_weighted_sum(lab: Any) -> None:
    card = unfold(lab, "kernel")
    card.scroll_into_view_if_needed()
    caption = card.locator(".kernel-sum figcaption").last
    lab.until(lambda: "sum" in caption.inner_text())
    card.get_by_role("button", name="Laplace").click()
    lab.until(lambda: "Turned by 180° it is the same" in card.locator(".card-text").inner_text())
    card.get_by_label("row 2, column 3", exact=True).fill("0.5")
    lab.until(lambda: "0.5" in card.locator(".card-text").inner_text())
    grids = [f"[data-view=kernel] figure:nth-of-type({i}) .inside-grid span" for i in (1, 2, 3)]
    lab.until(lambda: titles(lab, grids[1])[5] == 0.5)
    window, kernel, products = (titles(lab, css) for css in grids)
    np.testing.assert_allclose(window * kernel, products, atol=4e-4)
    said = re.search(r"sum (\S+)", caption.inner_text())
    assert said and number(said[1]) == pytest.approx(products.sum(), abs=6e-3)
    place = card.locator(".kernel-frame").first
    before = place.get_attribute("aria-label")
    place.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.until(lambda: place.get_attribute("aria-label") != before)


def test_a_dropped_picture_goes_down_the_river(lab: Any) -> None:
    lab.run_to(60)
    shown = np.full((60, 40, 3), 255, np.uint8)
    shown[8:-8, 17:23] = 20  # one dark stroke on paper
    lab.page.locator("[data-view=draw]").evaluate(
        """(card, data) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const given = new DataTransfer();
          given.items.add(new File([bytes], "one.png", { type: "image/png" }));
          card.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true }));
        }""",
        base64.b64encode(png(shown)).decode(),
    )
    lab.page.get_by_text("your drawing", exact=True).wait_for()
    lab.until(
        lambda: (
            "a drawing" in (lab.page.locator(".river-picture").get_attribute("aria-label") or "")
        )
    )
    ink = 255 - lab.pixels(".pad-got")[..., 0].astype(float)
    middle = ink[:, 3:5].mean()
    assert middle > 3 * ink[:, [0, 1, 6, 7]].mean()
    assert sum(share(lab)) == pytest.approx(100, abs=0.6)
    # What is no picture is refused by its name.
    lab.page.locator("[data-view=draw] input[type=file]").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    )
    lab.page.get_by_text("notes.txt is no picture", exact=False).wait_for()
