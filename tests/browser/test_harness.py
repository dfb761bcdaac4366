"""The harness itself: what it is there to notice, it notices."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import watch
from tests.browser.looking import sideways, violations


def test_good_page_has_no_violations(page: Page) -> None:
    """Nothing is found where there is nothing."""
    page.set_content("<html lang=en><title>Plan</title><main><h1>Plan</h1><p>All is well.</p></main>")
    assert violations(page) == []
    assert sideways(page) == []


def test_pale_text_and_nameless_pictures_are_found(page: Page) -> None:
    """Contrast and names are what readers stumble over most."""
    page.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><p style='color:#bbb'>Too pale</p><svg role=img></svg>"
    )
    found = {line.partition(":")[0] for line in violations(page)}
    assert {"color-contrast", "svg-img-alt"} <= found


def test_wide_things_are_found(page: Page) -> None:
    """By name."""
    page.set_content("<div class=wide style='width:3000px'>x</div>")
    assert "div.wide" in sideways(page)


def test_errors_and_requests_that_leave_are_noted(context: BrowserContext) -> None:
    """An address that nobody has, so that nothing is asked of anybody."""
    page = context.new_page()
    faults = watch(page)
    page.set_content("<script>console.error('oh')</script><img src='https://nowhere.invalid/x.png'>")
    page.wait_for_load_state("networkidle")
    assert "console: oh" in faults
    assert "request: https://nowhere.invalid/x.png" in faults
