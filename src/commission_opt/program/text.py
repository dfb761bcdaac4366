"""A program as text that a person can read: one row, or all of it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from commission_opt.program.blocks import block_at
from commission_opt.program.linear import LinearProgram


def row_text(program: LinearProgram, position: int) -> str:
    """Return one row: its label, unit, terms and bounds.

    ``duty.need[support,north,-,2026] (cases a year): 1 volume[visits,north,-,2026,1] + ... >= 40``
    """
    rows = sparse.csr_array(program.matrix)
    return _row(program, rows, position)


def program_text(program: LinearProgram) -> str:
    """Return the whole program: objective, rows, bounds of columns."""
    rows = sparse.csr_array(program.matrix)
    used = np.flatnonzero(program.objective)
    lines = ["maximise", f"  {_terms(program, used, program.objective[used])}", "subject to"]
    lines += [f"  {_row(program, rows, position)}" for position in range(program.shape[0])]
    lines.append("bounds")
    whole = set(program.whole.tolist())
    for position in range(program.shape[1]):
        unit = block_at(program.columns, position).unit
        low, high = program.lower[position], program.upper[position]
        number = ", whole" if position in whole else ""
        lines.append(f"  {low:.10g} <= {program.column_label(position)} <= {high:.10g} ({unit}{number})")
    return "\n".join(lines) + "\n"


def _row(program: LinearProgram, rows: sparse.csr_array, position: int) -> str:
    block = block_at(program.rows, position)
    span = slice(int(rows.indptr[position]), int(rows.indptr[position + 1]))
    terms = _terms(program, rows.indices[span].astype(np.int64), rows.data[span])
    low, high = program.row_lower[position], program.row_upper[position]
    return f"{block.label(position)} ({block.unit}): {_bounded(terms, float(low), float(high))}"


def _bounded(terms: str, low: float, high: float) -> str:
    if low == high:
        return f"{terms} = {low:.10g}"
    if np.isfinite(low) and np.isfinite(high):
        return f"{low:.10g} <= {terms} <= {high:.10g}"
    if np.isfinite(high):
        return f"{terms} <= {high:.10g}"
    return f"{terms} >= {low:.10g}" if np.isfinite(low) else f"{terms} is free"


def _terms(program: LinearProgram, columns: np.ndarray, values: np.ndarray) -> str:
    order = np.argsort(columns, kind="stable")
    text = ""
    for column, value in zip(columns[order], values[order], strict=True):
        sign = "-" if value < 0 else "+"
        text += f" {sign} {abs(value):.10g} {program.column_label(int(column))}"
    return text.removeprefix(" + ").strip() or "0"
