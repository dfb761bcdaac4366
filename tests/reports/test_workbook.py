"""The workbook: a sheet for every table, figures as figures, text as text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from commission_opt import Comparison, Plan, compare
from commission_opt.errors import PlaceError
from commission_opt.place.people import people_names
from commission_opt.reports.columns import PLAN_TABLES
from commission_opt.reports.palette import agency_colours
from commission_opt.reports.sentences import step_sentences
from commission_opt.reports.views import agencies_view, outcomes_view, services_view
from commission_opt.reports.workbook import prices_in_words
from tests.cli.running import CUT
from tests.reports.hostile import FORMULA, SCRIPT
from tests.tiny import tiny


@pytest.fixture(scope="module")
def book(hostile: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the plan with hostile names."""
    return hostile.to_excel(tmp_path_factory.mktemp("book") / "plan.xlsx")


def test_every_table_has_its_sheet_with_units(book: Path) -> None:
    """Units stand in the headings."""
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["plan", "services", "outcome totals", "ledger", "prices in words", *PLAN_TABLES]
    headings = [cell.value for cell in sheets["allocation"][1]]
    assert headings[:3] == ["service", "agency", "need"]
    assert "spend (GBP)" in headings


def test_figures_are_figures_and_sum_up(book: Path, hostile: Plan) -> None:
    """Not text that looks like figures."""
    sheet = openpyxl.load_workbook(book)["allocation"]
    at = [cell.value for cell in sheet[1]].index("spend (GBP)")
    spent = [row[at] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sum(spent) == pytest.approx(hostile.spend)


def test_nothing_in_it_is_a_formula(book: Path) -> None:
    """Names are shown as they are written."""
    services = [row[0].value for row in openpyxl.load_workbook(book)["allocation"].iter_rows(min_row=2)]
    assert {SCRIPT, FORMULA} <= set(services)
    with zipfile.ZipFile(book) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets"):
                assert not re.search(r"<f[ >]|<hyperlink", parts.read(name).decode("utf-8"))


def test_what_is_not_known_stays_blank(riverside: Plan, tmp_path: Path) -> None:
    """No cell holds NaN or an error."""
    with zipfile.ZipFile(riverside.to_excel(tmp_path / "plan.xlsx")) as parts:
        text = "".join(
            parts.read(name).decode("utf-8") for name in parts.namelist() if name.startswith("xl/worksheets")
        )
    assert not re.search(r"NaN|nan<|#NUM|#DIV|inf<", text)


def test_a_folder_in_the_way_is_named(hostile: Plan, tmp_path: Path) -> None:
    """Not a crash."""
    (tmp_path / "plan.xlsx").mkdir()
    with pytest.raises(PlaceError, match=r"plan\.xlsx: cannot be written"):
        hostile.to_excel(tmp_path / "plan.xlsx")


def test_words_and_charts_come_first_and_figures_agree(riverside: Plan, tmp_path: Path) -> None:
    """Native charts with a text for those who cannot see them; their sheets add up to the plan."""
    path = riverside.to_excel(tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        drawing = parts.read("xl/drawings/drawing1.xml").decode("utf-8")
    assert len(charts) == 3
    texts = re.findall(r'descr="Bar chart: ([^"]+)"', drawing)
    assert len(texts) == len(charts)
    assert all("The figures stand on the sheet" in text for text in texts)
    sheet = openpyxl.load_workbook(path)["services"]
    at = [cell.value for cell in sheet[1]].index("spend (GBP)")
    assert sum(row[at] for row in sheet.iter_rows(min_row=2, values_only=True)) == pytest.approx(riverside.spend)


def test_agencies_have_the_colours_of_the_page(riverside: Plan, tmp_path: Path) -> None:
    """Every bar in the colour of who leads the service, answers for the outcome or pays; words say whose it is."""
    path = riverside.to_excel(tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as parts:
        spend, value, ledger = (parts.read(f"xl/charts/chart{at}.xml").decode("utf-8") for at in (1, 2, 3))
        words = parts.read("xl/sharedStrings.xml").decode("utf-8")
    colours = agency_colours(riverside.place)

    def bars(chart: str) -> list[str]:
        return re.findall(r'<c:dPt>.*?<a:srgbClr val="(\w+)"/>', chart)

    def expected(keys: list[str], table: str, key: str) -> list[str]:
        leads = riverside.place.tables[table].set_index(key)["agency"]
        return [colours[leads[name]].removeprefix("#") for name in keys[:12]]

    assert bars(spend) == expected(services_view(riverside)["service"].tolist(), "services", "service")
    assert bars(value) == expected(outcomes_view(riverside)["outcome"].tolist(), "outcomes", "outcome")
    assert bars(ledger) == [colours[agency].removeprefix("#") for agency in agencies_view(riverside)["agency"]]
    for agency, name in people_names(riverside.place, "agencies").items():
        colour = colours[agency].removeprefix("#")
        assert re.search(rf'<color rgb="FF{colour}"/>.{{0,200}}?</r><r>.{{0,300}}?{re.escape(name)}', words)


def test_prices_are_told_in_words(riverside: Plan) -> None:
    """A sentence for every rule, dearest first, none of them with a figure that is not one."""
    told = prices_in_words(riverside)
    assert len(told) > 10
    assert told["in_words"].str.contains("gains|costs|cannot be").all()
    assert told["in_words"].str.endswith(".").all()
    assert not told["in_words"].str.contains("nan|inf").any()
    assert set(told["label"]) <= set(riverside.leading_prices["label"])


def test_every_sheet_prints_on_a4_with_its_headings(book: Path) -> None:
    """Across, one page wide, the heading on every page; a table of Excel's own that can be filtered."""
    sheets = openpyxl.load_workbook(book)
    for sheet in sheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        wide, high = sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight
        assert (1 if wide is None else wide, high) == (1, 0)  # What is not said is one page.
        assert sheet.oddFooter.right.text == "Page &P of &N"
        if sheet.title != "plan":
            assert sheet.print_title_rows == "$1:$1"
            assert len(sheet.tables) == 1


def test_ladder_as_a_workbook_holds_what_the_comparison_holds(ladder: Comparison, tmp_path: Path) -> None:
    """Every step with its value and its words, the gain drawn, who gains and who pays."""
    sheets = openpyxl.load_workbook(ladder.to_excel(tmp_path / "ladder.xlsx"))
    assert sheets.sheetnames == ["comparison", "ladder", "outcomes", "agencies", "services", "prices in words"]
    head, *rows = list(sheets["ladder"].iter_rows(values_only=True))
    at = {str(name): place for place, name in enumerate(head)}
    assert [row[at["model"]] for row in rows] == ladder.table["model"].tolist()
    values = ladder.table["value"].tolist()
    assert [row[at["value"]] for row in rows] == pytest.approx(values)
    assert [row[at["gain value"]] for row in rows] == pytest.approx([value - values[0] for value in values])
    words = [str(row[1]) for row in sheets["comparison"].iter_rows(values_only=True)]
    assert set(step_sentences(ladder)) <= set(words)


def test_a_ladder_without_any_plan_says_why(tmp_path: Path) -> None:
    """Two models whose rules cannot all hold."""
    ladder = compare(tiny(**CUT), ["siloed", "aligned"])
    sheets = openpyxl.load_workbook(ladder.to_excel(tmp_path / "ladder.xlsx"))
    assert "services" not in sheets.sheetnames
    heads = [str(row[0]) for row in sheets["comparison"].iter_rows(values_only=True)]
    assert len([head for head in heads if head.startswith("No plan: ")]) == 2
