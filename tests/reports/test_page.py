"""The page: everything in it, nothing fetched, nothing run."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from commission_opt import Comparison, Plan, compare
from commission_opt.analysis.equal_outcomes import money_at_equal_outcomes
from commission_opt.reports.charts import Picture, bars, stacks, steps
from commission_opt.reports.page import comparison_page, plan_page
from commission_opt.reports.section import AT_MOST, Section, anchors, link
from commission_opt.reports.sentences import value_text
from commission_opt.reports.sources import source_tables
from commission_opt.reports.views import areas_view
from tests.reports.hostile import IMAGE, SCRIPT
from tests.tiny import rows, tiny

ALLOWED = {"html", "head", "meta", "link", "title", "style", "body", "main", "header", "section", "div", "span"} | {
    *("h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("a", "strong", "details", "summary", "svg", "desc", "rect", "line", "text", "foreignobject"),
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
    assert {value for value in named if not value.startswith("#")} == {"data:,"}
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
        "Proof and notes",
        "Where the figures come from",
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


def test_every_link_leads_to_a_source_on_the_page(page: Reader, ladder: Comparison) -> None:
    """Services, outcomes and agencies each to a row of their table; no two things have one name."""
    names = [value for name, value in page.attributes if name == "id"]
    links = {value.removeprefix("#") for name, value in page.attributes if name == "href" and value.startswith("#")}
    assert len(names) == len(set(names))
    assert links <= set(names)
    tables = ladder.place.tables
    wanted = {f"{name}-{at}" for name in ("outcomes", "agencies") for at in range(1, len(tables[name]) + 1)}
    assert wanted <= links


def test_sources_of_costs_effects_money_and_weights_are_told(riverside: Plan) -> None:
    """With the row that they stand in, the heading being row 1."""
    text = Reader(plan_page(riverside)).text
    for name in ("services", "effects", "funding", "outcomes"):
        assert [source for source in riverside.place.tables[name]["source"] if source not in text] == []
    rows = {row for table in source_tables(riverside.place)[:4] for *_, row, _, _ in table.section.rows}
    assert {"2", f"{len(riverside.place.tables['effects']) + 1}"} <= rows


def test_long_lists_are_cut_and_say_so() -> None:
    """A page holds 500 rows of a table and links to no others."""
    rows = tuple((f"row {at}",) for at in range(AT_MOST + 7))
    section = Section((("Thing", "word"),), rows)
    assert (section.folded, len(section.shown), section.more) == (True, AT_MOST, 7)
    known = anchors("services", [str(at) for at in range(AT_MOST + 7)])
    assert link(known.get("3"), "<b>") == '<a href="#services-4">&lt;b&gt;</a>'
    assert link(known.get(str(AT_MOST)), "<b>") == "<b>"


@pytest.mark.parametrize("names", [("status_quo", "siloed", "aligned"), ("aligned",), ("siloed", "single_pot")])
def test_first_figures_set_the_plan_beside_today_and_silos(ladder: Comparison, names: tuple[str, ...]) -> None:
    """Whatever was not compared is named, with the command that does it."""
    models = tuple(ladder.plan(name).model for name in names)
    part = Comparison(ladder.place, models, tuple(ladder.plan(name) for name in names))
    plan = part.solved[-1]
    text = Reader(plan_page(plan, part)).text
    for name, term in (("status_quo", "Against today"), ("siloed", "Against silos")):
        assert (term in text) == (name in names)
        gain = plan.value - ladder.plan(name).value
        assert (f"+{value_text(gain)}" in text) or name not in names
    assert ("Not compared here" in text) == ({"status_quo", "siloed"} - set(names) != set())


def test_a_plan_stopped_early_is_not_called_best(hostile: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proven of it is told all the same."""
    assert "Proven best" in Reader(plan_page(hostile)).text
    monkeypatch.setattr(Plan, "status", property(lambda _: "stopped"))
    text = Reader(plan_page(hostile)).text
    assert "Proven best" not in text
    assert "Stopped early no plan under these rules is better by as much as" in text


def test_charts_are_on_one_scale_and_name_what_they_show() -> None:
    """Nought lies where the amounts say; names are escaped."""
    drawn = bars(Picture("money", "Money <&>"), [("up", "+30", 30.0, "gain"), ("down", "-10", -10.0, "loss")])
    assert 'class="gain" x="25%" y="20" width="75%"' in drawn
    assert 'class="loss" x="0%" y="62" width="25%"' in drawn
    assert drawn.count('x1="25%"') == 2
    assert '<title id="money-title">Money &lt;&amp;&gt;</title>' in drawn


def test_stacks_lie_end_to_end_and_steps_begin_where_told() -> None:
    """Half and half of the longest; and a step down is a loss."""
    piled = stacks(
        Picture("pile", "Pile"), [("all", "8", [(4.0, "agency-1"), (4.0, "agency-2")]), ("half", "4", [(4.0, "plain")])]
    )
    assert 'class="part agency-2" x="50%" y="20" width="50%"' in piled
    assert 'class="part plain" x="0%" y="62" width="50%"' in piled
    stairs = steps(
        Picture("stairs", "Stairs"),
        [("first", "100", 100.0, 100.0), ("up", "+8", 100.0, 108.0), ("down", "-2", 108.0, 106.0)],
    )
    assert 'class="gain" x="0%" y="62" width="100%"' in stairs
    assert 'class="loss" x="75%" y="104" width="25%"' in stairs


def test_outcomes_by_area_add_up(riverside: Plan) -> None:
    """To the value that the plan's outcomes add up to, in areas and in the base."""
    view = areas_view(riverside, riverside)
    assert view["value"].sum() == pytest.approx(riverside.outcomes["value"].sum())
    assert (view["value"] == view["before_value"]).all()
    assert len(view) == len(riverside.place.tables["areas"])


def test_page_is_written_where_asked(hostile: Plan, ladder: Comparison, tmp_path: Path) -> None:
    """In UTF-8, as the page says."""
    for thing, name in ((hostile, "plan.html"), (ladder, "ladder.html")):
        path = thing.to_html(tmp_path / name)
        assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
