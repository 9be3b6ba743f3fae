"""The image lab: the river, inside one pixel, drawing, the editor, the test pictures."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from engine.experiment import Experiment
from engine.probes.fields import fields_of

pytestmark = pytest.mark.browser

CONV: dict[str, Any] = {"kind": "conv2d", "channels": 8, "kernel": 3, "padding": "same"}
EXPERIMENT = Experiment.from_json(
    {
        "format": 1,
        "seed": 3,
        "data": {"kind": "digits8"},
        "model": {
            "input": {"kind": "image"},
            "layers": [
                CONV, {"kind": "relu"}, {"kind": "max_pool2d"},
                {**CONV, "channels": 6}, {"kind": "relu"}, {"kind": "max_pool2d"},
                {"kind": "flatten"}, {"kind": "dense"},
            ],
        },
        "training": {
            "loss": {"kind": "softmax_cross_entropy"},
            "learner": {
                "kind": "descent",
                "batch": 32,
                "optimizer": {"kind": "adam", "learning_rate": 0.003},
            },
        },
    }
)  # fmt: skip
LINK = f"#e={EXPERIMENT.link()}"
RIVER = ".river-picture"


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace("+", "").replace(" %", ""))


def opened(open_lab: Any, **context: Any) -> Any:
    """A lab with the net of pictures, at step 0, its maps drawn."""
    lab = open_lab(LINK, **context)
    lab.page.locator(".river-stop").first.wait_for()
    lab.until(lambda: inked(lab) > 1000)
    return lab


def inked(lab: Any) -> int:
    """How many of the river's points are dark (light, in the dark)."""
    pixels = lab.pixels(RIVER)
    light = pixels[..., :3].astype(np.int16)
    paper = lab.colour("paper").astype(np.int16)
    return int(((np.abs(light - paper).max(axis=2) > 60) & (pixels[..., 3] > 200)).sum())


def probe(lab: Any, name: str, query: str) -> dict[str, np.ndarray]:
    """A question's arrays, as the server itself answers it."""
    found = load(lab.asked(f"/probes/{name}?{query}", "application/x-safetensors"))
    return {key.removeprefix(f"{name}."): array for key, array in found.items()}


def share(lab: Any) -> list[float]:
    """The probabilities beside the classes, in percent."""
    return [number(text) for text in lab.page.locator(".river-answer em").all_inner_texts()]


def unfold(lab: Any, card: str) -> Any:
    """A card that stood folded, or stands open already."""
    bar = lab.page.locator(f"[data-fold={card}] .fold-bar")
    if bar.get_attribute("aria-expanded") == "false":
        bar.click()
    return lab.page.locator(f"[data-view={card}]")


def look_into(lab: Any, name: str, y: float = 0.5, x: float = 0.5) -> None:
    """Click a place of a map, given as shares of its sides; wait until it is taken apart."""
    stop = lab.page.get_by_role("button", name=name, exact=True)
    box = stop.bounding_box()
    stop.click(position={"x": x * box["width"], "y": y * box["height"]})
    lab.page.locator(".inside-sum b").first.wait_for()


def titles(lab: Any, css: str) -> np.ndarray:
    """Numbers with four decimals, as they stand in the titles of elements."""
    found = lab.page.locator(css).evaluate_all("all => all.map((one) => one.title)")
    return np.array([number(text) for text in found])


# --- the river ---------------------------------------------------------------------------------


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
    kept, probabilities = lab.probe("features"), share(lab)
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


def steady(lab: Any) -> None:
    """Wait until the canvas stays as it is."""
    last = [lab.pixels(RIVER)]

    def same() -> bool:
        lab.page.wait_for_timeout(150)
        now = lab.pixels(RIVER)
        still = np.array_equal(now, last[0])
        last[0] = now
        return still

    lab.until(same)


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


# --- three levels ------------------------------------------------------------------------------


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
    lab = opened(open_lab, viewport={"width": 390, "height": 844})
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
