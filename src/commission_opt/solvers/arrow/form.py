"""Form: a program in the order of its areas, every row an equation, every column between two finite bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.arrow.structure import Structure

Positions = npt.NDArray[np.int32]

MARGIN = 1e-3
"""Share of a row's range by which a bound that only follows from the columns is widened, so that there is an inside."""


class Pattern(NamedTuple):
    """The matrix in the order of areas: columns and rows of area 0, of area 1, ..., then what joins them.

    ``start`` (n + 1,), ``row`` and ``value`` (e,) the entries by column; ``at`` (e,) for entries of columns that have
    a simple row, their place in its ``reach``; ``columns``, ``rows`` (B + 2,) where each area begins; ``simple``
    (B + 1,) how many of an area's rows, its first, are simple; ``reach_start`` (m + 1,), ``reach`` the other rows that
    share columns with a simple row, numbered from the area's first row that is not simple, then the joint rows;
    ``local`` the number of rows of areas.
    """

    start: Positions
    row: Positions
    value: FloatArray
    at: Positions
    columns: Positions
    rows: Positions
    simple: Positions
    reach_start: Positions
    reach: Positions
    local: int


@dataclass(frozen=True, eq=False)
class Form:
    """Minimise cost over columns between bounds, rows equal to their right-hand side.

    Parameters
    ----------
    pattern : Pattern
        The matrix; inequalities have a column of their own that holds what is left.
    cost, lower, span : (n,)
        Of the columns: their range is ``lower`` to ``lower + span``.
    right : (m,)
        What every row has to be.
    joint : sparse (J, n_c)
        The joint rows over the joint columns.
    touched : int
        How many of the joint rows, the first of them, hold columns of areas.
    column, row : positions
        Where the columns (n,) and rows (m,) come from in the program; -1 for columns that hold what is left.
    """

    pattern: Pattern
    cost: FloatArray
    lower: FloatArray
    span: FloatArray
    right: FloatArray
    joint: sparse.csr_array
    touched: int
    column: IntArray
    row: IntArray

    @property
    def areas(self) -> int:
        """Number of areas."""
        return len(self.pattern.simple) - 1

    def solution(self, x: FloatArray, program: LinearProgram) -> FloatArray:
        """Return a solution in the order of the program's columns."""
        whole = program.lower.copy()
        own = self.column >= 0
        whole[self.column[own]] = x[own]
        return whole

    def prices(self, y: FloatArray, program: LinearProgram) -> FloatArray:
        """Return prices in the order of the program's rows, of a program that is maximised."""
        prices = np.zeros(program.shape[0])
        prices[self.row] = -y
        return prices


@dataclass(frozen=True, eq=False)
class _Entries:
    """Entries of the program over columns that can move, and the range of every row that they allow."""

    row: IntArray
    column: IntArray
    value: FloatArray
    free: BoolArray
    equal: BoolArray
    idle: BoolArray
    low: FloatArray
    high: FloatArray


def arrange(program: LinearProgram, structure: Structure) -> Form:
    """Return a program, scaled, in the order of its areas."""
    entries = _entries(program)
    areas = structure.areas
    rows = np.flatnonzero(~entries.idle)
    of_row = np.where(structure.of_row >= 0, structure.of_row, areas)[rows]
    touched = np.zeros(program.shape[0], dtype=bool)
    touched[entries.row[structure.of_column[entries.column] >= 0]] = True
    last = np.where(of_row < areas, ~structure.simple[rows], ~touched[rows])
    order = np.lexsort((rows, last, of_row))
    rows, of_row = rows[order], of_row[order]
    free = np.flatnonzero(entries.free)
    slack = np.flatnonzero(~entries.equal[rows])
    of_column = np.concatenate([structure.of_column[free], np.where(of_row[slack] < areas, of_row[slack], EVERYTHING)])
    of_column = np.where(of_column >= 0, of_column, areas)
    column_order = np.argsort(of_column, kind="stable")
    matrix = _matrix(program, entries, (rows, free, slack))[:, column_order]
    matrix.sort_indices()
    where = np.searchsorted(of_column[column_order], np.arange(areas + 2))
    starts = np.searchsorted(of_row, np.arange(areas + 2))
    simple = structure.simple[rows]
    low = np.concatenate([program.lower[free], entries.low[rows[slack]]])[column_order]
    high = np.concatenate([program.upper[free], entries.high[rows[slack]]])[column_order]
    return Form(
        pattern=_pattern(matrix, where, starts, simple),
        cost=np.concatenate([-program.objective[free], np.zeros(len(slack))])[column_order],
        lower=low,
        span=high - low,
        right=np.where(entries.equal, entries.low, 0.0)[rows],
        joint=sparse.csr_array(matrix[starts[areas] :, where[areas] :]),
        touched=int(touched[rows[starts[areas] :]].sum()),
        column=np.concatenate([free, np.full(len(slack), -1)])[column_order],
        row=rows,
    )


