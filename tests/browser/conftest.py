"""A real Chromium against the real server. Without a browser these tests are skipped with a
sentence; where TINKERNET_REQUIRE_BROWSER is set (in CI) that is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from labs import Lab
from served import Server

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Every window loads two hidden pages for its address bar, which nobody sees here: a sixth of all
# that opening the lab costs. The names after them are Playwright's, whose list this one replaces.
FEWER = (
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)


def path() -> str | None:
    """The system's browser: the one asked for, or the first that is there."""
    asked = os.environ.get("TINKERNET_BROWSER_PATH")
    return asked or next((p for name in NAMES if (p := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, whatever was asked for in which order: while the browser's driver
    is there an event loop runs in the main thread, and a test that wants its own gets none."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


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
            executable_path=found, args=["--no-sandbox", "--disable-quic", FEWER]
        )
        yield launched
        launched.close()


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
