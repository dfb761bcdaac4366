"""Every check of a place's tables: each by itself, then across tables, then what is merely odd."""

from __future__ import annotations

from collections.abc import Mapping, Set

from commission_opt.errors import Problem
from commission_opt.place.check_across import check_across
from commission_opt.place.check_baseline import check_baseline
from commission_opt.place.check_cells import check_cells, out_of_range
from commission_opt.place.check_odd import check_odd
from commission_opt.place.check_sites import check_sites
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet


def check_sheets(
    sheets: Mapping[str, Sheet], settings: PlaceSettings, incomplete: Set[str], tainted: Set[str]
) -> list[Problem]:
    """Return what is wrong in parsed tables.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Parsed tables that have rows.
    settings : PlaceSettings
        Years and units of the place.
    incomplete : set of str
        Tables of which rows could not be read.
    tainted : set of str
        Tables with problems already known; no check across tables judges them.

    Returns
    -------
    list of Problem
        Empty where the tables make a place.
    """
    by_table = check_cells(sheets, settings, incomplete)
    problems = [problem for found in by_table.values() for problem in found]
    return problems + check_across(sheets, {*tainted, *by_table})


def check_figures(sheets: Mapping[str, Sheet], table: str, column: str) -> list[Problem]:
    """Return what is wrong in the figures of one column, where all else has passed its checks before.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Parsed tables that have rows.
    table, column : str
        Where figures changed; not a key, so that no name or reference can have become wrong.
    """
    sheet = sheets[table]
    return out_of_range(sheet, sheet.table.column(column)) or check_across(sheets, set(), about=f"{table}.{column}")


def warn_of(sheets: Mapping[str, Sheet], settings: PlaceSettings) -> list[Problem]:
    """Return what is odd but legal in tables that have passed every check.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Tables without problems.
    settings : PlaceSettings
        Years and units of the place.

    Returns
    -------
    list of Problem
        To be shown, not to be raised.
    """
    return check_odd(sheets) + check_baseline(sheets, settings) + check_sites(sheets, settings)
