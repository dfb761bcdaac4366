"""A place's workbook as tables of text, and every fault of its sheets with the cell where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from commission_opt.errors import Problem, nearest
from commission_opt.place.columns import Kind, Table
from commission_opt.place.csv_text import header_problems
from commission_opt.place.place import PlaceSettings
from commission_opt.place.settings import Statements, check_settings
from commission_opt.place.sheets import Sheet, quoted
from commission_opt.place.tables import TABLES
from commission_opt.place.workbook_faults import cell_faults, layout_faults
from commission_opt.place.workbook_grid import Cell, CellKind, Grid, address, read_grids
from commission_opt.place.workbook_headings import NOT_READ, SETTINGS_SHEET, other_money, plain_name
from commission_opt.place.workbook_parts import UnfitError, read_parts
from commission_opt.place.workbook_settings import read_settings_sheet

HEADING_WITHIN = 10
"""Rows among which the headings are looked for; what stands above them is for people."""

Tables = tuple[dict[str, Sheet], set[str], list[Problem]]
"""Sheets by table, tables of which rows could not be read, and problems."""


def read_workbook(path: Path) -> tuple[Statements, list[Problem], Tables]:
    """Read a workbook.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of Statements, list of Problem, and tables
        Settings as stated, what is wrong with their sheet, and the tables with what is wrong with theirs.

    Raises
    ------
    UnfitError
        When it cannot be read as a workbook at all.
    OSError
        When it cannot be opened.
    """
    named, problems = _named(read_grids(read_parts(path)), str(path))
    stated, wrong = read_settings_sheet(named.pop(SETTINGS_SHEET, None), str(path))
    settings, unfit = check_settings(stated)
    sheets: dict[str, Sheet] = {}
    incomplete: set[str] = set()
    for name, grid in named.items():
        sheet, found = _table_sheet(grid, TABLES[name], f"{path}, sheet {grid.name}")
        if sheet is not None and not (wrong or unfit):
            found += _money_problems(grid, sheet, settings)
        problems += found
        incomplete |= {name} if found else set()
        sheets |= {name: sheet} if sheet is not None and len(sheet.frame) else {}
    return stated, wrong, (sheets, incomplete, problems)


def holds_a_place(path: Path) -> bool:
    """Whether a file is a workbook with a sheet of settings."""
    try:
        return any(plain_name(grid.name, (SETTINGS_SHEET,)) == SETTINGS_SHEET for grid in read_grids(read_parts(path)))
    except UnfitError:
        return False


def _named(grids: Iterable[Grid], where: str) -> tuple[dict[str, Grid], list[Problem]]:
    """Return the sheets that a place has by name, and complain of others that hold anything."""
    known = (SETTINGS_SHEET, *TABLES)
    named: dict[str, Grid] = {}
    problems = []
    for grid in grids:
        name = plain_name(grid.name, known)
        if not grid.rows or name.casefold().startswith(NOT_READ):
            continue
        here = f"{where}, sheet {grid.name}"
        if name not in known:
            remedy = nearest(name, known) or f"The tables are {', '.join(TABLES)}."
            remedy += f" Sheets for people begin with {' or '.join(word.capitalize() for word in NOT_READ)}."
            problems.append(Problem(here, f"{quoted(grid.name)} is not a table of a place", remedy))
        elif name in named:
            message = f"the sheets {quoted(named[name].name)} and {quoted(grid.name)} are one table"
            problems.append(Problem(here, message, "Delete the one that is out of date."))
        else:
            named[name] = grid
    return named, problems


def _table_sheet(grid: Grid, table: Table, where: str) -> tuple[Sheet | None, list[Problem]]:
    """Return a sheet's rows as text, without those that a fault makes unreadable."""
    head = _heading_row(grid, table)
    headings = {at: plain_name(cell.text, table.names) for at, cell in sorted(grid.rows[head].items())}
    problems = layout_faults(grid, head, set(headings), where) + _heading_problems(grid, head, headings, table, where)
    if any(name not in table.names for name in headings.values()) or len(set(headings.values())) < len(headings):
        return None, problems
    free = {at for at, name in headings.items() if table.column(name).kind is Kind.TEXT}
    free -= {at for at, name in headings.items() if table.column(name).choices}
    faults, faulty_rows = cell_faults(grid, head, headings, free, where)
    rows = [row for row, cells in sorted(grid.rows.items()) if row > head and row not in faulty_rows and _any(cells)]
    texts = {
        name: pd.array([grid.rows[row][at].text if at in grid.rows[row] else "" for row in rows], dtype="str")
        for at, name in headings.items()
    }
    return Sheet(table, where, pd.DataFrame(texts), np.array(rows, dtype=np.int64)), problems + faults


def _any(cells: dict[int, Cell]) -> bool:
    """Whether any cell of a row holds more than white space."""
    return any(cell.text.strip() for cell in cells.values())


def _heading_row(grid: Grid, table: Table) -> int:
    """Return the row among the first that holds most names of columns; the first row that holds anything if none."""

    def names(row: int) -> int:
        return len({plain_name(cell.text, table.names) for cell in grid.rows[row].values()} & set(table.names))

    first = sorted(grid.rows)
    return max((row for row in first if row < first[0] + HEADING_WITHIN), key=lambda row: (names(row), -row))


def _heading_problems(grid: Grid, head: int, headings: dict[int, str], table: Table, where: str) -> list[Problem]:
    """Return what is wrong with the headings, each with its cell where it has one."""
    cells = {quoted(name)[1:-1]: f"{where}, cell {address(head, at)}" for at, name in headings.items()}
    problems = [
        replace(problem, where=cells[problem.column], row=None)
        if problem.column in cells
        else replace(problem, row=head)
        for problem in header_problems(list(headings.values()), table, where)
    ]
    for at, cell in grid.rows[head].items():
        if cell.kind in (CellKind.FORMULA, CellKind.ERROR):
            message = "is a formula or an error; expected the name of a column"
            problems.append(Problem(f"{where}, cell {address(head, at)}", message, "Type the heading."))
    return problems


def _money_problems(grid: Grid, sheet: Sheet, settings: PlaceSettings) -> list[Problem]:
    """Complain of headings whose unit of money is not that of the place."""
    head = _heading_row(grid, sheet.table)
    return [
        Problem(
            f"{sheet.where}, cell {address(head, at)}",
            f"the heading is in {other}, but currency and money_unit on the sheet {SETTINGS_SHEET} say otherwise",
            "Change the settings, or the heading and the figures below it.",
        )
        for at, cell in grid.rows[head].items()
        if sheet.table.column(plain_name(cell.text, sheet.table.names)).kind is Kind.MONEY
        and (other := other_money(cell.text, settings))
    ]
