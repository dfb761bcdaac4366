"""A place as a workbook: a sheet for the settings and for every table, with drop-downs, units and notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.colours import ACCENT, QUIET
from commission_opt.place.columns import Column, Kind, Table
from commission_opt.place.place import PlaceSettings
from commission_opt.place.tables import TABLES
from commission_opt.place.workbook_choices import ROOM, Choices, shown_note
from commission_opt.place.workbook_cover import write_cover, write_names, write_settings
from commission_opt.place.workbook_grid import address
from commission_opt.place.workbook_headings import heading
from commission_opt.place.workbook_looks import (
    LONGEST_TEXT,
    MOST_ROWS,
    TABLE_STYLE,
    Figure,
    Looks,
    prepare_print,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HEAD, FIRST = 2, 3
"""Rows of the headings and of the first record, counted from 0."""

SPARE = 20
"""Blank rows at the end of every table."""

HEADING_HEIGHT = 48
"""Points: room for three lines."""

NARROWEST, WIDEST, LOOKED_AT = 11, 44, 400
"""Characters across a column, and cells that decide."""


def workbook_of(settings: PlaceSettings, tables: Mapping[str, pd.DataFrame], path: Path) -> bytes:
    """Return the workbook of a place, or of a place that is still to be filled in.

    Parameters
    ----------
    settings : PlaceSettings
        May lack name and years.
    tables : mapping of str to DataFrame
        Typed tables; what is missing or empty becomes a sheet to be filled in.
    path : Path
        Where it will be written.

    Raises
    ------
    PlaceError
        When something does not fit into a workbook.
    """
    problems = _too_large(settings, tables, str(path))
    if problems:
        raise PlaceError(problems)
    looks = Looks(settings.title or settings.name or "A place to be filled in")
    order = _in_order([table for table in TABLES.values() if table.required])
    order += _in_order([table for table in TABLES.values() if not table.required])
    write_cover(looks, settings, {table: len(tables.get(table.name, ())) for table in order}, path.name)
    year_row = write_settings(looks, settings)
    choices = Choices(tables, year_row)
    for table in order:
        _write_table(looks, table, tables.get(table.name, pd.DataFrame()), (settings, choices))
    write_names(looks, choices.lists)
    return looks.finished()


def _in_order(tables: list[Table]) -> list[Table]:
    """Return tables in the order in which to fill them in: those whose names others use come first."""
    order: list[Table] = []
    while pending := [table for table in tables if table not in order]:
        waiting = {table.name for table in pending}
        uses = {table: {column.refers_to.partition(".")[0] for column in table.columns} for table in pending}
        order.append(next((table for table in pending if not (uses[table] - {table.name}) & waiting), pending[0]))
    return order


def _too_large(settings: PlaceSettings, tables: Mapping[str, pd.DataFrame], where: str) -> list[Problem]:
    """Return what no sheet can hold."""
    remedy = "Write a folder instead."
    problems = [
        Problem(where, f"the table {name} has {len(frame):,} rows; a sheet holds {MOST_ROWS:,}", remedy)
        for name, frame in tables.items()
        if len(frame) > MOST_ROWS
    ]
    texts = pd.Series([settings.title, settings.description, settings.source])
    columns = [("settings", texts)] + [
        (f"table {name}, column {column}", frame[column])
        for name, frame in tables.items()
        for column in frame
        if not pd.api.types.is_numeric_dtype(frame[column].dtype)
    ]
    for name, cells in columns:
        if len(cells) and int(cells.str.len().max()) > LONGEST_TEXT // 2:
            longest = max(len(text.encode("utf-16-le")) // 2 for text in cells)
            if longest > LONGEST_TEXT:
                message = f"{name}: a cell has {longest:,} characters; one of a workbook holds {LONGEST_TEXT:,}"
                problems.append(Problem(where, message, remedy))
    return problems


def _write_table(looks: Looks, table: Table, frame: pd.DataFrame, how: tuple[PlaceSettings, Choices]) -> None:
    """Write one table as a sheet with a table of Excel's own."""
    settings, choices = how
    sheet = looks.book.add_worksheet(table.name)
    sheet.set_tab_color(ACCENT if table.required else QUIET)
    sheet.write_string(0, 0, f"{table.name}: {table.meaning}", looks.title)
    need = "Required: every place fills in this sheet." if table.required else "Optional: leave it empty if not needed."
    remark = "Columns with a star must be filled in every row. Click on a cell to see what belongs there."
    sheet.write_string(1, 0, f"{need} {remark}", looks.quiet)
    last = FIRST + len(frame) + SPARE - 1
    for at, column in enumerate(table.columns):
        cells = frame[column.name] if column.name in frame else pd.Series(dtype="str")
        indent = 0 if column.kind.numeric else 1
        properties = {"num_format": _number_format(column, cells), "valign": "top", "indent": indent}
        sheet.set_column(at, at, _width(heading(column, settings), cells), looks.format(properties))
        _write_cells(sheet, at, cells)
        sheet.data_validation(HEAD, at, HEAD, at, shown_note(column))
        sheet.data_validation(FIRST, at, last + ROOM, at, choices.of(column))
    headings = [
        {"header": heading(column, settings), "header_format": looks.heading(column.required)}
        for column in table.columns
    ]
    options = {"name": f"table_{table.name}", "columns": headings, "style": TABLE_STYLE}
    sheet.add_table(HEAD, 0, last, len(headings) - 1, options)
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST + 1}:{address(last + 1, len(headings))}"})
    sheet.set_row(HEAD, HEADING_HEIGHT)
    sheet.freeze_panes(FIRST, 1)
    prepare_print(sheet, HEAD)


def _write_cells(sheet: Worksheet, at: int, cells: pd.Series) -> None:
    """Write a column: text as text, figures with all their digits, nothing where a cell is blank."""
    numeric = pd.api.types.is_numeric_dtype(cells.dtype)
    for row, cell in enumerate(cells.tolist(), start=FIRST):
        if numeric and not np.isnan(cell):
            sheet.write_number(row, at, Figure(cell))
        elif not numeric and cell:
            sheet.write_string(row, at, cell)


def _number_format(column: Column, cells: pd.Series) -> str:
    """Return how a column is shown: text as it is typed, money with as many decimals as it has."""
    if not column.kind.numeric:
        return "@"
    if column.kind is not Kind.MONEY:
        return "General"
    figures = cells.dropna().to_numpy(dtype=float)
    if len(figures) and not (figures == np.round(figures, 2)).all():
        return "#,##0.0000##"
    return "#,##0" if len(figures) and (figures == np.round(figures)).all() else "#,##0.00"


def _width(name: str, cells: pd.Series) -> float:
    longest = max((len(str(cell)) for cell in cells.head(LOOKED_AT).tolist()), default=0)
    word = max(len(part) for part in name.split(" "))
    return min(max(NARROWEST, longest + 2, word + 4, len(name) / 2 + 4), WIDEST)
