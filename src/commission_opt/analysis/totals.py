"""Whether money and services agree: what each agency has, and what today's services that it leads cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.money import REVENUE
from commission_opt.place.opening import fixed_cost_today


def agency_totals(arrays: PlaceArrays) -> pd.DataFrame:
    """Return each agency's money and what today's services that it leads cost, all years together.

    Parameters
    ----------
    arrays : PlaceArrays
        A compiled place.

    Returns
    -------
    DataFrame
        Columns: agency, kind (of money), funding_money, baseline_money (today's volumes at unit costs and the areas'
        cost factors, and the fixed cost of services open today), difference_money (funding less baseline). One row for
        each agency and kind of money that occurs.
    """
    names, streams = arrays.names, arrays.streams
    funding = np.zeros((len(names.agency), len(names.kind)))
    np.add.at(funding, (streams.agency, streams.kind), streams.amount.sum(axis=1))
    service = arrays.deliveries.service
    factor = arrays.cost_factor[arrays.cells.area[arrays.deliveries.cell]]
    cost = arrays.services.cost[service] * (arrays.baseline.sum(axis=1) * factor)[:, None]
    baseline = np.zeros_like(funding)
    np.add.at(baseline, arrays.services.agency[service], cost)
    fixed = fixed_cost_today(arrays).sum(axis=1)
    np.add.at(baseline[:, names.kind.code(REVENUE)], arrays.services.agency, fixed)
    agency, kind = np.nonzero((funding > 0) | (baseline > 0))
    return pd.DataFrame(
        {
            "agency": names.agency.text(agency),
            "kind": names.kind.text(kind),
            "funding_money": funding[agency, kind],
            "baseline_money": baseline[agency, kind],
            "difference_money": (funding - baseline)[agency, kind],
        }
    )
