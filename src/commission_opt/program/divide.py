"""A program divided into parts that share nothing: every row that joins them is split, so that it falls apart."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields

import numpy as np
from scipy import sparse

from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray, IntArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram


@dataclass(frozen=True, eq=False)
class Parts:
    """How a program is divided.

    Parameters
    ----------
    names : Names
        The parts (H).
    share : (H,)
        What part of what is divided each has; together 1.
    of_column : (n,) codes
        The part that each column belongs to; -1 for columns that every part needs one of its own of.
    today : (n,)
        What columns are today.
    by_share : (m,) bool
        Rows that are divided by share alone, even where one part alone has a stake in them; of today only what comes
        in (coefficients below nothing) stays where it is.
    shared_limit, no_limit : (n,) bool
        Columns whose upper bound is divided by share, and those whose bounds follow from rows anyway. Of all other
        columns that are divided the parts together keep the bounds of the whole.
    """

    names: Names
    share: FloatArray
    of_column: IntArray
    today: FloatArray
    by_share: BoolArray
    shared_limit: BoolArray
    no_limit: BoolArray


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where things go.

    ``row``, ``column``, ``value`` (e,) the entries of the program; ``divided`` (w,) columns that are, ``copy`` (n,) the
    place of the first copy of each, -1 for none; ``joint`` (m,) bool rows that are, ``start`` (m,) where each begins;
    ``only`` (m,) the part of every row that is not, -1 for none; ``count`` rows in all.
    """

    row: IntArray
    column: IntArray
    value: FloatArray
    divided: IntArray
    copy: IntArray
    joint: BoolArray
    start: IntArray
    only: IntArray
    count: int


def divide(program: LinearProgram, parts: Parts, family: str) -> LinearProgram:
    r"""Split every row and column that joins parts.

    .. math:: \sum_h \sum_{j \in h} a_{ij} x_j \le b_i \quad\to\quad \sum_{j \in h} a_{ij} x_j \le
        today_{ih} + share_h \cdot \left( b_i - \sum_{h'} today_{ih'} \right)

    A row's bounds go by what each part has of it today, and what is left by share. A column of no part has a copy in
    every part, and remains as their sum. As the split rows add up to the row, the parts together keep it.

    Parameters
    ----------
    program : LinearProgram
        The whole.
    parts : Parts
        What belongs to which part.
    family : str
        Name of the rows that add copies up.

    Returns
    -------
    LinearProgram
        Its first columns are those of the whole; copies follow.
    """
    layout = _lay_out(program, parts)
    lower, upper = _column_bounds(program, parts, layout)
    row_lower, row_upper = (_row_bounds(bound, parts, layout) for bound in (program.row_lower, program.row_upper))
    rest = np.zeros(len(layout.divided))
    whole = np.isin(layout.divided, program.whole)
    copies = layout.copy[layout.divided[whole]][:, None] + np.arange(len(parts.share))
    return replace_fields(
        program,
        objective=np.concatenate([program.objective, np.zeros(len(lower) - len(program.objective))]),
        matrix=_matrix(parts, layout, len(lower)),
        lower=lower,
        upper=upper,
        row_lower=np.concatenate([row_lower, rest]),
        row_upper=np.concatenate([row_upper, rest]),
        columns=(*program.columns, *_copies(program, parts, layout)),
        rows=(*_row_blocks(program, parts, layout), _sums(program, layout, family)),
        whole=np.concatenate([np.setdiff1d(program.whole, layout.divided), copies.reshape(-1)]),
    )


def _lay_out(program: LinearProgram, parts: Parts) -> _Layout:
    entries = sparse.coo_array(program.matrix)
    row, column = entries.coords[0].astype(np.int64), entries.coords[1].astype(np.int64)
    rows, columns = program.shape
    part = parts.of_column[column]
    lowest, highest = np.full(rows, len(parts.share)), np.full(rows, EVERYTHING)
    np.minimum.at(lowest, row, part)
    np.maximum.at(highest, row, part)
    joint = parts.by_share | ((lowest < highest) & (highest >= 0)) | (lowest == EVERYTHING)
    size = np.where(joint, len(parts.share), 1)
    divided = np.flatnonzero(parts.of_column == EVERYTHING)
    copy = np.full(columns, -1)
    copy[divided] = columns + np.arange(len(divided)) * len(parts.share)
    return _Layout(
        row=row,
        column=column,
        value=np.asarray(entries.data, dtype=float),
        divided=divided,
        copy=copy,
        joint=joint,
        start=np.cumsum(size) - size,
        only=np.where(joint, EVERYTHING, highest),
        count=int(size.sum()),
    )


