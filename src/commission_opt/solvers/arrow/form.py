"""Form: a program in the order of its areas, every row an equation, every column between zero and a finite bound."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import Scaling, find_scaling
from commission_opt.solvers.arrow.pattern import Share, stack_pattern
from commission_opt.solvers.arrow.scan import (
    IDLE,
    Entries,
    Ranges,
    count_entries,
    fill_entries,
    find_digests,
    find_meeting,
    find_ranges,
)
from commission_opt.solvers.arrow.stacks import Stacks, find_stacks, runs, starts
from commission_opt.solvers.arrow.structure import Positions, Structure

MARGIN = 1e-3
"""Share of a row's range by which a bound that only follows from the columns is widened, so that there is an inside."""

COLUMNS = 24_000
"""Columns of one share of the areas, about: it is worked on by one thread, or kept by one worker."""

SHARES = 32
"""Shares at most."""


@dataclass(frozen=True, eq=False)
class JointForm:
    """What joins the areas: its columns (n_c,), which reach from 0 to ``span``, and its rows (J,) over them."""

    matrix: sparse.csr_array
    cost: FloatArray
    span: FloatArray
    right: FloatArray
    column: Positions
    row: Positions


class Form:
    """Minimise cost over columns between bounds, rows equal to their right-hand side: a program as shares and a joint.

    Parameters
    ----------
    program : LinearProgram
        In the place's own units; worked on in scaled ones.
    structure : Structure
        What belongs to which area.

    Attributes
    ----------
    areas : int
        Number of areas.
    cuts : list of pairs of int
        First stack of every share, and the one after its last.
    columns : int
        Number of the areas' columns, with those that hold what is left of rows.
    constant : float
        Cost of all columns at their lower bounds.
    possible : bool
        Whether every column and row has a range at all.
    """

    def __init__(self, program: LinearProgram, structure: Structure) -> None:
        self.program, self.scaling = program, find_scaling(program)
        self.areas = structure.areas
        self._find_rows(structure)
        self._find_columns(structure)
        self._order_joint()
        self._order_areas()
        self.cuts = self._cut()
        self.joint = self._joint()
        cost = self._cost(np.arange(program.shape[1], dtype=np.int32))
        kept = self._rows[: self._row_start[-2]]
        self.columns = int(self._column_start[-2] + np.count_nonzero(~self._equal[kept]))
        self.constant = float((cost * (program.lower / self.scaling.column)).sum())
        self.possible = not (program.upper < program.lower).any() and not (self._high < self._low)[self._rows].any()

    def _find_rows(self, structure: Structure) -> None:
        """Give numbers to the rows that are kept: by area, the simple ones first, then those with fewest entries."""
        program, scaling, areas = self.program, self.scaling, self.areas
        matrix, count = program.matrix, program.shape[0]
        self._entries = Entries(matrix.indptr, matrix.indices, matrix.data, scaling.row, scaling.column)
        fixed, base, least, most = np.zeros((4, count))
        ranges = Ranges(fixed, base, least, most, np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int32))
        find_ranges(self._entries, program.lower, program.upper, structure.of_column >= 0, ranges)
        idle, self._equal, self._low, self._high = _limits(program, scaling, ranges)
        self._right = self._low + (ranges.fixed - ranges.base)
        rows = np.flatnonzero(~idle).astype(np.int32)
        area = np.where(structure.of_row >= 0, structure.of_row, areas)[rows]
        last = np.where(area < areas, ~structure.simple[rows], ~ranges.touched[rows])
        order = np.lexsort((rows, np.where(last & (area < areas), ranges.many[rows], 0), last, area))
        self._rows, area = rows[order], area[order]
        self._row_start = np.searchsorted(area, np.arange(areas + 2)).astype(np.int32)
        simple = np.concatenate([[0], np.cumsum(structure.simple[self._rows])])
        self._simple = np.diff(simple[self._row_start[: areas + 1]]).astype(np.int32)
        joint = self._rows[self._row_start[areas] :]
        self.touched = int(ranges.touched[joint].sum())
        self._number = np.full(count, IDLE, dtype=np.int32)
        self._number[self._rows] = np.arange(len(rows)) - self._row_start[area]
        self._number[joint] = -2 - self._number[joint]

    def _find_columns(self, structure: Structure) -> None:
        """Put the columns that can move in the order of their areas, with those that hold remainders at the end."""
        free = np.flatnonzero(self.program.upper > self.program.lower).astype(np.int32)
        of_column = structure.of_column[free]
        of_column = np.where(of_column >= 0, of_column, self.areas)
        order = np.argsort(of_column, kind="stable")
        self._columns = free[order]
        self._column_start = np.searchsorted(of_column[order], np.arange(self.areas + 2)).astype(np.int32)

    def _order_joint(self) -> None:
        """Put the joint rows that areas meet late last, so that the factors of early rows end early."""
        begin, met = (self._column_start[:-1], self._row_start[:-1]), np.empty(self.touched)
        find_meeting(self._entries, self._number, (self._columns, *begin, self._simple), met)
        joint = self._rows[self._row_start[-2] :]
        joint[: self.touched] = joint[: self.touched][np.argsort(met, kind="stable")]
        self._number[joint] = -2 - np.arange(len(joint))

    def _order_areas(self) -> None:
        """Put areas that are alike next to each other."""
        digest = np.empty(self.areas, dtype=np.uint64)
        areas = self._columns, self._column_start, self._rows, self._row_start, self._simple
        find_digests(self._entries, self._number, self._equal, areas, digest)
        self._stacks = find_stacks(digest)
        order = self._stacks.order
        with_joint = np.append(order, self.areas)
        self._columns = self._columns[runs(self._column_start, with_joint)]
        self._rows = self._rows[runs(self._row_start, with_joint)]
        self._column_start = starts(np.diff(self._column_start)[with_joint])
        self._row_start = starts(np.diff(self._row_start)[with_joint])
        self._simple = self._simple[order]

    def _cut(self) -> list[tuple[int, int]]:
        """Cut the stacks into shares of about as many columns."""
        stacks = len(self._stacks.kind)
        count = int(np.clip(self._column_start[-2] // COLUMNS, 1, min(SHARES, stacks)))
        begin = self._column_start[self._stacks.start]
        ends = np.searchsorted(begin, np.linspace(0, begin[-1], count + 1)[1:-1])
        cuts = np.unique(np.concatenate([[0], ends, [stacks]])).tolist()
        return list(pairwise(cuts))

    def _cost(self, columns: Positions) -> FloatArray:
        return np.asarray(-self.program.objective[columns] * self.scaling.column[columns] * self.scaling.objective)

    def _span(self, columns: Positions) -> FloatArray:
        program = self.program
        return np.asarray((program.upper[columns] - program.lower[columns]) / self.scaling.column[columns])

    def _box(self, column: Positions, remainder: Positions) -> tuple[FloatArray, FloatArray]:
        """Return cost and range of columns, -1 for those that hold what is left of a row: of the next remainder."""
        own = column >= 0
        cost, span = np.zeros(len(column)), np.empty(len(column))
        cost[own], span[own] = self._cost(column[own]), self._span(column[own])
        span[~own] = self._high[remainder] - self._low[remainder]
        return cost, span

    def positions(self, number: int) -> tuple[Positions, Positions]:
        """Return where the columns (n, L) and rows (m, L) of a share come from.

        -1 stands for columns that hold what is left, and for places without an area.
        """
        _, stacks, (column, row), (columns, rows) = self._own(number)
        return stacks.side_by_side(column, columns, EVERYTHING), stacks.side_by_side(row, rows, EVERYTHING)

    def _own(self, number: int) -> tuple[slice, Stacks, tuple[Positions, Positions], tuple[Positions, Positions]]:
        """Return the areas of a share, their stacks, columns and rows area after area, and where each area's begin."""
        first, end = self.cuts[number]
        areas = slice(self._stacks.start[first], self._stacks.start[end])
        columns, rows = (start[areas.start : areas.stop + 1] for start in (self._column_start, self._row_start))
        row = self._rows[rows[0] : rows[-1]]
        left = ~self._equal[row]
        own, held = (np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start)) for start in (columns, rows))
        held = held[left]
        order = np.argsort(np.concatenate([own, held]), kind="stable")
        column = np.concatenate([self._columns[columns[0] : columns[-1]], np.full(len(held), EVERYTHING, np.int32)])
        many = np.diff(columns) + np.bincount(held, minlength=len(columns) - 1)
        return areas, self._stacks.part(first, end), (column[order], row), (starts(many), rows - rows[0])

    def share(self, number: int) -> Share:
        """Return one share of the areas, cut out of the program."""
        areas, stacks, (column, row), (columns, rows) = self._own(number)
        left = row[~self._equal[row]]
        about = np.repeat(np.diff(rows), np.diff(columns)).astype(np.int32)
        about[column < 0] = -1 - self._number[left]
        begin = np.empty(len(column) + 1, dtype=np.int32)
        count_entries(self._entries, self._number, column, begin)
        in_row, value = np.empty(begin[-1], dtype=np.int16), np.empty(begin[-1])
        fill_entries(self._entries, self._number, column, about, (begin, in_row, value))
        cost, span = self._box(column, left)
        return Share(
            stack_pattern((begin, in_row, value), (columns, rows, self._simple[areas]), stacks, self.touched),
            stacks.side_by_side(cost, columns, 0.0),
            stacks.side_by_side(span, columns, 1.0),
            stacks.side_by_side(self._right[row], rows, 0.0),
            stacks.live(),
            self.touched,
        )

    def _joint(self) -> JointForm:
        columns = self._columns[self._column_start[-2] :]
        rows = self._rows[self._row_start[-2] :]
        by_row, by_column = self.scaling.row[rows][:, None], self.scaling.column[columns][None, :]
        matrix = sparse.csr_array(self.program.matrix[:, columns])[rows].multiply(by_row).multiply(by_column)
        left = np.flatnonzero(~self._equal[rows])
        remainder = sparse.csr_array(
            (np.full(len(left), -1.0), (left, np.arange(len(left)))), shape=(len(rows), len(left))
        )
        column = np.concatenate([columns, np.full(len(left), EVERYTHING, dtype=np.int32)])
        cost, span = self._box(column, rows[left])
        whole = sparse.csr_array(sparse.hstack([matrix, remainder]))
        return JointForm(whole, cost, span, self._right[rows], column, rows)

    def place(self, x: FloatArray, column: Positions, solution: FloatArray) -> None:
        """Write columns of a share, or the joint ones, where they belong in a solution in the place's own units."""
        own = column >= 0
        at = column[own]
        moved = self.program.lower[at] + x[own] * self.scaling.column[at]
        solution[at] = np.clip(moved, self.program.lower[at], self.program.upper[at])


def _limits(
    program: LinearProgram, scaling: Scaling, ranges: Ranges
) -> tuple[BoolArray, BoolArray, FloatArray, FloatArray]:
    """Return which rows hold anyhow, which are equations, and between what values the others' columns may add up."""
    least, most = ranges.least, ranges.most
    low, high = program.row_lower * scaling.row - ranges.fixed, program.row_upper * scaling.row - ranges.fixed
    room = 1e-12 * np.maximum(1.0, np.maximum(np.abs(least), np.abs(most)))
    idle = (least >= low - room) & (most <= high + room)
    with np.errstate(invalid="ignore"):
        equal = ~idle & np.isfinite(low) & (high - low <= 1e-12 * np.maximum(1.0, np.abs(low)))
    bottom, top = np.maximum(low, least), np.minimum(high, most)
    wider = MARGIN * np.maximum(top - bottom, 0.0) + 1e-6
    bottom = np.where(low < least, bottom - wider, bottom)
    top = np.where(high > most, top + wider, top)
    return idle, equal, np.where(equal, low, bottom), np.where(equal, low, top)
