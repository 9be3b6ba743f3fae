"""Nets of pictures as the browser's tests see them: one small net, and what is read off its lab."""

from __future__ import annotations

from typing import Any

import numpy as np
from safetensors.numpy import load

from engine.experiment import Experiment

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
