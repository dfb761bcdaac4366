"""The certificate: proof that an answer is feasible and how far from best it can be.

It does not trust the solver: everything is worked out again on the unscaled program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from commission_opt.errors import CertificateError
from commission_opt.place.names import FloatArray
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram

TOLERANCE = 1e-6
"""Largest violation and gap of a plan, unless asked otherwise."""

QUIET = 1e-3
"""Share of what a row's terms could add up to that is the least scale of its violation."""


@dataclass(frozen=True)
class Certificate:
    """What is proven about a plan.

    Parameters
    ----------
    violation : float
        Largest violation of any row or bound, relative to the row's own scale.
    gap : float
        Proven distance from the best possible objective, relative.
    bound : float
        Upper bound on the objective, from the prices alone.
    objective : float
        Objective of the plan.
    kind : str
        ``duality``: the bound follows from the prices by arithmetic. ``solver_bound``: a program with whole numbers,
        whose bound is the solver's claim.
    worst : str
        Label of the row or column with the largest violation.
    """

    violation: float
    gap: float
    bound: float
    objective: float
    kind: Literal["duality", "solver_bound"] = "duality"
    worst: str = ""

    def holds(self, tolerance: float = TOLERANCE, gap: float | None = None) -> bool:
        """Whether violation and gap are within the tolerance, or a gap of its own; no number is never within it."""
        return self.violation <= tolerance and self.gap <= (tolerance if gap is None else gap)

    def __str__(self) -> str:
        return f"violation {self.violation:.1e}, proven gap {self.gap:.1e}"


def certify(
    program: LinearProgram, x: FloatArray, prices: FloatArray, solver_bound: float | None = None
) -> Certificate:
    r"""Check an answer by arithmetic on the unscaled program.

    .. math:: bound = \sum_i (p_i > 0 \; ? \; u_i : l_i) \, p_i
        + \sum_j \max_{l_j \le x_j \le u_j} (c_j - \sum_i a_{ij} p_i) \, x_j

    Parameters
    ----------
    program : LinearProgram
        In the place's own units.
    x : (n,)
        Values of the columns.
    prices : (m,) objective units per unit of the row
        Any prices prove a bound; a price with no finite bound behind it is taken as zero.
    solver_bound : float or None
        For a program with whole numbers, the solver's own upper bound on the objective.

    Returns
    -------
    Certificate
        Gap and violation are NaN where the answer holds a figure that is not a number.

    References
    ----------
    Neumaier and Shcherbina, Safe bounds in linear and mixed-integer linear programming, Mathematical Programming 99
    (2004).
    """
    violation, worst = largest_violation(program, x)
    bound = proven_bound(program, prices) if solver_bound is None else solver_bound
    objective = program.value(x)
    gap = (bound - objective) / max(1.0, abs(objective))
    return Certificate(
        violation=violation,
        gap=gap,
        bound=bound,
        objective=objective,
        kind="duality" if solver_bound is None else "solver_bound",
        worst=worst,
    )


def require(
    certificate: Certificate, program: LinearProgram, tolerance: float = TOLERANCE, gap: float | None = None
) -> None:
    """Refuse an answer whose certificate does not hold.

    Raises
    ------
    CertificateError
        Saying what failed, by how much and where.
    """
    if certificate.holds(tolerance, gap):
        return
    found = []
    if not certificate.violation <= tolerance:
        found.append(f"{certificate.worst} is violated by {certificate.violation:.2e} of its own scale")
    if not certificate.gap <= (tolerance if gap is None else gap):
        proof = "prices prove" if certificate.kind == "duality" else "solver claims"
        found.append(f"the {proof} no more than a gap of {certificate.gap:.2e}")
    raise CertificateError(
        f"The answer to {program.name} failed its check (tolerance {tolerance:.0e}): {'; '.join(found)}. "
        "It was not made a plan. Try another solver (--solver pulp:CBC) or a wider --tolerance."
    )


def largest_violation(program: LinearProgram, x: FloatArray) -> tuple[float, str]:
    """Return the largest relative violation of any row, bound or whole number, and its label."""
    if not np.isfinite(x).all():
        return float("nan"), program.column_label(int(np.flatnonzero(~np.isfinite(x))[0]))
    row, column = _largest(row_violations(program, x)), _largest(_column_violations(program, x))
    if row[0] >= column[0]:
        return row[0], program.row_label(row[1]) if program.shape[0] else ""
    return column[0], program.column_label(column[1])


def _column_violations(program: LinearProgram, x: FloatArray) -> FloatArray:
    """Return (n,) the violation of every column's bounds relative to its size, or of its being a whole number."""
    excess = np.maximum(np.maximum(program.lower - x, x - program.upper), 0.0)
    outside = np.flatnonzero(excess)  # most often there is none, and sizes need not be looked at
    size = np.maximum(np.abs(x[outside]), _reach(program.lower[outside], program.upper[outside]))
    excess[outside] /= np.where(size > 0, size, 1.0)
    excess[program.whole] = np.maximum(excess[program.whole], np.abs(x - np.rint(x))[program.whole])
    return excess


def row_violations(program: LinearProgram, x: FloatArray) -> FloatArray:
    """Return (m,) the violation of every row relative to its own scale.

    The scale is the larger of the row's bounds and the sum of its terms' sizes, but at least a thousandth of what its
    terms could add up to: a solver that is exact to nine digits of that is exact.
    """
    activity = program.activity(x)
    excess = np.maximum(np.maximum(program.row_lower - activity, activity - program.row_upper), 0.0)
    if not excess.any():
        return excess
    sizes = np.column_stack([np.abs(x), _reach(program.lower, program.upper)])
    terms, reach = program.sizes(sizes).T
    scale = np.maximum.reduce([_reach(program.row_lower, program.row_upper), terms, QUIET * reach])
    return np.asarray(excess / np.where(scale > 0, scale, 1.0))


def _reach(lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return the size of the larger of two bounds, of those that are finite."""
    low, high = np.abs(lower), np.abs(upper)
    for size in (low, high):
        size[~np.isfinite(size)] = 0.0
    return np.maximum(low, high, out=high)


def _largest(values: FloatArray) -> tuple[float, int]:
    if not len(values):
        return 0.0, 0
    at = int(np.argmax(values))
    return float(values[at]), at
