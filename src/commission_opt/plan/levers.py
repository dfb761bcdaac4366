"""Levers: what could give way where not all rules can hold, by how much at most, and what counts as how much of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.gates import Ways
from commission_opt.plan.words import standing_of, subject_text
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import PRIORITY, Standing

CELLS = {"area", "cohort"}
"""Dimensions along which the parts of one figure give way in proportion."""


@dataclass(frozen=True, eq=False)
class Lever:
    """One figure of one rule that may give way, or one way on which money may go.

    Parameters
    ----------
    block : Block
        The rows whose bounds give way, or the gate's ways.
    at : (e,) positions
        Which of them.
    share : (e,)
        The part of the amount that each gives.
    side : str
        ``least`` or ``most``: the bound that gives way; blank for a gate.
    standing : str
        Who could let it give way.
    most : float
        The largest amount that could be of use, in the block's unit.
    scale : float
        The amount that counts as one, beside levers of the same standing.
    size : float
        What stands behind it: of levers that do equally well those of the largest subjects are used.
    """

    block: Block
    at: IntArray
    share: FloatArray
    side: str
    standing: Standing
    most: float
    scale: float
    size: float

    @property
    def kind(self) -> str:
        """Kind of rule: the family of rows, or the gate."""
        return self.block.family

    @property
    def subject(self) -> str:
        """What the lever is about: its kind and the first of its names. Levers of different years share it."""
        return subject_text(self.block, int(self.at[0]))


def row_levers(program: LinearProgram, money: float) -> list[Lever]:
    """Return a lever for every figure behind the rows that may give way.

    Rows of the same names but for area and cohort are parts of one figure and give way in proportion; where a rule
    states areas without cohorts, each area has a figure of its own.

    Parameters
    ----------
    program : LinearProgram
        With the bounds of columns that are rules told as rows.
    money : money
        The amount that counts as one, for whatever is money.
    """
    ends = row_ends(program)
    found = []
    for block in program.rows:
        if len(block) and standing_of(block) in PRIORITY:
            cells = CELLS if {names.dimension for names in block.keys.names} >= CELLS else set()
            for side, bound, reach in (("least", program.row_lower, ends[0]), ("most", program.row_upper, ends[1])):
                rows = np.arange(block.start, block.stop)
                rows = rows[np.isfinite(bound[rows])]
                found += [_lever(block, part, side, (bound, reach, money)) for part in _figures(block, rows, cells)]
    return found


def gate_levers(ways: Ways, money: float) -> list[Lever]:
    """Return a lever for the ways of a gate that differ only in what is paid for."""
    family, _, _ = ways.block.family.partition(".")
    levers = []
    for at in _figures(ways.block, np.arange(len(ways.block)), {"subject"}):
        standing = FAMILIES[family].gates[ways.block.family].standing
        most = float(ways.most[at].sum())
        levers.append(Lever(ways.block, at, np.ones(len(at)), "", standing, most, money, most))
    return levers


def _lever(block: Block, rows: IntArray, side: str, of: tuple[FloatArray, FloatArray, float]) -> Lever:
    bound, reach, money = of
    size = np.abs(bound[rows])
    whole = float(size.sum())
    share = size / whole if size.all() else np.full(len(rows), 1.0 / len(rows))
    room = np.maximum(bound[rows] - reach[rows] if side == "least" else reach[rows] - bound[rows], 0.0)
    most = float((room / share).max())
    return Lever(
        block=block,
        at=rows,
        share=share,
        side=side,
        standing=standing_of(block),
        most=most,
        scale=money if block.unit.startswith("money") else whole or most or 1.0,
        size=whole,
    )


def _figures(block: Block, at: IntArray, parts: set[str]) -> list[IntArray]:
    """Divide positions by the figure that they come from: those whose names differ along no other dimensions."""
    if not len(at):
        return []
    keys = block.keys.take(at - block.start)
    own = [codes for names, codes in zip(keys.names, keys.codes, strict=True) if names.dimension not in parts]
    if not own:
        return [at[one : one + 1] for one in range(len(at))]
    _, figure = np.unique(np.stack(own), axis=1, return_inverse=True)
    order = np.argsort(figure.reshape(-1), kind="stable")
    return np.split(at[order], np.cumsum(np.bincount(figure.reshape(-1)))[:-1])


def row_ends(program: LinearProgram) -> tuple[FloatArray, FloatArray]:
    """Return (m,) the least and the most that every row can add up to."""
    matrix = program.matrix
    column = np.repeat(np.arange(program.shape[1]), np.diff(matrix.indptr))
    one, other = matrix.data * program.lower[column], matrix.data * program.upper[column]
    ends = (np.minimum(one, other), np.maximum(one, other))
    low, high = (np.asarray(np.bincount(matrix.indices, end, program.shape[0]), dtype=float) for end in ends)
    return low, high
