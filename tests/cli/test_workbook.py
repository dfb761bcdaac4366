"""Workbooks on the command line: faults name their cell, and a template leads to a report."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from commission_opt.place import read_place
from commission_opt.place.columns import Table
from commission_opt.place.tables import TABLES
from tests.cli.running import document, refused, run, tiny_folder
from tests.place.faults_workbook import BOOK_FAULTS, BookFault, write_valid_book
from tests.place.test_read import same

SOFFICE = shutil.which("soffice")

SMALL_TOWN = {
    "place": [("name", "small-town"), ("title", "Small Town"), ("years", "2026/27"), ("years", "2027/28")],
    "agencies": [("council", "Small Town Council", "council"), ("nhs", "Health Board", "nhs")],
    "funding": [
        {"stream": "general", "agency": "council", "amount": "£120k"},
        {"stream": "board", "agency": "nhs", "amount": 250_000},
    ],
    "outcomes": [
        {"outcome": "bed_days", "unit": "days", "weight": 400, "agency": "nhs"},
        {"outcome": "calm", "unit": "incidents", "weight": 900, "agency": "council"},
    ],
    "demand": [{"need": "falls", "cases": 500}, {"need": "disorder", "cases": "1,200"}],
    "services": [
        {"service": "prevention", "agency": "council", "need": "falls", "unit": "course", "unit_cost": 300},
        {"service": "clinic", "agency": "nhs", "need": "falls", "unit": "visit", "unit_cost": 900},
        {"service": "patrol", "agency": "council", "need": "disorder", "unit": "shift", "unit_cost": "£250"},
    ],
    "effects": [
        {"service": "prevention", "outcome": "bed_days", "effect": 1.5, "grade": "amber"},
        {"service": "clinic", "outcome": "bed_days", "effect": 3, "grade": "green"},
        {"service": "patrol", "outcome": "calm", "effect": 0.8, "grade": "red"},
    ],
    "baseline": [{"service": "clinic", "volume": 200}, {"service": "patrol", "volume": 300}],
}
"""What a new user types, sheet by sheet."""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return an empty workbook to fill in."""
    path = tmp_path / "small town.xlsx"
    assert run("template", path).exit_code == 0
    return path


def fill(book: Any, table: Table, records: list[Any]) -> None:
    """Type records below the headings of a sheet, as a person does who reads them."""
    sheet = book[table.name]
    head = next(row for row in range(1, 10) if sheet.cell(row, 1).value in (f"{table.names[0]}*", table.names[0]))
    columns = {str(cell.value).partition("*")[0].partition(" (")[0]: cell.column for cell in sheet[head]}
    for row, record in enumerate(records, start=head + 1):
        named = record if isinstance(record, dict) else dict(zip(table.names, record, strict=False))
        for name, value in named.items():
            sheet.cell(row, columns[name]).value = value


def fill_settings(book: Any, given: list[tuple[str, str]]) -> None:
    """Type every setting beside the first blank row of its name."""
    for name, value in given:
        rows = [cells for cells in book["place"].iter_rows(min_row=4) if cells[0].value == name]
        next(cells[1] for cells in rows if cells[1].value is None).value = value


def commands_of(book: Any) -> list[str]:
    """Return the commands that the cover tells the user to give."""
    texts = [str(cell.value) for row in book["Cover"].iter_rows() for cell in row if cell.value]
    return [found[1] for text in texts if (found := re.search(r"commission-opt (.*?)(?:  |$)", text)) and "  " in text]


