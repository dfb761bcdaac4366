"""The report page as its readers meet it: on a desk, on a telephone, enlarged, by keyboard and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from commission_opt import compare, read_model, read_place, solve
from commission_opt.shipped import shipped_places
from tests.browser.looking import sideways, violations
from tests.cli.running import CUT
from tests.reports.hostile import FORMULA, SCRIPT, hostile_place
from tests.tiny import tiny

WIDTHS = (1280, 640, 380, 320)
"""A desk, the same enlarged to 200 %, a telephone, and 400 % (WCAG 2.2, 1.4.10)."""

Pages = dict[str, str]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Return the addresses of reports: a ladder, a plan, forms without any, and a plan of a hostile place."""
    folder = tmp_path_factory.mktemp("reports")
    ladder = compare(read_place(shipped_places()["wrong_pockets"]))
    written = {
        "ladder": ladder.to_html(folder / "ladder.html"),
        "plan": solve(read_place(shipped_places()["four_pilots"]), read_model("aligned")).to_html(folder / "plan.html"),
        "conflict": compare(tiny(**CUT), ["siloed", "aligned"]).to_html(folder / "conflict.html"),
        "hostile": solve(hostile_place(), read_model("aligned")).to_html(folder / "hostile.html"),
    }
    return {name: Path(path).as_uri() for name, path in written.items()}


def open_all(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true; })")


@pytest.mark.parametrize("name", ["ladder", "plan", "conflict", "hostile"])
def test_report_meets_wcag_and_fits_every_width(page: Page, reports: Pages, name: str) -> None:
    """Folded and open; wide tables scroll by themselves, never the page."""
    page.goto(reports[name])
    assert violations(page) == []
    open_all(page)
    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == [], f"{width} wide"


def test_first_screen_holds_the_gains_and_the_ladder(page: Page, reports: Pages) -> None:
    """Nobody has to scroll for what the place gets for its money."""
    page.goto(reports["ladder"])
    for thing in (
        page.get_by_text("Against today", exact=True),
        page.get_by_text("Against silos", exact=True),
        page.locator("svg.chart").first,
    ):
        box = thing.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


def test_source_of_a_figure_is_one_key_away(page: Page, reports: Pages) -> None:
    """A link unfolds the table of sources at its row."""
    page.goto(reports["ladder"])
    link = page.locator("a[href^='#outcomes-']").first
    target = page.locator(str(link.get_attribute("href")))
    assert not target.is_visible()
    link.focus()
    page.keyboard.press("Enter")
    target.wait_for(state="visible")
    assert target.inner_text() == link.inner_text()


def test_wide_tables_scroll_by_keyboard_with_the_focus_seen(page: Page, reports: Pages) -> None:
    """Tab reaches them and the arrow keys move them."""
    page.set_viewport_size({"width": 380, "height": 900})
    page.goto(reports["ladder"])
    region = page.get_by_role("region", name="Value of outcomes, spend and proof under each form")
    page.keyboard.press("Tab")
    assert region.evaluate("part => part === document.activeElement")
    assert region.evaluate("part => getComputedStyle(part).outlineStyle") == "solid"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def test_names_that_mean_harm_are_text(page: Page, reports: Pages) -> None:
    """Nothing runs, nothing is fetched, nothing is followed; they are shown as they are written."""
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(reports["hostile"])
    assert page.locator("img, script, iframe").count() == 0
    open_all(page)
    assert page.get_by_text(SCRIPT).count() > 0
    assert page.get_by_text(FORMULA).count() > 0


def test_paper_shows_what_the_screen_folds(page: Page, reports: Pages) -> None:
    """Tables are printed though nobody can unfold them on paper; A4, and nothing is cut off at its edge."""
    page.goto(reports["plan"])
    folded = page.locator("details.figures table").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, at 96 dots an inch.
    box = folded.bounding_box()
    assert box is not None
    assert box["height"] > 100
    assert sideways(page) == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_long_names_end_in_dots_before_they_meet_the_figures(page: Page, reports: Pages) -> None:
    """On a telephone a chart's names and figures stand side by side."""
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(reports["plan"])
    meeting = """() => [...document.querySelectorAll('svg.chart foreignObject')].filter(part =>
        part.getBoundingClientRect().right > part.nextElementSibling.getBoundingClientRect().left)
        .map(part => part.textContent)"""
    assert page.evaluate(meeting) == []
    assert page.locator("svg .name").first.evaluate("name => getComputedStyle(name).textOverflow") == "ellipsis"
