"""Dropout's masks, live: on the network for the chosen example, and on the card for the batch."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

OFF = "switched off by dropout for this example"


@pytest.fixture
def lab(open_lab: Any) -> Any:
    """A lab with the masks card open and half of hidden 2's answers silenced at each step."""
    made = open_lab()
    made.page.locator("#open-masks").click()
    made.page.get_by_role("button", name="Add dropout 0.2").click()
    share = made.page.get_by_role("combobox", name="dropout of hidden 2")
    share.select_option(label="dropout 0.5")
    made.until(lambda: share.input_value() == "p0.5")
    made.page.get_by_text("At step 0 no unit has been switched off yet").wait_for()
    return made


def silenced(lab: Any) -> list[bool]:
    """Which units of hidden 2 the network says are off, for the example that is chosen."""
    return [OFF in name for name in lab.names("#network .unit[aria-label^='hidden 2']")]


def words(lab: Any) -> str:
    return str(lab.page.locator('[data-view="masks"] .card-text').inner_text())


def mask(lab: Any) -> np.ndarray:
    """The server's own mask of the last step: examples × units, 1 where an answer was kept."""
    return lab.probe("masks")["drop1.mask"]


def test_the_network_shows_the_masks_of_the_chosen_example(lab: Any) -> None:
    lab.page.keyboard.press(".")
    lab.page.get_by_role("button", name="all 10 examples").click()
    seen = set()
    for step in range(1, 9):
        lab.until(lambda step=step: lab.step() == step)
        here = mask(lab)
        lab.until(lambda here=here: silenced(lab) == [not kept for kept in here[0]])
        lab.page.get_by_role("button", name="next example").click()
        lab.until(lambda here=here: silenced(lab) == [not kept for kept in here[1]])
        lab.page.get_by_role("button", name="previous example").click()
        assert f"{(here == 0).sum()} of {here.size}" in words(lab)
        seen |= {tuple(row) for row in here[:2]}
        lab.page.keyboard.press(".")
    assert len(seen) > 3  # and so the page has said several


def test_masks_change_while_training_and_the_cards_picture_with_them(lab: Any) -> None:
    lab.page.keyboard.press(".")
    lab.page.get_by_role("button", name="all 10 examples").click()
    lab.button("Play").click()
    # While it trains the units' names stand still, unless someone is there to whom they are said.
    lab.page.get_by_role("button", name=re.compile("^hidden 2 unit 1")).focus()
    network, sentences, pictures = set(), set(), set()
    for _ in range(25):
        network.add(tuple(silenced(lab)))
        sentences.add(words(lab))
        pictures.add(lab.pixels('[data-view="masks"] canvas').tobytes())
        lab.page.wait_for_timeout(60)
    lab.button("Pause").click()
    # Of eight masks of three units all turn up soon; 10 × 3 answers hardly come twice.
    assert len(network) >= 3
    assert len(sentences) >= 3
    assert len(pictures) >= 5


def test_a_silenced_unit_is_hatched_and_a_kept_one_is_not(lab: Any) -> None:
    lab.page.keyboard.press(".")
    lab.page.get_by_role("button", name="all 10 examples").click()
    units = lab.page.locator("#network .unit")
    canvas = "#network .network-picture"
    names = lab.names("#network .unit")
    hidden = [i for i, name in enumerate(names) if name.startswith("hidden 2")]
    box = lab.page.locator(canvas).bounding_box()
    card = lab.colour("card").astype(int)

    def plain(i: int) -> float:
        """The share of a unit's picture that has the card's colour, or nearly."""
        at = units.nth(i).bounding_box()
        left, top, side = int(at["x"] - box["x"]), int(at["y"] - box["y"]), int(at["width"])
        part = lab.pixels(canvas)[top + 6 : top + side - 6, left + 6 : left + side - 6, :3]
        return float((np.abs(part.astype(int) - card).max(axis=2) < 48).mean())

    found: dict[bool, list[float]] = {True: [], False: []}
    for step in range(1, 7):
        lab.until(lambda step=step: lab.step() == step)
        here = mask(lab)
        lab.until(lambda here=here: silenced(lab) == [not kept for kept in here[0]])
        lab.page.wait_for_timeout(50)  # the picture follows in the next animation frame
        for unit, i in enumerate(hidden):
            found[bool(here[0][unit])].append(plain(i))
        lab.page.keyboard.press(".")
    assert found[True] and found[False]
    assert min(found[False]) > max(found[True])


def test_dropout_taken_out_leaves_no_masks(lab: Any) -> None:
    lab.page.keyboard.press(".")
    lab.page.get_by_role("button", name="all 10 examples").wait_for()
    lab.page.get_by_role("combobox", name="dropout of hidden 2").select_option("remove dropout")
    lab.page.get_by_role("button", name="Add dropout 0.2").wait_for()
    lab.page.get_by_role("button", name="all 10 examples").wait_for(state="hidden")
    assert not any(silenced(lab))