def _matrix(parts: Parts, layout: _Layout, columns: int) -> sparse.csc_array:
    """Return the entries of the parts, and those of the rows that add copies up."""
    count, every = len(parts.share), np.arange(len(parts.share))
    part = parts.of_column[layout.column]
    start = layout.start[layout.row]
    own, shared = np.flatnonzero(part != EVERYTHING), np.flatnonzero(part == EVERYTHING)
    link = layout.count + np.arange(len(layout.divided))
    copies = layout.copy[layout.divided][:, None] + every
    pieces = (
        (start[own] + np.where(layout.joint[layout.row[own]], part[own], 0), layout.column[own], layout.value[own]),
        (
            (start[shared][:, None] + every).reshape(-1),
            (layout.copy[layout.column[shared]][:, None] + every).reshape(-1),
            np.repeat(layout.value[shared], count),
        ),
        (link, layout.divided, np.ones(len(link))),
        (np.repeat(link, count), copies.reshape(-1), np.full(copies.size, -1.0)),
    )
    row, column = (np.concatenate([piece[at] for piece in pieces]).astype(np.int32) for at in range(2))
    value = np.concatenate([piece[2] for piece in pieces])
    return sparse.csc_array(sparse.coo_array((value, (row, column)), shape=(layout.count + len(link), columns)))


def _column_bounds(program: LinearProgram, parts: Parts, layout: _Layout) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of columns and copies; a whole number is decided by each part for itself."""
    count, at = len(parts.share), layout.divided
    lower, upper = program.lower.copy(), program.upper.copy()
    low, high = lower[at][:, None], upper[at][:, None]
    of_copies = (
        np.where(low > 0, low * parts.share, np.broadcast_to(low, (len(at), count))),
        np.where(parts.shared_limit[at][:, None], high * parts.share, np.broadcast_to(high, (len(at), count))),
    )
    free = parts.no_limit.copy()
    free[program.whole] = True
    lower[at] = np.where(free[at], np.minimum(lower[at], count * lower[at]), lower[at])
    upper[at] = np.where(free[at], np.maximum(upper[at], count * upper[at]), upper[at])
    return np.concatenate([lower, of_copies[0].reshape(-1)]), np.concatenate([upper, of_copies[1].reshape(-1)])


def _row_bounds(bound: FloatArray, parts: Parts, layout: _Layout) -> FloatArray:
    """Divide the bounds of joint rows: today's part of each, and of the rest its share.

    Where nothing is there to be divided and each part has columns of its own, each keeps to nothing by itself.
    """
    part = parts.of_column[layout.column]
    stays = (part != EVERYTHING) & (~parts.by_share[layout.row] | (layout.value < 0))
    today = np.zeros((len(bound), len(parts.share)))
    kept = np.where(stays, layout.value * parts.today[layout.column], 0.0)
    np.add.at(today, (layout.row, np.maximum(part, 0)), kept)
    of_all = np.zeros(len(bound), dtype=bool)
    of_all[layout.row[part == EVERYTHING]] = True
    today[of_all & (bound == 0) & ~parts.by_share] = 0.0
    finite = np.where(np.isfinite(bound), bound, 0.0)
    each = today + (finite - today.sum(axis=1))[:, None] * parts.share
    each = np.where(np.isfinite(bound)[:, None], each, bound[:, None])
    divided = np.repeat(bound, np.where(layout.joint, len(parts.share), 1))
    divided[(layout.start[layout.joint][:, None] + np.arange(len(parts.share))).reshape(-1)] = each[
        layout.joint
    ].reshape(-1)
    return divided


def _copies(program: LinearProgram, parts: Parts, layout: _Layout) -> list[Block]:
    """Return the blocks of copies, named after the columns and their parts."""
    blocks, count = [], len(parts.share)
    for block in program.columns:
        at = layout.divided[(layout.divided >= block.start) & (layout.divided < block.stop)]
        if len(at):
            keys = block.keys.take(np.repeat(at - block.start, count))
            part = np.tile(np.arange(count), len(at))
            start = int(layout.copy[at[0]])
            blocks.append(Block(block.family, keys.joined(Keys.of((parts.names, part))), block.unit, start))
    return blocks


def _row_blocks(program: LinearProgram, parts: Parts, layout: _Layout) -> list[Block]:
    """Return the blocks of rows; where some of a block's rows are divided, all are named after their part, too."""
    blocks = []
    for block in program.rows:
        joint = layout.joint[block.start : block.stop]
        start = int(layout.start[block.start]) if block.start < len(layout.start) else layout.count
        if not joint.any():
            blocks.append(Block(block.family, block.keys, block.unit, start))
            continue
        size = np.where(joint, len(parts.share), 1)
        at = np.repeat(np.arange(len(block)), size)
        within = np.arange(len(at)) - np.repeat(np.cumsum(size) - size, size)
        part = np.where(joint[at], within, layout.only[block.start + at])
        keys = block.keys.take(at)
        blocks.append(Block(block.family, keys.joined(Keys.of((parts.names, part))), block.unit, start))
    return blocks


def _sums(program: LinearProgram, layout: _Layout, family: str) -> Block:
    """Return the block of rows that add copies up, named by what they are copies of."""
    labels = tuple(program.column_label(int(at)) for at in layout.divided)
    keys = Keys.of((Names("what", labels), np.arange(len(labels))))
    return Block(family, keys, "units", layout.count)
