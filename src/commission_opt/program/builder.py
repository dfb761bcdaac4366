"""Columns, rows and entries gathered block by block, and the program made of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

Numbers = npt.ArrayLike


class ProgramBuilder:
    """Gathers blocks; entries are (row, column, value) triplets, never positions in a list."""

    def __init__(self) -> None:
        self.columns: list[Block] = []
        self.rows: list[Block] = []
        self._column_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._row_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._whole: list[IntArray] = []
        self.column_count = 0
        self.row_count = 0

    def add_columns(self, family: str, keys: Keys, upper: Numbers, *, unit: str, lower: Numbers = 0.0) -> IntArray:
        """Add a block of columns and return their positions."""
        block = Block(family, keys, unit, self.column_count)
        self.columns.append(block)
        self._column_bounds.append((_spread(lower, len(block)), _spread(upper, len(block))))
        self.column_count = block.stop
        return np.arange(block.start, block.stop)

    def require_whole(self, columns: IntArray) -> None:
        """Allow these columns whole numbers only: the program is then a mixed-integer one."""
        self._whole.append(columns)

    def add_rows(
        self, family: str, keys: Keys, *, unit: str, lower: Numbers = -np.inf, upper: Numbers = np.inf
    ) -> IntArray:
        """Add a block of rows and return their positions."""
        block = Block(family, keys, unit, self.row_count)
        self.rows.append(block)
        self._row_bounds.append((_spread(lower, len(block)), _spread(upper, len(block))))
        self.row_count = block.stop
        return np.arange(block.start, block.stop)

    def add_entries(self, rows: IntArray, columns: IntArray, values: Numbers) -> None:
        """Add coefficients; those of the same row and column add up."""
        self._entries.append((np.asarray(rows), np.asarray(columns), _spread(values, len(rows))))

    def lower_upper_bounds(self, columns: IntArray, upper: Numbers) -> None:
        """Lower the upper bounds of columns that are there already."""
        everything = self.column_upper()
        everything[columns] = np.minimum(everything[columns], upper)
        for block, bounds in zip(self.columns, self._column_bounds, strict=True):
            bounds[1][:] = everything[block.start : block.stop]

    def column_lower(self) -> FloatArray:
        """Return the lower bounds of all columns so far."""
        return _joined([low for low, _ in self._column_bounds])

    def column_upper(self) -> FloatArray:
        """Return the upper bounds of all columns so far."""
        return _joined([high for _, high in self._column_bounds])

    def build(self, name: str, objective: FloatArray) -> LinearProgram:
        """Make the program; entries of the same row and column are added up, zeros dropped."""
        rows = np.concatenate([r for r, _, _ in self._entries] or [np.zeros(0, dtype=np.int64)]).astype(np.int32)
        columns = np.concatenate([c for _, c, _ in self._entries] or [np.zeros(0, dtype=np.int64)]).astype(np.int32)
        values = _joined([v for _, _, v in self._entries])
        self._entries.clear()
        matrix = sparse.csc_array(
            sparse.coo_array((values, (rows, columns)), shape=(self.row_count, self.column_count))
        )
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return LinearProgram(
            name=name,
            objective=objective,
            matrix=matrix,
            lower=self.column_lower(),
            upper=self.column_upper(),
            row_lower=_joined([low for low, _ in self._row_bounds]),
            row_upper=_joined([high for _, high in self._row_bounds]),
            columns=tuple(self.columns),
            rows=tuple(self.rows),
            whole=np.concatenate([*self._whole, np.zeros(0, dtype=np.int64)]).astype(np.int64),
        )


def _spread(values: Numbers, count: int) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(values, dtype=float), (count,)))


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(0)
