"""Prices: what one more unit of every binding rule is worth, from which side, and how far that holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.words import price_text, rule_of
from commission_opt.program.blocks import blocks_at
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits
from commission_opt.solvers.highs import HighsSolver

STEP = 1e-6
"""Share of its own size by which a bound is moved to see the price on its other side."""

EXAMINED = 400
"""Rows whose price is examined from both sides: those that are worth most."""

LARGE = 60_000
"""Columns above which prices are given without an interval."""


@dataclass(frozen=True, eq=False)
class PriceRange:
    """Prices of some rows: value per unit of the bound on its lower and upper side, and where each ends to hold."""

    low: FloatArray
    high: FloatArray
    valid_from: FloatArray
    valid_to: FloatArray


def price_table(formulation: Formulation, program: LinearProgram, prices: FloatArray) -> pd.DataFrame:
    """Return every binding rule with its price, largest effect first.

    Columns: rule, label, sentence, unit, bound, price (value gained per unit rise of the bound), price_low (per unit
    more), price_high (per unit less), valid_from, valid_to (the bounds between which these hold). NaN where a price was
    not examined from both sides.
    """
    rows = np.flatnonzero(np.abs(prices) > 1e-12 * np.abs(prices).max(initial=0.0))
    bound = np.where(prices[rows] > 0, program.row_upper[rows], program.row_lower[rows])
    order = np.argsort(-np.abs(prices[rows] * np.where(bound != 0, bound, 1.0)), kind="stable")
    rows, bound = rows[order], bound[order]
    settings = formulation.arrays.place.settings
    ranges = _ranges(program, rows, bound, prices)
    blocks = blocks_at(program.rows, rows)
    return pd.DataFrame(
        {
            "rule": [rule_of(block) for block in blocks],
            "label": [block.label(int(row)) for block, row in zip(blocks, rows, strict=True)],
            "sentence": [price_text(block, int(row), settings) for block, row in zip(blocks, rows, strict=True)],
            "unit": [block.unit for block in blocks],
            "bound": bound,
            "price": prices[rows],
            "price_low": ranges.low,
            "price_high": ranges.high,
            "valid_from": ranges.valid_from,
            "valid_to": ranges.valid_to,
        }
    )


def _ranges(program: LinearProgram, rows: IntArray, bound: FloatArray, prices: FloatArray) -> PriceRange:
    """Find each price from both sides: move the bound a little either way, solve again, and read price and range.

    The optimal value is concave in a bound, so the price just above it is what one more unit brings, the price just
    below what one less unit costs; between breaks a price is constant, so a small step is exact.
    """
    unknown = np.full(len(rows), np.nan)
    ranges = PriceRange(unknown.copy(), unknown.copy(), unknown.copy(), unknown.copy())
    if program.shape[1] > LARGE:
        return ranges
    solver = HighsSolver(Limits())
    solver.solve(program)
    down, up = solver.row_ranges()
    for at, row in enumerate(rows[:EXAMINED]):
        step = STEP * max(abs(float(bound[at])), _size(program, int(row)))
        if down[row] < bound[at] - step and up[row] > bound[at] + step:
            ranges.low[at] = ranges.high[at] = prices[row]
            ranges.valid_from[at], ranges.valid_to[at] = down[row], up[row]
            continue
        above, below = (_beside(solver, program, int(row), float(bound[at]), sign * step) for sign in (1.0, -1.0))
        if above is not None and below is not None:
            ranges.low[at], ranges.valid_to[at] = above
            ranges.high[at], ranges.valid_from[at] = below
    return ranges


def _beside(
    solver: HighsSolver, program: LinearProgram, row: int, bound: float, step: float
) -> tuple[float, float] | None:
    """Return the price just beside a bound, and where it ends to hold on that side."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row] = bound + step if lower[row] == bound else lower[row]
    upper[row] = bound + step if upper[row] == bound else upper[row]
    answer = solver.solve(program.with_bounds(program.lower, program.upper, lower, upper))
    if not answer.has_solution:
        return (0.0 if step > 0 else np.inf) if np.isfinite(upper[row]) else np.inf, bound
    down, up = solver.row_ranges()
    return float(answer.prices[row]), float(up[row] if step > 0 else down[row])


def _size(program: LinearProgram, row: int) -> float:
    """Return a typical size of a row whose bound is zero: the largest of its terms."""
    part = program.only_rows(np.array([row])).matrix
    reach = np.abs(part.data) * np.repeat(program.upper, np.diff(part.indptr))
    return float(reach[np.isfinite(reach)].max(initial=0.0))
