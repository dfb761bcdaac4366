"""Rows that a change in a word adds: which key each of its names fills."""

from __future__ import annotations

from collections.abc import Sequence

from commission_opt.place.check_cells import GROUPINGS
from commission_opt.place.columns import Column, Kind
from commission_opt.place.place import Place
from commission_opt.place.tables import TABLES


def new_row(place: Place, table: str, names: Sequence[str]) -> dict[str, str] | None:
    """Return the keys of the row that names mean, or None where they mean none.

    Parameters
    ----------
    place : Place
        Knows which names there are.
    table : str
        Table that the row would be in.
    names : sequence of str
        One for each key; a key that may be blank may be left out.

    Returns
    -------
    dict of str to str, or None
        Key column to name. None where a name is not known to any key that is left, or a key that must not be blank is.
    """
    keys = [column for column in TABLES[table].columns if column.key]
    row: dict[str, str] = {}
    for name in names:
        fitting = [column.name for column in keys if column.name not in row and name in _names_of(place, column)]
        if not fitting:
            return None
        row[fitting[0]] = name
    return row if all(column.name in row for column in keys if column.required) else None


def known_names(place: Place, table: str) -> list[str]:
    """Return every name that some key of the table may hold."""
    return [name for column in TABLES[table].columns if column.key for name in _names_of(place, column)]


def _names_of(place: Place, column: Column) -> list[str]:
    """Return the names that a key column may hold."""
    if column.kind is Kind.YEAR:
        return list(place.years)
    table, target = column.refers_to.split(".") if column.refers_to else ("services", "service")
    names = _cells(place, table, target)
    if column.kind is Kind.SUBJECT:
        names += [f"{scope}:{name}" for scope, where in GROUPINGS.items() for name in _cells(place, *where)]
    return names


def _cells(place: Place, table: str, column: str) -> list[str]:
    """Return the names in a column, those of a list each by itself."""
    return [name for cell in dict.fromkeys(place.tables[table][column]) for name in str(cell).split(";") if name]
