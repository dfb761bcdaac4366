"""Plans found before, as far as they prove something about a place whose budgets or weights have changed since."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from commission_opt.errors import SolverError
from commission_opt.model.formulate import Formulation
from commission_opt.model.movable import Bounds, Movable
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.plan.certificate import certify
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import tidy
from commission_opt.program.duality import proven_bound, proving_prices
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.outcomes import gains_of
from commission_opt.solvers import Solver, Status

EDGE = 1e-9
"""Share of its weight by which a counted outcome may miss being worth just that: rounding."""


class Yardstick:
    """What volumes and counted outcomes bring of every outcome, per unit of its weight.

    Outcomes are numbered by planner and outcome together (P * O).
    """

    def __init__(self, movable: Movable) -> None:
        self._formulation, self._counted = movable.formulation, movable.counted
        self.size = movable.weighed.size
        outcomes = movable.weighed.shape[1]
        self.counted = self._counted.planner * outcomes + self._counted.outcome
        arrays, (_, area_weight) = self._formulation.arrays, self._formulation.yardsticks[0]
        self.per_counted = area_weight[self._counted.area] * arrays.discount[self._counted.year]
        self._area_weight = area_weight

    @cached_property
    def straight(self) -> sparse.csr_array:
        """What volumes (X, P * O) bring of outcomes that are counted on them."""
        formulation, arrays = self._formulation, self._formulation.arrays
        volumes, planner = formulation.volumes, formulation.planners.of_service
        outcomes, years = formulation.capped.shape[1], len(arrays.discount)
        gains = gains_of(arrays, volumes.gain, ~formulation.capped[planner])
        parts = [sparse.csr_array((0, self.size))]
        for part in volumes.parts():
            volume, gain, amount = gains.of(part)
            worth = amount * arrays.discount[gain % years] * self._area_weight[part.area[volume]]
            outcome = planner[part.service[volume]] * outcomes + gain // years
            entries = sparse.coo_array((worth, (volume, outcome)), shape=(len(part), self.size))
            parts.append(sparse.csr_array(entries))
        return sparse.csr_array(sparse.vstack(parts))

    def amounts(self, x: FloatArray) -> FloatArray:
        """Return (P * O,) what a plan brings, as far as it counts."""
        of_counted = np.bincount(self.counted, self.per_counted * x[self._counted.column], self.size)
        return np.asarray(self.straight.T @ x[self._formulation.volumes.column] + of_counted)


class Slopes:
    """How a proven bound moves with weights.

    The price of an outcome below its ceiling goes with its weight, all other prices stay.

    Any prices prove a bound, so it holds whatever the weights are.

    Parameters
    ----------
    movable, yardstick
        Where outcomes are counted.
    solved : Solved
        Whose prices prove the bound.
    """

    def __init__(self, movable: Movable, yardstick: Yardstick, solved: Solved) -> None:
        self._movable, self._yardstick, self._solved = movable, yardstick, solved

    @cached_property
    def _volumes(self) -> Boxes:
        return _boxes(self._solved, self._movable.formulation.volumes.column)

    @cached_property
    def _counted(self) -> Boxes:
        """The columns on which outcomes are counted."""
        return _boxes(self._solved, self._movable.counted.column)

    @cached_property
    def _free(self) -> BoolArray:
        """Counted outcomes below their ceilings: one unit more is worth its weight, and no less."""
        return self._counted.reduced <= EDGE * self._of_counted

    @cached_property
    def _of_counted(self) -> FloatArray:
        """What weights put into the objective of the columns on which outcomes are counted."""
        return np.asarray(self._yardstick.per_counted * self._solved.weight.reshape(-1)[self._yardstick.counted])

    @cached_property
    def _by_outcome(self) -> sparse.csr_array:
        """What the weight of every outcome puts into the reduced value of every volume (X, P * O)."""
        columns, matrix = self._movable.formulation.volumes.column, self._solved.program.matrix
        straight = self._yardstick.straight.multiply(self._solved.weight.reshape(1, -1))
        rows = self._movable.ceilings
        if not len(rows) or not len(columns):
            return sparse.csr_array(straight)
        first, last = int(columns[0]), int(columns[-1]) + 1
        entries = slice(matrix.indptr[first], matrix.indptr[last])
        volume = np.repeat(np.arange(last - first), np.diff(matrix.indptr[first : last + 1]))
        row = matrix.indices[entries] - rows[0]
        priced = np.flatnonzero((row >= 0) & (row < len(rows)))
        priced = priced[self._free[row[priced]]]
        worth = -matrix.data[entries][priced] * self._solved.prices[rows][row[priced]]
        where = (volume[priced], self._yardstick.counted[row[priced]])
        return sparse.csr_array(straight + sparse.csr_array(sparse.coo_array((worth, where), shape=straight.shape)))

    @property
    def columns(self) -> int:
        """Columns of the program."""
        return len(self._solved.x)

    def prepare(self) -> None:
        """Work out what does not hang on the weights asked for."""
        self.gain(np.ones(self._yardstick.size))

    def gain(self, ratio: FloatArray) -> float:
        """Return what the bound gains where the weights are these multiples (P * O,) of those it was proven for."""
        further = ratio - 1.0
        priced = np.where(self._free, self._solved.prices[self._movable.ceilings], 0.0)
        of_counted = further[self._yardstick.counted] * (self._of_counted - priced)
        return self._volumes.gain(self._by_outcome @ further) + self._counted.gain(of_counted)


@dataclass(frozen=True, eq=False)
class Boxes:
    """Columns with their bounds, what one unit of each is worth beyond what it takes, and what that adds to a bound."""

    reduced: FloatArray
    lower: FloatArray
    upper: FloatArray
    held: float

    def gain(self, further: FloatArray) -> float:
        """Return what a bound gains where one unit of each is worth so much more."""
        moved = self.reduced + further
        return float(np.maximum(moved * self.upper, moved * self.lower).sum()) - self.held


def _boxes(solved: Solved, columns: IntArray) -> Boxes:
    reduced, lower, upper = solved.reduced[columns], solved.program.lower[columns], solved.program.upper[columns]
    return Boxes(reduced, lower, upper, float(np.maximum(reduced * upper, reduced * lower).sum()))


@dataclass(frozen=True, eq=False)
class Point:
    """A plan that was found, as far as it is needed to judge what other budgets and weights are worth.

    Parameters
    ----------
    weight : (P, O)
        The weights that it was found for.
    value, bound : float
        What it is worth, and what no plan exceeds: for its own budgets and weights.
    amounts : (P * O,)
        What it brings of every outcome, per unit of weight.
    needs : Bounds
        What it takes of the movable rows and columns.
    limits : Bounds
        Their upper bounds when it was found.
    prices : (R,)
        Of the movable rows.
    reduced, lower : (C,)
        Reduced values of the movable columns, and their lower bounds.
    slopes : Slopes or None
        How the bound moves with weights, where that is kept.
    """

    weight: FloatArray
    value: float
    bound: float
    amounts: FloatArray
    needs: Bounds
    limits: Bounds
    prices: FloatArray
    reduced: FloatArray
    lower: FloatArray
    slopes: Slopes | None

    def worth(self, weight: FloatArray) -> float:
        """Return what the plan is worth by other weights."""
        return self.value + float(((weight - self.weight).reshape(-1) * self.amounts).sum())

    def distance(self, weight: FloatArray) -> float:
        """Return how far other weights are, in value of what the plan brings."""
        return float(np.abs((weight - self.weight).reshape(-1) * self.amounts).sum())

    def bound_for(self, limits: Bounds, weight: FloatArray) -> float | None:
        """Return what no plan exceeds under other bounds and weights; None where that is not kept."""
        same = np.array_equal(weight, self.weight)
        if not same and self.slopes is None:
            return None
        rows = np.where(self.prices > 0, self.prices * (limits.rows - self.limits.rows), 0.0)
        now, then = (
            np.maximum(self.reduced * columns, self.reduced * self.lower)
            for columns in (limits.columns, self.limits.columns)
        )
        bound = self.bound + float(rows.sum()) + float((now - then).sum())
        if same or self.slopes is None:
            return bound
        ratio = np.divide(weight, self.weight, out=np.ones_like(weight), where=self.weight != 0)
        return bound + self.slopes.gain(ratio.reshape(-1))


@dataclass(frozen=True, eq=False)
class Solved:
    """A program that was answered: the place's own weights in it, the values, and prices that prove its bound."""

    program: LinearProgram
    weight: FloatArray
    x: FloatArray
    prices: FloatArray
    value: float
    bound: float

    @classmethod
    def of(cls, plan: Plan) -> Solved:
        """Return what was solved for a plan with one objective."""
        formulation, proof = plan.formulation, plan.choice.proof
        program = formulation.program
        prices = proving_prices(program, proof.answer.prices)
        whole = len(program.whole) > 0
        return cls(
            program=program,
            weight=formulation.planners.weight,
            x=tidy(proof.program, proof.answer.x),
            prices=prices,
            value=proof.certificate.objective,
            bound=proven_bound(program, prices) if whole else proof.certificate.bound,
        )

    @cached_property
    def reduced(self) -> FloatArray:
        """What one unit of every column (n,) is worth beyond what it takes at these prices."""
        return np.asarray(self.program.objective - self.program.matrix.T @ self.prices)

    def point(self, movable: Movable, yardstick: Yardstick | None) -> Point:
        """Return what of it is kept for long."""
        program, rows, columns = self.program, movable.rows, movable.columns
        limits = Bounds(program.row_upper[rows], program.upper[columns])
        return Point(
            weight=self.weight,
            value=self.value,
            bound=self.bound,
            amounts=yardstick.amounts(self.x) if yardstick is not None else np.zeros(self.weight.size),
            # What exceeds a bound by the rounding of its solver does not exceed it.
            needs=Bounds(
                np.minimum(program.activity(self.x)[rows], limits.rows), np.minimum(self.x[columns], limits.columns)
            ),
            limits=limits,
            prices=self.prices[rows],
            reduced=self.reduced[columns],
            lower=program.lower[columns],
            slopes=Slopes(movable, yardstick, self) if yardstick is not None else None,
        )


def answered(formulation: Formulation, solver: Solver, tolerance: float) -> Solved | None:
    """Return what a solver's answer to a linear program proves; None where there is none, or it passes no check."""
    program = formulation.program
    try:
        answer = solver.solve(program)
    except SolverError:
        return None
    if answer.status is not Status.OPTIMAL or not answer.has_solution:
        return None
    x, prices = tidy(program, answer.x), proving_prices(program, answer.prices)
    certificate = certify(program, x, prices)
    if not certificate.holds(tolerance):
        return None
    return Solved(program, formulation.planners.weight, x, prices, certificate.objective, certificate.bound)
