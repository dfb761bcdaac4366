"""The tables of a plan: what is delivered, gained, used, and who put in what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.model.formulate import Formulation
from commission_opt.place.money import REVENUE
from commission_opt.place.names import FloatArray, distinct
from commission_opt.plan.ledger import PENCE, Ledger
from commission_opt.plan.rounding import share_out, whole_pence
from commission_opt.rules.outcomes import amounts_gained


def volumes_of(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return (V, T) the volume of every delivery and year, all tranches together."""
    arrays, volumes = formulation.arrays, formulation.volumes
    shape = arrays.baseline.shape
    place = volumes.delivery.astype(np.int64) * shape[1] + volumes.year
    return np.asarray(np.bincount(place, x[volumes.column], minlength=shape[0] * shape[1]).reshape(shape))


def _of_services(formulation: Formulation, volume: FloatArray) -> FloatArray:
    """Return (S, T) what the deliveries of every service add up to, of (V, T)."""
    arrays = formulation.arrays
    service, count = arrays.deliveries.service, len(arrays.names.service)
    return np.column_stack([np.bincount(service, of_year, minlength=count) for of_year in volume.T])


def outcome_amounts(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return (O, N, T) the outcomes of a plan, up to their ceilings where the model has them."""
    arrays, volumes = formulation.arrays, formulation.volumes
    capped = np.asarray(formulation.capped.any(axis=0) & (arrays.weight > 0))
    return amounts_gained(arrays, volumes, capped, x[volumes.column])


def outcome_values(formulation: Formulation, amounts: FloatArray) -> FloatArray:
    """Return (O, N, T) the discounted, equity-weighted value of outcomes on the shared yardstick."""
    arrays = formulation.arrays
    return np.asarray(
        arrays.weight[:, None, None] * arrays.equity_weight[None, :, None] * arrays.discount[None, None, :] * amounts
    )


def allocation_table(formulation: Formulation, x: FloatArray, ledger: Ledger) -> pd.DataFrame:
    """Return what is delivered where, to whom and when.

    Columns: service, agency, need, area, cohort, year, volume_units, spend_money, baseline_units, change_units. A row
    for every delivery and year with a volume now or in the baseline, or a payment for an earlier year's outcomes; spend
    adds up to the ledger to the penny.
    """
    arrays, names = formulation.arrays, formulation.arrays.names
    volume = volumes_of(formulation, x)
    spend = _spend_of_deliveries(formulation, volume, ledger)
    delivery, year = np.nonzero((volume > 0) | (arrays.baseline > 0) | (spend > 0))
    service, cell = arrays.deliveries.service[delivery], arrays.deliveries.cell[delivery]
    return pd.DataFrame(
        {
            "service": names.service.column(service),
            "agency": names.agency.column(arrays.services.agency[service]),
            "need": names.need.column(arrays.services.need[service]),
            "area": names.area.column(arrays.cells.area[cell]),
            "cohort": names.cohort.column(arrays.cells.cohort[cell]),
            "year": names.year.column(year),
            "volume_units": volume[delivery, year],
            "spend_money": spend[delivery, year],
            "baseline_units": arrays.baseline[delivery, year],
            "change_units": volume[delivery, year] - arrays.baseline[delivery, year],
        }
    )


def _spend_of_deliveries(formulation: Formulation, volume: FloatArray, ledger: Ledger) -> FloatArray:
    """Return (V, T) money, each line's pence shared out among its deliveries by largest remainder."""
    arrays, lines = formulation.arrays, formulation.money.lines
    scale = PENCE * arrays.place.settings.money_unit
    totals = ledger.of_lines(len(lines.subject))
    factor = arrays.cost_factor[arrays.cells.area[arrays.deliveries.cell]]
    spend = np.zeros_like(volume)
    line_of = np.full((len(formulation.money.subjects), len(arrays.names.kind), len(arrays.names.year)), -1)
    line_of[lines.subject, lines.kind, lines.year] = np.arange(len(lines.subject))
    for kind in range(len(arrays.names.kind)):
        unit = (arrays.services.cost[arrays.deliveries.service, kind] * factor)[:, None] * scale
        exact = _paid_for(formulation, volume) * unit
        if kind == arrays.names.kind.code(REVENUE):
            exact = exact + _fixed_costs(formulation, volume) * scale
        delivery, year = np.nonzero(exact > 0)
        line = line_of[arrays.deliveries.service[delivery], kind, year]
        delivery, year, line = delivery[line >= 0], year[line >= 0], line[line >= 0]
        present, group = distinct(line, len(lines))
        pence = exact[delivery, year]
        # What a service costs beyond its units, such as half-empty wards, is theirs in proportion.
        whole = np.bincount(group, pence, minlength=len(present))
        spend[delivery, year] += share_out(group, pence * (totals[present] / whole)[group], totals[present])
    return np.asarray(spend / scale)


def _paid_for(formulation: Formulation, volume: FloatArray) -> FloatArray:
    """Return (V, T) volumes that a service's money of a year is shared out by.

    What is paid in a year without any, such as a closed ward or a late payment for outcomes, is paid for the volumes of
    all years, and where there are none for today's.
    """
    arrays = formulation.arrays
    service = arrays.deliveries.service
    shares = arrays.baseline
    for instead in (np.repeat(volume.sum(axis=1)[:, None], volume.shape[1], axis=1), volume):
        total = _of_services(formulation, instead)
        shares = np.where(total[service] > 0, instead, shares)
    return shares


def _fixed_costs(formulation: Formulation, volume: FloatArray) -> FloatArray:
    """Return (V, T) money: what each service costs for being open at all, shared out among its deliveries by volume."""
    arrays = formulation.arrays
    total = _of_services(formulation, volume)
    each = np.where(total > 0, formulation.fixed_cost[:, None] / np.where(total > 0, total, 1.0), 0.0)
    return np.asarray(each[arrays.deliveries.service] * volume)


def outcomes_table(formulation: Formulation, amounts: FloatArray) -> pd.DataFrame:
    """Return what is gained: outcome, agency, unit, area, year, amount_units, value (discounted, weighted)."""
    arrays, names = formulation.arrays, formulation.arrays.names
    outcome, area, year = (grid.reshape(-1) for grid in np.indices(amounts.shape))
    unit = arrays.place.tables["outcomes"].set_index("outcome")["unit"]
    return pd.DataFrame(
        {
            "outcome": names.outcome.column(outcome),
            "agency": names.agency.column(arrays.outcome_agency[outcome]),
            "unit": unit.reindex(names.outcome.labels).array.take(outcome),
            "area": names.area.column(area),
            "year": names.year.column(year),
            "amount_units": amounts.reshape(-1),
            "value": outcome_values(formulation, amounts).reshape(-1),
        }
    )


def agencies_table(formulation: Formulation, x: FloatArray, ledger: Ledger, amounts: FloatArray) -> pd.DataFrame:
    """Return the ledger by agency, over all years.

    Columns: agency, put_in_money (its streams' spending, whatever for), led_spend_money (spent on what it leads,
    whoever pays), savings_money (cash saved within the years of the plan, beyond what today's volumes save, and what
    closing sites and teams brings), net_money (spent on what it leads plus savings less what it put in),
    own_outcomes_value (the shared value of the outcomes it answers for).
    """
    arrays, names, lines = formulation.arrays, formulation.arrays.names, formulation.money.lines
    scale = PENCE * arrays.place.settings.money_unit
    put_in = np.bincount(arrays.streams.agency[ledger.stream], ledger.pence, minlength=len(names.agency)) / scale
    led = formulation.money.subject_agency[lines.subject[ledger.line]]
    led_spend = np.bincount(led, ledger.pence, minlength=len(names.agency)) / scale
    savings = _savings(formulation, x)
    value = outcome_values(formulation, amounts).sum(axis=(1, 2))
    own = np.bincount(arrays.outcome_agency, value, minlength=len(names.agency))
    return pd.DataFrame(
        {
            "agency": names.agency.labels,
            "put_in_money": put_in,
            "led_spend_money": led_spend,
            "savings_money": savings,
            "net_money": np.round((led_spend + savings - put_in) * scale) / scale,
            "own_outcomes_value": own,
        }
    )


def _savings(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return (A,) the cash that comes back to each agency beyond today, in whole pence of each kind of money and year.

    What services save counts even where the model does not let it be spent again.
    """
    arrays, names = formulation.arrays, formulation.arrays.names
    beyond = _of_services(formulation, volumes_of(formulation, x) - arrays.baseline)
    back = np.zeros((len(names.agency), len(names.kind), len(names.year)))
    back[:, names.kind.code(REVENUE)] = arrays.savings.received(beyond, len(names.agency))
    for stream, year, column, amount in formulation.money.income.freed:
        np.add.at(back, (arrays.streams.agency[stream], arrays.streams.kind[stream], year), amount * x[column])
    scale = PENCE * arrays.place.settings.money_unit
    return np.asarray(np.floor(whole_pence(back * scale)).sum(axis=(1, 2)) / scale)


def resources_table(formulation: Formulation, x: FloatArray) -> pd.DataFrame:
    """Return staff, buildings and equipment by year, in units of the resource.

    Columns: resource, agency, kind, year, available, bought, stood_in (by others), lent (to stand in for others), used,
    left.
    """
    arrays, names = formulation.arrays, formulation.arrays.names
    resources, shape = arrays.resources, arrays.resources.available.shape
    used = resources.usage.T @ _of_services(formulation, volumes_of(formulation, x))
    bought, stood_in, lent = (np.zeros(shape) for _ in range(3))
    grow, shift = formulation.program.column_block("grow"), formulation.program.column_block("shift")
    if grow is not None:
        bought[grow.keys.codes[0], grow.keys.codes[1]] = x[grow.start : grow.stop]
    if shift is not None:
        one, other, year = shift.keys.codes
        productivity = np.ones((len(names.resource), len(names.resource)))
        productivity[resources.stand_in[:, 0], resources.stand_in[:, 1]] = resources.productivity
        np.add.at(lent, (one, year), x[shift.start : shift.stop])
        np.add.at(stood_in, (other, year), productivity[one, other] * x[shift.start : shift.stop])
    resource, when = (grid.reshape(-1) for grid in np.indices(shape))
    kind = arrays.place.tables["resources"].drop_duplicates("resource").set_index("resource")["kind"]
    return pd.DataFrame(
        {
            "resource": names.resource.text(resource),
            "agency": names.agency.text(resources.agency[resource]),
            "kind": kind.reindex(names.resource.text(resource)).to_numpy(dtype=object),
            "year": names.year.text(when),
            "available": resources.available.reshape(-1),
            "bought": bought.reshape(-1),
            "stood_in": stood_in.reshape(-1),
            "lent": lent.reshape(-1),
            "used": used.reshape(-1),
            "left": (resources.available + bought + stood_in - lent - used).reshape(-1),
        }
    )
