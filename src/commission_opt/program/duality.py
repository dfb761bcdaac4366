"""Duality: what prices of rows prove about a program, by arithmetic alone."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram


def proven_bound(program: LinearProgram, prices: FloatArray) -> float:
    """Return an upper bound on the objective that any prices prove."""
    price = proving_prices(program, prices)
    of_rows, of_columns = worth_of_bounds(program, price, reduced_costs(program, price))
    return float(of_rows.sum() + of_columns.sum())


def reduced_costs(program: LinearProgram, prices: FloatArray) -> FloatArray:
    """Return (n,) what is left of the objective of every column when rows charge their prices (m,)."""
    reduced = program.matrix.T @ prices
    return np.asarray(np.subtract(program.objective, reduced, out=reduced))


def worth_of_bounds(program: LinearProgram, prices: FloatArray, reduced: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what rows (m,) and columns (n,) are worth at most, at these prices and reduced costs."""
    of_rows = np.where(prices > 0, program.row_upper, program.row_lower)
    at = np.where(reduced > 0, program.upper, program.lower)
    with np.errstate(invalid="ignore"):
        rows = np.where(prices == 0.0, 0.0, of_rows * prices)
        columns = np.where(reduced == 0.0, 0.0, at * reduced)
    return rows, columns


def proving_prices(program: LinearProgram, prices: FloatArray) -> FloatArray:
    """Return prices (m,) with nothing for those that have no finite bound behind them."""
    price = np.where(np.isfinite(np.where(prices > 0, program.row_upper, program.row_lower)), prices, 0.0)
    return np.where(np.isnan(prices), np.nan, price)
