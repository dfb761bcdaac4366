"""Margins: what a rule's bound is worth on either side, and how far that holds, found by solving again.

The best objective is concave in a bound and made of straight pieces. So what one more unit brings is the slope of the
piece above the bound, what one less costs the slope of the piece below, and a piece ends where its slope does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Answer, Status
from commission_opt.solvers.basis import Ranging
from commission_opt.solvers.kept import KeptSolver

STEP, SEEN_STEP = 1e-6, 3e-7
"""Shares of its own size, and of the row's largest term, by which a bound is moved to see its value on one side: pieces
shorter than both are passed. The second is 300 times what the solver takes for nothing in a row: chains of rows add up.
"""

APART = 1e-6
"""Share by which slopes have to differ to be those of two pieces."""

LEAST = 1e-7
"""Smallest slope, and smallest difference of slopes, that is told from nothing, in the solver's own units: well above
its tolerance."""

ROUNDING = 1e-9
"""Share of a row's terms by which it may miss its bound and still be said to stand at it."""


PRICED = 1e-12
"""Share of the largest price below which another is nothing but rounding."""

SEEN = 1e-7
"""Share of the objective by which it has to change for the difference of two answers to say how much."""


@dataclass(frozen=True, eq=False)
class Margins:
    """What the bounds of some rows are worth on either side, in objective units per unit of the bound.

    Parameters
    ----------
    low, high : (r,)
        Value gained per unit more, and lost per unit less: slopes of the pieces above and below the bound; infinite
        where there is no plan on that side, NaN where it was not examined.
    valid_from, valid_to : (r,)
        Lowest and highest bound up to which these hold; infinite where they never end.
    """

    low: FloatArray
    high: FloatArray
    valid_from: FloatArray
    valid_to: FloatArray

    def take(self, positions: IntArray) -> Margins:
        """Return the margins at these positions."""
        return Margins(*(part[positions] for part in (self.low, self.high, self.valid_from, self.valid_to)))


