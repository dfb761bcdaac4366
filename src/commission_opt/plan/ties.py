"""Ties: among all best plans the one with the least spend, then the least change, then by order of names.

The best plans are exactly those that obey complementary slackness with any optimal prices: columns worth less than
their price stay where they are, rows with a price stay at their bound. What is left is a small program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Solver, Status

MOVED = 1e-6
"""Share of a column's range that has to be able to move before a plan is called not unique."""


@dataclass(frozen=True, eq=False)
class Face:
    """The best plans of a program, over the columns that are still free.

    Parameters
    ----------
    program : LinearProgram
        Over the free columns (q,); the fixed ones are moved into the rows' bounds.
    position : (q,)
        Their positions in the whole program; -1 for columns that measure change.
    change : (q,) money
        What a unit of a column that measures change moves.
    found : (q,)
        A best plan's values of the free columns.
    x : (n,)
        The same plan, whole.
    """

    program: LinearProgram
    position: IntArray
    change: FloatArray
    found: FloatArray
    x: FloatArray

    def take(self, values: FloatArray) -> FloatArray:
        """Return (q,) the entries of a (n,) array for the free columns, zero for those that measure change."""
        return np.where(self.position >= 0, values[self.position], 0.0)

    def answered(self, goal: FloatArray, solver: Solver) -> tuple[LinearProgram, Answer]:
        """Return the program of the face with an objective, and its answer.

        Where rounding leaves no plan in it, rows are let out as far as the plan that stands.
        """
        program = self.program.with_objective(goal)
        answer = solver.solve(program)
        if answer.status is not Status.INFEASIBLE:
            return program, answer
        stands = program.activity(self.found)
        wider = np.minimum(program.row_lower, stands), np.maximum(program.row_upper, stands)
        program = program.with_bounds(program.lower, program.upper, *wider)
        return program, solver.solve(program)

    def best(self, goal: FloatArray, solver: Solver) -> Face:
        """Return the plans of the face that are best by a further objective, or the face itself if none is found."""
        if not goal.any():
            return self
        program, answer = self.answered(goal, solver)
        if not _usable(answer):
            return self
        found = np.clip(answer.x, program.lower, program.upper)
        whole = self.x.copy()
        ours = self.position >= 0
        part, kept, settled = _optimal_part(program, found, answer)
        whole[self.position[ours]] = settled[ours]
        return Face(part, self.position[kept], self.change[kept], settled[kept], whole)


def best_face(program: LinearProgram, x: FloatArray, answer: Answer) -> Face:
    """Return the face of best plans, given one of them and the answer that it is from."""
    part, kept, settled = _optimal_part(program, x, answer)
    return Face(part, kept, np.zeros(len(kept)), settled[kept], settled)


def break_ties(formulation: Formulation, face: Face, solver: Solver) -> FloatArray:
    """Return the best plan of least spend, least change from the baseline, and first by names.

    Parameters
    ----------
    formulation : Formulation
        What the columns mean.
    face : Face
        The best plans.
    solver : Solver
        Who answers the small programs; where it gives no answer the plan stands as it is.

    Returns
    -------
    (n,)
        A best plan.
    """
    face = face.best(-face.take(formulation.spend), solver)
    face = _measure_change(formulation, face)
    face = face.best(-face.change, solver)
    return face.best(face.take(order_of_names(formulation)), solver).x


def movable(formulation: Formulation, face: Face, solver: Solver) -> tuple[bool, bool]:
    """Return whether volumes, and whether payments, differ among the best plans.

    A generic objective takes one value on the whole face only where nothing that it looks at can move.
    """
    weights = order_of_names(formulation)
    paid = np.zeros(len(weights), dtype=bool)
    delivered = np.zeros(len(weights), dtype=bool)
    delivered[formulation.volumes.column] = True
    for block in formulation.program.columns:
        paid[block.start : block.stop] = block.family == "payment"
    return (
        _moves(face, face.take(np.where(delivered, weights, 0.0)), solver),
        _moves(face, face.take(np.where(paid, weights, 0.0)), solver),
    )


def order_of_names(formulation: Formulation) -> FloatArray:
    """Return (n,) weights that fall with the order of names, no two sums of which are likely to agree.

    Money moved about (pooled, carried, vired) and resources moved about weigh against, so that nothing goes round in
    circles.
    """
    program = formulation.program
    count = program.shape[1]
    weights = np.sqrt(1.0 + count - np.arange(count)) / np.sqrt(1.0 + count)
    size = np.maximum(np.abs(program.upper), np.abs(program.lower))
    weights = weights / np.where((size > 0) & np.isfinite(size), size, 1.0)
    for block in program.columns:
        if block.family not in ("volume", "payment", "outcome"):
            weights[block.start : block.stop] *= -1.0
    return np.asarray(weights, dtype=float)


def _moves(face: Face, goal: FloatArray, solver: Solver) -> bool:
    if not goal.any():
        return False
    found = [face.answered(sign * goal, solver)[1] for sign in (1.0, -1.0)]
    if not all(_usable(answer) for answer in found):
        return False
    high, low = (float(goal @ answer.x) for answer in found)
    return high - low > MOVED


