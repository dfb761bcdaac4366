"""The linear (or mixed-integer) program as plain labelled arrays; it knows neither places nor solvers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.errors import SolverError
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Block, Keys, block_at

SHARE, LEAST = 16, 16_384
"""Parts in which a large matrix is worked on, and the fewest columns of one."""


@dataclass(frozen=True, eq=False)
class LinearProgram:
    r"""Maximise an objective over rows and columns with bounds.

    .. math:: \max\; c^T x \quad\text{s.t.}\quad l^r \le A x \le u^r,\; l \le x \le u

    Parameters
    ----------
    name : str
        Place and model.
    objective : (n,) objective units per unit of the column
        c; always maximised.
    matrix : (m, n) sparse, by column
        A.
    lower, upper : (n,)
        Bounds of the columns; finite wherever the place bounds them.
    row_lower, row_upper : (m,)
        Bounds of the rows; infinite where there is none.
    columns, rows : tuple of Block
        What every position means.
    whole : (w,) positions
        Columns that have to be whole numbers; empty for a linear program.
    """

    name: str
    objective: FloatArray
    matrix: sparse.csc_array
    lower: FloatArray
    upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    columns: tuple[Block, ...]
    rows: tuple[Block, ...]
    whole: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        for array in (self.objective, self.lower, self.upper, self.row_lower, self.row_upper):
            array.setflags(write=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.row_lower), len(self.objective)

    def value(self, x: FloatArray) -> float:
        """Return the objective of a solution."""
        # Not by BLAS, which puts several threads on as little as this and waits for them on a busy machine.
        return float((self.objective * x).sum())

    def activity(self, x: FloatArray) -> FloatArray:
        """Return what every row adds up to."""
        return np.asarray(self.matrix @ x, dtype=float)

    def sizes(self, x: FloatArray) -> FloatArray:
        """Return (m, k) what the sizes of every row's terms add up to, given sizes (n, k) of the columns.

        Some columns at a time, so that the sizes of all coefficients are never held together.
        """
        found = np.zeros((self.shape[0], x.shape[1]))
        for columns, part in self.parts(SHARE):
            part.data = np.abs(part.data)
            found += part @ x[columns]
        return found

    def parts(self, share: int) -> Iterator[tuple[slice, sparse.csc_array]]:
        """Return the matrix some columns at a time, in as many parts at most: which columns, and their coefficients."""
        matrix, count = self.matrix, self.shape[1]
        step = max(-(-count // share), LEAST)
        for first in range(0, count, step):
            start = matrix.indptr[first : first + step + 1]
            entries = slice(start[0], start[-1])
            shape = self.shape[0], len(start) - 1
            part = sparse.csc_array((matrix.data[entries], matrix.indices[entries], start - start[0]), shape=shape)
            yield slice(first, first + shape[1]), part

    def column_label(self, position: int) -> str:
        """Return the label of a column."""
        return block_at(self.columns, position).label(position)

    def row_label(self, position: int) -> str:
        """Return the label of a row."""
        return block_at(self.rows, position).label(position)

    def column_block(self, family: str) -> Block | None:
        """Return the block of columns of a family, or None."""
        return next((block for block in self.columns if block.family == family), None)

    def has_matrix_of(self, other: LinearProgram) -> bool:
        """Whether another program has the same coefficients and whole numbers: it differs in the rest alone."""
        mine, theirs = self.matrix, other.matrix
        return np.array_equal(self.whole, other.whole) and (
            mine is theirs
            or (
                mine.shape == theirs.shape
                and np.array_equal(mine.indptr, theirs.indptr)
                and np.array_equal(mine.indices, theirs.indices)
                and np.array_equal(mine.data, theirs.data)
            )
        )

    def has_bounds_of(self, other: LinearProgram) -> bool:
        """Whether another program of this shape has the same bounds of columns and rows."""
        mine = self.lower, self.upper, self.row_lower, self.row_upper
        theirs = other.lower, other.upper, other.row_lower, other.row_upper
        return all(one is two or np.array_equal(one, two) for one, two in zip(mine, theirs, strict=True))

    def require_finite(self) -> None:
        """Refuse a program with a figure that is not a number, or an endless coefficient.

        Raises
        ------
        SolverError
            Naming the first column or row at fault; some solvers call such a program solved.
        """
        for what, array in (("objective of", self.objective), ("a bound of", self.lower), ("a bound of", self.upper)):
            bad = np.flatnonzero(np.isnan(array) if what == "a bound of" else ~np.isfinite(array))
            if len(bad):
                raise SolverError(f"The {what} {self.column_label(int(bad[0]))} is not a finite number.")
        for array in (self.row_lower, self.row_upper):
            if np.isnan(array).any():
                raise SolverError(f"A bound of {self.row_label(int(np.flatnonzero(np.isnan(array))[0]))} is no number.")
        if not np.isfinite(self.matrix.data).all():
            at = int(np.flatnonzero(~np.isfinite(self.matrix.data))[0])
            column = int(np.searchsorted(self.matrix.indptr, at, side="right")) - 1
            raise SolverError(f"A coefficient of {self.column_label(column)} is not a finite number.")

    def with_objective(self, objective: FloatArray) -> LinearProgram:
        """Return the same program with another objective."""
        if objective is self.objective:
            return self
        return replace_fields(self, objective=np.array(objective, dtype=float))

    def with_bounds(
        self, lower: FloatArray, upper: FloatArray, row_lower: FloatArray, row_upper: FloatArray
    ) -> LinearProgram:
        """Return the same program with other bounds."""
        return replace_fields(self, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)

    def with_whole_fixed(self, x: FloatArray) -> LinearProgram:
        """Return the linear program that is left when the whole numbers are those of a solution."""
        return self.with_whole_at(np.rint(x[self.whole]))

    def with_whole_at(self, values: FloatArray) -> LinearProgram:
        """Return the linear program that is left when what has to be whole numbers has these values (w,)."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[self.whole] = upper[self.whole] = values
        return replace_fields(self, lower=lower, upper=upper, whole=np.zeros(0, dtype=np.int64))

    def with_row(
        self, family: str, coefficients: FloatArray, at_least: float, unit: str, keys: Keys | None = None
    ) -> LinearProgram:
        """Return the program with one further row that must be at least ``at_least``."""
        block = Block(family, keys or Keys((), ()), unit, len(self.row_lower))
        return self.with_rows([block], sparse.csr_array(coefficients[None, :]), (at_least, np.inf))

    def with_rows(
        self, blocks: Sequence[Block], matrix: sparse.csr_array, bounds: tuple[npt.ArrayLike, npt.ArrayLike]
    ) -> LinearProgram:
        """Return the program with further rows: their blocks, what columns add to them, and (lower, upper) bounds."""
        lower, upper = (np.broadcast_to(np.asarray(bound, dtype=float), matrix.shape[:1]) for bound in bounds)
        return replace_fields(
            self,
            matrix=sparse.csc_array(sparse.vstack([self.matrix, matrix])),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            rows=(*self.rows, *blocks),
        )

    def with_columns(self, blocks: Sequence[Block], matrix: sparse.csr_array, upper: FloatArray) -> LinearProgram:
        """Return the program with further columns from 0 up to a bound, which are worth nothing themselves."""
        count = len(upper)
        return replace_fields(
            self,
            matrix=sparse.csc_array(sparse.hstack([self.matrix, matrix])),
            objective=np.append(self.objective, np.zeros(count)),
            lower=np.append(self.lower, np.zeros(count)),
            upper=np.append(self.upper, upper),
            columns=(*self.columns, *blocks),
        )

    def only_rows(self, positions: IntArray) -> LinearProgram:
        """Return the program with these rows alone; blocks then name them by their old labels."""
        labels = tuple(
            Block(self.row_label(int(old)), Keys((), ()), block_at(self.rows, int(old)).unit, new)
            for new, old in enumerate(positions)
        )
        return replace_fields(
            self,
            matrix=sparse.csc_array(sparse.csr_array(self.matrix)[positions]),
            row_lower=self.row_lower[positions],
            row_upper=self.row_upper[positions],
            rows=labels,
        )
