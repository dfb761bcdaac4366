"""Scan: single runs over the entries of a program, by which its structure is found and its shares are cut out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from commission_opt.place.names import BoolArray, FloatArray
from commission_opt.solvers.arrow.compiled import compiled, inlined
from commission_opt.solvers.arrow.structure import Positions

Small = npt.NDArray[np.int16]

Digests = npt.NDArray[np.uint64]

IDLE = -1
"""Number of a row that can be left out."""


class Entries(NamedTuple):
    """The matrix by column, with the powers of two that rows (m,) and columns (n,) are scaled by."""

    start: Positions
    row: Positions
    value: FloatArray
    by_row: FloatArray
    by_column: FloatArray


class Ranges(NamedTuple):
    """Of every row (m,): what fixed columns and what all columns at their lower bounds add up to, and its range.

    ``touched`` says whether a column that belongs to an area, and can move, is in the row; ``many`` how many can move.
    """

    fixed: FloatArray
    base: FloatArray
    least: FloatArray
    most: FloatArray
    touched: BoolArray
    many: Positions


@compiled
def find_rows(start: Positions, row: Positions, of_column: Positions, moves: BoolArray, of_row: Positions) -> None:
    """Find the area of every row all of whose columns that can move belong to one; -1 for several, -2 for no column."""
    of_row[:] = -2
    for column in range(len(of_column)):
        if not moves[column]:
            continue
        area = of_column[column]
        for at in range(start[column], start[column + 1]):
            if of_row[row[at]] == -2:
                of_row[row[at]] = area
            elif of_row[row[at]] != area:
                of_row[row[at]] = -1


@compiled
def find_clashes(start: Positions, row: Positions, family: Positions, moves: BoolArray, clash: BoolArray) -> None:
    """Mark families of rows (m,) that share a column that can move; -1 for rows that are not asked about."""
    for column in range(len(start) - 1):
        if not moves[column]:
            continue
        for at in range(start[column], start[column + 1]):
            one = family[row[at]]
            if one < 0:
                continue
            for other in range(start[column], at):
                if family[row[other]] >= 0:
                    clash[one, family[row[other]]] = clash[family[row[other]], one] = True


@compiled
def find_ranges(entries: Entries, lower: FloatArray, upper: FloatArray, local: BoolArray, out: Ranges) -> None:
    """Find, in scaled units, what columns between their bounds allow every row; ``local`` (n,): of some area."""
    for column in range(len(lower)):
        low, high = lower[column], upper[column]
        for at in range(entries.start[column], entries.start[column + 1]):
            row = entries.row[at]
            value = entries.value[at] * entries.by_row[row]
            out.base[row] += value * low
            if high > low and value != 0.0:
                out.least[row] += min(value * low, value * high)
                out.most[row] += max(value * low, value * high)
                out.touched[row] |= local[column]
                out.many[row] += 1
            else:
                out.fixed[row] += value * low


@compiled
def count_entries(entries: Entries, number: Positions, columns: Positions, start: Positions) -> None:
    """Count, up to each of these columns, the entries that are kept; -1 stands for a column that holds a remainder."""
    start[0] = 0
    for at in range(len(columns)):
        column, found = columns[at], 0
        if column < 0:
            found = 1
        else:
            for entry in range(entries.start[column], entries.start[column + 1]):
                if number[entries.row[entry]] != IDLE and entries.value[entry] != 0.0:
                    found += 1
        start[at + 1] = start[at] + found


@compiled
def fill_entries(
    entries: Entries, number: Positions, columns: Positions, rows: Positions, out: tuple[Positions, Small, FloatArray]
) -> None:
    """Write the entries of columns, each in the order of its rows' numbers; ``out`` is start, row and value.

    ``number`` (m,) is a row's number within its area, or -2 less its number among the joint rows; ``rows`` is how many
    rows its area has for every column, and for columns that hold what is left of a row: -1 less that row's number.
    """
    start, row, value = out
    for at in range(len(columns)):
        column, end = columns[at], start[at]
        if column < 0:
            row[end], value[end] = -1 - rows[at], -1.0
            continue
        for entry in range(entries.start[column], entries.start[column + 1]):
            where = number[entries.row[entry]]
            if where == IDLE or entries.value[entry] == 0.0:
                continue
            here = where if where >= 0 else rows[at] - 2 - where
            place = end
            while place > start[at] and row[place - 1] > here:
                row[place], value[place] = row[place - 1], value[place - 1]
                place -= 1
            row[place] = here
            value[place] = entries.value[entry] * entries.by_row[entries.row[entry]] * entries.by_column[column]
            end += 1


@compiled
def find_beyond(form: tuple[Positions, Small], columns: Positions, rows: Positions) -> Positions:
    """Return (n,) where the entries of every column in joint rows begin; ``form`` is their start and row."""
    start, row = form
    beyond = np.empty(len(start) - 1, dtype=np.int32)
    for area in range(len(rows) - 1):
        count = rows[area + 1] - rows[area]
        for column in range(columns[area], columns[area + 1]):
            entry = start[column + 1]
            while entry > start[column] and row[entry - 1] >= count:
                entry -= 1
            beyond[column] = entry
    return beyond


@compiled
def find_reach(
    form: tuple[Positions, Small, Positions, Positions, Positions], width: int, at: Small, reach_start: Positions
) -> Small:
    """Return, for every simple row, the other rows that share its columns, and say where each entry finds its own.

    ``form`` is start and row of the entries, first column and row of every area and its number of simple rows; others
    are numbered from the area's first row that is not simple. ``width`` is the most rows and joint rows of an area.
    """
    start, row, columns, rows, simple = form
    place = np.full((max(1, simple.max()), width), -1, dtype=np.int16)
    found = np.empty(64, dtype=np.int16)
    used = 0
    for area in range(len(simple)):
        span = columns[area], columns[area + 1], simple[area]
        _mark(start, row, span, place)
        for one in range(rows[area + 1] - rows[area]):
            reach_start[rows[area] + one] = used
            if one < simple[area]:
                if used + width > len(found):
                    found = np.concatenate((found, np.empty(len(found) + width, dtype=np.int16)))
                used += _number(place[one], found[used:])
        _place(start, row, span, (place, at))
        place[: simple[area], :] = -1
    reach_start[-1] = used
    return found[:used].copy()


@compiled
def _mark(start: Positions, row: Small, span: tuple[int, int, int], place: Small) -> None:
    """Mark which rows share columns with the simple rows of an area; ``span``: first column, end, simple rows."""
    first, end, simple = span
    for column in range(first, end):
        low, high = start[column], start[column + 1]
        if low < high and row[low] < simple:
            for entry in range(low + 1, high):
                place[row[low], row[entry] - simple] = 0


@compiled
def _number(place: Small, found: Small) -> int:
    """Write what is marked, and number the marks; return how many there are."""
    used = 0
    for other in range(len(place)):
        if place[other] >= 0:
            found[used] = other
            place[other] = used
            used += 1
    return used


@compiled
def _place(start: Positions, row: Small, span: tuple[int, int, int], out: tuple[Small, Small]) -> None:
    """Say for the entries of columns with a simple row which number they have there; ``out`` is numbers and places."""
    first, end, simple = span
    place, at = out
    for column in range(first, end):
        low, high = start[column], start[column + 1]
        if low < high and row[low] < simple:
            for entry in range(low + 1, high):
                at[entry] = place[row[low], row[entry] - simple]


@compiled
def find_meeting(
    entries: Entries, number: Positions, areas: tuple[Positions, Positions, Positions, Positions], met: FloatArray
) -> None:
    """Find how late areas meet each joint row (J,) once simple rows are gone: the mean place of the first of theirs.

    ``areas`` is the columns in the order of their areas, where each area's columns and rows begin, and its number of
    simple rows.
    """
    columns, column_start, row_start, simple = areas
    first, joined = np.empty(len(met), dtype=np.int64), np.empty(max(1, simple.max()), dtype=np.int64)
    met[:] = 0.0
    for area in range(len(simple)):
        size = row_start[area + 1] - row_start[area] - simple[area]
        first[:], joined[:] = size, size
        for at in range(column_start[area], column_start[area + 1]):
            least, lone = _ends_of(entries, number, columns[at], simple[area], size)
            if lone >= 0:
                joined[lone] = min(joined[lone], least)
        for at in range(column_start[area], column_start[area + 1]):
            least, lone = _ends_of(entries, number, columns[at], simple[area], size)
            if lone >= 0:
                least = joined[lone]
            for entry in range(entries.start[columns[at]], entries.start[columns[at] + 1]):
                where = -2 - number[entries.row[entry]]
                if 0 <= where < len(met):
                    first[where] = min(first[where], least)
        met += first / max(size, 1)


@compiled
def _ends_of(entries: Entries, number: Positions, column: int, simple: int, size: int) -> tuple[int, int]:
    """Return the first of a column's rows that is not simple, counted from the first such, and its simple row or -1."""
    least, lone = np.int64(size), np.int64(-1)
    for entry in range(entries.start[column], entries.start[column + 1]):
        where = np.int64(number[entries.row[entry]])
        if where >= simple:
            least = min(least, where - simple)
        elif where >= 0:
            lone = where
    return int(least), int(lone)


