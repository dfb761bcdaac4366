"""Debian's chromium, driven by Playwright: pages that may not fail in silence, nor ask anybody else for anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = ("file://", "http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")
"""How every address begins that a page of ours may ask for."""

FLAGS = [
    "--no-sandbox",  # Tests may run as root, who has none.
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
WIDTH, HEIGHT = 1280, 900
PATIENCE = 10_000
"""Milliseconds after which what does not appear is taken not to come."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return chromium without a window; tests that need it are skipped where it is not installed."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here; `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a profile of its own: no cookies, no storage, British English, 1280 wide."""
    opened = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", timezone_id="Europe/London", accept_downloads=True
    )
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return an empty page; errors on its console, and requests that leave this machine, fail the test at its end."""
    opened = context.new_page()
    faults = watch(opened)
    yield opened
    assert faults == []


def watch(page: Page) -> list[str]:
    """Gather what goes wrong on a page from now on, for tests that open further pages or expect a fault."""
    faults: list[str] = []
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("request", lambda asked: None if asked.url.startswith(HERE) else faults.append(f"request: {asked.url}"))
    return faults
