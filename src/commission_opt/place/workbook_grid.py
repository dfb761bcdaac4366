"""The cells of a workbook's sheets as text, with what each of them is; nothing is calculated."""

from __future__ import annotations

import io
import math
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from commission_opt.place.parse import figure_text
from commission_opt.place.sheets import quoted
from commission_opt.place.workbook_parts import MAIN, UnfitError
from commission_opt.place.workbook_styles import Shape, date_text, read_shapes

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Rows and columns that a sheet can have."""

ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
"""How a sign that XML cannot hold stands in a text; half of a pair is no sign."""

LINKS, STYLES, TEXTS = "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"
BROKEN = "is broken: its sheets cannot be found"


class CellKind(Enum):
    """What a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    DATE = auto()
    FORMULA = auto()
    ERROR = auto()


class Cell(NamedTuple):
    """A cell that is not blank: what it is, and its text as a person would type it."""

    kind: CellKind
    text: str


@dataclass
class Grid:
    """A sheet as it stands: cells by row and column (both from 1), and what Excel does not show or runs together."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lookup:
    """What the cells of all sheets refer to: texts, shapes of figures, and the day from which dates count."""

    texts: list[str]
    shapes: list[Shape]
    from_1904: bool


def read_grids(parts: dict[str, bytes]) -> list[Grid]:
    """Return every worksheet of a workbook in order.

    Raises
    ------
    UnfitError
        When a part is missing or is not as the format demands.
    """
    grids: list[Grid] = []
    name = ""
    try:
        book = list(_kept(parts[MAIN], ("sheet", "workbookPr")))
        links = _kept(parts.get(LINKS, b"<none/>"), ("Relationship",))
        targets = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in links}
        from_1904 = any(entry.get("date1904") in ("1", "true") for entry in book)
        lookup = Lookup(_texts(parts.get(TEXTS)), _shapes(parts.get(STYLES)), from_1904)
        for sheet in (entry for entry in book if _local(entry.tag) == "sheet"):
            name = sheet.get("name", "")
            link = next((value for key, value in sheet.attrib.items() if _local(key) == "id"), "")
            kind, target = targets.get(link, ("", ""))
            if kind.endswith("/worksheet"):
                grid = Grid(name, sheet.get("state", "visible") != "visible")
                _fill(grid, parts[posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")], lookup)
                grids.append(grid)
    except (ParseError, DefusedXmlException, KeyError, ValueError, IndexError, OverflowError) as error:
        raise UnfitError(f"is broken: its sheet {quoted(name)} cannot be read" if name else BROKEN) from error
    return grids


def address(row: int, column: int) -> str:
    """Return the name of a cell: row 7 and column 4 make D7."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 1."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def position(name: str) -> tuple[int, int]:
    """Return row and column, from 1, of a cell's name.

    Raises
    ------
    ValueError
        When it is no name of a cell.
    """
    match = ADDRESS.fullmatch(name)
    if match is None:
        raise ValueError(name)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(match[2])
    if row > MOST_ROWS or column > MOST_COLUMNS:
        raise ValueError(name)
    return row, column


def _local(tag: str) -> str:
    """Return a name without its namespace: that of Excel's own files, or of the strict standard."""
    return tag.rpartition("}")[2]


def _elements(part: bytes, names: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements of these names as they end, and forget them."""
    for _, element in iterparse(io.BytesIO(part), events=("end",), forbid_dtd=True):
        if _local(element.tag) in names:
            yield element
            element.clear()


def _text(element: Element) -> str:
    """Return the text of a string in runs, without its phonetic guide."""
    pieces: list[str] = []
    for child in element:
        if _local(child.tag) == "t":
            pieces.append(child.text or "")
        elif _local(child.tag) == "r":
            pieces += [part.text or "" for part in child if _local(part.tag) == "t"]
    return _plain("".join(pieces))


def _plain(text: str) -> str:
    """Return a text with the signs that XML cannot hold."""
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _texts(part: bytes | None) -> list[str]:
    return [] if part is None else [_text(element) for element in _elements(part, ("si",))]


def _shapes(part: bytes | None) -> list[Shape]:
    return [] if part is None else read_shapes(list(_kept(part, ("numFmt", "cellXfs"))))


def _kept(part: bytes, names: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements of these names whole."""
    for _, element in iterparse(io.BytesIO(part), events=("end",), forbid_dtd=True):
        if _local(element.tag) in names:
            yield element


def _fill(grid: Grid, part: bytes, lookup: Lookup) -> None:
    """Read a sheet's part from beginning to end."""
    row = 0
    for element in _elements(part, ("row", "col", "mergeCell")):
        name = _local(element.tag)
        hidden = element.get("hidden") in ("1", "true")
        if name == "row":
            row = int(element.get("r", row + 1))
            cells = _cells(element, row, lookup)
            if row in grid.rows:
                raise ValueError(f"row {row} is there twice")
            if cells:
                grid.rows[row] = cells
            if hidden and cells:
                grid.hidden_rows.append(row)
        elif name == "mergeCell":
            grid.merged.append(element.get("ref", ""))
        elif hidden:
            grid.hidden_columns.append((int(element.get("min", "1")), int(element.get("max", "1"))))


def _cells(element: Element, row: int, lookup: Lookup) -> dict[int, Cell]:
    cells: dict[int, Cell] = {}
    column = 0
    for entry in element:
        if _local(entry.tag) != "c":
            continue
        at, column = position(entry.get("r", address(row, column + 1)))
        if at != row or column in cells:
            raise ValueError(f"{entry.get('r')} is there twice, or in another row")
        cell = _cell(entry, lookup)
        if cell is not None:
            cells[column] = cell
    return cells


def _cell(entry: Element, lookup: Lookup) -> Cell | None:
    """Return what a cell holds, or None where it is blank."""
    parts = {_local(child.tag): child for child in entry}
    kind, value = entry.get("t", "n"), parts["v"].text or "" if "v" in parts else ""
    if "f" in parts:
        return Cell(CellKind.FORMULA, parts["f"].text or "")
    if kind == "inlineStr":
        text = _text(parts["is"]) if "is" in parts else ""
        return Cell(CellKind.TEXT, text) if text else None
    if value == "":
        return None
    if kind == "s":
        text = lookup.texts[int(value)]
        return Cell(CellKind.TEXT, text) if text else None
    if kind == "n":
        return _figure(float(value), int(entry.get("s", "0")), lookup)
    if kind == "b":
        return Cell(CellKind.FLAG, "TRUE" if value == "1" else "FALSE")
    return Cell({"e": CellKind.ERROR, "d": CellKind.DATE}.get(kind, CellKind.TEXT), _plain(value))


def _figure(figure: float, style: int, lookup: Lookup) -> Cell:
    """Return a figure as it is shown, where that is a date or has leading zeros."""
    if not math.isfinite(figure):
        raise ValueError(figure)
    shape = lookup.shapes[style] if style < len(lookup.shapes) else Shape()
    if shape.date and (shown := date_text(figure, lookup.from_1904)):
        return Cell(CellKind.DATE, shown)
    return Cell(CellKind.NUMBER, figure_text(figure).zfill(shape.digits))
