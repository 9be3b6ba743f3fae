"""The lab as a browser test sees it: a page, what it complains of, and waiting for a step.

Beside `served.py` and not in a conftest, of which there are several: a test imports it by name.
"""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from safetensors.numpy import load
from served import Server

LAB = {"width": 1440, "height": 960}


class Lab:
    """A page with the lab open; what its console says is kept."""

    def __init__(self, browser: Any, server: Server, link: str = "", **context: Any) -> None:
        self.server = server
        self.context = browser.new_context(**{"viewport": LAB, **context})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._ask(request.url, server.url))
        self.page.goto(f"{server.url}/{link}")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _ask(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.foreign.append(url)

    def step(self) -> int:
        """The step the header shows."""
        return int(self.page.locator("#clock-step").inner_text().replace(",", "").replace(" ", ""))

    def until_step(self, least: int) -> None:
        """Wait until the header shows at least this step."""
        self.until(lambda: self.step() >= least)

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until something is true; the page's policy refuses scripts that wait inside it."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited {seconds} s; the page is at step {self.step()}"
            self.page.wait_for_timeout(30)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name).first

    def names(self, css: str) -> list[str]:
        """The names of all such elements at one moment; asked one by one they might be gone."""
        found: list[str] = self.page.locator(css).evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-label') ?? '')"
        )
        return found

    def run_to(self, least: int) -> None:
        """Train until at least this step, then pause."""
        self.button("Play").click()
        self.until_step(least)
        self.pause()

    def trained(self, steps: int) -> None:
        """Have the server train so many steps, and wait until the page shows it: the set-up of
        tests that are of something else, without the pictures in between."""
        kept, there = self.kept(), self.step() + steps
        with self.server.client(authorization=f"Bearer {kept['token']}") as client:
            answer = client.post(f"/api/sessions/{kept['id']}/step", json={"steps": steps})
        assert answer.status_code == 200, answer.text
        self.until(lambda: self.step() == there)

    def pause(self) -> None:
        """Pause, and wait until the page shows where it came to rest."""
        self.button("Pause").click()
        self.button("Play").wait_for()
        self.until(lambda: self.step() == self.asked("")["step"])

    def kept(self) -> dict[str, Any]:
        """The session as this tab keeps it: its id and token."""
        found: dict[str, Any] = json.loads(
            self.page.evaluate("sessionStorage.getItem('tinkernet.session')")
        )
        return found

    def asked(self, path: str, accept: str = "application/json") -> Any:
        """What the server itself says of this tab's session."""
        kept = self.kept()
        headers = {"accept": accept, "authorization": f"Bearer {kept['token']}"}
        with self.server.client(**headers) as client:
            answer = client.get(f"/api/sessions/{kept['id']}{path}")
        assert answer.status_code == 200, answer.text
        return answer.json() if accept == "application/json" else answer.content

    def probe(self, name: str) -> dict[str, np.ndarray]:
        """A probe's arrays, to the bit, of the step where the session stands."""
        found = load(self.asked(f"/probes/{name}", "application/x-safetensors"))
        return {key.removeprefix(f"{name}."): array for key, array in found.items()}

    def pixels(self, canvas: str) -> np.ndarray:
        """A canvas as it stands there: height × width × 4, uint8. (Of a copy: the browser warns
        where the canvas of a page is read again and again. Packed: mostly paper, it is a fortieth
        of its size, and all of it goes through three processes as text.)"""
        width, height, packed = self.page.locator(canvas).evaluate(
            """async canvas => {
              const copy = new OffscreenCanvas(canvas.width, canvas.height);
              const context = copy.getContext("2d", {willReadFrequently: true});
              context.drawImage(canvas, 0, 0);
              const {data} = context.getImageData(0, 0, copy.width, copy.height);
              const deflate = new CompressionStream("deflate");
              const stream = new Blob([data]).stream().pipeThrough(deflate);
              const packed = new Uint8Array(await new Response(stream).arrayBuffer());
              let text = "";
              for (let i = 0; i < packed.length; i += 8192)
                text += String.fromCharCode(...packed.subarray(i, i + 8192));
              return [copy.width, copy.height, btoa(text)];
            }"""
        )
        data = zlib.decompress(base64.b64decode(packed))
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)

    def colour(self, token: str) -> np.ndarray:
        """A colour of the page by the name of its token: red, green, blue."""
        text = self.page.evaluate(
            "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`)",
            token,
        )
        return np.frombuffer(bytes.fromhex(text.strip().lstrip("#")), np.uint8)
