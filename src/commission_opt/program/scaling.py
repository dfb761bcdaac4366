"""Own scaling: rows, columns and objective near one for the solver, undone after.

Solver tolerances are absolute, so a place in pence and one in billions would be solved to different
accuracy. All factors are powers of two: scaling and its undoing are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import FloatArray
from commission_opt.program.builder import PART
from commission_opt.program.linear import LinearProgram

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
            whole=program.whole,
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
    scaling = find_scaling(program)
    row, column = scaling.row, scaling.column
    data = np.empty_like(program.matrix.data)
    for columns, entries in _parts(program.matrix):
        each = np.repeat(column[columns], np.diff(program.matrix.indptr[columns.start : columns.stop + 1]))
        each *= row[program.matrix.indices[entries]]
        np.multiply(program.matrix.data[entries], each, out=data[entries])
    matrix = sparse.csc_array((data, program.matrix.indices, program.matrix.indptr), shape=program.matrix.shape)
    return scaling.apply(program, matrix), scaling


def find_scaling(program: LinearProgram) -> Scaling:
    """Return the factors that bring a program's figures near one."""
    row, column = _natural(program)
    worth = np.abs(program.objective * column)
    factor = 1.0 / max(_typical(worth), _power_of_two(worth.max(initial=0.0)) / LARGEST)
    return Scaling(column=column, row=row, objective=factor)


def _natural(program: LinearProgram) -> tuple[FloatArray, FloatArray]:
    """Scale every column by what it can at most be, every row by its largest term; whole numbers stay as they are."""
    size = np.maximum(np.abs(program.lower), np.abs(program.upper))
    column = _powers_of_two(np.where(np.isfinite(size), size, 1.0))
    column[program.whole] = 1.0
    matrix = program.matrix
    largest = np.zeros(matrix.shape[0])
    for columns, entries in _parts(matrix):
        terms = np.abs(matrix.data[entries])
        terms *= np.repeat(column[columns], np.diff(matrix.indptr[columns.start : columns.stop + 1]))
        np.maximum.at(largest, matrix.indices[entries], terms)
    return 1.0 / _powers_of_two(largest), column


def _parts(matrix: sparse.csc_array) -> Iterator[tuple[slice, slice]]:
    """Return some columns at a time, and where their coefficients are: few enough for the processor's cache."""
    count = matrix.shape[1]
    for first in range(0, count, PART):
        last = min(first + PART, count)
        yield slice(first, last), slice(int(matrix.indptr[first]), int(matrix.indptr[last]))


def _typical(sizes: FloatArray) -> float:
    """Return the power of two nearest the geometric mean of the positive sizes."""
    positive = sizes[sizes > 0]
    return float(np.exp2(np.round(np.log2(positive).mean()))) if len(positive) else 1.0


def _power_of_two(size: float) -> float:
    return float(_powers_of_two(np.array([size]))[0])


def _powers_of_two(sizes: FloatArray) -> FloatArray:
    """Return the powers of two nearest the sizes; one where a size is zero or endless."""
    usable = np.isfinite(sizes) & (sizes > 0)
    return np.asarray(np.exp2(np.round(np.log2(np.where(usable, sizes, 1.0)))))
