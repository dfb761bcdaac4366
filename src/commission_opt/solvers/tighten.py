"""Tighten: what rows with one column, and rows that hardly leave a choice, say is taken for bounds of their columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.duality import proving_prices, reduced_costs
from commission_opt.program.linear import LinearProgram

NEAR = 1e-9
"""Share of a row's size by which what it says of the one column that can move in it, or of none, may be off."""

FINE = 1e-12
"""Share of it below which the range of a column, or what a row leaves to its columns, is nothing but rounding."""

NARROW = 1e-3
"""Share of what the columns of a row could add up to below which it hardly leaves them a choice."""

ROUNDS = 10
"""How often rows are taken for bounds: where these leave columns no choice, other rows leave theirs less."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Columns (b,) whose upper, or lower, bounds were taken from rows, and their coefficients there.

    ``sign`` is 1 for upper bounds, -1 for lower ones: that of the worth that such a column has for its row. Rows share
    no column that can move, or have no other: what one is worth changes nothing for the rest.
    """

    row: IntArray
    column: IntArray
    coefficient: FloatArray
    sign: FloatArray


def tighten(program: LinearProgram, size: FloatArray) -> tuple[LinearProgram, tuple[Bounds, ...]]:
    """Take rows with one column, and rows that hardly leave a choice, for bounds of columns, as often as it helps.

    Such rows leave a method that keeps away from all bounds no room, or next to none. Those that then hold whatever
    the columns do have no bounds any more.

    Parameters
    ----------
    program : LinearProgram
        Whole numbers need not be whole.
    size : (m,)
        Of the rows' bounds as they were given: what is left of them is rounded to that.
    """
    found: list[Bounds] = []
    for _ in range(ROUNDS):
        before = program
        for take in (_single, _narrow):
            tighter, bounds = take(program, size)
            if tighter is not program:
                program = let_go(tighter, size)
                found.append(bounds)
        if program is before:
            break
    return program, tuple(found)


def prices_before(program: LinearProgram, bounds: tuple[Bounds, ...], prices: FloatArray) -> FloatArray:
    """Return the prices (m,) of the rows from which bounds were taken, given those of what was left of them.

    A row is worth the most that one of its columns would gain beyond the bound taken from the row, in what it adds to
    the row. What the row then charges the others is no more than its bound is worth, which is what all of them can add
    up to: prices prove of the program as it was what they proved of what was left. A price without a bound behind it
    proves nothing: it may not be charged to others.
    """
    prices = proving_prices(program, prices)
    for one in reversed(bounds):
        gain = np.maximum(one.sign * reduced_costs(program, prices)[one.column], 0.0)
        worth, most, least = one.sign * gain / one.coefficient, np.zeros(len(prices)), np.zeros(len(prices))
        np.maximum.at(most, one.row, worth)
        np.minimum.at(least, one.row, worth)
        prices += most + least
    return prices


def _single(program: LinearProgram, size: FloatArray) -> tuple[LinearProgram, Bounds]:
    """Take rows in which one column alone can move for its bounds; the program itself where there is no such row."""
    matrix, count = program.matrix, program.shape[0]
    moves = program.upper > program.lower
    entry = np.flatnonzero(np.repeat(moves, np.diff(matrix.indptr)) & (matrix.data != 0.0))
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    single = bounded & (np.bincount(matrix.indices[entry], minlength=count) == 1)
    entry = entry[single[matrix.indices[entry]]]
    row, value = matrix.indices[entry], matrix.data[entry]
    column = np.searchsorted(matrix.indptr, entry, side="right") - 1
    held = np.where(moves, 0.0, program.lower)
    rest = program.activity(held)
    ends = (program.row_lower - rest)[row] / value, (program.row_upper - rest)[row] / value
    low, high = np.where(value > 0, *ends), np.where(value > 0, *ends[::-1])
    lower, upper = program.lower.copy(), program.upper.copy()
    np.maximum.at(lower, column, low)
    np.minimum.at(upper, column, high)
    taken = [np.flatnonzero((high == upper[column]) & (high < program.upper[column]))]
    taken.append(np.flatnonzero((low == lower[column]) & (low > program.lower[column])))
    if not len(row):
        return program, Bounds(row, column, value, value)
    at = np.concatenate(taken)
    _hold(program, (lower, upper), column[at], (size + _sizes(program, held))[row[at]] / np.abs(value[at]))
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[row], row_upper[row] = -np.inf, np.inf
    # Of several rows with one bound the first is worth it: adding a worth twice would count it twice.
    once = [at[np.unique(column[at], return_index=True)[1]] for at in taken]
    at, sign = np.concatenate(once), np.repeat([1.0, -1.0], [len(one) for one in once])
    tighter = program.with_bounds(lower, upper, row_lower, row_upper)
    return tighter, Bounds(row[at], column[at], value[at], sign)


def _hold(program: LinearProgram, bounds: tuple[FloatArray, FloatArray], column: IntArray, scale: FloatArray) -> None:
    """Hold columns (b,) whose bounds are as good as one figure for the ``scale`` (b,) of the rows they are from."""
    lower, upper = bounds
    of_column = np.zeros(len(lower))
    np.maximum.at(of_column, column, scale)
    width = upper - lower
    one = (of_column > 0) & (width >= -NEAR * of_column) & (width <= FINE * of_column)
    lower[one] = upper[one] = np.maximum(upper, program.lower)[one]