def _entries(program: LinearProgram) -> _Entries:
    """Move fixed columns to the right-hand side, and find the range that the columns allow every row."""
    matrix, (rows, columns) = program.matrix, program.shape
    free = program.upper > program.lower
    column = np.repeat(np.arange(columns), np.diff(matrix.indptr))
    fixed = matrix @ np.where(free, 0.0, program.lower)
    kept = free[column] & (matrix.data != 0)
    row, column, value = matrix.indices[kept].astype(np.int64), column[kept], matrix.data[kept]
    one, other = value * program.lower[column], value * program.upper[column]
    least = np.bincount(row, np.minimum(one, other), minlength=rows)
    most = np.bincount(row, np.maximum(one, other), minlength=rows)
    low, high = program.row_lower - fixed, program.row_upper - fixed
    room = 1e-12 * np.maximum(1.0, np.maximum(np.abs(least), np.abs(most)))
    idle = (least >= low - room) & (most <= high + room)
    with np.errstate(invalid="ignore"):
        equal = ~idle & np.isfinite(low) & (high - low <= 1e-12 * np.maximum(1.0, np.abs(low)))
    bottom, top = np.maximum(low, least), np.minimum(high, most)
    wider = MARGIN * np.maximum(top - bottom, 0.0) + 1e-6
    bottom = np.where(low < least, bottom - wider, bottom)
    top = np.where(high > most, top + wider, top)
    return _Entries(row, column, value, free, equal, idle, np.where(equal, low, bottom), np.where(equal, low, top))


def _matrix(program: LinearProgram, entries: _Entries, chosen: tuple[IntArray, IntArray, IntArray]) -> sparse.csc_array:
    """Return the matrix over rows and columns chosen, with a column of -1 for every row that is no equation."""
    rows, free, slack = chosen
    row, column = np.full(program.shape[0], -1), np.full(program.shape[1], -1)
    row[rows], column[free] = np.arange(len(rows)), np.arange(len(free))
    kept = row[entries.row] >= 0
    at = np.concatenate([row[entries.row[kept]], slack])
    across = np.concatenate([column[entries.column[kept]], len(free) + np.arange(len(slack))])
    value = np.concatenate([entries.value[kept], np.full(len(slack), -1.0)])
    shape = (len(rows), len(free) + len(slack))
    return sparse.csc_array(sparse.coo_array((value, (at.astype(np.int32), across.astype(np.int32))), shape=shape))


def _pattern(matrix: sparse.csc_array, where: IntArray, starts: IntArray, simple: BoolArray) -> Pattern:
    """Return the matrix with, for every simple row, the other rows that share its columns."""
    count, areas = matrix.shape[0], len(where) - 2
    local = int(starts[areas])
    first = np.append(matrix.indices, 0)[np.minimum(matrix.indptr[:-1], matrix.nnz)].astype(np.int64)
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    others = np.flatnonzero(simple[first][column] & ~simple[matrix.indices])
    key = first[column[others]] * count + matrix.indices[others]
    pairs, place = np.unique(key, return_inverse=True)
    owner, other = pairs // max(count, 1), pairs % max(count, 1)
    reach_start = np.searchsorted(owner, np.arange(count + 1))
    at = np.zeros(matrix.nnz, dtype=np.int32)
    at[others] = place - reach_start[first[column[others]]]
    number = np.concatenate([[0], np.cumsum(simple)])[starts]
    many = np.append(np.diff(number[: areas + 1]), 0)
    area = np.repeat(np.arange(areas + 1), np.diff(starts))
    rest = (starts[:-1] + many)[area[owner]]
    width = starts[1:][area[owner]] - rest
    return Pattern(
        start=matrix.indptr.astype(np.int32),
        row=matrix.indices.astype(np.int32),
        value=np.array(matrix.data),
        at=at,
        columns=where.astype(np.int32),
        rows=starts.astype(np.int32),
        simple=many.astype(np.int32),
        reach_start=reach_start.astype(np.int32),
        reach=np.where(other < local, other - rest, width + other - local).astype(np.int32),
        local=local,
    )
