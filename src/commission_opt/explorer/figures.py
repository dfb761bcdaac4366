"""Figures of a plan by service and by outcome, in all years and areas or in one: today, at the start, in a scenario."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from commission_opt.explorer.scenario import Window
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.opening import fixed_cost_today, volume_today
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import tidy
from commission_opt.plan.tables import outcome_amounts, outcome_values


def quick_value(plan: Plan) -> float:
    """Return the value of a plan before the choice among plans of equal worth is made.

    Where the model maximises the value itself it is that of the plan chosen; where it does not, it may differ until the
    choice is made.
    """
    formulation, proof = plan.formulation, plan.choice.proof
    x = tidy(proof.program, proof.answer.x)
    value = outcome_values(formulation, outcome_amounts(formulation, x)).sum()
    return float(value) - formulation.recouped.beyond_today(x, formulation.arrays.equity_weight)


def today_table(arrays: PlaceArrays) -> pd.DataFrame:
    """Return today's services: service, area, year, volume_units, spend_money at the plan's unit costs."""
    names, deliveries = arrays.names, arrays.deliveries
    factor = arrays.cost_factor[arrays.cells.area[deliveries.cell]]
    unit = arrays.services.cost.sum(axis=1)[deliveries.service] * factor
    whole, fixed = volume_today(arrays), fixed_cost_today(arrays)
    each = np.where(whole > 0, fixed / np.where(whole > 0, whole, 1.0), 0.0)
    delivery, year = np.nonzero(arrays.baseline > 0)
    volume, service = arrays.baseline[delivery, year], deliveries.service[delivery]
    return pd.DataFrame(
        {
            "service": names.service.text(service),
            "area": names.area.text(arrays.cells.area[deliveries.cell[delivery]]),
            "year": names.year.text(year),
            "volume_units": volume,
            "spend_money": volume * (unit[delivery] + each[service, year]),
        }
    )


def by_service(table: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return volume_units and spend_money of every service within a window of years and areas."""
    return window.within(table).groupby("service")[["volume_units", "spend_money"]].sum()


def by_outcome(plan: Plan, window: Window) -> pd.DataFrame:
    """Return amount_units and value of every outcome within a window of years and areas."""
    return window.within(plan.outcomes).groupby("outcome")[["amount_units", "value"]].sum()


def beside(parts: tuple[pd.DataFrame | None, ...], take: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
    """Return one figure of several tables side by side, blank (NaN) where a table is missing."""
    known = [part for part in parts if part is not None]
    index = known[0].index
    for part in known[1:]:
        index = index.union(part.index)
    columns = {at: np.nan if part is None else take(part).reindex(index).fillna(0.0) for at, part in enumerate(parts)}
    return pd.DataFrame(columns, index=index)
