"""Columns, rows and entries gathered block by block, and the program made of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray, SmallArray
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

Numbers = npt.ArrayLike
Entries = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], FloatArray]
"""Row, column and value of each."""

PART = 16_384
"""Columns that are handled at a time: few enough for their coefficients to stay in the processor's cache."""


class ColumnWriter(Protocol):
    """Writes coefficients too many to be held twice: some columns at a time, as the program is built."""

    @property
    def first(self) -> int:
        """Position of the first of the columns."""

    @property
    def ends(self) -> list[int]:
        """Where parts of the columns end that are written one after the other, counted from the first."""

    @property
    def most(self) -> int:
        """How many coefficients they can have."""

    def write(
        self, first: int, last: int, row: npt.NDArray[np.int32], value: FloatArray, /
    ) -> tuple[npt.NDArray[np.integer], bool]:
        """Write the coefficients of a part, column by column, at the start of two arrays.

        Returns how many each column has, and whether the rows of every column rise.
        """


class ProgramBuilder:
    """Gathers blocks; entries are (row, column, value) triplets, never positions in a list."""

    def __init__(self) -> None:
        self.columns: list[Block] = []
        self.rows: list[Block] = []
        self._column_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._row_bounds: list[tuple[FloatArray, FloatArray]] = []
        self._entries: list[Entries] = []
        self._writer: ColumnWriter | None = None
        self._whole: list[IntArray] = []
        self.column_count = 0
        self.row_count = 0

    def add_columns(self, family: str, keys: Keys, upper: Numbers, *, unit: str, lower: Numbers = 0.0) -> IntArray:
        """Add a block of columns and return their positions."""
        block = self.add_block(family, keys, upper, unit=unit, lower=lower)
        return np.arange(block.start, block.stop)

    def add_block(self, family: str, keys: Keys, upper: Numbers, *, unit: str, lower: Numbers = 0.0) -> Block:
        """Add a block of columns, too many for their positions to be written out."""
        block = Block(family, keys, unit, self.column_count)
        self.columns.append(block)
        self._column_bounds.append((_spread(lower, len(block)), _spread(upper, len(block))))
        self.column_count = block.stop
        return block

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

    def write_by(self, writer: ColumnWriter) -> None:
        """Add the coefficients of a run of columns that are written as the program is built."""
        self._writer = writer

    def lower_upper_bounds(self, columns: IntArray, upper: Numbers) -> None:
        """Lower the upper bounds of columns that are there already."""
        if not len(columns):
            return
        everything = self.column_upper().copy()
        everything[columns] = np.minimum(everything[columns], upper)
        self._column_bounds = [(self.column_lower(), everything)]

    def column_lower(self) -> FloatArray:
        """Return the lower bounds of all columns so far."""
        return self._bounds_of_columns()[0]

    def column_upper(self) -> FloatArray:
        """Return the upper bounds of all columns so far."""
        return self._bounds_of_columns()[1]

    def _bounds_of_columns(self) -> tuple[FloatArray, FloatArray]:
        """Return the bounds of all columns so far, which are held together from then on."""
        self._column_bounds = [_joined(self._column_bounds)]
        return self._column_bounds[0]

    def upper_of(self, columns: slice) -> FloatArray:
        """Return the upper bounds of a run of columns, without a copy where they are stored together."""
        start = 0
        for _, high in self._column_bounds:
            if start <= columns.start and columns.stop <= start + len(high):
                return high[columns.start - start : columns.stop - start]
            start += len(high)
        return self.column_upper()[columns]

    def upper_at(self, columns: IntArray) -> FloatArray:
        """Return the upper bounds of some columns."""
        found, start = np.empty(len(columns)), 0
        for _, high in self._column_bounds:
            own = np.flatnonzero((columns >= start) & (columns < start + len(high)))
            found[own] = high[columns[own] - start]
            start += len(high)
        return found

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
        return (*self._bounds_of_columns(), *_joined(self._row_bounds))

    def _matrix(self) -> sparse.csc_array:
        """Put all entries into the matrix, some columns at a time, and forget them."""
        writer, self._writer = self._writer, None
        room = sum(len(rows) for rows, _, _ in self._entries) + (writer.most if writer else 0)
        ends = self._ends(writer)
        parts = self._in_parts(ends)
        index, value = np.empty(room, dtype=np.int32), np.empty(room)
        kind = np.int32 if room <= np.iinfo(np.int32).max else np.int64
        start: SmallArray = np.zeros(self.column_count + 1, dtype=kind)
        filled = 0
        for part, (first, last) in zip(parts, pairwise(ends), strict=True):
            number: npt.NDArray[np.integer] = np.zeros(last - first, dtype=np.int64)
            in_order = True
            if writer and writer.ends and writer.first < last and first < (end := writer.first + writer.ends[-1]):
                begun, done = max(first, writer.first), min(last, end)
                written, in_order = writer.write(
                    begun - writer.first, done - writer.first, index[filled:], value[filled:]
                )
                number[begun - first : done - first] = written
            if part or not in_order:
                count = int(number.sum())
                column = np.repeat(np.arange(first, last, dtype=np.int32), number)
                part.append((index[filled : filled + count], column, value[filled : filled + count]))
                made = _summed(part, first, (self.row_count, last - first))
                number = np.diff(made.indptr)
                index[filled : filled + made.nnz], value[filled : filled + made.nnz] = made.indices, made.data
            np.cumsum(number, out=start[first + 1 : last + 1])
            start[first + 1 : last + 1] += kind(filled)
            filled = int(start[last])
        # Nobody else holds them yet, so what is not needed is given back where they are.
        index.resize(filled, refcheck=False)
        value.resize(filled, refcheck=False)
        matrix = sparse.csc_array((value, index, start), shape=(self.row_count, self.column_count))
        matrix.has_canonical_format = True
        return matrix

    def _ends(self, writer: ColumnWriter | None) -> list[int]:
        """Return where parts of the columns begin and end: those that are written, and the others."""
        first, ends = (writer.first, writer.ends or [0]) if writer else (0, [0])
        if self.column_count <= PART and len(ends) == 1:
            return [0, self.column_count]
        written = [first, *(first + end for end in ends)]
        every = {*range(0, first, PART), *written, *range(written[-1], self.column_count, PART), self.column_count}
        return sorted(every)

    def _in_parts(self, ends: list[int]) -> list[list[Entries]]:
        """Return the entries that were added at once, by the part of the columns that they belong to."""
        parts: list[list[Entries]] = [[] for _ in ends[1:]]
        while self._entries:
            if len(parts) == 1:
                parts[0].append(self._entries.pop(0))
                continue
            rows, columns, values = _by_column(self._entries.pop(0))
            start = np.searchsorted(columns, ends)
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
    """Return a copy, where the caller's array may change; a single value for all is not written out."""
    kept = isinstance(values, np.ndarray) and values.dtype == float and not values.flags.writeable
    return np.broadcast_to(values if kept else np.array(values, dtype=float), (count,))


def _joined(parts: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of all blocks; pages of zeros that nothing is written on take no memory."""
    if len(parts) == 1 and not any(each.strides == (0,) for each in parts[0]):
        return parts[0]
    count = sum(len(low) for low, _ in parts)
    joined, start = (np.zeros(count), np.zeros(count)), 0
    for part in parts:
        run = slice(start, start + len(part[0]))
        for bounds, each in zip(joined, part, strict=True):
            if each.strides != (0,) or each[:1].any():
                bounds[run] = each
        start = run.stop
    for bounds in joined:
        bounds.setflags(write=False)
    return joined
