"""Areas or clusters that decide each for itself: the program divided into theirs."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray, IntArray, Names
from commission_opt.program.divide import Parts, divide
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.draft import Draft

SHARED_LIMITS = ("pooled", "carry", "pot carry", "grow")
"""Columns whose upper bound is a share of what the place has, or can buy."""

NO_LIMITS = (
    *("payment", "virement", "shift", "blocks held", "blocks closed"),
    *("threshold", "tail threshold", "target threshold"),
)
"""Columns whose bounds are only there to be finite: rows hold them."""


def divide_among(draft: Draft, program: LinearProgram, groups: tuple[Names, IntArray, FloatArray]) -> LinearProgram:
    """Divide a program among groups of areas: names, the group of every area (N,), and its part (H,) by formula."""
    names, of_area, part = groups
    of_column = np.full(program.shape[1], EVERYTHING, dtype=np.int64)
    for block in program.columns:
        if block.keys.has("area"):
            area = block.keys.codes[[name.dimension for name in block.keys.names].index("area")]
            of_column[block.start : block.stop] = np.where(area >= 0, of_area[area], EVERYTHING)
    parts = Parts(
        names=names,
        share=part,
        of_column=of_column,
        today=_today(draft, program),
        by_share=_rows_of(program, "pooling."),
        shared_limit=_columns_of(program, SHARED_LIMITS),
        no_limit=_columns_of(program, NO_LIMITS),
    )
    draft.notes.append(f"Each decides alone, with its part of all that the place has: {', '.join(names.labels)}.")
    return divide(program, parts, "devolution.parts")


def _today(draft: Draft, program: LinearProgram) -> FloatArray:
    """Return (n,) today's volumes, and the outcomes counted up to their ceilings that they bring."""
    today = np.zeros(program.shape[1])
    today[draft.volumes.column] = draft.baseline_volume()
    brought = -program.activity(today)[_rows_of(program, "ceilings.outcome")]
    today[draft.counted.column] = np.minimum(brought, program.upper[draft.counted.column])
    return today


def _rows_of(program: LinearProgram, family: str) -> BoolArray:
    """Return (m,) which rows belong to families whose names begin so."""
    mask = np.zeros(program.shape[0], dtype=bool)
    for block in program.rows:
        mask[block.start : block.stop] = block.family.startswith(family)
    return mask


def _columns_of(program: LinearProgram, families: tuple[str, ...]) -> BoolArray:
    mask = np.zeros(program.shape[1], dtype=bool)
    for block in program.columns:
        mask[block.start : block.stop] = block.family in families
    return mask
