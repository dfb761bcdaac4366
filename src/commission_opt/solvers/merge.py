"""Merge: rows that say the same of the columns that can move become one row, with the tightest of their bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.linear import LinearProgram

SEED = 1
"""Of the weights by which rows are told apart; that two rows are alike is then checked entry by entry."""

NEAR = 1e-12
"""Share of their size by which bounds of one row may contradict each other through rounding."""


@dataclass(frozen=True, eq=False)
class Merged:
    """A program in which rows that repeat another have no bounds left.

    Parameters
    ----------
    program : LinearProgram
        With the same columns, rows and coefficients.
    least, most : (m,) positions
        The row that the lower, and the upper, bound of every row comes from.
    """

    program: LinearProgram
    least: IntArray
    most: IntArray

    def prices(self, prices: FloatArray) -> FloatArray:
        """Give the price of every row (m,) to the row whose bound it is a price of."""
        given = np.zeros(len(prices))
        np.add.at(given, np.where(prices > 0, self.most, self.least), prices)
        return given


def merge(program: LinearProgram) -> Merged:
    """Give the first of every group of rows that are alike the tightest bounds of all, and the others none."""
    own = np.arange(program.shape[0])
    row, group = _groups(program)
    if not len(row):
        return Merged(program, own, own)
    rest = program.activity(np.where(program.upper > program.lower, 0.0, program.lower))
    first = np.flatnonzero(np.diff(group, prepend=-1))
    head = row[first]
    low, high = program.row_lower[row] - rest[row], program.row_upper[row] - rest[row]
    tightest = np.maximum.reduceat(low, first), np.minimum.reduceat(high, first)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row], upper[row] = -np.inf, np.inf
    lower[head], upper[head] = (bound + rest[head] for bound in tightest)
    _agree(program, lower, upper, (row, head[group]))
    least, most = own.copy(), own.copy()
    for source, bound, best in ((least, low, tightest[0]), (most, high, tightest[1])):
        at = np.flatnonzero(bound == best[group])[::-1]
        source[head[group[at]]] = row[at]
    return Merged(program.with_bounds(program.lower, program.upper, lower, upper), least, most)


def _groups(program: LinearProgram) -> tuple[IntArray, IntArray]:
    """Return rows with a bound that repeat another, and the group of each, 0, 1, ..., in the order of their groups."""
    moves = program.upper > program.lower
    weights = np.where(moves, np.random.default_rng(SEED).uniform(0.5, 1.5, program.shape[1]), 0.0)
    sums = program.activity(weights)
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    row = np.flatnonzero(bounded & (sums != 0.0))
    order = row[np.argsort(sums[row], kind="stable")]
    again = np.flatnonzero(np.diff(sums[order]) == 0.0)
    one, other = order[again], order[again + 1]
    alike = _alike(program, moves, one, other)
    one, other = one[alike], other[alike]
    new = np.ones(len(one), dtype=bool)
    new[1:] = one[1:] != other[:-1]
    group = np.cumsum(new) - 1
    rows, groups = np.concatenate([one[new], other]), np.concatenate([group[new], group])
    order = np.lexsort((rows, groups))
    return rows[order], groups[order]


def _alike(program: LinearProgram, moves: BoolArray, one: IntArray, other: IntArray) -> BoolArray:
    """Return of pairs of rows whether they have the same coefficients of all columns that can move."""
    place = np.full(program.shape[0], -1)
    place[one] = place[other] = 0
    asked = np.flatnonzero(place == 0)
    place[asked] = np.arange(len(asked))
    matrix = program.matrix
    entry = np.flatnonzero(place[matrix.indices] >= 0)
    column = np.searchsorted(matrix.indptr, entry, side="right") - 1
    coefficients = np.where(moves[column], matrix.data[entry], 0.0)
    by_row = sparse.csr_array(
        (coefficients, (place[matrix.indices[entry]], column)), shape=(len(asked), program.shape[1])
    )
    difference = abs(by_row[place[one]] - by_row[place[other]])
    alike: BoolArray = np.asarray(difference.sum(axis=1)) == 0.0
    return alike


def _agree(program: LinearProgram, lower: FloatArray, upper: FloatArray, of: tuple[IntArray, IntArray]) -> None:
    """Let bounds of rows that contradict each other by rounding alone be one figure, for the size of those merged."""
    crossed = lower > upper
    if not crossed.any():
        return
    row, head = of
    held = np.where(program.upper > program.lower, 0.0, np.abs(program.lower))
    ends = (np.abs(bound[row]) for bound in (program.row_lower, program.row_upper))
    given = np.maximum(*(np.where(np.isfinite(end), end, 0.0) for end in ends))
    size = np.zeros(len(lower))
    np.maximum.at(size, head, program.sizes(held[:, None])[row, 0] + given)
    crossed &= lower - upper <= NEAR * size
    lower[crossed] = upper[crossed]
