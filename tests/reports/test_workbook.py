"""The workbook: a sheet for every table, figures as figures, text as text."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from commission_opt import Plan
from commission_opt.errors import PlaceError
from commission_opt.reports.columns import PLAN_TABLES
from tests.reports.hostile import FORMULA, SCRIPT


@pytest.fixture(scope="module")
def book(hostile: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the plan with hostile names."""
    return hostile.to_excel(tmp_path_factory.mktemp("book") / "plan.xlsx")


def test_every_table_has_its_sheet_with_units(book: Path) -> None:
    """Units stand in the headings."""
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["plan", *PLAN_TABLES]
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
