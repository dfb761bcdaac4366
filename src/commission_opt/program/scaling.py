"""Own scaling: rows, columns and objective near one for the solver, undone after.

Solver tolerances are absolute, so a place in pence and one in billions would be solved to different
accuracy. All factors are powers of two: scaling and its undoing are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.linear import LinearProgram

PASSES = 4
"""Rounds of geometric scaling; further rounds change little."""

LARGEST = 2.0**20
"""Largest scaled objective coefficient; the typical one is one."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """Factors of a scaled program: x = column * x', row activity = activity' / row.

    Parameters
    ----------
    column : (n,)
        Units of a column in one unit of the scaled column.
    row : (m,)
        What every row was multiplied by.
    objective : float
        What the objective was multiplied by.
    """

    column: FloatArray
    row: FloatArray
    objective: float

    def solution(self, x: FloatArray) -> FloatArray:
        """Return a solution in the place's own units."""
        return np.asarray(x * self.column)

    def prices(self, prices: FloatArray) -> FloatArray:
        """Return prices in objective units per unit of the unscaled row."""
        return np.asarray(prices * self.row / self.objective)

    def apply(self, program: LinearProgram, matrix: sparse.csc_array) -> LinearProgram:
        """Return a program in scaled units, given its scaled matrix."""
        return LinearProgram(
            name=program.name,
            objective=program.objective * self.column * self.objective,
            matrix=matrix,
            lower=program.lower / self.column,
            upper=program.upper / self.column,
            row_lower=program.row_lower * self.row,
            row_upper=program.row_upper * self.row,
            columns=program.columns,
            rows=program.rows,
        )


def scale(program: LinearProgram) -> tuple[LinearProgram, Scaling]:
    """Return the program in scaled units, with the factors to undo it.

    Parameters
    ----------
    program : LinearProgram
        In the place's own units.

    Returns
    -------
    LinearProgram, Scaling
        The scaled program has the same solutions, positions and labels.
    """
    row, column = _geometric(program.matrix)
    size = _typical(np.where(np.isfinite(program.upper), np.abs(program.upper), 0.0) / column)
    column, row = column * size, row / size
    worth = np.abs(program.objective * column)
    factor = 1.0 / max(_typical(worth), _power_of_two(worth.max(initial=0.0)) / LARGEST)
    scaling = Scaling(column=column, row=row, objective=factor)
    matrix = sparse.csc_array(
        (program.matrix.data * _by_entry(program.matrix, row, column), program.matrix.indices, program.matrix.indptr),
        shape=program.matrix.shape,
    )
    return scaling.apply(program, matrix), scaling


def _geometric(matrix: sparse.csc_array) -> tuple[FloatArray, FloatArray]:
    """Balance the entries of every row and column around one."""
    size = np.abs(matrix.data)
    rows, columns = matrix.indices.astype(np.int64), np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    logs = np.log2(np.where(size > 0, size, 1.0))
    row, column = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[1])
    for _ in range(PASSES):
        row = -_middle(logs + column[columns], rows, matrix.shape[0])
        column = -_middle(logs + row[rows], columns, matrix.shape[1])
    return np.exp2(np.round(row)), np.exp2(np.round(column))


def _middle(logs: FloatArray, groups: IntArray, count: int) -> FloatArray:
    """Return the mean of the logarithms of each group, zero for an empty one."""
    total = np.bincount(groups, weights=logs, minlength=count)
    return total / np.maximum(np.bincount(groups, minlength=count), 1)


def _by_entry(matrix: sparse.csc_array, row: FloatArray, column: FloatArray) -> FloatArray:
    return row[matrix.indices] * np.repeat(column, np.diff(matrix.indptr))


def _typical(sizes: FloatArray) -> float:
    """Return the power of two nearest the geometric mean of the positive sizes."""
    positive = sizes[sizes > 0]
    return float(np.exp2(np.round(np.log2(positive).mean()))) if len(positive) else 1.0


def _power_of_two(size: float) -> float:
    return float(np.exp2(np.round(np.log2(size)))) if size > 0 and np.isfinite(size) else 1.0
