"""One yardstick: plans are compared by the weights of one of them, as a changed weight is no gain."""

from __future__ import annotations

import numpy as np

from commission_opt.plan.plan import Plan
from commission_opt.plan.tables import outcome_values


def same_yardstick(plan: Plan, other: Plan) -> bool:
    """Return whether two plans weigh outcomes, areas and years alike."""
    own, others = plan.formulation.arrays, other.formulation.arrays
    pairs = (
        (own.weight, others.weight),
        (own.equity_weight, others.equity_weight),
        (own.discount, others.discount),
    )
    return all(np.array_equal(one, two) for one, two in pairs)


def value_on(plan: Plan | None, yardstick: Plan) -> float | None:
    """Return the value of a plan by the weights of another.

    Parameters
    ----------
    plan : Plan or None
        What to value.
    yardstick : Plan
        Of the same place, perhaps with other weights.

    Returns
    -------
    float or None
        None where there is no plan, or where money that comes back is inside its value: what of that came back cannot
        be told by other weights.
    """
    if plan is None or same_yardstick(plan, yardstick):
        return None if plan is None else plan.value
    if abs(plan.recouped) > 1e-9 * abs(plan.value):
        return None
    names = plan.formulation.arrays.names
    shape = len(names.outcome), len(names.area), len(names.year)
    amounts = plan.outcomes["amount_units"].to_numpy(dtype=float).reshape(shape)
    return float(outcome_values(yardstick.formulation, amounts).sum())
