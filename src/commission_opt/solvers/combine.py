"""Combine: what rows that join areas say only together, where that leaves their columns no choice, is said outright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.duality import reduced_costs
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Limits
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.tighten import Bounds, let_go, prices_before, tighten

ROOM = 1e-6
"""Room that a row, or the range of a column, has to have, as a share of what its columns can add up to."""

NONE = 1e-8
"""Share of their size up to which what rows leave together is as good as nothing: a penny of a million."""

ROUNDING = 1e-9
"""Share of their size up to which terms of a sum cancel each other, and of the largest weight that is none itself."""


@dataclass(frozen=True, eq=False)
class Combined:
    """A program in which rows that together leave no choice are equations, but for those that others then imply.

    Parameters
    ----------
    program : LinearProgram
        With the same columns and rows.
    weight : (m,)
        With these, rows add up to what leaves no choice; upper bounds count where it is positive, lower ones else.
    total : (n,)
        What is then added up of every column; columns that are in it have no choice.
    free : (m,) bool
        Rows with a weight that are no equations in the program as it was.
    bounds : tuple of Bounds
        What was taken for bounds of columns after that.
    """

    program: LinearProgram
    weight: FloatArray
    total: FloatArray
    free: BoolArray
    bounds: tuple[Bounds, ...]

    def prices(self, prices: FloatArray) -> FloatArray:
        """Return the prices (m,) of the rows as they were.

        All of them are worth so much more, in their parts, that none has a price of the wrong sign, and nobody gains
        by a choice that there is not: that costs no more than what they leave together.
        """
        prices = prices_before(self.program, self.bounds, prices)
        held = self.total != 0.0
        gains = reduced_costs(self.program, prices)[held] / self.total[held]
        short = -prices[self.free] / self.weight[self.free]
        return np.asarray(prices + max(gains.max(initial=0.0), short.max(initial=0.0)) * self.weight)


def combine(program: LinearProgram, joint: BoolArray) -> Combined:
    """Find rows over joint columns that leave these no choice together; hold columns and rows to what they say.

    Two funds of one payer, say, that add up to what the services cost which it alone pays for: nothing is left for
    others, and both funds are used up.

    Parameters
    ----------
    program : LinearProgram
        Whole numbers need not be whole.
    joint : (n,) bool
        Columns of no single area, of which there are few.
    """
    weight = _weights(program, joint)
    total, free = _total(program, weight), (weight != 0.0) & (program.row_lower < program.row_upper)
    bound = np.where(weight > 0, program.row_upper, program.row_lower)
    given = weight != 0.0
    ends = np.where(total > 0, program.lower, program.upper)
    held = total != 0.0
    least, most = float((total[held] * ends[held]).sum()), float((weight[given] * bound[given]).sum())
    size = float((np.abs(weight[given] * bound[given])).sum() + np.abs(total[held] * ends[held]).sum())
    if not given.any() or not abs(most - least) <= NONE * size:
        none = np.zeros(program.shape[0])
        return Combined(program, none, np.zeros(program.shape[1]), none > 0, ())
    lower, upper = np.where(held, ends, program.lower), np.where(held, ends, program.upper)
    fixed = program.with_bounds(lower, upper, program.row_lower, program.row_upper)
    implied = np.zeros(len(given), dtype=bool)
    implied[_implied(fixed, np.flatnonzero(given), free)] = True
    low, high = (np.where(given, bound, rest) for rest in (program.row_lower, program.row_upper))
    fixed = program.with_bounds(lower, upper, np.where(implied, -np.inf, low), np.where(implied, np.inf, high))
    sizes = np.where(np.isfinite(bound), np.abs(bound), 0.0)
    left, bounds = tighten(let_go(fixed, sizes), sizes)
    return Combined(left, weight, total, free, bounds)


def _total(program: LinearProgram, weight: FloatArray) -> FloatArray:
    """Return what rows add up to with weights (m,), of every column (n,) that can move."""
    matrix = program.matrix
    total, size = np.asarray(matrix.T @ weight), np.asarray(abs(matrix).T @ np.abs(weight))
    moves = program.upper > program.lower
    return np.where(moves & (np.abs(total) > ROUNDING * size), total, 0.0)


def _implied(program: LinearProgram, rows: IntArray, free: BoolArray) -> IntArray:
    """Return one row of every group of rows (r,) that share columns which can move: the others imply it."""
    here = sparse.csr_array(program.matrix)[rows]
    here = here[:, np.flatnonzero(program.upper > program.lower)]
    here.eliminate_zeros()
    count, group = connected_components(abs(here) @ abs(here).T, directed=False)
    moving = np.diff(here.indptr) > 0
    order = np.lexsort((~free[rows], ~moving, group))
    first = order[np.searchsorted(group[order], np.arange(count))]
    implied: IntArray = rows[first[moving[first]]]
    return implied


def _weights(program: LinearProgram, joint: BoolArray) -> FloatArray:
    """Return with what weights (m,) rows over joint columns leave no room together; none where they leave some.

    Columns and rows are to have room, each as much as would be enough: the prices of a linear program that asks for as
    much as can be had of all of it are the weights of those that cannot have it.
    """
    moves, entries = program.upper > program.lower, np.diff(program.matrix.indptr)
    of_areas = np.bincount(program.matrix.indices, np.repeat(moves & ~joint, entries), minlength=program.shape[0])
    column = np.flatnonzero(moves & joint)
    matrix = sparse.csr_array(program.matrix[:, column])
    bounded = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    row = np.flatnonzero(bounded & (of_areas == 0) & (np.diff(matrix.indptr) > 0))
    weight = np.zeros(program.shape[0])
    if not len(row):
        return weight
    width = (program.upper - program.lower)[column]
    matrix = matrix[row].multiply(width[None, :]).tocsr()
    span = np.asarray(abs(matrix).sum(axis=1))
    rest = program.activity(np.where(moves & joint, program.lower, np.where(moves, 0.0, program.lower)))[row]
    low, high = (program.row_lower[row] - rest) / span, (program.row_upper[row] - rest) / span
    matrix = sparse.csr_array(matrix.multiply((1.0 / span)[:, None]))
    prices = _room(matrix, low, high)
    if prices is None:
        return weight
    most = np.abs(prices).max(initial=0.0)
    weight[row] = np.where(np.abs(prices) > ROUNDING * most, prices / span / max(most, 1e-300), 0.0)
    return weight


def _room(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray | None:
    """Return the prices (r,) of rows of columns from 0 to 1 where all of them and all columns are to have room."""
    count, width = matrix.shape
    free = low < high
    sides = np.flatnonzero(np.isfinite(high) & free), np.flatnonzero(np.isfinite(low) & free), np.flatnonzero(~free)
    one = sparse.eye_array(width)
    rows = sparse.vstack([*(matrix[side] for side in sides), one, one])
    many = [len(side) for side in sides]
    signs = np.repeat([ROOM, -ROOM, 0.0, -ROOM, ROOM], [*many, width, width])
    rooms = sparse.diags_array(signs).tocsc()[:, np.flatnonzero(signs)]
    none = np.full(rows.shape[0], np.inf)
    least, most = -none, none.copy()
    most[: many[0]], least[many[0] : sum(many[:2])] = high[sides[0]], low[sides[1]]
    least[sum(many[:2]) : sum(many)] = most[sum(many[:2]) : sum(many)] = low[sides[2]]
    least[sum(many) : sum(many) + width], most[sum(many) + width :] = 0.0, 1.0
    total = width + rooms.shape[1]
    names = [Names("at", tuple(map(str, range(number)))) for number in (total, len(none))]
    blocks = [Block("room", Keys.of((name, np.arange(len(name.labels)))), "share", 0) for name in names]
    asked = LinearProgram(
        name="room",
        objective=np.repeat([0.0, 1.0], [width, rooms.shape[1]]),
        matrix=sparse.csc_array(sparse.hstack([rows, rooms])),
        lower=np.zeros(total),
        upper=np.ones(total),
        row_lower=least,
        row_upper=most,
        columns=(blocks[0],),
        rows=(blocks[1],),
    )
    answer = HighsSolver(Limits(method="simplex")).solve(asked)
    if not answer.has_solution:
        return None
    found = np.zeros(count)
    np.add.at(found, np.concatenate(sides), answer.prices[: sum(many)])
    return found
