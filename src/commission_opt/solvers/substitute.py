"""Substitute: what an equation says of its columns together is put into other rows that hold them in the same parts."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.tighten import Bounds, let_go, prices_before, tighten


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
        prices = prices_before(self.program, self.bounds, prices)
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
    program, bounds = tighten(program, size)
    return Substituted(program, row, equation, part, bounds)


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
    return let_go(replace_fields(program, matrix=rest, row_lower=lower, row_upper=upper), size), size
