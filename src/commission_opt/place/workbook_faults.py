"""Faults that only a workbook can have: formulas, errors, merged and hidden cells, cells without a heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from commission_opt.errors import Problem
from commission_opt.place.sheets import quoted
from commission_opt.place.workbook_grid import Cell, CellKind, Grid, address, column_letters, position

SHOWN = 4
"""Further cells that a message names."""


def layout_faults(grid: Grid, head: int, headed: Set[int], where: str) -> list[Problem]:
    """Return what is hidden, merged or outside the headed columns, from the headings down.

    Parameters
    ----------
    grid : Grid
        The sheet.
    head : int
        Row of the headings.
    headed : set of int
        Columns that have one.
    where : str
        Sheet as the user knows it.
    """
    problems = []
    if grid.hidden:
        message = "the sheet is hidden, but what it holds is read"
        problems.append(Problem(where, message, "Unhide the sheet, or delete it."))
    hidden = [row for row in grid.hidden_rows if row >= head]
    if hidden:
        what = f"row {hidden[0]} is hidden" if len(hidden) == 1 else f"{len(hidden)} rows are hidden{_rows(hidden)}"
        cell = address(hidden[0], min(grid.rows[hidden[0]]))
        remedy = "Unhide the rows or clear the filter; delete what should not count."
        problems.append(Problem(f"{where}, cell {cell}", f"{what}, but what they hold is read", remedy))
    for first, last in grid.hidden_columns:
        problems += _hidden_columns(grid, head, (first, last), where)
    for cells in grid.merged:
        problems += _merged(cells, head, where)
    return problems + _outside(grid, head, headed, where)


def cell_faults(
    grid: Grid, head: int, headings: Mapping[int, str], free: Set[int], where: str
) -> tuple[list[Problem], set[int]]:
    """Return formulas, errors and dates below the headings, and the rows in which they stand.

    Parameters
    ----------
    grid, head, where
        As above.
    headings : mapping of int to str
        Name of every headed column.
    free : set of int
        Columns of free text, in which a date is text.
    """
    faults: dict[tuple[int, CellKind], list[tuple[int, Cell]]] = {}
    for row, cells in sorted(grid.rows.items()):
        for at, cell in cells.items() if row > head else ():
            dated = cell.kind is CellKind.DATE and at not in free
            if at in headings and (dated or cell.kind in (CellKind.FORMULA, CellKind.ERROR)):
                faults.setdefault((at, cell.kind), []).append((row, cell))
    problems = [
        _cell_problem(where, [address(row, at) for row, _ in found], headings[at], found[0][1])
        for (at, _), found in faults.items()
    ]
    return problems, {row for found in faults.values() for row, _ in found}


def cell_problem(where: str, cell: str, column: str, found: Cell) -> Problem:
    """Return what is wrong with one cell that is a formula, an error or a date."""
    return _cell_problem(where, [cell], column, found)


def _cell_problem(where: str, cells: list[str], column: str, found: Cell) -> Problem:
    if found.kind is CellKind.FORMULA:
        message = f"holds the formula {quoted('=' + found.text)}; formulas are not calculated"
        remedy = "Copy the cell, and paste it back as a value (Paste Special, Values)."
    elif found.kind is CellKind.ERROR:
        message = f"holds the error {quoted(found.text)}; expected what the column says"
        remedy = "Type what belongs there, or leave the cell blank where a blank is allowed."
    else:
        message = f"holds the date {quoted(found.text)}; expected text or a figure"
        remedy = "Format the cell as Text (or as General for a figure) and type it again, as in 2025/26."
    more = cells[1 : 1 + SHOWN]
    if more:
        rest = len(cells) - 1 - len(more)
        message += f"; so do {', '.join(more)}" + (f" and {rest} more cells" if rest else "")
    return Problem(f"{where}, cell {cells[0]}", message, remedy, column=column)


def _rows(rows: list[int]) -> str:
    """Return the first of some rows in brackets."""
    return f" ({', '.join(map(str, rows[: SHOWN + 1]))}{', ...' if len(rows) > SHOWN + 1 else ''})"


def _first_cell(grid: Grid, head: int, columns: Iterable[int]) -> tuple[int, int] | None:
    """Return the first cell that holds anything in some columns, from the headings down."""
    wanted = set(columns)
    cells = ((row, at) for row, found in sorted(grid.rows.items()) if row >= head for at in sorted(found))
    return next(((row, at) for row, at in cells if at in wanted), None)


def _hidden_columns(grid: Grid, head: int, ends: tuple[int, int], where: str) -> list[Problem]:
    filled = {at for row, cells in grid.rows.items() if row >= head for at in cells if ends[0] <= at <= ends[1]}
    return [
        Problem(
            f"{where}, cell {address(*found)}",
            f"column {column_letters(at)} is hidden, but what it holds is read",
            "Unhide the column, or delete it.",
        )
        for at in sorted(filled)
        if (found := _first_cell(grid, head, (at,)))
    ]


def _merged(cells: str, head: int, where: str) -> list[Problem]:
    try:
        first, _, last = cells.partition(":")
        below = position(last or first)[0] >= head
    except ValueError:
        below = True
    if not below:
        return []
    message = f"the cells {quoted(cells)[1:-1]} are merged; expected one value in every cell"
    return [Problem(f"{where}, cell {quoted(first)[1:-1]}", message, "Unmerge them, and fill in every row.")]


def _outside(grid: Grid, head: int, headed: Set[int], where: str) -> list[Problem]:
    filled = {at for row, cells in grid.rows.items() if row > head for at in cells} - set(headed)
    problems = []
    for column in sorted(filled):
        found = _first_cell(grid, head, (column,))
        if found is not None:
            text = grid.rows[found[0]][column].text
            message = f"{quoted(text)} stands in a column without a heading"
            remedy = "Give the column a heading, or move what is for people to a sheet whose name begins with Notes."
            problems.append(Problem(f"{where}, cell {address(*found)}", message, remedy))
    return problems
