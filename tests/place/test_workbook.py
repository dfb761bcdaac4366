"""A place as a workbook: nothing is lost on the way there and back, and every fault names its cell."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commission_opt.errors import PlaceError
from commission_opt.place import Place, read_place, write_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.place.tables import TABLES
from commission_opt.place.workbook_grid import address, position
from commission_opt.shipped import shipped_places
from tests.place.faults_workbook import BOOK_FAULTS, cell, edited, parts_of, replaced, write_valid_book
from tests.place.test_read import same
from tests.place.test_write import AWKWARD, drawn_place, with_awkward_names
from tests.place.valid import valid_place, write_valid
from tests.tiny import tiny

AT_LEAST = 50

AWKWARD_IN_A_CELL = [*AWKWARD, "_x000D_", "_xD800_", "x005F_", "1/4", "TRUE", "1e5", "#N/A", "http://example.org"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return the workbook of the valid place."""
    return write_valid_book(tmp_path / "ashford.xlsx")


def files_of(folder: Path) -> dict[str, str]:
    """Return every file of a folder as text."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_faults_are_many_and_have_names_of_their_own() -> None:
    """The table keeps its size, and no fault is there twice."""
    assert len(BOOK_FAULTS) >= AT_LEAST
    assert len({fault.name for fault in BOOK_FAULTS}) == len(BOOK_FAULTS)


def test_one_fault_is_one_problem(book: Path) -> None:
    """A formula in a required column draws no further complaint, nor does what refers to its row."""
    cell("services", "A4", "=B4")(book)
    with pytest.raises(PlaceError) as refusal:
        read_place(book)
    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize("name", sorted(shipped_places()))
def test_places_that_ship_come_back_letter_by_letter(name: str, tmp_path: Path) -> None:
    """Folder to workbook to folder: the files are the same as without the workbook between."""
    place = read_place(name)
    back = read_place(write_place(place, tmp_path / "book.xlsx"))
    assert same(back, place)
    assert files_of(write_place(back, tmp_path / "back")) == files_of(write_place(place, tmp_path / "straight"))


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_nothing_is_lost_on_the_way_through_a_workbook(data: st.DataObject) -> None:
    """Leading zeros, white space in settings, line breaks, formulas, every digit."""
    with TemporaryDirectory() as folder:
        place = drawn_place(data, ' a\n"b" \\ é_x000D_\r')
        assert same(read_place(write_place(place, Path(folder) / "book.xlsx")), place)


def test_awkward_texts_come_back(ashford: Place, tmp_path: Path) -> None:
    """As names and as notes; none of them is a formula, a link, a date or a figure."""
    place = with_awkward_names(ashford, AWKWARD_IN_A_CELL)
    assert same(read_place(write_place(place, tmp_path / "book.xlsx")), place)


@pytest.mark.parametrize("text", AWKWARD_IN_A_CELL)
def test_awkward_titles_come_back(tmp_path: Path, text: str) -> None:
    """Settings are text too."""
    place = tiny(title=text)
    assert same(read_place(write_place(place, tmp_path / "book.xlsx")), place)


def test_invented_places_come_back(tmp_path: Path) -> None:
    """Figures as they come out of arithmetic need up to seventeen digits."""
    for seed in range(3):
        place = synthetic_place(SyntheticSize(areas=4, services=6, years=2, tranches=2), seed)
        assert same(read_place(write_place(place, tmp_path / f"{seed}.xlsx")), place)


def test_what_a_person_types_is_read_as_meant(book: Path, ashford: Place) -> None:
    """Percentages, words for yes and no, money with a suffix, years as numbers of text, dates in notes."""

    def change(sheets: Any) -> None:
        funding, resources, place = sheets["funding"], sheets["resources"], sheets["place"]
        funding["E4"], funding["E5"], funding["H6"] = "£900k", "0.2m", "50%"
        resources["G4"], resources["G5"] = True, "No"
        place["B10"] = "3.5%"
        sheets["needs"]["A6"] = "   "

    edited(change)(book)
    assert same(read_place(book), ashford)


def test_sheets_and_headings_may_be_written_in_other_ways(book: Path, ashford: Place) -> None:
    """Order and case of sheets, spaces for underscores, headings in the first row, sheets of notes, blank sheets."""

    def change(sheets: Any) -> None:
        sheets["ring_fences"].title = "Ring Fences"
        sheets.move_sheet("place", 20)
        sheets["agencies"].delete_rows(1, 2)
        sheets["services"]["F3"], sheets["services"]["C3"] = "Unit cost (£ thousand per unit)", " AGENCY "
        sheets.create_sheet("Notes of the finance team").append(["=1+1", "#N/A"])
        sheets.create_sheet("Sheet1")
        sheets["funding"].delete_cols(14)
        sheets["funding"]["A2"] = "A line of one's own above the headings"

    edited(change)(book)
    assert same(read_place(book), ashford)


def test_a_number_shown_with_leading_zeros_keeps_them(book: Path) -> None:
    """What the person sees is what is read, where names are expected."""

    def change(sheets: Any) -> None:
        for spot in (sheets["groups"]["A4"], sheets["groups"]["A5"]):
            spot.value, spot.number_format = 7, "000"
        sheets["limits"]["A7"] = "group:007"

    edited(change)(book)
    assert read_place(book).tables["groups"]["group"].tolist() == ["007", "007"]


def test_dates_count_from_1904_where_the_workbook_says_so(book: Path) -> None:
    """In a note a date is text."""

    def change(sheets: Any) -> None:
        note = sheets["agencies"]["G4"]
        note.value, note.number_format = 43_000, "d mmm yyyy"

    edited(change)(book)
    assert read_place(book).tables["agencies"]["note"].iloc[0] == "2017-09-22"
    replaced("xl/workbook.xml", b"<workbookPr", b'<workbookPr date1904="1"')(book)
    assert read_place(book).tables["agencies"]["note"].iloc[0] == "2021-09-23"


def test_a_format_that_takes_for_ever_is_cut_short(book: Path) -> None:
    """No workbook holds up the program by the way in which it shows figures."""
    replaced("xl/styles.xml", b'formatCode="', b'formatCode="' + b"[" * 100_000)(book)
    begun = time.perf_counter()
    read_place(book)
    assert time.perf_counter() - begun < 20


def test_addresses_count_as_spreadsheets_do() -> None:
    """A to Z, then AA, up to XFD."""
    for name, spot in {"A1": (1, 1), "Z9": (9, 26), "AA10": (10, 27), "XFD1048576": (1_048_576, 16_384)}.items():
        assert position(name) == spot
        assert address(*spot) == name


def test_every_table_has_its_sheet_its_notes_and_its_drop_downs(book: Path) -> None:
    """Drop-downs lead to the other tables' names, choices are listed, nothing is hidden."""
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames[:2] == ["Cover", "place"]
    assert set(TABLES) <= set(sheets.sheetnames)
    assert {sheet.sheet_state for sheet in sheets} == {"visible"}
    for name, table in TABLES.items():
        sheet = sheets[name]
        assert list(sheet.tables) == [f"table_{name}"]
        assert sheet.freeze_panes == "B4"
        rules = {str(rule.sqref).partition(":")[0]: rule for rule in sheet.data_validations.dataValidation}
        for at, column in enumerate(table.columns, start=1):
            rule = rules[address(4, at)]
            assert column.meaning[:200] in rule.prompt
            if column.refers_to:
                target, key = column.refers_to.split(".")
                spot = f"'{target}'!${address(4, TABLES[target].names.index(key) + 1)[:-1]}$4"
                assert spot in rule.formula1 or "Notes on names" in rule.formula1
            if column.choices:
                assert rule.formula1 == f'"{",".join(column.choices)}"'