class Examiner:
    """Examines the bounds of a linear program's rows one by one, each from the basis of its best answer.

    Parameters
    ----------
    program : LinearProgram
        Whose rows are examined.
    reach : (n,)
        The most that each column can be, for the size of a small step; its bounds may be wider.
    """

    def __init__(self, program: LinearProgram, reach: FloatArray) -> None:
        self.program, self._reach = program, reach
        self.solver = KeptSolver()
        self.answer: Answer = self.solver.solve(program)
        self.ranging: Ranging = self.solver.ranging()
        self.scale = self.solver.price_scale
        self._by_row = sparse.csr_array(program.matrix)

    def examine(self, rows: IntArray, bound: FloatArray, most: int) -> Margins:
        """Return the margins of rows; at most so many of those that need a further solve are examined."""
        found = np.full((4, len(rows)), np.nan)
        plain = self._inside(rows, bound)
        price = self.answer.prices[rows]
        found[:2, plain] = np.where(np.abs(price) > LEAST * self.scale[rows], price, 0.0)[plain]
        sure = np.array([plain & self.ranging.ends_low[rows], plain & self.ranging.ends_high[rows]])
        found[2, sure[0]], found[3, sure[1]] = self.ranging.low[rows[sure[0]]], self.ranging.high[rows[sure[1]]]
        for at in np.flatnonzero(~sure.all(axis=0))[:most].tolist():
            found[:, at] = self._one(int(rows[at]), float(bound[at]), found[:, at])
        return Margins(*(found + 0.0))  # No zero has a sign.

    def change(self, row: int, bound: float, by: float) -> float:
        """Return how the best objective changes with a row's bound; NaN where that cannot be or is lost in rounding."""
        answer, now = self._moved(row, bound, by), self.program.value(self.answer.x)
        found = self.program.value(answer.x) - now if answer.has_solution else np.nan
        return found if abs(found) > SEEN * abs(now) else np.nan

    def bought(self, row: int, bound: float, by: float) -> FloatArray:
        """Return (2, n) the values of the columns now and with a row's bound moved; the same twice where none are."""
        answer = self._moved(row, bound, by)
        return np.stack([self.answer.x, answer.x if answer.has_solution else self.answer.x])

    def _inside(self, rows: IntArray, bound: FloatArray) -> BoolArray:
        """Whether a row's bound can move both ways on the basis of the best answer: its price is then one figure."""
        step = np.array([self._step(int(row), float(at)) for row, at in zip(rows, bound, strict=True)])
        return np.asarray((self.ranging.low[rows] < bound - step) & (self.ranging.high[rows] > bound + step))

    def _one(self, row: int, bound: float, known: FloatArray) -> FloatArray:
        """Return low, high, valid_from and valid_to of one row, given those that are known; the others are NaN."""
        low, high, start, end = known.tolist()
        if np.isnan(low):
            step = self._step(row, bound)
            low, high = self._slope(row, bound, step), self._slope(row, bound, -step)
        start = self._end(row, bound, high, -1.0) if np.isnan(start) else start
        end = self._end(row, bound, low, 1.0) if np.isnan(end) else end
        return np.array([low, high, start, end])

    def _slope(self, row: int, bound: float, step: float) -> float:
        """Return the price of a row when its bound is moved a step: infinite where there is no plan then."""
        answer = self._moved(row, bound, step)
        if answer.status is Status.INFEASIBLE:
            return -np.inf if step > 0 else np.inf
        if not answer.has_solution:
            return np.nan
        price = float(answer.prices[row])
        return price if abs(price) > LEAST * self.scale[row] else 0.0

    def _end(self, row: int, bound: float, slope: float, side: float) -> float:
        """Return the bound at which a slope ends on one side.

        The row's activity is set free on that side and charged a little less than the slope: going on then pays as far
        as the piece goes, and no further.
        """
        if not np.isfinite(slope):
            return bound if np.isinf(slope) else np.nan
        program = self.program
        lower, upper = program.row_lower[row], program.row_upper[row]
        apart = max(APART * abs(slope), LEAST * self.scale[row])
        if abs(slope) <= apart and (lower < bound if side > 0 else upper > bound):
            return side * np.inf  # What is not used up is never missed.
        part = slice(self._by_row.indptr[row], self._by_row.indptr[row + 1])
        columns = self._by_row.indices[part].astype(np.int64)
        charge = (slope - side * apart) * self._by_row.data[part]
        self.solver.set_objective(columns, program.objective[columns] - charge)
        free = (bound, upper if upper > bound else np.inf) if side > 0 else (lower if lower < bound else -np.inf, bound)
        answer = self._with_row(row, *free)
        if not answer.has_solution:
            return np.nan
        return float(self._by_row.data[part] @ answer.x[columns])

    def _moved(self, row: int, bound: float, by: float) -> Answer:
        lower, upper = self.program.row_lower[row], self.program.row_upper[row]
        return self._with_row(row, *(edge + by if edge == bound else edge for edge in (lower, upper)))

    def _with_row(self, row: int, lower: float, upper: float) -> Answer:
        self.solver.set_rows(np.array([row]), np.array([lower]), np.array([upper]))
        answer = self.solver.again()
        self.solver.back()
        return answer

    def _step(self, row: int, bound: float) -> float:
        """Return a small step of a row's bound: a share of the bound, or of the row's largest term."""
        part = slice(self._by_row.indptr[row], self._by_row.indptr[row + 1])
        reach = np.abs(self._by_row.data[part]) * self._reach[self._by_row.indices[part]]
        return max(STEP * abs(bound), SEEN_STEP * float(reach[np.isfinite(reach)].max(initial=0.0)))


def tight(program: LinearProgram, x: FloatArray, prices: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the rows that stand at a bound, and that bound; an equality, or a row with a price, always does."""
    activity = program.activity(x)
    scale = abs(program.matrix) @ np.abs(x)
    room = ROUNDING * np.maximum(scale, 1e-300)
    above, below = program.row_upper - activity <= room, activity - program.row_lower <= room
    priced = np.abs(prices) > PRICED * np.abs(prices).max(initial=0.0)
    at_upper = np.where(priced, prices > 0, above) & np.isfinite(program.row_upper)
    rows = np.flatnonzero(at_upper | ((below | priced) & np.isfinite(program.row_lower)))
    return rows, np.where(at_upper, program.row_upper, program.row_lower)[rows]