def _optimal_part(program: LinearProgram, x: FloatArray, answer: Answer) -> tuple[LinearProgram, IntArray, FloatArray]:
    """Return the program over the columns that can move among its best plans, their positions, and a best plan.

    Columns that cannot move are put on the bound that their reduced cost names, so that a solver's rounding does not
    stay behind in the rows.
    """
    matrix, prices, noise = program.matrix, answer.prices, answer.precision
    charged = abs(matrix.data * prices[matrix.indices])
    entry_column = np.repeat(np.arange(program.shape[1]), np.diff(matrix.indptr))
    terms = np.abs(program.objective) + np.bincount(entry_column, charged, minlength=program.shape[1])
    reduced = program.objective - matrix.T @ prices
    span = program.upper - program.lower
    # Freeing columns whose whole range is worth less than this cannot add up to more than the noise of the objective.
    least = noise * abs(program.value(x)) / program.shape[1]
    moves = ((np.abs(reduced) <= noise * terms) | (np.abs(reduced) * span <= least)) & (span > 0)
    settled = np.where(moves, x, np.where(reduced > 0, program.upper, program.lower))
    priced = np.zeros(program.shape[0], dtype=bool)
    counts = (charged > noise * terms[entry_column]) & (charged * span[entry_column] > least)
    priced[matrix.indices[counts]] = True
    lower = np.where(priced & (prices > 0), program.row_upper, program.row_lower)
    upper = np.where(priced & (prices < 0), program.row_lower, program.row_upper)
    free = np.flatnonzero(moves)
    inner = sparse.csr_array(matrix[:, free])
    used = np.flatnonzero(np.diff(inner.indptr))
    outside = (matrix @ np.where(moves, 0.0, settled))[used]
    part = LinearProgram(
        name=program.name,
        objective=program.objective[free],
        matrix=sparse.csc_array(inner[used]),
        lower=program.lower[free],
        upper=program.upper[free],
        row_lower=lower[used] - outside,
        row_upper=upper[used] - outside,
        columns=(_nameless("free", len(free)),),
        rows=(_nameless("ties", len(used)),),
    )
    return part, free, settled


def _measure_change(formulation: Formulation, face: Face) -> Face:
    """Add columns that measure how far every delivery with a free volume is from today's."""
    volumes, arrays, program = formulation.volumes, formulation.arrays, face.program
    delivery_of = np.full(formulation.program.shape[1], -1)
    delivery_of[volumes.column] = volumes.delivery * len(arrays.names.year) + volumes.year
    of_free = np.where(face.position >= 0, delivery_of[face.position], -1)
    moving = np.flatnonzero(of_free >= 0)
    if not len(moving):
        return face
    delivery, row = np.unique(of_free[moving], return_inverse=True)
    total = np.bincount(delivery_of[volumes.column], face.x[volumes.column], minlength=int(delivery.max()) + 1)
    count = len(delivery)
    today = arrays.baseline.reshape(-1)[delivery]
    inside = np.bincount(row, face.found[moving], minlength=count)
    wanted = today - (total[delivery] - inside)
    reach = np.bincount(row, np.abs(program.upper[moving]), minlength=count) + np.abs(wanted)
    moved = np.tile(np.maximum(_unit_cost(formulation)[delivery], MOVED), 2)
    return Face(
        program=_with_change(program, moving, row, wanted, reach),
        position=np.concatenate([face.position, np.full(2 * count, -1)]),
        change=np.concatenate([face.change, moved]),
        found=np.concatenate([face.found, np.maximum(inside - wanted, 0.0), np.maximum(wanted - inside, 0.0)]),
        x=face.x,
    )


def _with_change(
    program: LinearProgram, moving: IntArray, row: IntArray, wanted: FloatArray, reach: FloatArray
) -> LinearProgram:
    """Add a column above and a column below what is wanted for every group of moving columns."""
    count, (rows, columns) = len(wanted), program.shape
    balance = sparse.hstack(
        [
            sparse.csr_array((np.ones(len(moving)), (row, moving)), shape=(count, columns)),
            -sparse.eye_array(count),
            sparse.eye_array(count),
        ]
    )
    above = sparse.hstack([program.matrix, sparse.csr_array((rows, 2 * count))])
    return LinearProgram(
        name=program.name,
        objective=np.zeros(columns + 2 * count),
        matrix=sparse.csc_array(sparse.vstack([above, balance])),
        lower=np.concatenate([program.lower, np.zeros(2 * count)]),
        upper=np.concatenate([program.upper, reach, reach]),
        row_lower=np.concatenate([program.row_lower, wanted]),
        row_upper=np.concatenate([program.row_upper, wanted]),
        columns=(_nameless("free", columns + 2 * count),),
        rows=(_nameless("ties", rows + count),),
    )


def _nameless(family: str, count: int) -> Block:
    return Block(family, Keys.of((Names("position", ()), np.full(count, -1))), "", 0)


def _unit_cost(formulation: Formulation) -> FloatArray:
    """Return (V * T,) what a unit of each delivery and year costs in all kinds of money."""
    arrays = formulation.arrays
    area = arrays.cells.area[arrays.deliveries.cell]
    cost = arrays.services.cost.sum(axis=1)[arrays.deliveries.service] * arrays.cost_factor[area]
    return np.asarray(np.repeat(cost, len(arrays.names.year)), dtype=float)


def _usable(answer: Answer) -> bool:
    return answer.status is Status.OPTIMAL and answer.has_solution
