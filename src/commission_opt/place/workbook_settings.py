"""The sheet that holds the settings of a place."""

from __future__ import annotations

from typing import Any

from commission_opt.errors import Problem
from commission_opt.place.settings import NAMES, Statements
from commission_opt.place.sheets import quoted
from commission_opt.place.workbook_faults import cell_problem
from commission_opt.place.workbook_grid import Cell, CellKind, Grid, address
from commission_opt.place.workbook_headings import SETTINGS_HEADINGS, SETTINGS_SHEET, plain_name

FIGURES = ("money_unit", "discount_rate")
"""Settings that are figures; all others are text."""

YEARS = "years"
"""The one setting that stands in several rows."""


def read_settings_sheet(grid: Grid | None, path: str) -> tuple[Statements, list[Problem]]:
    """Read the settings: names in column A, values in column B, and each year of ``years`` in a row of its own.

    Parameters
    ----------
    grid : Grid or None
        The sheet; None where the workbook has none.
    path : str
        The workbook as the user knows it.
    """
    where = f"{path}, sheet {grid.name if grid else SETTINGS_SHEET}"
    if grid is None:
        message = "the sheet is missing or blank"
        remedy = f"Add a sheet {SETTINGS_SHEET} with setting in cell A1, value in cell B1, and name and years below."
        return Statements({}, where, {}), [Problem(where, message, remedy)]
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems = []
    for row in range(_first_row(grid), max(grid.rows) + 1):
        cells = grid.rows.get(row, {})
        name, value = plain_name(cells[1].text, NAMES) if 1 in cells else "", cells.get(2)
        if value is None:
            continue
        complaint = _complaint(name, value, values)
        if value.kind in (CellKind.FORMULA, CellKind.ERROR, CellKind.DATE):
            problems.append(cell_problem(where, address(row, 2), name, value))
        elif complaint:
            problems.append(Problem(f"{where}, cell {address(row, 2)}", *complaint))
        elif name == YEARS:
            values.setdefault(YEARS, []).append(value.text)
        else:
            values[name] = _figure(value) if name in FIGURES else value.text
        lines.setdefault(name, row)
    return Statements(values, where, lines), problems


def _first_row(grid: Grid) -> int:
    """Return the row below the headings, or the first where there are none."""
    for row, cells in sorted(grid.rows.items()):
        if 1 in cells and cells[1].text.strip().casefold() == SETTINGS_HEADINGS[0]:
            return row + 1
    return 1


def _complaint(name: str, value: Cell, before: dict[str, Any]) -> tuple[str, str] | None:
    """Return why a value cannot be taken for a setting, and the remedy."""
    if not name:
        return f"{quoted(value.text)} stands beside no setting", f"Write one of {', '.join(NAMES)} in column A."
    if name in before and name != YEARS:
        return f"{quoted(name)} is set a second time", "Delete one of the two."
    return None


def _figure(value: Cell) -> Any:
    """Return a figure as one, also where it was typed as text or as a percentage; else the text."""
    text = value.text.strip().replace(",", "")
    try:
        figure = float(text.removesuffix("%"))
    except ValueError:
        return value.text
    figure = figure / 100 if text.endswith("%") else figure
    return int(figure) if figure.is_integer() else figure
