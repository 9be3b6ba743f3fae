"""The image lab: the river, live at any step, and the number under the pointer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rivers import (
    RIVER,
    number,
    opened,
    probe,
    share,
    steady,
)

pytestmark = pytest.mark.browser


def test_the_river_shows_every_map_and_moves_while_it_trains(open_lab: Any) -> None:
    lab = opened(open_lab)
    names = lab.names(".river-stop")
    assert len(names) == 1 + 8 + 8 + 6 + 6
    assert names[0] == "The picture"
    assert names[-1] == "Max-pool 2, map 6 of 6"
    heads = lab.page.locator(".river-head span").all_inner_texts()
    assert heads == [
        "1 × 8 × 8", "8 filters 3×3 → 8 × 8 × 8", "8 × 4 × 4", "6 filters 8×3×3 → 6 × 4 × 4",
        "6 × 2 × 2", "24 → 10",
    ]  # fmt: skip
    assert sum(share(lab)) == pytest.approx(100, abs=0.6)
    before, told = lab.pixels(RIVER), share(lab)
    lab.run_to(60)
    lab.until(lambda: share(lab) != told)
    assert (lab.pixels(RIVER) != before).any(axis=2).sum() > 500


def test_time_dragged_back_shows_the_maps_of_then(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(30)
    lab.page.mouse.move(2, 400)
    there = lab.step()
    # The clock is there before the pictures are.
    picture = lab.page.locator(RIVER)
    lab.until(lambda: f"step {there}" in (picture.get_attribute("aria-label") or ""))
    kept, probabilities = lab.probe("features"), share(lab)
    # Over every strip stand the smallest and the largest of its numbers.
    shown = probe(lab, "features", "split=test&index=0")
    ends = lab.page.locator(".river-head small").all_inner_texts()
    names = ("input", "relu1", "pool1", "relu2", "pool2", "head")
    for name, words in zip(names, ends, strict=True):
        told = [number(word) for word in words.split(" to ")]
        np.testing.assert_allclose(told, [shown[name].min(), shown[name].max()], atol=0.05)
    steady(lab)
    drawn = lab.pixels(RIVER)
    for more in range(1, 11):
        lab.page.keyboard.press(".")
        lab.until(lambda more=more: lab.step() == there + more)
    steady(lab)
    assert (lab.pixels(RIVER) != drawn).any()
    lab.page.keyboard.press("Shift+ArrowLeft")
    lab.until(lambda: lab.step() == there)
    lab.until(lambda: share(lab) == probabilities)
    again = lab.probe("features")
    assert kept.keys() == again.keys()
    for name, array in kept.items():
        np.testing.assert_array_equal(array, again[name], name)
    lab.until(lambda: np.array_equal(lab.pixels(RIVER), drawn))


def test_under_the_pointer_a_map_lights_what_it_comes_from_and_goes_to(open_lab: Any) -> None:
    lab = opened(open_lab)
    lab.trained(40)
    lab.page.mouse.move(2, 400)
    steady(lab)
    plain = lab.pixels(RIVER).astype(int)
    pooled = lab.page.get_by_role("button", name="Max-pool 2, map 1 of 8", exact=True).first
    pooled.hover()
    lab.page.wait_for_timeout(300)
    steady(lab)
    hovered = lab.pixels(RIVER).astype(int)
    scale = plain.shape[1] / lab.page.locator(RIVER).bounding_box()["width"]

    def change(name: str) -> float:
        """How much the inside of a map has changed, on the mean."""
        box = lab.page.get_by_role("button", name=name, exact=True).first
        top, left, height, width = box.evaluate(
            "b => [b.offsetTop, b.offsetLeft, b.offsetHeight, b.offsetWidth]"
        )
        rows = slice(int(scale * (top + 4)), int(scale * (top + height - 4)))
        columns = slice(int(scale * (left + 4)), int(scale * (left + width - 4)))
        return float(np.abs(plain[rows, columns, :3] - hovered[rows, columns, :3]).mean())

    assert change("Convolution 1 · ReLU, map 1 of 8") < 1
    assert change("Convolution 2 · ReLU, map 5 of 6") < 1
    faded = [change(f"Convolution 1 · ReLU, map {k} of 8") for k in range(2, 9)]
    assert max(faded) > 10
    the_number_under_the_pointer_is_the_engines(lab)


def the_number_under_the_pointer_is_the_engines(lab: Any) -> None:
    """Of a map, a filter and the picture; by the pointer and by keys; nothing moves for it."""
    where, read = (lab.page.locator(f".readout-{part}") for part in ("where", "number"))
    legend = lab.page.locator(".river-legend")
    maps = probe(lab, "features", "split=test&index=0")
    heights = legend.bounding_box()
    stop = lab.page.get_by_role("button", name="Max-pool 2, map 3 of 8", exact=True)
    box = stop.bounding_box()
    lab.page.mouse.move(box["x"] + 0.62 * box["width"], box["y"] + 0.4 * box["height"])
    lab.until(lambda: where.inner_text() == "Max-pool 2, map 3 · row 2, column 3")
    value = float(maps["pool1"][2, 1, 2])
    lab.until(lambda: "≈" not in read.inner_text())
    assert number(read.inner_text()) == pytest.approx(value, abs=6e-3)
    # The legend marks it between the ends of its scale.
    left = legend.locator(".legend-bar.ink .legend-tick").evaluate("tick => tick.style.left")
    assert float(left.removesuffix("%")) == pytest.approx(
        100 * value / maps["pool1"][2].max(), abs=0.3
    )
    box = lab.page.get_by_role("button", name="Convolution 1 · ReLU, map 1 of 8").bounding_box()
    lab.page.mouse.move(box["x"] - 19, box["y"] + 0.5 * box["height"])
    lab.until(lambda: where.inner_text() == "Convolution 1, filter 1 · row 2, column 2")
    weight = probe(lab, "filters", "layer=conv1")["conv1.weight"][0, 0, 1, 1]
    assert number(read.inner_text()) == pytest.approx(float(weight), abs=6e-3)
    lab.page.mouse.move(2, 400)
    picture = lab.page.get_by_role("button", name="The picture", exact=True)
    picture.focus()
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("ArrowLeft")
    lab.until(lambda: where.inner_text() == "The picture · row 6, column 4")
    assert number(read.inner_text()) == maps["raw"][0, 5, 3]
    assert legend.bounding_box() == heights
    # The same place, as the loss's gradient by it: in its own colours, with the engine's number.
    lab.page.get_by_role("button", name="gradients", exact=True).click()
    slopes = probe(lab, "features", "split=test&index=0&gradients=true")
    says = lab.page.locator(".readout-says")
    lab.until(lambda: "would change with each number" in says.inner_text())
    box = stop.bounding_box()
    lab.page.mouse.move(box["x"] + 0.62 * box["width"], box["y"] + 0.4 * box["height"])
    lab.until(lambda: "≈" not in read.inner_text() and "Max-pool" in where.inner_text())
    slope = float(slopes["pool1.grad"][2, 1, 2])
    reach = float(np.abs(slopes["pool1.grad"][2]).max())
    assert reach > 0
    assert number(read.inner_text()) == pytest.approx(slope, abs=0.01 * reach)
    assert legend.locator(".legend-tick:visible").count() == 1
    lab.page.get_by_role("button", name="activations", exact=True).click()
    lab.until(lambda: says.inner_text() == "")
