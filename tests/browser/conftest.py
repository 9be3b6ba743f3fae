"""A real Chromium against the real server. Without a browser these tests are skipped with a
sentence; where TINKERNET_REQUIRE_BROWSER is set (in CI) that is a failure."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served import Server

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
NAMES = ("chromium", "chromium-browser", "google-chrome")
LAB = {"width": 1440, "height": 960}


def path() -> str | None:
    """The system's browser: the one asked for, or the first that is there."""
    asked = os.environ.get("TINKERNET_BROWSER_PATH")
    return asked or next((p for name in NAMES if (p := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests; every page has a context of its own."""
    found = path()
    if found is None:
        sentence = "There is no browser here: install Chromium (Debian: apt install chromium)."
        if os.environ.get("TINKERNET_REQUIRE_BROWSER"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync.sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-quic"]
        )
        yield launched
        launched.close()


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


@pytest.fixture
def open_lab(browser: Any, server: Server) -> Iterator[Any]:
    """Opens labs; afterwards none of them may have complained or asked elsewhere."""
    opened: list[Lab] = []

    def make(link: str = "", **context: Any) -> Lab:
        opened.append(Lab(browser, server, link, **context))
        return opened[-1]

    yield make
    for lab in opened:
        lab.context.close()
    for lab in opened:
        assert lab.complaints == []
        assert lab.foreign == []
