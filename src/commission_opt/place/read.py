"""A place from a folder of files, or from DataFrames: read as text, parsed, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace as replace_fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.place.checks import check_figures, check_sheets
from commission_opt.place.columns import Table
from commission_opt.place.csv_text import decode, header_problems, read_csv_text
from commission_opt.place.names import FloatArray
from commission_opt.place.parquet import read_parquet
from commission_opt.place.parse import parse_sheet, take_figures
from commission_opt.place.place import Place, PlaceSettings
from commission_opt.place.settings import WHERE_GIVEN, Statements, check_settings, read_toml
from commission_opt.place.sheets import Sheet, quoted
from commission_opt.place.tables import TABLES
from commission_opt.place.workbook_parts import UnfitError
from commission_opt.shipped import shipped_places

SETTINGS_FILE = "place.toml"
SUFFIXES = (".csv", ".parquet")
WORKBOOK = ".xlsx"
OTHER_WORKBOOKS = (".xlsm", ".xlsb", ".xls", ".ods")

Found = tuple[dict[str, Sheet], set[str], list[Problem]]
"""Sheets by table, tables of which rows could not be read, and problems."""


def read_place(path: str | os.PathLike[str]) -> Place:
    """Read and check a place.

    Parameters
    ----------
    path : path or str
        The name of a place that ships, a folder with ``place.toml`` and one CSV or Parquet file for each table, or
        a workbook (.xlsx) with a sheet ``place`` and one for each table. In a folder, files of other kinds, and
        hidden files, are not read.

    Returns
    -------
    Place
        With a warning for whatever is odd but legal.

    Raises
    ------
    PlaceError
        With every problem found: file or sheet, row (line of the file, the header being line 1; row of the sheet;
        in Parquet the number of the record plus 1), column, value, what was expected, and the nearest known name.
    """
    folder = find_place(path)
    if folder.suffix.casefold() == WORKBOOK and not folder.is_dir():
        return _read_workbook(folder)
    if not folder.is_dir():
        raise PlaceError([_no_folder(folder)])
    try:
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise PlaceError([_unreadable(folder, error)]) from error
    stated, problems = _read_settings(folder, names)
    found = _read_files(folder, names)
    return _build(stated, problems, found, lambda table: str(folder / f"{table}.csv"))


def find_place(given: str | os.PathLike[str]) -> Path:
    """Return the folder or workbook of a place, given as a path or as the name of one that ships.

    Raises
    ------
    PlaceError
        When it is neither, or a workbook of another kind than .xlsx.
    """
    path, name = Path(given), str(given)
    if path.suffix.casefold() in OTHER_WORKBOOKS and not path.is_dir():
        message = "is a workbook of another kind; a place is read from an Excel workbook (.xlsx) or a folder."
        raise PlaceError([Problem(name, message, "Save it as an Excel workbook (.xlsx) without macros.")])
    if path.suffix.casefold() == WORKBOOK:
        return path
    if path.exists() or len(path.parts) != 1:
        return path
    shipped = shipped_places()
    if name in shipped:
        return shipped[name]
    remedy = nearest(name, shipped) or f"Places that ship: {', '.join(shipped)}."
    raise PlaceError([Problem(name, "is neither a folder, a workbook (.xlsx) nor a place that ships.", remedy)])


def read_settings(folder: Path) -> PlaceSettings:
    """Read what ``place.toml`` says, without the tables.

    Raises
    ------
    PlaceError
        With every problem found in it.
    """
    stated, problems = _read_settings(folder, [SETTINGS_FILE])
    settings, wrong = check_settings(stated)
    if problems or wrong:
        raise PlaceError(problems or wrong)
    return settings


def place_from_tables(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Place:
    """Build a place from DataFrames of text or figures, checked as if they came from files.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables by the names of the registry; indexes are not read, and an empty table counts as absent.
    settings : mapping
        Fields of :class:`PlaceSettings`.

    Raises
    ------
    PlaceError
        With every problem found, named by table, row (from 0) and column.
    """
    sheets: dict[str, Sheet] = {}
    incomplete: set[str] = set()
    problems: list[Problem] = []
    for name, frame in tables.items():
        where = f"table {name}"
        if name not in TABLES:
            problems.append(Problem(where, f"{quoted(name)} is not a table of a place", _tables_like(str(name))))
        elif not isinstance(frame, pd.DataFrame):
            message = f"found {type(frame).__name__}, expected a DataFrame"
            problems.append(Problem(where, message, "Build it with pandas.DataFrame."))
            incomplete.add(name)
        elif len(frame):
            sheet, found = _sheet_of(frame, TABLES[name], where, 0)
            problems += found
            sheets |= {name: sheet} if sheet else {}
            incomplete |= set() if sheet else {name}
    stated = Statements(settings, WHERE_GIVEN, {})
    return _build(stated, [], (sheets, incomplete, problems), lambda table: f"table {table}")


def place_with_figures(place: Place, table: str, column: str, figures: FloatArray | pd.Series) -> Place:
    """Return a place with other figures in one column; see :meth:`Place.with_figures`."""
    sheets = {
        name: Sheet(TABLES[name], f"table {name}", frame, np.arange(len(frame)))
        for name, frame in place.tables.items()
        if len(frame) or name == table
    }
    taken, problems = take_figures(sheets[table], TABLES[table].column(column), np.array(figures, dtype=float))
    changed = place.tables[table].copy(deep=False)
    changed.isetitem(list(changed.columns).index(column), taken)
    sheets[table] = replace_fields(sheets[table], frame=changed)
    problems = problems or check_figures(sheets, table, column)
    if problems:
        raise PlaceError(problems)
    taken.setflags(write=False)
    figures_now = {**place.figures, (table, column): taken}
    return replace_fields(place, tables={**place.tables, table: changed}, figures=figures_now)


def _read_workbook(path: Path) -> Place:
    from commission_opt.place.workbook_read import read_workbook

    if not path.exists():
        likely = nearest(path.name, [entry.name for entry in path.parent.glob(f"*{WORKBOOK}")])
        raise PlaceError([Problem(str(path), "there is no such workbook", likely or "Name a workbook that is there.")])
    try:
        stated, problems, found = read_workbook(path)
    except UnfitError as error:
        raise PlaceError([error.problem(str(path))]) from error
    except OSError as error:
        raise PlaceError([_unreadable(path, error)]) from error
    return _build(stated, problems, found, lambda table: f"{path}, sheet {table}")


def _build(stated: Statements, problems: list[Problem], found: Found, where: Callable[[str], str]) -> Place:
    """Parse and check what was read; freeze it if nothing is wrong."""
    settings, wrong_settings = check_settings(stated) if not problems else (PlaceSettings("", ()), [])
    raw, incomplete, more = found
    problems = problems + wrong_settings + more
    for table in TABLES.values():
        if table.required and table.name not in raw and table.name not in incomplete:
            incomplete.add(table.name)
            message = f"the table {table.name} is missing or has no rows"
            problems.append(Problem(where(table.name), message, f"Every place needs it. {table.meaning}"))
    sheets: dict[str, Sheet] = {}
    tainted = set(incomplete)
    for name, sheet in raw.items():
        sheets[name], wrong_cells = parse_sheet(sheet, settings)
        problems += wrong_cells
        tainted |= {name} if wrong_cells else set()
    problems += check_sheets(sheets, settings, incomplete, tainted)
    if problems:
        raise PlaceError(problems)
    tables = {name: sheets[name].frame if name in sheets else _empty(name).copy() for name in TABLES}
    return Place(settings, tables, sheets)


@cache
def _empty(name: str) -> pd.DataFrame:
    """Return a table without rows; most places have many."""
    nothing = Sheet(TABLES[name], "", pd.DataFrame(), np.zeros(0, dtype=np.int64))
    return parse_sheet(nothing, PlaceSettings("", ()))[0].frame


def _no_folder(folder: Path) -> Problem:
    if folder.exists():
        return Problem(str(folder), "is a file; expected a folder", f"Name the folder that holds {SETTINGS_FILE}.")
    siblings = folder.parent.iterdir() if folder.parent.is_dir() else ()
    likely = nearest(folder.name, [entry.name for entry in siblings if entry.is_dir()])
    return Problem(str(folder), "there is no such folder", likely or f"Name a folder that holds {SETTINGS_FILE}.")


def _unreadable(path: Path, error: OSError) -> Problem:
    reason = "it is a folder" if isinstance(error, IsADirectoryError) else (error.strerror or str(error)).lower()
    return Problem(str(path), f"cannot be read: {reason}", "Check that it is a file that you may read.")


def _tables_like(name: str) -> str:
    return nearest(name, TABLES) or f"The tables are {', '.join(TABLES)}."


def _read_settings(folder: Path, names: list[str]) -> tuple[Statements, list[Problem]]:
    path = folder / SETTINGS_FILE
    nothing = Statements({}, str(path), {})
    if SETTINGS_FILE not in names:
        likely = nearest(SETTINGS_FILE, names) or 'Write it, with name = "..." and years = [...].'
        return nothing, [Problem(str(path), "the file is missing from the folder", likely)]
    try:
        text, problems = decode(path.read_bytes(), str(path))
    except OSError as error:
        return nothing, [_unreadable(path, error)]
    return (nothing, problems) if problems else read_toml(text, str(path))


def _read_files(folder: Path, names: list[str]) -> Found:
    """Read every table's file, and complain of files that are no table's."""
    sheets: dict[str, Sheet] = {}
    incomplete: set[str] = set()
    problems: list[Problem] = []
    for path in (folder / name for name in names):
        name, suffix = path.stem, path.suffix
        if suffix not in SUFFIXES:
            continue
        if name not in TABLES:
            message = f"{quoted(name)} is not a table of a place"
            problems.append(Problem(str(path), message, _tables_like(name)))
            continue
        if name in sheets or name in incomplete:
            message = f"the table {name} is there as CSV and as Parquet; expected one of them"
            problems.append(Problem(str(path), message, "Delete the file that is out of date."))
            continue
        reader: Callable[[Path, Table], tuple[Sheet | None, list[Problem]]]
        reader = _read_csv if suffix == ".csv" else _read_parquet
        try:
            sheet, found = reader(path, TABLES[name])
        except OSError as error:
            sheet, found = None, [_unreadable(path, error)]
        problems += found
        if sheet is None or found:
            incomplete.add(name)
        if sheet is not None and len(sheet.frame):
            sheets[name] = sheet
    return sheets, incomplete, problems


def _read_csv(path: Path, table: Table) -> tuple[Sheet | None, list[Problem]]:
    return read_csv_text(path.read_bytes(), table, str(path))


def _read_parquet(path: Path, table: Table) -> tuple[Sheet | None, list[Problem]]:
    frame, problems = read_parquet(path, str(path))
    return (None, problems) if frame is None else _sheet_of(frame, table, str(path), 2)


def _sheet_of(frame: pd.DataFrame, table: Table, where: str, first_row: int) -> tuple[Sheet | None, list[Problem]]:
    """Take a DataFrame as a sheet, if its header fits the table."""
    header = [str(name).strip() for name in frame.columns]
    problems = [
        Problem(problem.where, problem.message, problem.remedy, column=problem.column)
        for problem in header_problems(header, table, where)
    ]
    if problems:
        return None, problems
    clean = frame.reset_index(drop=True)
    clean.columns = pd.Index(header)
    return Sheet(table, where, clean, np.arange(first_row, first_row + len(frame), dtype=np.int64)), []
