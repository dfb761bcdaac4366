"""Where the simplex method stood when it ended, and how far from there bounds can move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram

AT_LOWER, BASIC = 0, 1
"""Marks of a column or row, as HiGHS numbers them: on its lower bound; between its bounds."""


TURN = 1e-6
"""Reduced cost in scaled units above which what takes over at the end of a range is worth something else."""


def _no_marks() -> IntArray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Basis:
    """For every column and row of a program on which bound it is, if on any.

    Parameters
    ----------
    columns, rows : (n,), (m,) marks
        Not read where HiGHS's own copy is there.
    held : HighsBasis or None
        HiGHS's own copy.
    """

    columns: IntArray = field(default_factory=_no_marks)
    rows: IntArray = field(default_factory=_no_marks)
    held: Any = None

    @cached_property
    def marks(self) -> tuple[IntArray, IntArray]:
        """Return (n,) and (m,) the marks of columns and rows."""
        if self.held is None:
            return self.columns, self.rows
        columns, rows = (
            np.array([mark.value for mark in marks], dtype=np.int64)
            for marks in (self.held.col_status, self.held.row_status)
        )
        return columns, rows

    def carried(self, old: LinearProgram, new: LinearProgram) -> Basis:
        """Return the basis of one program as the start of another: by names, new columns on a bound, new rows slack."""
        columns, rows = self.marks
        return Basis(_carry(old.columns, columns, new.columns, AT_LOWER), _carry(old.rows, rows, new.rows, BASIC))


@dataclass(frozen=True, eq=False)
class Ranging:
    """How far the bound of every row can move before the basis changes.

    Parameters
    ----------
    low, high : (m,)
        Lowest and highest bound, in the place's own units; NaN where the solver cannot say.
    ends_low, ends_high : (m,) bool
        Whether the row's price surely changes there, as what takes over is worth something else.
    """

    low: FloatArray
    high: FloatArray
    ends_low: BoolArray
    ends_high: BoolArray


def unknown_ranging(rows: int) -> Ranging:
    """Return the ranges where the solver cannot say."""
    unknown = np.full(rows, np.nan)
    return Ranging(unknown, unknown, np.isinf(unknown), np.isinf(unknown))


def ranging_of(down: Any, up: Any, worth: FloatArray, factor: FloatArray) -> Ranging:
    """Return ranges in the place's own units from HiGHS's two records of them.

    Parameters
    ----------
    down, up
        HiGHS's records of the lower and the upper ends: values, and what takes over there.
    worth : (n + m + 1,)
        Size of the reduced cost of every column and the price of every row, in scaled units; endless for nothing.
    factor : (m,)
        Scaled units in a unit of the row.
    """
    return Ranging(
        low=np.array(down.value_, dtype=float) / factor,
        high=np.array(up.value_, dtype=float) / factor,
        ends_low=worth[np.array(down.in_var_, dtype=np.int64)] > TURN,
        ends_high=worth[np.array(up.in_var_, dtype=np.int64)] > TURN,
    )


def same_shape(old: LinearProgram, new: LinearProgram) -> bool:
    """Whether two programs have the same columns and rows in the same order."""
    return _same(old.columns, new.columns) and _same(old.rows, new.rows)


def _same(old: Sequence[Block], new: Sequence[Block]) -> bool:
    return len(old) == len(new) and all(
        was is now or (was.family == now.family and was.keys.names == now.keys.names and _alike(was, now))
        for was, now in zip(old, new, strict=True)
    )


def _alike(old: Block, new: Block) -> bool:
    """Whether two blocks of one family hold the same entries in the same order."""
    return len(old) == len(new) and all(
        np.array_equal(*codes) for codes in zip(old.keys.codes, new.keys.codes, strict=True)
    )


def _carry(old: Sequence[Block], marks: IntArray, new: Sequence[Block], absent: int) -> IntArray:
    """Return the mark of every new entry: that of the old entry of its name, or the one for what is new."""
    carried = np.full(new[-1].stop if new else 0, absent)
    before = {(block.family, block.keys.names): block for block in old}
    for block in new:
        known = before.get((block.family, block.keys.names))
        if known is None or not len(known) or not len(block):
            continue
        if _alike(known, block):
            carried[block.start : block.stop] = marks[known.start : known.stop]
            continue
        sizes = [len(names) + 1 for names in block.keys.names] or [1]
        was, now = _number(known, sizes), _number(block, sizes)
        order = np.argsort(was, kind="stable")
        at = order[np.minimum(np.searchsorted(was, now, sorter=order), len(was) - 1)]
        carried[block.start : block.stop] = np.where(was[at] == now, marks[known.start + at], absent)
    return carried


def _number(block: Block, sizes: list[int]) -> IntArray:
    """Return one number for the names of every entry of a block."""
    if not block.keys.codes:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(np.ravel_multi_index([codes + 1 for codes in block.keys.codes], sizes), dtype=np.int64)
