"""From a slider's input to the painted answer, in a browser: one step of a budget, each to a figure not yet asked."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page
from pytest_benchmark.fixture import BenchmarkFixture
from tests.browser.conftest import browser as browser
from tests.browser.serving import served

from commission_opt.place import Place, read_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place

STEPS = 30
"""Steps of one per cent, so many as the slider goes from today's budget."""

REST = 0.9
"""Seconds between steps, so that the tables of one are done before the next begins."""

AREAS, FEW = 190, 10
"""Areas of the large place, about 100,000 columns, and of the one that is only tried."""

MOVE = """async ([percent]) => {
  const slider = document.querySelectorAll("#budgets input[type=range]")[1];
  const answer = document.getElementById("change");
  const painted = new Promise((done) => {
    const seen = new MutationObserver(() => {
      seen.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now());
        after.port2.postMessage(0);
      });
    });
    seen.observe(answer, { childList: true });
  });
  slider.value = String(percent);
  const begun = performance.now();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return (await painted) - begun;
}"""
"""Moves the first agency's budget; the milliseconds until the frame with its answer is painted."""


@pytest.fixture(scope="module")
def large(measured: bool) -> Place:
    """Return the synthetic place of about 100,000 columns."""
    return synthetic_place(SyntheticSize(areas=AREAS if measured else FEW, services=60, years=3, tranches=3), 1)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return an empty page."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def measure(benchmark: BenchmarkFixture, page: Page, address: str, rounds: int) -> None:
    """Move a slider again and again; the median in the browser itself goes into the extra columns."""
    page.goto(address)
    page.wait_for_selector("body:not(.following):not(.waiting) #panel table", timeout=300_000)
    percent, found = count(1), list[float]()

    def rest() -> None:
        page.wait_for_timeout(1000 * REST)
        page.wait_for_selector("body:not(.following):not(.waiting)", timeout=60_000)

    benchmark.pedantic(lambda: found.append(page.evaluate(MOVE, [next(percent)])), setup=rest, rounds=rounds)
    benchmark.extra_info["in the browser, ms"] = round(statistics.median(found), 1)
    benchmark.extra_info["slowest, ms"] = round(max(found), 1)
    assert page.locator("#trouble").is_hidden()


def test_riverside(benchmark: BenchmarkFixture, page: Page, measured: bool) -> None:
    """The borough that ships, 11,284 columns."""
    with served(read_place("riverside")) as address:
        measure(benchmark, page, address, STEPS if measured else 1)


def test_large_place(benchmark: BenchmarkFixture, page: Page, large: Place, measured: bool) -> None:
    """The synthetic place."""
    with served(large) as address:
        measure(benchmark, page, address, STEPS if measured else 1)
