"""Drop-downs and notes of a workbook's columns, from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from commission_opt.place.columns import Column, Kind
from commission_opt.place.schema import READ_AS
from commission_opt.place.tables import TABLES
from commission_opt.place.workbook_grid import column_letters
from commission_opt.place.workbook_headings import SETTINGS_SHEET

NAMES_SHEET = "Notes on names"
"""Sheet with the names of columns in which a name may stand in many rows."""

FIRST_ROW, ROOM = 4, 5_000
"""Row of the first record, from 1, and rows in which a drop-down looks for names."""

LONGEST_TITLE, LONGEST_NOTE = 32, 255
"""Characters that Excel shows when a cell is selected."""


class Choices:
    """Which drop-down and which note every column has.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables that the workbook will hold.
    year_row : int
        Row of the first year on the sheet of settings, from 1.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], year_row: int) -> None:
        self._years = _range(SETTINGS_SHEET, "B", year_row)
        self.lists: dict[str, list[str]] = {}
        targets = {column.refers_to for table in TABLES.values() for column in table.columns if column.refers_to}
        for target in sorted(targets):
            table, name = target.split(".")
            cells = tables[table][name] if len(tables.get(table, ())) else pd.Series(dtype="str")
            if cells.duplicated().any() or (cells == "").any():
                self.lists[target] = [cell for cell in cells.unique() if cell]

    def of(self, column: Column) -> dict[str, Any]:
        """Return the validation of a column's cells."""
        note = shown_note(column)
        if column.choices or column.kind is Kind.FLAG:
            allowed = list(column.choices) or ["yes", "no"]
            refused = {"error_title": "Not one of the choices", "error_message": f"Choose {' or '.join(allowed)}."}
            return note | refused | {"validate": "list", "source": allowed}
        if column.kind is not Kind.YEAR and not column.refers_to:
            return note
        source = self._years if column.kind is Kind.YEAR else self._source(column.refers_to)
        where = f"sheet {SETTINGS_SHEET}" if column.kind is Kind.YEAR else f"sheet {column.refers_to.split('.')[0]}"
        unknown = {
            "error_type": "information",
            "error_title": "Not a known name",
            "error_message": f"This is not among the names of the {where}. It has to be before the place is solved.",
        }
        return note | unknown | {"validate": "list", "source": source}

    def _source(self, target: str) -> str:
        if target in self.lists:
            return _range(NAMES_SHEET, column_letters(list(self.lists).index(target) + 1))
        table, name = target.split(".")
        return _range(table, column_letters(TABLES[table].names.index(name) + 1))


def shown_note(column: Column) -> dict[str, Any]:
    """Return the note that is shown where a cell of the column is selected; any text may be typed."""
    return {"validate": "any", "input_title": column.name[:LONGEST_TITLE], "input_message": _words(column)}


def _words(column: Column) -> str:
    """Return what a column means in as many words as Excel shows."""
    parts = [column.meaning]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    parts.append(f"{READ_AS[column.kind].replace('`', '').capitalize()}; {_filled(column)}.")
    text = " ".join(parts)
    return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 3].rpartition(" ")[0] + " ..."


def _filled(column: Column) -> str:
    if column.required:
        return "must be filled in"
    if column.default is None:
        return "may be blank"
    standing = {0.0: "no", 1.0: "yes"}[float(column.default)] if column.kind is Kind.FLAG else column.default
    return f"blank: {standing:g}" if isinstance(standing, float) else f"blank: {standing}"


def _range(sheet: str, column: str, first: int = FIRST_ROW) -> str:
    """Return the cells of a column down to its last name, which move with what is typed."""
    start = f"'{sheet}'!${column}${first}"
    return f"=OFFSET({start},0,0,MAX(1,COUNTA({start}:${column}${first + ROOM})),1)"
