"""The lab as a browser test sees it: a page, what it complains of, and waiting for a step.

Beside `served.py` and not in a conftest, of which there are several: a test imports it by name.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from served import Server

LAB = {"width": 1440, "height": 960}


class Lab:
    """A page with the lab open; what its console says is kept."""

    def __init__(self, browser: Any, server: Server, link: str = "", **context: Any) -> None:
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