def _narrow(program: LinearProgram, size: FloatArray) -> tuple[LinearProgram, Bounds]:
    """Take rows that hardly leave their columns, or the largest of them, a choice for these columns' bounds.

    With a row's columns measured by what they add to it from an end on, none can have more than the row leaves to all
    of them. The program itself is returned where there is no such row.
    """
    rooms, size = _rooms(program, size)
    matrix, width = program.matrix, program.upper - program.lower
    entry = np.flatnonzero(np.isfinite(rooms.min(axis=0))[matrix.indices] & (matrix.data != 0.0))
    column = np.searchsorted(matrix.indptr, entry, side="right") - 1
    moves = width[column] > 0
    entry, column = entry[moves], column[moves]
    alone = _apart(matrix.indices[entry].astype(np.int64), column, program.shape)
    entry, column = entry[alone], column[alone]
    row, value = matrix.indices[entry].astype(np.int64), matrix.data[entry]
    lower, upper = program.lower.copy(), program.upper.copy()
    most = rooms[:, row] / np.abs(value)
    side, at = np.nonzero(most < width[column])
    row, column, value, most = row[at], column[at], value[at], most[side, at]
    sign = np.where((value > 0) == (side == 1), 1.0, -1.0)
    if not len(row):
        return program, Bounds(row, column, value, sign)
    up = np.flatnonzero(sign > 0)
    down = np.flatnonzero(sign < 0)
    upper[column[up]] = (program.lower[column] + most)[up]
    lower[column[down]] = (program.upper[column] - most)[down]
    _hold(program, (lower, upper), column, size[row] / np.abs(value))
    return program.with_bounds(lower, upper, program.row_lower, program.row_upper), Bounds(row, column, value, sign)


def _rooms(program: LinearProgram, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (2, m) what rows leave to their columns, from the most that these add up to down and from the least up.

    Infinite but for rows that hardly leave a choice to all columns, or to one that can add up to nearly all. And the
    ``size`` (m,) of bounds and columns together.
    """
    width = program.upper - program.lower
    values = np.column_stack([width, np.maximum(np.abs(program.lower), np.abs(program.upper))])
    span, ends = program.sizes(values).T
    size, largest = size + ends, np.zeros(len(size))
    np.maximum.at(
        largest, program.matrix.indices, np.abs(program.matrix.data) * np.repeat(width, np.diff(program.matrix.indptr))
    )
    # Endless columns make what rows add up to no number: these rows leave a choice.
    with np.errstate(invalid="ignore"):
        least = program.activity(program.lower) + (program.activity(width) - span) / 2
        rooms = np.array([least + span - program.row_lower, program.row_upper - least])
        one = span - largest + program.row_upper - program.row_lower <= NARROW * span
    few = ((rooms <= NARROW * span) | one) & (span > FINE * size)
    return np.where(few, np.where(rooms <= FINE * size, 0.0, rooms), np.inf), size


def _apart(row: IntArray, column: IntArray, shape: tuple[int, int]) -> BoolArray:
    """Return which entries (e,) are of rows that share no column with a row before them."""
    first = np.full(shape[1], shape[0])
    np.minimum.at(first, column, row)
    shared = np.zeros(shape[0], dtype=bool)
    shared[row[first[column] != row]] = True
    apart: BoolArray = ~shared[row]
    return apart


def let_go(program: LinearProgram, size: FloatArray) -> LinearProgram:
    """Take the bounds of rows in which no column can move, where they hold but for rounding; ``size`` adds to it."""
    moves = program.upper > program.lower
    entries = np.repeat(moves, np.diff(program.matrix.indptr)) & (program.matrix.data != 0.0)
    free = np.bincount(program.matrix.indices, entries, minlength=program.shape[0]) == 0
    values = np.where(moves, 0.0, program.lower)
    fixed = program.activity(values)
    room = NEAR * (_sizes(program, values) + size)
    holds = free & (program.row_lower - room <= fixed) & (fixed <= program.row_upper + room)
    lower, upper = np.where(holds, -np.inf, program.row_lower), np.where(holds, np.inf, program.row_upper)
    return program.with_bounds(program.lower, program.upper, lower, upper)


def _sizes(program: LinearProgram, values: FloatArray) -> FloatArray:
    return program.sizes(np.abs(values)[:, None])[:, 0]


def from_zero(program: LinearProgram) -> tuple[LinearProgram, FloatArray]:
    """Return the program with columns of narrow ranges measured from their lower bounds, and (n,) these.

    A solver takes a column for as large as its bounds are, and what moves by a hundred-millionth of it for rounding.
    """
    lower, upper = program.lower, program.upper
    narrow = (upper > lower) & (upper - lower <= NARROW * np.maximum(np.abs(lower), np.abs(upper)))
    shift = np.where(narrow, lower, 0.0)
    if not shift.any():
        return program, shift
    rest = program.activity(shift)
    return program.with_bounds(lower - shift, upper - shift, program.row_lower - rest, program.row_upper - rest), shift
