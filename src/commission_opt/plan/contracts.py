"""Contracts by results in a plan: what was paid for, by whom, and who waited for the money."""

from __future__ import annotations

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.money import REVENUE
from commission_opt.place.names import FloatArray
from commission_opt.plan.words import money_text, number_text


def contract_notes(formulation: Formulation, x: FloatArray) -> list[str]:
    """Return for every contract what it pays, what of it comes from outside or later, and what investors put up."""
    contracts, settings = formulation.arrays.contracts, formulation.arrays.place.settings
    if formulation.model.rule("contracts") is None:
        return []
    years = len(formulation.arrays.names.year)
    outcome = _paid(formulation, x)
    units = formulation.arrays.place.tables["outcomes"].set_index("outcome")["unit"]
    notes = []
    for row, name in enumerate(contracts.label.labels):
        if contracts.tariff[row] <= 0:
            continue
        unit = units[formulation.arrays.names.outcome.labels[contracts.outcome[row]]]
        earned = contracts.tariff[row] * outcome[row]
        outside = contracts.top_up_share[row] * earned.sum()
        note = (
            f"Contract {name}: {money_text(float(earned.sum()), settings)} for {number_text(outcome[row].sum())} {unit}"
        )
        note += f", of which {money_text(float(outside), settings)} comes from outside the place" if outside > 0 else ""
        late = (1 - contracts.top_up_share[row]) * earned[np.arange(years) + contracts.lag[row] >= years].sum()
        note += (
            f", and {money_text(float(late), settings)} is set aside for payments after the last year"
            if late > 0
            else ""
        )
        notes.append(f"{note}.")
    return notes + _investors(formulation, x, outcome)


def _paid(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return (C, T) outcome units paid for."""
    paid = np.zeros((len(formulation.arrays.contracts.label), len(formulation.arrays.names.year)))
    block = formulation.program.column_block("paid outcome")
    if block is not None:
        paid[block.keys.codes[0], block.keys.codes[1]] = x[block.start : block.stop]
    return paid


def _investors(formulation: Formulation, x: FloatArray, outcome: FloatArray) -> list[str]:
    """Return what investors have to put up for each service: the most that its provider is short of at any time."""
    arrays, contracts = formulation.arrays, formulation.arrays.contracts
    years, revenue = len(arrays.names.year), arrays.names.kind.code(REVENUE)
    volumes = formulation.volumes
    notes = []
    for row in np.unique(contracts.service, return_index=True)[1].tolist():
        if np.isnan(contracts.investor_money[row]) or contracts.upfront_share[row] >= 1:
            continue
        service = contracts.service[row]
        own = np.flatnonzero(volumes.service == service)
        unit = arrays.services.cost[service, revenue] * arrays.cost_factor[volumes.area[own]]
        cost = np.bincount(volumes.year[own], unit * x[volumes.column[own]], minlength=years)
        short = (1 - contracts.upfront_share[row]) * cost
        for other in np.flatnonzero(contracts.service == service):
            in_time = np.arange(years - min(int(contracts.lag[other]), years))
            short[in_time + contracts.lag[other]] -= contracts.tariff[other] * outcome[other, in_time]
        most = max(float(np.cumsum(short).max()), 0.0)
        amount, name = money_text(most, arrays.place.settings), arrays.names.service.labels[service]
        notes.append(f"Investors put up {amount} for {name}, and are repaid from payments for outcomes.")
    return notes
