"""Money in whole pence: controlled rounding, so that ledgers balance and no pot or ceiling is exceeded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from commission_opt.place.names import FloatArray, IntArray

NEAR = 1e-4
"""Share of a penny within which an amount counts as whole: it is the solver's noise."""

RELATIVE_NEAR = 1e-11
"""The same, relative to the amount."""


@dataclass(frozen=True, eq=False)
class Ceiling:
    """A set of entries whose pence must not add up to more than a whole number of pence."""

    entries: IntArray
    most: float


def whole_pence(amount: FloatArray) -> FloatArray:
    """Return pence with the solver's noise around whole numbers taken away."""
    nearest = np.rint(amount)
    close = np.abs(amount - nearest) <= np.maximum(NEAR, RELATIVE_NEAR * np.abs(amount))
    return np.where(close, nearest, amount)


def round_table(row: IntArray, column: IntArray, pence: FloatArray, ceilings: list[Ceiling]) -> FloatArray:
    r"""Round every entry of a table up or down so that row sums, column sums and ceilings still hold.

    .. math:: \max \sum_e remainder_e \, r_e \quad\text{s.t. every row and column sum is its own, rounded up or down}

    Parameters
    ----------
    row, column : (e,)
        Where each entry stands.
    pence : (e,)
        Amounts, not rounded.
    ceilings : list of Ceiling
        Sums that must not be exceeded; rows with a fixed amount among them.

    Returns
    -------
    (e,)
        Whole pence, those with the largest remainders rounded up. Where the ceilings leave no such rounding, all
        amounts are rounded down.

    References
    ----------
    Cox and Ernst, Controlled rounding, INFOR 20 (1982): a rounding of rows and columns always exists.
    """
    exact = whole_pence(pence)
    floor = np.floor(exact)
    remainder = exact - floor
    open_entries = np.flatnonzero(remainder > 0)
    if not len(open_entries):
        return floor
    parts, lower, upper = [], [], []
    for group in (row, column):
        sums = np.asarray(np.bincount(group, remainder), dtype=float)
        matrix = sparse.csr_array(
            (np.ones(len(open_entries)), (group[open_entries], np.arange(len(open_entries)))),
            shape=(len(sums), len(open_entries)),
        )
        parts.append(matrix)
        lower.append(np.floor(whole_pence(sums)))
        upper.append(np.ceil(whole_pence(sums)))
    for ceiling in ceilings:
        inside = np.isin(open_entries, ceiling.entries).astype(float)
        parts.append(sparse.csr_array(inside[None, :]))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([np.floor(ceiling.most + NEAR) - floor[ceiling.entries].sum()]))
    result = optimize.milp(
        -remainder[open_entries],
        constraints=optimize.LinearConstraint(sparse.vstack(parts), np.concatenate(lower), np.concatenate(upper)),
        integrality=np.ones(len(open_entries), dtype=np.int64),
        bounds=optimize.Bounds(0, 1),
    )
    rounded = floor.copy()
    if result.x is not None:
        rounded[open_entries] += np.rint(result.x)
    return rounded


def share_out(group: IntArray, pence: FloatArray, totals: FloatArray) -> FloatArray:
    """Round the entries of every group so that they add up to the group's total, by largest remainder.

    Parameters
    ----------
    group : (e,)
        Group of each entry.
    pence : (e,)
        Amounts, not rounded.
    totals : (groups,)
        Whole pence that each group has to add up to.

    Returns
    -------
    (e,)
        Whole pence.
    """
    exact = whole_pence(pence)
    floor = np.floor(exact)
    missing = totals - np.bincount(group, floor, minlength=len(totals))
    order = np.argsort(floor - exact, kind="stable")
    # Short integers are sorted by counting.
    order = order[np.argsort(group[order].astype(np.min_scalar_type(len(totals))), kind="stable")]
    counts = np.bincount(group, minlength=len(totals))
    rank = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    size = np.maximum(counts, 1)
    each, rest = np.floor_divide(missing, size), np.mod(missing, size)
    rounded = floor.copy()
    rounded[order] += each[group[order]] + (rank < rest[group[order]])
    return rounded
