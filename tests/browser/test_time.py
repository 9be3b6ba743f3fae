"""Time in the page: seek to the bit, the line that was left stays, edits touch what they name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load
from served import begin

pytestmark = pytest.mark.browser

STRIP = "#strip canvas"


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    """Two probes' arrays, equal to the bit."""
    return a.keys() == b.keys() and all(a[k].tobytes() == b[k].tobytes() for k in a)


def drag_to(lab: Any, share: float) -> None:
    """Take the playhead by the mouse to a place on the strip."""
    box = lab.page.locator("#strip").bounding_box()
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + 0.9 * box["width"], y)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 0.5 * box["width"], y)
    lab.page.mouse.move(box["x"] + share * box["width"], y)
    lab.page.mouse.up()


def without_future(lab: Any) -> None:
    """What would come is drawn no longer: the strip then ends near the last step kept."""
    lab.page.locator("#future").click()
    lab.until(lambda: float(lab.page.locator("#strip").get_attribute("data-last")) < 1000)


def drawn(lab: Any, after: float) -> dict[str, int]:
    """How many pixels of the strip behind a share of its width have something drawn, above the
    line at its foot, and how many of them in the colours of the present line."""
    pixels = lab.pixels(STRIP)
    height, width = pixels.shape[:2]
    part = pixels[: height - 17, int(after * width) :].astype(int)
    there = part[..., 3] > 60

    def like(token: str) -> int:
        return int((there & (np.abs(part[..., :3] - lab.colour(token)).max(axis=2) < 40)).sum())

    return {"any": int(there.sum()), "ink": like("ink"), "test": like("test")}


def test_a_step_that_was_left_is_found_again_to_the_bit(open_lab: Any) -> None:
    lab = open_lab()
    without_future(lab)
    lab.run_to(150)
    there, then = lab.step(), lab.probe("parameters")
    drag_to(lab, 0.1)
    lab.until(lambda: 0 < lab.step() < there / 2)
    lab.until(lambda: lab.asked("")["step"] == lab.step())
    assert not same(lab.probe("parameters"), then)
    lab.page.keyboard.press("End")
    lab.until(lambda: lab.step() == there)
    assert same(lab.probe("parameters"), then)


def test_the_line_that_was_left_stays_as_a_ghost(open_lab: Any) -> None:
    lab = open_lab()
    without_future(lab)
    lab.run_to(160)
    there = lab.step()
    drag_to(lab, 0.2)
    lab.until(lambda: 0 < lab.step() < there / 2)
    lab.until(lambda: lab.asked("")["step"] == lab.step())
    here = lab.step()
    # Still the same line: what comes after the playhead is its own future, the test's curve too.
    lab.until(lambda: drawn(lab, 0.4)["test"] > 0)
    lab.page.locator("#learning-rate").focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.page.locator(".mark").wait_for()
    assert len(lab.asked("")["lines"]) == 2
    lab.until(lambda: drawn(lab, 0.4)["test"] == 0)
    ghost = drawn(lab, 0.4)
    assert ghost["any"] > 100  # a line across most of the strip
    assert ghost["ink"] == 0
    # The new line runs past the old one's beginning, and the old one is still there.
    for step in range(here + 1, here + 6):
        lab.page.keyboard.press(".")
        lab.until(lambda step=step: lab.step() == step)
    assert lab.asked("")["line"] == 1
    assert drawn(lab, 0.6)["any"] > 50
    lab.page.reload()
    lab.until(lambda: drawn(lab, 0.6)["any"] > 50)


def test_an_edit_while_training_leaves_the_untouched_layers_to_the_bit(open_lab: Any) -> None:
    """One unit more in hidden 1 gives dense1 a row and dense2 a column. All else of θ is what it is
    at that step of a run that nobody touched, and so is every old row and column."""
    lab = open_lab()
    lab.button("Play").click()
    lab.until_step(50)
    lab.page.get_by_role("button", name="one unit more in hidden 1").click()
    lab.page.locator(".mark").wait_for()
    lab.until_step(lab.step() + 20)
    lab.pause()
    lab.page.locator(".mark").click()
    at = lab.asked("")["lines"][0]["edits"][0]["at"]
    assert at >= 50
    lab.until(lambda: lab.step() == at and lab.asked("")["step"] == at)
    after = lab.probe("parameters")
    with lab.server.client() as client:
        other = begin(client)
        headers = {"authorization": f"Bearer {other['token']}"}
        where = f"/api/sessions/{other['id']}"
        assert client.post(f"{where}/step", json={"steps": at}, headers=headers).is_success
        answer = client.get(
            f"{where}/probes/parameters",
            headers={**headers, "accept": "application/x-safetensors"},
        )
    before = {k.removeprefix("parameters."): a for k, a in load(answer.content).items()}
    assert before["dense1.weight"].shape == (5, 2)
    assert after["dense1.weight"].shape == (6, 2)
    for name in ("dense2.bias", "head.weight", "head.bias"):
        assert after[name].tobytes() == before[name].tobytes()
        assert after[name].any()
    for name, old in (
        ("dense1.weight", after["dense1.weight"][:5]),
        ("dense1.bias", after["dense1.bias"][:5]),
        ("dense2.weight", after["dense2.weight"][:, :5]),
    ):
        np.testing.assert_array_equal(old, before[name])
