"""Structure: which columns and rows belong to one area, read from their labels, and how few join the areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commission_opt.place.names import EVERYTHING, BoolArray
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram

Positions = npt.NDArray[np.int32]

JOINT = 2_500
"""Rows that join areas beyond which their dense system costs more than it saves: it grows with their cube."""

WIDEST = 600
"""Rows of one area that are left to eliminate densely beyond which the method does not pay."""

MANY = 30_000
"""Rows of one area, simple ones too, beyond which their numbers do not fit into two bytes."""


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
        Area of every row all of whose columns, but for those that cannot move, belong to it; -1 for rows that join
        areas, -2 for those in which no column can move.
    simple : (m,) bool
        Rows of one area that share no column with each other, so that each is eliminated by one division, and rows
        without a bound, which are left out.
    """

    areas: int
    of_column: Positions
    of_row: Positions
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

    @property
    def longest(self) -> int:
        """Most rows of one area."""
        return int(np.bincount(self.of_row[self.of_row >= 0], minlength=1).max(initial=0))


def find_structure(program: LinearProgram) -> Structure:
    """Read from the labels of columns what belongs to which area; rows follow their columns."""
    from commission_opt.solvers.arrow.scan import find_rows

    columns = _codes(program.columns, "area", program.shape[1])
    used, codes = np.unique(columns[columns >= 0], return_inverse=True)
    columns[columns >= 0] = codes
    rows = np.empty(program.shape[0], dtype=np.int32)
    find_rows(program.matrix.indptr, program.matrix.indices, columns, program.upper > program.lower, rows)
    return Structure(len(used), columns, rows, _simple(program, rows))


def why_not(program: LinearProgram, structure: Structure) -> str:
    """Return why the method by areas does not fit a linear program, in words; blank where it does."""
    if not (np.isfinite(program.lower).all() and np.isfinite(program.upper).all()):
        return "a column has no limit"
    if structure.areas < 2:
        return "it is not divided into areas"
    if structure.joint > JOINT:
        return f"{structure.joint:,} rules join its areas"
    if structure.widest > WIDEST:
        return f"{structure.widest:,} rules of one area hang together"
    return f"{structure.longest:,} rules belong to one area" if structure.longest > MANY else ""


def _codes(blocks: Sequence[Block], dimension: str, count: int) -> Positions:
    found = np.full(count, EVERYTHING, dtype=np.int32)
    for block in blocks:
        if len(block) and block.keys.has(dimension):
            at = [names.dimension for names in block.keys.names].index(dimension)
            found[block.start : block.stop] = block.keys.codes[at]
    return found


def _simple(program: LinearProgram, rows: Positions) -> BoolArray:
    """Choose families of rows none of which share a column, those with most rows first."""
    from commission_opt.solvers.arrow.scan import find_clashes

    family = np.full(len(rows), EVERYTHING, dtype=np.int32)
    for number, block in enumerate(program.rows):
        family[block.start : block.stop] = number
    free = np.isinf(program.row_lower) & np.isinf(program.row_upper)
    family[(rows < 0) | free] = EVERYTHING
    clash = np.zeros((len(program.rows), len(program.rows)), dtype=bool)
    find_clashes(program.matrix.indptr, program.matrix.indices, family, program.upper > program.lower, clash)
    size = np.bincount(family[family >= 0], minlength=len(program.rows))
    simple, chosen = free & (rows >= 0), np.zeros(len(program.rows), dtype=bool)
    for number in np.argsort(-size, kind="stable"):
        if size[number] and not clash[number, number] and not (clash[number] & chosen).any():
            chosen[number] = True
            simple[family == number] = True
    return simple
