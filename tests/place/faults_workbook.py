"""Workbooks with one fault each, and what the complaint has to say."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from commission_opt.place import read_place, write_place
from tests.place.valid import write_valid

Mutation = Callable[[Path], None]
ZIPPED = zipfile.ZIP_DEFLATED


@dataclass(frozen=True)
class BookFault:
    """One way to break the valid place's workbook, and what the complaint has to say."""

    name: str
    mutate: Mutation
    expect: tuple[str, ...]


@cache
def valid_book() -> bytes:
    """Return the workbook of the valid place, written once."""
    with TemporaryDirectory() as folder:
        place = read_place(write_valid(Path(folder) / "ashford"))
        return write_place(place, Path(folder) / "ashford.xlsx").read_bytes()


def write_valid_book(path: Path) -> Path:
    """Write the workbook of the valid place and return its path."""
    path.write_bytes(valid_book())
    return path


def edited(change: Callable[[Any], None]) -> Mutation:
    """Change a workbook as a person would in a spreadsheet program."""

    def mutate(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return mutate


def cell(sheet: str, address: str, value: object) -> Mutation:
    """Type something into a cell."""

    def change(book: Any) -> None:
        book[sheet][address] = value

    return edited(change)


def parts_of(path: Path) -> dict[str, bytes]:
    """Return all parts of a workbook's file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes]) -> None:
    """Write a workbook's file from its parts."""
    with zipfile.ZipFile(path, "w", ZIPPED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def with_part(name: str, data: bytes) -> Mutation:
    """Put a part into the file, or another in its place."""
    return lambda path: packed(path, parts_of(path) | {name: data})


def without_part(name: str) -> Mutation:
    """Take a part out of the file."""
    return lambda path: packed(path, {key: data for key, data in parts_of(path).items() if key != name})


def replaced(name: str, old: bytes, new: bytes) -> Mutation:
    """Replace the first occurrence of some bytes in a part, which have to be there."""

    def mutate(path: Path) -> None:
        parts = parts_of(path)
        assert old in parts[name], f"{old!r} is not in {name}"
        packed(path, parts | {name: parts[name].replace(old, new, 1)})

    return mutate


def bytes_instead(data: bytes) -> Mutation:
    """Put a file of another kind where the workbook should be."""
    return lambda path: path.write_bytes(data) and None


def cut_short(path: Path) -> None:
    """Lose the second half of the file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def lying(by: int) -> Mutation:
    """Have the table of contents state another size of a sheet than it has."""

    def mutate(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = [match.start() for match in re.finditer(b"PK\x01\x02", bytes(data))]
        spot = next(start for start in at if b"sheet3.xml" in bytes(data[start + 46 : start + 90]))
        size = int.from_bytes(data[spot + 24 : spot + 28], "little") + by
        data[spot + 24 : spot + 28] = size.to_bytes(4, "little")
        path.write_bytes(bytes(data))

    return mutate


def locked_part(path: Path) -> None:
    """Mark a part of the file as encrypted."""
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))


def twice(path: Path) -> None:
    """Give the file two parts whose names differ in case alone."""
    packed(path, parts_of(path) | {"XL/workbook.xml": b"<workbook/>"})


def many_parts(path: Path) -> None:
    """Give the file more parts than any workbook has."""
    packed(path, parts_of(path) | {f"xl/media/{number}.txt": b"" for number in range(2_001)})


def sheet_twice(book: Any) -> None:
    """Copy a sheet and call it almost the same."""
    book.copy_worksheet(book["needs"]).title = "Needs "


def hide_row(book: Any) -> None:
    """Hide two rows, as a filter does."""
    book["services"].row_dimensions[5].hidden = True
    book["services"].row_dimensions[6].hidden = True


def hide_column(book: Any) -> None:
    """Hide a column that holds figures."""
    book["services"].column_dimensions["F"].hidden = True


def hide_sheet(book: Any) -> None:
    """Hide a sheet."""
    book["savings"].sheet_state = "veryHidden"


def formulas(book: Any) -> None:
    """Let two cells of a column be calculated."""
    book["demand"]["E4"], book["demand"]["E5"] = "=300+1", "=E4*2"


def three_sheets(book: Any) -> None:
    """Make a fault on each of three sheets."""
    book["effects"]["A4"], book["demand"]["E4"], book["place"]["B8"] = "falls-prevntion", -3, 7


def doctype(name: str) -> Mutation:
    """Declare a document type in a part."""
    return replaced(name, b"?>", b'?>\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>')


def bomb() -> bytes:
    """Return a small file that unpacks to 40 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", ZIPPED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 40 * 2**20)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet4.xml"
"""The sheet of funding: after the cover, the settings and the agencies."""

FILE_FAULTS = [
    BookFault(
        "an old workbook or a locked one",
        bytes_instead(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600),
        ("password",),
    ),
    BookFault("a CSV file with another name", bytes_instead(b"agency,kind\n"), ("no Excel workbook", "save it again")),
    BookFault("an empty file", bytes_instead(b""), ("no Excel workbook",)),
    BookFault("a file cut short", cut_short, ("is broken",)),
    BookFault("a zip bomb", bytes_instead(bomb()), ("packed too tightly", "sheet1.xml")),
    BookFault("too many parts", many_parts, ("2,000 parts",)),
    BookFault("a part larger than it says", lying(-9), ("is broken",)),
    BookFault("a part smaller than it says", lying(9), ("is broken",)),
    BookFault("a locked part", locked_part, ("password",)),
    BookFault("two parts of one name", twice, ("two parts of one name",)),
    BookFault(
        "an OpenDocument spreadsheet",
        lambda path: packed(path, {"mimetype": b"x", "content.xml": b"<x/>"}),
        ("workbook of another kind",),
    ),
    BookFault("macros", with_part("xl/vbaProject.bin", b"x"), ("macros", "Save it as")),
    BookFault(
        "links to other workbooks",
        with_part("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ("other workbooks", "Break Link"),
    ),
    BookFault("entities in a sheet", doctype(SHEET), ("not safe to read", "document type")),
    BookFault("entities in the texts", doctype("xl/sharedStrings.xml"), ("not safe to read",)),
    BookFault("a sheet in UTF-16", with_part(SHEET, "<worksheet/>".encode("utf-16")), ("not in UTF-8",)),
    BookFault("a sheet that is no XML", with_part(SHEET, b"<worksheet><sheetData>"), ("'funding' cannot be read",)),
    BookFault("a sheet that is not there", without_part(SHEET), ("'funding' cannot be read",)),
    BookFault("no texts where cells refer to some", without_part("xl/sharedStrings.xml"), ("cannot be read",)),
    BookFault(
        "a heading that takes for ever to read",
        cell("services", "B3", "(" * 30_000),
        ("sheet services, cell B3", "is not a column"),
    ),
    BookFault("a row beyond every sheet", replaced(SHEET, b'r="A4"', b'r="A4000000"'), ("'funding' cannot be read",)),
    BookFault("a cell that is there twice", replaced(SHEET, b'r="C4"', b'r="A4"'), ("'funding' cannot be read",)),
    BookFault(
        "a row that is there twice", replaced(SHEET, b'<row r="5"', b'<row r="4"'), ("'funding' cannot be read",)
    ),
    BookFault("a column beyond every sheet", replaced(SHEET, b'r="A4"', b'r="ZZZ4"'), ("'funding' cannot be read",)),
]

SHEET_FAULTS = [
    BookFault(
        "a sheet with a slip in its name",
        edited(lambda book: setattr(book["effects"], "title", "efects")),
        ("sheet efects", "Did you mean 'effects'?"),
    ),
    BookFault(
        "a sheet of one's own",
        edited(lambda book: book.create_sheet("Workings").append([1])),
        ("sheet Workings", "begin with Cover or Notes"),
    ),
    BookFault("a table on two sheets", edited(sheet_twice), ("sheet Needs", "are one table")),
    BookFault("no sheet of settings", edited(lambda book: book.remove(book["place"])), ("sheet place", "is missing")),
    BookFault(
        "no sheet of a required table",
        edited(lambda book: book.remove(book["demand"])),
        ("sheet demand", "missing or has no rows"),
    ),
    BookFault("a hidden sheet", edited(hide_sheet), ("sheet savings", "hidden", "Unhide")),
    BookFault(
        "hidden rows", edited(hide_row), ("sheet services, cell A5", "2 rows are hidden (5, 6)", "clear the filter")
    ),
    BookFault("a hidden column", edited(hide_column), ("sheet services, cell F3", "column F is hidden")),
    BookFault(
        "merged cells",
        edited(lambda book: book["agencies"].merge_cells("C4:C5")),
        ("sheet agencies, cell C4", "C4:C5 are merged", "Unmerge"),
    ),
    BookFault(
        "two columns of one name",
        cell("services", "B3", "agency"),
        ("sheet services, cell C3", "the column is there twice"),
    ),
    BookFault(
        "a heading with a slip", cell("services", "C3", "agncy*"), ("sheet services, cell C3", "Did you mean 'agency'?")
    ),
    BookFault(
        "a required column without a heading",
        cell("agencies", "C3", None),
        ("sheet agencies, row 3, column kind", "missing"),
    ),
    BookFault(
        "a figure beside the table",
        cell("services", "S7", 12),
        ("sheet services, cell S7", "'12'", "without a heading"),
    ),
    BookFault("a heading that is a formula", cell("services", "B3", "=A3"), ("sheet services, cell B3", "formula")),
    BookFault(
        "a heading in other money",
        cell("funding", "E3", "amount* (£ a year)"),
        ("sheet funding, cell E3", "the heading is in £,", "money_unit"),
    ),
]

CELL_FAULTS = [
    BookFault("formulas", edited(formulas), ("sheet demand, cell E4", "'=300+1'", "so do E5", "Paste Special")),
    BookFault(
        "an error of Excel", cell("funding", "E5", "#N/A"), ("sheet funding, cell E5", "'#N/A'", "leave the cell blank")
    ),
    BookFault(
        "a date as a year",
        cell("funding", "B6", date(2025, 4, 1)),
        ("sheet funding, cell B6", "'2025-04-01'", "Format the cell as Text"),
    ),
    BookFault(
        "a date as an amount", cell("funding", "E4", date(2025, 4, 1)), ("sheet funding, cell E4", "'2025-04-01'")
    ),
    BookFault("yes or no as an amount", cell("funding", "E4", True), ("sheet funding, row 4, column amount", "'TRUE'")),
    BookFault(
        "an unknown name",
        cell("services", "C4", "councl"),
        ("sheet services, row 4, column agency", "Did you mean 'council'?"),
    ),
    BookFault("a negative amount", cell("funding", "E4", -900), ("sheet funding, row 4, column amount", "'-900'")),
    BookFault(
        "a blank that must not be", cell("funding", "E4", None), ("sheet funding, row 4, column amount", "blank")
    ),
    BookFault(
        "a key that is there twice",
        cell("agencies", "A5", "council"),
        ("sheet agencies, row 5", "is there twice; row 4"),
    ),
    BookFault(
        "a year that is none of the place", cell("funding", "B6", 2031), ("sheet funding, row 6, column year", "'2031'")
    ),
    BookFault(
        "a setting that is none",
        cell("place", "A5", "titel"),
        ("sheet place, row 5, column titel", "Did you mean 'title'?"),
    ),
    BookFault("a setting that is set twice", cell("place", "A5", "name"), ("sheet place, cell B5", "a second time")),
    BookFault("a value beside no setting", cell("place", "B40", "x"), ("sheet place, cell B40", "beside no setting")),
    BookFault(
        "a setting that will not do",
        cell("place", "B8", 7),
        ("sheet place, row 8, column money_unit", "expected 1, 1000"),
    ),
    BookFault("a setting that is a formula", cell("place", "B4", "=A1"), ("sheet place, cell B4", "formula")),
    BookFault(
        "a year of the plan that is a date", cell("place", "B12", date(2025, 4, 1)), ("sheet place, cell B12", "date")
    ),
    BookFault(
        "faults on three sheets",
        edited(three_sheets),
        ("sheet effects, row 4", "sheet demand, row 4", "sheet place, row 8"),
    ),
]

BOOK_FAULTS = [*FILE_FAULTS, *SHEET_FAULTS, *CELL_FAULTS]
