"""Cells of a table to typed columns: whole columns at once, single cells only where that fails."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.columns import Column, Kind
from commission_opt.place.figures import EXPECTED, Complaint, read_figure
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Positions, Sheet, control_character, positions, quoted

Figures = npt.NDArray[np.float64]
Read = tuple[Figures, npt.NDArray[np.bool_], dict[int, Complaint]]
"""Figures of cells, NaN where there is none; which cells are blank; what is wrong with which."""

WHOLE_UP_TO = 2.0**53


def parse_sheet(sheet: Sheet, settings: PlaceSettings) -> tuple[Sheet, list[Problem]]:
    """Turn the cells of a table into the types of the registry.

    Text columns become ``str`` with ``""`` for blank, numeric columns ``float64`` with NaN for blank, in the
    order of the registry. Surrounding white space is dropped, leading zeros are kept.

    Parameters
    ----------
    sheet : Sheet
        Cells as text, or as figures from a DataFrame; columns that the table may have, each once.
    settings : PlaceSettings
        Currency and money unit.

    Returns
    -------
    tuple of Sheet and list of Problem
        Every column of the registry, and a problem for every cell that cannot be read or must not be blank.
    """
    problems: list[Problem] = []
    columns: dict[str, pd.Series] = {}
    for column in sheet.table.columns:
        if column.name not in sheet.frame:
            columns[column.name] = _absent(column, len(sheet.frame))
            continue
        parse = _parse_figures if column.kind.numeric else _parse_text
        columns[column.name], found = parse(sheet, column, settings)
        problems += found
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(sheet.frame)))
    return Sheet(sheet.table, sheet.where, frame, sheet.rows), problems


def take_figures(sheet: Sheet, column: Column, figures: Figures) -> tuple[Figures, list[Problem]]:
    """Take figures as they stand for a column of a table: NaN, and a problem, where one does not fit in it."""
    endless = {at: Complaint(f"is not {EXPECTED[column.kind]}") for at in positions(np.isinf(figures))}
    return _fitting(sheet, column, figures, (figures, np.isnan(figures), endless))


def as_text(values: pd.Series) -> pd.Series:
    """Return cells of any type as ``str``: whole numbers without a point, absent values blank."""
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str").fillna("")
    return pd.Series([_cell_text(value) for value in values.tolist()], dtype="str")


def _cell_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return figure_text(float(value))
    return str(value)


def figure_text(figure: float) -> str:
    """Return a figure as text that gives the same figure again; NaN is blank, whole numbers have no point."""
    if math.isnan(figure):
        return ""
    return str(int(figure)) if figure.is_integer() and abs(figure) < WHOLE_UP_TO else repr(figure)


def _absent(column: Column, length: int) -> pd.Series:
    if column.kind.numeric:
        return pd.Series(np.full(length, np.nan))
    return pd.Series(pd.array([""], dtype="str").take(np.zeros(length, dtype=np.int64)))


def _blank_problems(sheet: Sheet, column: Column, blank: npt.ArrayLike) -> list[Problem]:
    if not column.required:
        return []
    expected = EXPECTED.get(column.kind, "a name" if column.kind in (Kind.KEY, Kind.SUBJECT) else "text")
    return [
        sheet.problem(at, column.name, f"the cell is blank; expected {expected}", column.meaning)
        for at in positions(blank)
    ]


def _parse_text(sheet: Sheet, column: Column, _: PlaceSettings) -> tuple[pd.Series, list[Problem]]:
    codes, distinct = pd.factorize(as_text(sheet.frame[column.name]))
    cleaned = [_clean(text, column.kind) for text in distinct]
    texts = pd.array([text for text, _ in cleaned], dtype="str")
    parsed = pd.Series(texts.take(codes) if len(codes) else texts)
    faulty = np.array([bool(complaint) for _, complaint in cleaned], dtype=bool)
    problems = []
    for at in positions(faulty[codes]) if faulty.any() else []:
        complaint = cleaned[codes[at]][1]
        problems.append(sheet.problem(at, column.name, f"{quoted(distinct[codes[at]])} {complaint}"))
    return parsed, problems + _blank_problems(sheet, column, parsed == "")


def _clean(text: str, kind: Kind) -> tuple[str, str]:
    """Return a cell of text without what does not belong in it, and what is wrong with it."""
    text = text.strip()
    if kind is Kind.TAGS:
        text = ";".join(dict.fromkeys(tag for part in text.split(";") if (tag := part.strip())))
    allowed = "\t\n\r" if kind is Kind.TEXT else ""
    odd = control_character(text, allowed)
    return text, f"holds the control character {odd!r}; expected printable text" if odd else ""


def _parse_figures(sheet: Sheet, column: Column, settings: PlaceSettings) -> tuple[pd.Series, list[Problem]]:
    given = sheet.frame[column.name]
    if pd.api.types.is_numeric_dtype(given.dtype) and not pd.api.types.is_complex_dtype(given.dtype):
        figures, problems = take_figures(sheet, column, np.array(given.to_numpy(dtype=np.float64, na_value=np.nan)))
    else:
        text = as_text(given)
        figures, problems = _fitting(sheet, column, text.array, _figures_of_text(text, column.kind, settings))
    return pd.Series(figures), problems


def _fitting(
    sheet: Sheet, column: Column, cells: Figures | pd.api.extensions.ExtensionArray, read: Read
) -> tuple[Figures, list[Problem]]:
    """Return what was read of cells, without what does not fit in the column, and a problem for each such cell."""
    figures, blank, complaints = read
    complaints = complaints | _unfit(figures, column.kind)
    problems = [
        sheet.problem(at, column.name, f"{quoted(_cell_text(cells[at]))} {complaint.message}", complaint.remedy)
        for at, complaint in sorted(complaints.items())
    ]
    figures[list(complaints)] = np.nan
    return figures, problems + _blank_problems(sheet, column, blank)


def _figures_of_text(text: pd.Series, kind: Kind, settings: PlaceSettings) -> Read:
    """Parse a column at once; read cell by cell, each distinct text once, what that leaves over."""
    triage = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    plain = np.isfinite(triage)
    figures = np.full(len(text), np.nan)
    # to_numeric is a last digit off now and then; Python's own conversion is exact.
    figures[plain] = text.to_numpy(dtype=object)[plain].astype(np.float64)
    rest: Positions = np.flatnonzero(~plain)
    codes, distinct = pd.factorize(text.iloc[rest].str.strip())
    read = [np.nan if cell == "" else read_figure(cell, kind, settings) for cell in distinct]
    values = np.array([np.nan if isinstance(value, Complaint) else value for value in read], dtype=np.float64)
    empty = np.array([cell == "" for cell in distinct], dtype=bool)
    blank = np.zeros(len(text), dtype=bool)
    complaints: dict[int, Complaint] = {}
    if len(rest):
        figures[rest], blank[rest] = values[codes], empty[codes]
        faults = {code: value for code, value in enumerate(read) if isinstance(value, Complaint)}
        faulty = np.isin(codes, list(faults))
        complaints = {int(at): faults[code] for at, code in zip(rest[faulty], codes[faulty], strict=True)}
    return figures, blank, complaints


def _unfit(figures: Figures, kind: Kind) -> dict[int, Complaint]:
    """Return complaints about figures that are no whole numbers or flags where these are expected."""
    if kind is Kind.WHOLE:
        wrong = np.isfinite(figures) & (figures != np.floor(figures))
    elif kind is Kind.FLAG:
        wrong = np.isfinite(figures) & (figures != 0.0) & (figures != 1.0)
    else:
        return {}
    return {at: Complaint(f"is not {EXPECTED[kind]}") for at in positions(wrong)}