def test_a_new_user_fills_the_template_and_opens_the_report(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the cover's own steps, with nothing but what is typed into the sheets that it names."""
    book = openpyxl.load_workbook(template)
    fill_settings(book, SMALL_TOWN["place"])
    for name, records in SMALL_TOWN.items():
        if name in TABLES:
            fill(book, TABLES[name], records)
    book.save(template)
    monkeypatch.chdir(tmp_path)
    commands = commands_of(book)
    assert [command.split()[0] for command in commands] == ["check", "solve", "compare"]
    for command in commands:
        args = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', command)]
        result = run(*args)
        assert result.exit_code == 0, result.output
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Small Town" in report
    assert "Health Board" in report


def test_the_cover_names_the_required_sheets_in_an_order_in_which_names_are_known(template: Path) -> None:
    """A sheet comes after those whose names it uses."""
    book = openpyxl.load_workbook(template)
    steps = [
        str(row[1].value).partition(":")[0] for row in book["Cover"].iter_rows() if str(row[0].value)[:4] == "Step"
    ]
    order = [step for step in steps if step in TABLES]
    assert set(order) == {table.name for table in TABLES.values() if table.required}
    for at, name in enumerate(order):
        links = {column.refers_to.partition(".")[0] for column in TABLES[name].columns if column.required}
        assert links - {""} <= set(order[: at + 1])


def test_an_empty_template_says_what_is_missing(template: Path) -> None:
    """Name, years, and every required sheet."""
    result = run("check", template)
    assert result.exit_code == 2
    required = [table.name for table in TABLES.values() if table.required]
    for words in ("column name: the setting is missing", "column years", *(f"sheet {name}" for name in required)):
        assert words in result.stderr


def test_a_place_fills_the_template(tmp_path: Path) -> None:
    """And a template does not take the place of a file that is there."""
    folder = tiny_folder(tmp_path)
    out = tmp_path / "tiny.xlsx"
    written = document(run("template", out, "--from", folder, "--json"))
    assert (written["file"], written["from"]) == (str(out), "tiny")
    assert same(read_place(out), read_place(folder))
    refused = run("template", out)
    assert (refused.exit_code, "is there already" in refused.stderr) == (2, True)
    refused = run("template", tmp_path / "template.xls")
    assert (refused.exit_code, "ends in .xlsx" in refused.stderr) == (2, True)


def test_a_place_is_converted_into_a_workbook_and_back(tmp_path: Path) -> None:
    """Folder, workbook, Parquet folder: one place."""
    folder = tiny_folder(tmp_path)
    for source, out, more in (
        (folder, tmp_path / "a.xlsx", ()),
        (tmp_path / "a.xlsx", tmp_path / "b", ("--parquet",)),
        (tmp_path / "b", tmp_path / "c.XLSX", ()),
    ):
        assert run("convert", source, out, *more).exit_code == 0
        assert same(read_place(out), read_place(folder))
    assert "is the place itself" in run("convert", tmp_path / "a.xlsx", tmp_path / "a.xlsx").stderr
    assert "is a file" in run("convert", folder, tmp_path / "d.xlsx", "--parquet").stderr


@pytest.mark.parametrize("fault", BOOK_FAULTS, ids=lambda fault: fault.name)
def test_every_fault_of_a_workbook_is_bad_input(tmp_path: Path, fault: BookFault) -> None:
    """Exit code 2, and words that lead to the sheet, the cell and the remedy."""
    path = write_valid_book(tmp_path / "ashford.xlsx")
    fault.mutate(path)
    refused(run("check", path), ("ashford.xlsx", *fault.expect))


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_drop_downs_and_tables(tmp_path: Path) -> None:
    """Opened and saved again it is the same place, with the same lists and tables."""
    path = write_valid_book(tmp_path / "ashford.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    asked = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(asked, check=True, capture_output=True, timeout=240)
    saved = tmp_path / "out" / "ashford.xlsx"
    assert same(read_place(saved), read_place(path))
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(saved)
    assert after.sheetnames == before.sheetnames
    for name in TABLES:
        assert list(after[name].tables) == list(before[name].tables)
        assert lists_of(after[name]) == lists_of(before[name])


def lists_of(sheet: Any) -> dict[str, str]:
    """Return the source of every drop-down by its first cell."""
    rules = sheet.data_validations.dataValidation
    return {str(r.sqref).partition(":")[0]: r.formula1.replace("'", "") for r in rules if r.type == "list"}
