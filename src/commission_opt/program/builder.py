"""Columns, rows and entries gathered block by block, and the program made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

Numbers = npt.ArrayLike
Positions = npt.NDArray[np.int32]
Entries = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], FloatArray]
"""Row, column and value of each."""

PART = 16_384
"""Columns, or entries, that are handled at a time: few enough to stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class _Later:
    """Entries that are made when they are needed: those of ``column`` (n,), ``count`` (n,) of each."""

    column: IntArray
    count: IntArray
    make: Callable[[int, int], Entries]


class ProgramBuilder:
    """Gathers blocks; entries are (row, column, value) triplets, never positions in a list."""

    def __init__(self) -> None:
        self.columns: list[Block] = []
        self.rows: list[Block] = []
        self._column_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._row_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._entries: list[tuple[Positions, Positions, FloatArray]] = []
        self._later: list[_Later] = []
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
        # Copies, as the caller's arrays may change; a single value for all is not written out.
        given = np.array(values, dtype=float)
        self._entries.append((_positions(rows), _positions(columns), np.broadcast_to(given, (len(rows),))))

    def add_entries_in_parts(self, columns: IntArray, count: IntArray, make: Callable[[int, int], Entries]) -> None:
        """Add coefficients too many to be held twice: they are made, some columns at a time, as the program is built.

        Parameters
        ----------
        columns : (n,) positions
            Columns that have such coefficients, each once.
        count : (n,)
            How many each has.
        make : callable
            ``make(first, last)`` returns the entries of ``columns[first:last]``, column after column.
        """
        self._later.append(_Later(columns, count, make))

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
        matrix = self._matrix()
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

    def _matrix(self) -> sparse.csc_array:
        """Put every entry straight into its place by column; what has been placed is let go."""
        size = np.zeros(self.column_count + 1, dtype=np.int64)
        for _, columns, _ in self._entries:
            np.add.at(size, columns + 1, 1)
        for later in self._later:
            size[later.column + 1] += later.count
        start = np.cumsum(size)
        free = start[:-1].copy()
        index, value = np.empty(start[-1], dtype=np.int32), np.empty(start[-1])
        for entries in self._parts():
            _place(entries, free, index, value)
        start = start.astype(np.int32) if start[-1] < np.iinfo(np.int32).max else start
        matrix = sparse.csc_array((value, index, start), shape=(self.row_count, self.column_count))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def _parts(self) -> Iterator[Entries]:
        """Return all entries, in parts, and forget them."""
        while self._entries:
            rows, columns, values = self._entries.pop(0)
            for first in range(0, len(rows), 8 * PART):
                part = slice(first, first + 8 * PART)
                yield rows[part], columns[part], values[part]
        while self._later:
            later = self._later.pop(0)
            for first in range(0, len(later.column), PART):
                yield later.make(first, min(first + PART, len(later.column)))


def _place(entries: Entries, free: IntArray, index: Positions, value: FloatArray) -> None:
    """Write entries where the next free place of each one's column is."""
    rows, columns, values = entries
    step = np.diff(columns)
    if (step > 0).all():  # each column once, as in most families
        place = free[columns]
        free[columns] += 1
        index[place], value[place] = rows, values
        return
    if (step < 0).any():
        order = np.argsort(columns, kind="stable")
        rows, columns, values = rows[order], columns[order], values[order]
    first = np.flatnonzero(np.diff(columns, prepend=-1))
    count = np.diff(first, append=len(columns))
    head = columns[first]
    place = np.arange(len(columns)) + np.repeat(free[head] - first, count)
    free[head] += count
    index[place], value[place] = rows, values


def _positions(given: npt.ArrayLike) -> Positions:
    return np.array(given, dtype=np.int32)


def _spread(values: Numbers, count: int) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(values, dtype=float), (count,)))


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(0)