@compiled
def find_digests(
    entries: Entries, number: Positions, equal: BoolArray, areas: tuple[Positions, ...], out: Digests
) -> None:
    """Find a digest (B,) of every area that two share, but for chance, where their columns and rows meet alike.

    ``areas`` is the columns in the order of their areas and where each area's begin, the rows and where these begin,
    and each area's number of simple rows.
    """
    columns, column_start, rows, row_start, simple = areas
    for area in range(len(simple)):
        found = _digest(np.uint64(simple[area]), row_start[area + 1] - row_start[area])
        for at in range(row_start[area], row_start[area + 1]):
            found = _digest(found, equal[rows[at]])
        for at in range(column_start[area], column_start[area + 1]):
            for entry in range(entries.start[columns[at]], entries.start[columns[at] + 1]):
                where = number[entries.row[entry]]
                if where != IDLE and entries.value[entry] != 0.0:
                    found = _digest(found, where)
            found = _digest(found, IDLE)
        out[area] = found


@inlined
def _digest(found: np.uint64, more: int) -> np.uint64:
    """Return the digest of what was found and one number more (multiply and shift, after Steele, Lea, Flood 2014)."""
    mixed = (found ^ np.uint64(np.int64(more))) * np.uint64(0x9E3779B97F4A7C15)
    return np.uint64(mixed ^ (mixed >> np.uint64(29)))
