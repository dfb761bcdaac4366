"""Substitute: what an equation says of its columns together is put into other rows that hold them in the same parts."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.duality import reduced_costs
from commission_opt.program.linear import LinearProgram

NEAR = 1e-9
"""Share of a row's size by which what it says of the one column that can move in it, or of none, may be off."""

FINE = 1e-12
"""Share of it below which the range of a column is nothing but rounding."""

ROUNDS = 5
"""How often rows with one column are taken for its bounds: where these leave it no choice, others have one less."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Columns (b,) whose upper, or lower, bounds were taken from rows, and their coefficients there.

    ``sign`` is 1 for upper bounds, -1 for lower ones: that of the worth that such a column has for its row.
    """

    row: IntArray
    column: IntArray
    coefficient: FloatArray
    sign: FloatArray


@dataclass(frozen=True, eq=False)
class Substituted:
    """A program some of whose rows have fewer columns, and some of whose columns have tighter bounds.

    Parameters
    ----------
    program : LinearProgram
        With the same columns and rows.
    row, equation, part : (s,)
        Of what was put into every row: which equation, times what.
    bounds : tuple of Bounds
        What was taken for bounds of columns, one time after the other.
    """

    program: LinearProgram
    row: IntArray
    equation: IntArray
    part: FloatArray
    bounds: tuple[Bounds, ...]

    def prices(self, prices: FloatArray) -> FloatArray:
        """Return the prices (m,) of the rows as they were.

        A row that became a column's bound is worth what the column would gain beyond it; an equation that was put into
        other rows pays for these.
        """
        prices = prices.copy()
        for one in reversed(self.bounds):
            gain = np.maximum(one.sign * reduced_costs(self.program, prices)[one.column], 0.0)
            np.add.at(prices, one.row, one.sign * gain / one.coefficient)
        return np.asarray(prices - np.bincount(self.equation, self.part * prices[self.row], minlength=len(prices)))


def substitute(program: LinearProgram) -> Substituted:
    """Put what equations fix into all rows that hold their columns in the same parts; take what is left for bounds.

    A row may then be left without any column that can move, or with one alone, where it would have left the method by
    areas no room, or next to none.
    """
    gone, row, equation, part = _parts(program)
    size = _finite(program.row_lower, program.row_upper)
    if len(row):
        program, size = _without(program, gone, (row, equation, part), size)
    found: list[Bounds] = []
    for _ in range(ROUNDS):
        tighter, bounds = _tightened(program, size)
        if tighter is program:
            break
        program = _let_go(tighter, size)
        found.append(bounds)
    return Substituted(program, row, equation, part, tuple(found))


def _parts(program: LinearProgram) -> tuple[BoolArray, IntArray, IntArray, FloatArray]:
    """Return which entries (e,) can go, and (s,) from which row, for which equation, times what."""
    matrix, moves = program.matrix, program.upper > program.lower
    column = np.repeat(np.arange(program.shape[1]), np.diff(matrix.indptr))
    row = matrix.indices
    own = np.flatnonzero(_equations(program)[row] & moves[column] & (matrix.data != 0.0))[::-1]
    equation, coefficient = np.full(program.shape[1], -1), np.ones(program.shape[1])
    equation[column[own]], coefficient[column[own]] = row[own], matrix.data[own]
    entry = np.flatnonzero((equation[column] >= 0) & (equation[column] != row))
    part = matrix.data[entry] / coefficient[column[entry]]
    place = row[entry].astype(np.int64) * program.shape[0] + equation[column[entry]]
    order = np.argsort(place, kind="stable")
    first = np.flatnonzero(np.diff(place[order], prepend=-1))
    gone = np.zeros(len(matrix.data), dtype=bool)
    if not len(first):
        return gone, first, first, np.zeros(0)
    least, most = (reduce(part[order], first) for reduce in (np.minimum.reduceat, np.maximum.reduceat))
    many = np.diff(np.append(first, len(order)))
    target, source = np.divmod(place[order][first], program.shape[0])
    members = np.bincount(row[own], minlength=program.shape[0])
    fits = (least == most) & (many == members[source]) & (least != 0.0)
    gone[entry[order]] = np.repeat(fits, many)
    return gone, target[fits], source[fits], least[fits]


def _equations(program: LinearProgram) -> BoolArray:
    equations: BoolArray = np.isfinite(program.row_lower) & (program.row_lower == program.row_upper)
    return equations


def _finite(lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return the size of the larger of two bounds, of those that are finite."""
    low, high = (np.where(np.isfinite(bound), np.abs(bound), 0.0) for bound in (lower, upper))
    return np.maximum(low, high)


def _tightened(program: LinearProgram, size: FloatArray) -> tuple[LinearProgram, Bounds]:
    """Take rows in which one column alone can move for its bounds; the program itself where there is no such row.

    ``size`` (m,) is that of the rows' bounds as they were given: what is left of them is rounded to that.
    """
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


def _without(
    program: LinearProgram, gone: BoolArray, put: tuple[IntArray, IntArray, FloatArray], size: FloatArray
) -> tuple[LinearProgram, FloatArray]:
    """Return the program without some entries, whose sums are taken from the bounds of their rows.

    And the ``size`` (m,) of these, to which those of the sums are added.
    """
    row, equation, part = put
    matrix, count = program.matrix, program.shape[0]
    fixed = program.activity(np.where(program.upper > program.lower, 0.0, program.lower))
    total = part * (program.row_upper - fixed)[equation]
    sums = np.bincount(row, total, minlength=count)
    size = size + np.bincount(row, np.abs(total), minlength=count)
    start = np.concatenate([[0], np.cumsum(~gone)])[matrix.indptr].astype(matrix.indptr.dtype)
    rest = sparse.csc_array((matrix.data[~gone], matrix.indices[~gone], start), shape=program.shape)
    lower, upper = program.row_lower - sums, program.row_upper - sums
    return _let_go(replace_fields(program, matrix=rest, row_lower=lower, row_upper=upper), size), size


def _let_go(program: LinearProgram, size: FloatArray) -> LinearProgram:
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
