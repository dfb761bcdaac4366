"""Checks of one table at a time, driven by the registry: ranges, choices, keys, years, references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from commission_opt.errors import Problem, nearest
from commission_opt.place.columns import Column, Kind
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet, positions, quoted

COMPARISONS = 100_000
"""Comparisons of unknown with known names that one column may cost before suggestions stop."""

GROUPINGS = {"need": ("demand", "need"), "tag": ("services", "tags"), "group": ("groups", "group")}
"""Prefix of a subject to the table and column that hold its names."""


def check_cells(
    sheets: Mapping[str, Sheet], settings: PlaceSettings, incomplete: Iterable[str]
) -> dict[str, list[Problem]]:
    """Check every table against the registry.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Parsed tables that have rows.
    settings : PlaceSettings
        Holds the years that may be named.
    incomplete : iterable of str
        Tables of which rows could not be read; references to them are not judged.

    Returns
    -------
    dict of str to list of Problem
        Problems by table, only for tables that have some.
    """
    unjudged = set(incomplete)
    problems: dict[str, list[Problem]] = {}
    for name, sheet in sheets.items():
        found = _duplicate_keys(sheet)
        for column in sheet.table.columns:
            found += out_of_range(sheet, column) + _choices(sheet, column)
            if column.kind is Kind.YEAR and settings.years:
                found += _unknown(sheet, column, settings.years, "a year of the place (see its setting years)")
            elif column.kind is Kind.SUBJECT:
                found += _subjects(sheet, column, sheets, unjudged)
            elif column.refers_to:
                found += _references(sheet, column, sheets, unjudged)
        if found:
            problems[name] = found
    return problems


def out_of_range(sheet: Sheet, column: Column) -> list[Problem]:
    """Complain of figures outside what the registry allows in their column."""
    if column.minimum is None and column.maximum is None:
        return []
    figures = sheet.frame[column.name].to_numpy(dtype=np.float64)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    wrong = (figures <= low) if column.above else (figures < low)
    wrong |= figures > high
    above = "above" if column.above else "at least"
    expected = f"{above} {low:g}" + ("" if np.isinf(high) else f" and at most {high:g}")
    remedy = "Shares are written as in 0.05 or 5%." if column.kind is Kind.SHARE else ""
    return [
        sheet.problem(at, column.name, f"{quoted(f'{figures[at]:.15g}')} is out of range; expected {expected}", remedy)
        for at in positions(wrong)
    ]


def _choices(sheet: Sheet, column: Column) -> list[Problem]:
    if not column.choices:
        return []
    return _unknown(sheet, column, column.choices, f"one of {', '.join(column.choices)}")


def _duplicate_keys(sheet: Sheet) -> list[Problem]:
    """Complain of every row whose key an earlier row has, naming both."""
    key = list(sheet.table.key)
    again = sheet.frame.duplicated(key)
    if not again.any():
        return []
    every = sheet.frame.loc[sheet.frame.duplicated(key, keep=False), key]
    first = every.groupby(key, dropna=False, sort=False)[key[0]].transform(lambda rows: rows.index[0])
    return [
        sheet.problem(
            at,
            ", ".join(key),
            f"{quoted(_key_text(sheet, key, at))} is there twice; row {sheet.rows[int(first[at])]} has the same key",
            "Keep one of the two rows, or tell them apart by their key.",
        )
        for at in positions(again)
    ]


def _key_text(sheet: Sheet, key: list[str], at: int) -> str:
    cells = (sheet.frame[name].iloc[at] for name in key)
    return ", ".join(f"{cell:g}" if isinstance(cell, float) else cell or "(blank)" for cell in cells)


def _unknown(sheet: Sheet, column: Column, known: Iterable[str], expected: str) -> list[Problem]:
    """Complain of every cell that is neither blank nor a known name, with the nearest known name."""
    names = list(dict.fromkeys(known))
    cells = sheet.frame[column.name]
    wrong = ~cells.isin(names) & (cells != "")
    suggestions: dict[str, str] = {}
    afford = COMPARISONS // max(1, len(names))
    problems = []
    for at in positions(wrong):
        cell = str(cells.iloc[at])
        if cell not in suggestions and len(suggestions) <= afford:
            suggestions[cell] = nearest(cell, names)
        remedy = suggestions.get(cell, "")
        problems.append(sheet.problem(at, column.name, f"{quoted(cell)} is not {expected}", remedy))
    return problems


def _references(sheet: Sheet, column: Column, sheets: Mapping[str, Sheet], unjudged: set[str]) -> list[Problem]:
    table, target = column.refers_to.split(".")
    if table in unjudged:
        return []
    if table not in sheets:
        names: list[str] = []
        expected = f"in column {target} of {table}: the place has no table {table}"
    else:
        names = [name for name in sheets[table].frame[target].unique() if name]
        expected = f"in column {target} of {sheets[table].where}"
    return _unknown(sheet, column, names, expected)


def _subjects(sheet: Sheet, column: Column, sheets: Mapping[str, Sheet], unjudged: set[str]) -> list[Problem]:
    """Complain of subjects that are no service, need, tag or group of the place."""
    if {"services", "demand", "groups"} & unjudged:
        return []
    known = list(sheets["services"].frame["service"]) if "services" in sheets else []
    for prefix, (table, target) in GROUPINGS.items():
        if table in sheets:
            cells = pd.unique(sheets[table].frame[target])
            known += [f"{prefix}:{name}" for cell in cells for name in cell.split(";") if name]
    return _unknown(sheet, column, known, "a service, nor need:NAME, tag:NAME or group:NAME of the place")