def test_headings_hold_units_and_stars(book: Path) -> None:
    """In the money of the place; a star where a cell must be filled in."""
    sheets = openpyxl.load_workbook(book)
    headings = [spot.value for spot in sheets["services"][3]]
    assert headings[:6] == ["service*", "name", "agency*", "need*", "unit*", "unit_cost (revenue £k per unit)"]
    assert [spot.value for spot in sheets["funding"][3]][4] == "amount* (£k a year)"


def test_names_that_repeat_are_offered_once(book: Path) -> None:
    """From a sheet of names that is not read."""
    sheet = openpyxl.load_workbook(book)["Notes on names"]
    columns = {column[2].value: [spot.value for spot in column[3:] if spot.value] for column in sheet.iter_cols()}
    assert columns["need (sheet demand)"] == ["falls", "disorder"]


def test_no_text_is_a_formula_or_a_link(ashford: Place, tmp_path: Path) -> None:
    """Links lead from the cover to the sheets and nowhere else."""
    notes = ashford.table("needs").assign(note=["=HYPERLINK(1)", "http://example.org"])
    parts = parts_of(write_place(ashford.replace(needs=notes), tmp_path / "book.xlsx"))
    sheets = {name: part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) > len(TABLES)
    assert not [name for name, part in sheets.items() if b"<f>" in part]
    assert [name for name, part in sheets.items() if b"<hyperlink " in part] == ["xl/worksheets/sheet1.xml"]
    assert not [name for name in parts if name.startswith("xl/worksheets/_rels/sheet1.")]


def test_what_no_workbook_holds_is_not_written(ashford: Place, tmp_path: Path) -> None:
    """It says so instead of losing a part."""
    notes = ashford.table("needs").assign(note=["x" * 32_768, ""])
    with pytest.raises(PlaceError, match=r"table needs, column note: a cell has 32,768 characters"):
        write_place(ashford.replace(needs=notes), tmp_path / "book.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


def test_a_workbook_that_is_no_place_is_not_touched(ashford: Place, book: Path, tmp_path: Path) -> None:
    """Somebody's budget is not overwritten; the place's own workbook is replaced."""
    mine = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(mine)
    before = mine.read_bytes()
    with pytest.raises(PlaceError, match="not the workbook of a place"):
        write_place(ashford, mine)
    assert mine.read_bytes() == before
    assert same(read_place(write_place(ashford.replace(title="Other"), book)), ashford.replace(title="Other"))
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(PlaceError, match="cannot be written"):
        write_place(ashford, tmp_path / "folder.xlsx")


def test_workbooks_that_are_not_there_or_of_another_kind_are_named(tmp_path: Path) -> None:
    """With what to do."""
    write_place(valid_place(), tmp_path / "ashford.xlsx")
    with pytest.raises(PlaceError, match=r"no such workbook\s+Did you mean 'ashford\.xlsx'"):
        read_place(tmp_path / "ashfrod.xlsx")
    with pytest.raises(PlaceError, match="another kind"):
        read_place(tmp_path / "ashford.xls")


def test_a_folder_may_be_called_as_a_workbook(tmp_path: Path, ashford: Place) -> None:
    """Its files are read."""
    assert same(read_place(write_valid(tmp_path / "odd.xlsx")), ashford)
