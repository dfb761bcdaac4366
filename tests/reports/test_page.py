"""The page: everything in it, nothing fetched, nothing run."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from commission_opt import Comparison, Plan, compare
from commission_opt.analysis.equal_outcomes import money_at_equal_outcomes
from commission_opt.reports.charts import bar
from commission_opt.reports.page import comparison_page, plan_page
from tests.reports.hostile import IMAGE, SCRIPT
from tests.tiny import rows, tiny

ALLOWED = {"html", "head", "meta", "link", "title", "style", "body", "main", "header", "section", "div"} | {
    *("h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "rect"),
}
"""Elements that the page is made of."""


class Reader(HTMLParser):
    """Gathers elements, attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text that people see."""
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that people read, in one line."""
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page(ladder: Comparison) -> Reader:
    """Return the page of the ladder, read."""
    equal = money_at_equal_outcomes(ladder.plan("aligned"), ladder.plan("single_pot").model)
    return Reader(comparison_page(ladder, equal))


def test_page_is_whole_and_fetches_nothing(page: Reader) -> None:
    """Every element is closed, none is a script, and no attribute names another place."""
    assert page.open == []
    assert page.tags <= ALLOWED
    named = [value for name, value in page.attributes if name in ("src", "href", "action", "xlink:href")]
    assert named == ["data:,"]
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_page_forbids_what_it_does_not_need(page: Reader) -> None:
    """The browser is told so too."""
    policies = [value for name, value in page.attributes if name == "content" and "default-src" in value]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


@pytest.mark.parametrize(
    "words",
    [
        "What pooling is worth",
        "Money at equal outcomes",
        "What the place gets for its money",
        "Spend by service, before and after",
        "Who pays and who gains",
        "The rules that cost most",
        "What is unspent, and why",
        "What the plan rests on",
        "Every plan is certified",
        "Proof, notes and sources",
    ],
)
def test_page_answers_every_question(page: Reader, words: str) -> None:
    """One section each."""
    assert words in page.text


def test_ladder_has_a_picture_and_figures_for_every_form(page: Reader, ladder: Comparison) -> None:
    """The table stands beside the bars."""
    for plan in ladder.solved:
        assert plan.model.title.partition(":")[0] in page.text
        assert f"{plan.value / 1000:,.1f}" in page.text


def test_services_of_a_plan_are_all_there(riverside: Plan) -> None:
    """By the names that people use."""
    text = Reader(plan_page(riverside)).text
    delivered = set(riverside.allocation["service"])
    services = riverside.place.tables["services"].set_index("service")["name"]
    assert [name for name in services[sorted(delivered)] if name not in text] == []


def test_names_never_become_markup(hostile: Plan) -> None:
    """They are shown as they are written."""
    page = Reader(plan_page(hostile))
    assert page.tags <= ALLOWED
    assert SCRIPT in page.text
    assert IMAGE in page.text


def test_page_of_forms_without_a_plan_says_why() -> None:
    """The conflict takes the place of the plan."""
    place = tiny(needs=rows("need must_meet", ("falls", 1.0), ("illness", 1.0)))
    text = Reader(comparison_page(compare(place, ["aligned", "single_pot"]))).text
    assert text.count("Money is short in 2026") == 2
    assert "No plan under" in text


def test_bars_stay_on_their_scale() -> None:
    """From half to all of it, and what goes beyond is cut off."""
    assert 'x="50" y="0" width="50"' in bar(0.5, 1.7)
    assert 'x="20" y="0" width="30"' in bar(0.5, 0.2)


def test_page_is_written_where_asked(hostile: Plan, ladder: Comparison, tmp_path: Path) -> None:
    """In UTF-8, as the page says."""
    for thing, name in ((hostile, "plan.html"), (ladder, "ladder.html")):
        path = thing.to_html(tmp_path / name)
        assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
