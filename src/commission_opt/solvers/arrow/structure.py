"""Structure: which columns and rows belong to one area, read from their labels, and how few join the areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import EVERYTHING, BoolArray, IntArray
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram

JOINT = 2_500
"""Rows that join areas beyond which their dense system costs more than it saves: it grows with their cube."""

WIDEST = 600
"""Rows of one area that are left to eliminate densely beyond which the method does not pay."""


@dataclass(frozen=True, eq=False)
class Structure:
    """What belongs to which area.

    Parameters
    ----------
    areas : int
        Number of areas (B) that have columns of their own.
    of_column : (n,) codes
        Area of every column; -1 for columns of no single area, as money is.
    of_row : (m,) codes
        Area of every row all of whose columns belong to it; -1 for rows that join areas.
    simple : (m,) bool
        Rows of one area that share no column with each other, so that each is eliminated by one division.
    """

    areas: int
    of_column: IntArray
    of_row: IntArray
    simple: BoolArray

    @property
    def joint(self) -> int:
        """Number of rows that join areas."""
        return int((self.of_row == EVERYTHING).sum())

    @property
    def widest(self) -> int:
        """Most rows of one area that are not simple."""
        rest = self.of_row[(self.of_row >= 0) & ~self.simple]
        return int(np.bincount(rest, minlength=1).max(initial=0))


def find_structure(program: LinearProgram) -> Structure:
    """Read from the labels of columns what belongs to which area; rows follow their columns."""
    columns = _codes(program.columns, "area", program.shape[1])
    used, codes = np.unique(columns[columns >= 0], return_inverse=True)
    columns[columns >= 0] = codes
    rows = _rows(program.matrix, columns)
    return Structure(len(used), columns, rows, _simple(program, rows))


def why_not(program: LinearProgram, structure: Structure) -> str:
    """Return why the method by areas does not fit a program, in words; blank where it does."""
    if len(program.whole):
        return "it holds yes-or-no decisions or whole numbers"
    if not (np.isfinite(program.lower).all() and np.isfinite(program.upper).all()):
        return "a column has no limit"
    if structure.areas < 2:
        return "it is not divided into areas"
    if structure.joint > JOINT:
        return f"{structure.joint:,} rules join its areas"
    if structure.widest > WIDEST:
        return f"{structure.widest:,} rules of one area hang together"
    return ""


def _codes(blocks: Sequence[Block], dimension: str, count: int) -> IntArray:
    found = np.full(count, EVERYTHING, dtype=np.int64)
    for block in blocks:
        if len(block) and block.keys.has(dimension):
            at = [names.dimension for names in block.keys.names].index(dimension)
            found[block.start : block.stop] = block.keys.codes[at]
    return found


def _rows(matrix: sparse.csc_array, columns: IntArray) -> IntArray:
    """Return the area of every row whose columns all belong to one; empty rows join nothing and count as joint."""
    area = np.repeat(columns, np.diff(matrix.indptr))
    size = np.bincount(matrix.indices, minlength=matrix.shape[0])
    total = np.bincount(matrix.indices, area, minlength=matrix.shape[0])
    some = np.full(matrix.shape[0], EVERYTHING, dtype=np.int64)
    some[matrix.indices] = area
    # All codes are equal where each equals any one of them: their differences from it add up to nothing.
    differs = np.bincount(matrix.indices, (area != some[matrix.indices]).astype(float), minlength=matrix.shape[0])
    return np.where((size > 0) & (differs == 0) & (total >= 0), some, EVERYTHING)


def _simple(program: LinearProgram, rows: IntArray) -> BoolArray:
    """Choose families of rows none of which share a column, those with most rows first."""
    matrix = program.matrix
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    local = rows[matrix.indices] >= 0
    simple, covered = np.zeros(len(rows), dtype=bool), np.zeros(matrix.shape[1], dtype=np.int64)
    families = sorted(program.rows, key=lambda block: -int((rows[block.start : block.stop] >= 0).sum()))
    for block in families:
        inside = local & (matrix.indices >= block.start) & (matrix.indices < block.stop)
        times = np.bincount(column[inside], minlength=matrix.shape[1])
        if inside.any() and (covered + times).max(initial=0) <= 1:
            simple[block.start : block.stop] = rows[block.start : block.stop] >= 0
            covered += times
    return simple
