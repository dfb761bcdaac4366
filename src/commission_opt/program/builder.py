"""Columns, rows and entries gathered block by block, and the program made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray, SmallArray
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

Numbers = npt.ArrayLike
Entries = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], FloatArray]
"""Row, column and value of each."""

NONE: Entries = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
"""No entries."""

PART = 16_384
"""Columns that are handled at a time: few enough for their coefficients to stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class _Later:
    """Entries that are made when they are needed: those of columns from ``first``, at most so many in all."""

    first: int
    count: int
    most: int
    make: Callable[[int, int], Entries]

    def of(self, first: int, last: int) -> list[Entries]:
        """Return the entries of the columns from ``first`` up to ``last``."""
        first, last = max(first - self.first, 0), min(last - self.first, self.count)
        return [self.make(first, last)] if first < last else []


class ProgramBuilder:
    """Gathers blocks; entries are (row, column, value) triplets, never positions in a list."""

    def __init__(self) -> None:
        self.columns: list[Block] = []
        self.rows: list[Block] = []
        self._column_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._row_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._entries: list[Entries] = []
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
        given = np.broadcast_to(np.array(values, dtype=float), (len(rows),))
        self._entries.append((np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32), given))

    def add_entries_in_parts(self, first: int, count: int, most: int, make: Callable[[int, int], Entries]) -> None:
        """Add coefficients too many to be held twice: they are made, some columns at a time, as the program is built.

        Parameters
        ----------
        first, count : int
            Position of the first of the columns that have such coefficients, and how many they are.
        most : int
            How many coefficients they can have.
        make : callable
            ``make(start, stop)`` returns the entries of the columns from ``first + start`` up to ``first + stop``.
        """
        self._later.append(_Later(first, count, most, make))

    def lower_upper_bounds(self, columns: IntArray, upper: Numbers) -> None:
        """Lower the upper bounds of columns that are there already."""
        if not len(columns):
            return
        everything = self.column_upper()
        everything[columns] = np.minimum(everything[columns], upper)
        self._column_bounds = [(self.column_lower(), everything)]

    def column_lower(self) -> FloatArray:
        """Return the lower bounds of all columns so far."""
        return _joined([low for low, _ in self._column_bounds])

    def column_upper(self) -> FloatArray:
        """Return the upper bounds of all columns so far."""
        return _joined([high for _, high in self._column_bounds])

    def upper_of(self, columns: slice) -> FloatArray:
        """Return the upper bounds of a run of columns, without a copy where they are stored together."""
        start = 0
        for _, high in self._column_bounds:
            if start <= columns.start and columns.stop <= start + len(high):
                return high[columns.start - start : columns.stop - start]
            start += len(high)
        return self.column_upper()[columns]

    def build(self, name: str, objective: FloatArray) -> LinearProgram:
        """Make the program; entries of the same row and column are added up, zeros dropped."""
        lower, upper, row_lower, row_upper = self._bounds()
        return LinearProgram(
            name=name,
            objective=objective,
            matrix=self._matrix(),
            lower=lower,
            upper=upper,
            row_lower=row_lower,
            row_upper=row_upper,
            columns=tuple(self.columns),
            rows=tuple(self.rows),
            whole=np.concatenate([*self._whole, np.zeros(0, dtype=np.int64)]).astype(np.int64),
        )

    def _bounds(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the bounds of columns and rows, which are held once from then on."""
        bounds = (
            self.column_lower(),
            self.column_upper(),
            _joined([low for low, _ in self._row_bounds]),
            _joined([high for _, high in self._row_bounds]),
        )
        self._column_bounds, self._row_bounds = [bounds[:2]], [bounds[2:]]
        return bounds

    def _matrix(self) -> sparse.csc_array:
        """Put all entries into the matrix, some columns at a time, and forget them."""
        room = sum(len(rows) for rows, _, _ in self._entries) + sum(each.most for each in self._later)
        parts = self._in_parts()
        later, self._later = self._later, []
        index, value = np.empty(room, dtype=np.int32), np.empty(room)
        kind = np.int32 if room <= np.iinfo(np.int32).max else np.int64
        start: SmallArray = np.zeros(self.column_count + 1, dtype=kind)
        filled = 0
        for first in range(0, self.column_count, PART):
            last = min(first + PART, self.column_count)
            part = [*parts[first // PART], *(entries for each in later for entries in each.of(first, last))]
            made = _summed(part, first, (self.row_count, last - first))
            index[filled : filled + made.nnz], value[filled : filled + made.nnz] = made.indices, made.data
            np.add(made.indptr[1:], kind(filled), out=start[first + 1 : last + 1])
            filled += made.nnz
        # Nobody else holds them yet, so what is not needed is given back where they are.
        index.resize(filled, refcheck=False)
        value.resize(filled, refcheck=False)
        matrix = sparse.csc_array((value, index, start), shape=(self.row_count, self.column_count))
        matrix.has_canonical_format = True
        return matrix

    def _in_parts(self) -> list[list[Entries]]:
        """Return the entries that were added at once, by the part of the columns that they belong to."""
        if self.column_count <= PART:
            entries, self._entries = self._entries, []
            return [entries]
        firsts = np.arange(0, self.column_count + PART, PART)
        parts: list[list[Entries]] = [[] for _ in firsts[1:]]
        while self._entries:
            rows, columns, values = _by_column(self._entries.pop(0))
            start = np.searchsorted(columns, firsts)
            for part in np.flatnonzero(start[1:] > start[:-1]).tolist():
                run = slice(start[part], start[part + 1])
                parts[part].append((rows[run], columns[run], values[run]))
        return parts


def _by_column(entries: Entries) -> Entries:
    """Put entries in the order of their columns."""
    rows, columns, values = entries
    if not (columns[1:] < columns[:-1]).any():
        return entries
    order = np.argsort(columns, kind="stable")
    return rows[order], columns[order], values[order]


def _summed(parts: list[Entries], first: int, shape: tuple[int, int]) -> sparse.csc_array:
    """Return the matrix of some columns, entries of the same row and column added up."""
    nothing = np.zeros(0, dtype=np.int32)
    row, column = (np.concatenate([nothing, *(part[at] for part in parts)], dtype=np.int32) for at in range(2))
    column -= np.int32(first)
    value = np.concatenate([np.zeros(0), *(part[2] for part in parts)])
    made = sparse.csc_array((value, (row, column)), shape=shape)
    if not made.data.all():
        made.eliminate_zeros()
    return made


def _spread(values: Numbers, count: int) -> FloatArray:
    """Return a copy, as the caller's array may change; a single value for all is not written out."""
    return np.broadcast_to(np.array(values, dtype=float), (count,))


def _joined(parts: list[FloatArray]) -> FloatArray:
    """Return the bounds of all blocks; pages of zeros that nothing is written on take no memory."""
    joined, start = np.zeros(sum(len(part) for part in parts)), 0
    for part in parts:
        if part.strides != (0,) or part[:1].any():
            joined[start : start + len(part)] = part
        start += len(part)
    return joined
