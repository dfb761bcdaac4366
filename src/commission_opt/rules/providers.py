"""Providers under contracts by results: none signs what it would lose by, and investors want their money back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcome_payments import Paid


@dataclass(frozen=True, eq=False)
class Missing:
    """What delivery costs beyond the up-front payment: subject, year, column and money per unit of each entry."""

    service: IntArray
    year: IntArray
    column: IntArray
    amount: FloatArray


def missing_money(draft: Draft, kind: int) -> Missing:
    """Return what the contracts of services leave unpaid on delivery, before commissioners' charge is scaled."""
    contracts = draft.arrays.contracts
    left = np.zeros(len(draft.spending.subject))
    left[contracts.service] = 1.0 - contracts.upfront_share
    subject, kinds, year, column, amount = draft.spending.gathered()
    used = np.flatnonzero((kinds == kind) & (left[subject] > 0))
    return Missing(subject[used], year[used], column[used], left[subject[used]] * amount[used])


def add_providers(draft: Draft, paid: Paid, missing: Missing) -> None:
    """Hold every provider that waits for results to what it can carry, by itself or with investors."""
    contracts = draft.arrays.contracts
    for row in np.unique(contracts.service, return_index=True)[1].tolist():
        if contracts.upfront_share[row] >= 1.0:
            continue
        service = int(contracts.service[row])
        of_service = _of_service(draft, paid, missing, service)
        if np.isnan(contracts.investor_money[row]):
            _add_balance(draft, service, of_service)
        else:
            _add_bond(draft, row, of_service)


@dataclass(frozen=True, eq=False)
class _Flows:
    """One provider's money by year after the first (which may lie after the last): what comes in, what is missing."""

    year_in: IntArray
    column_in: IntArray
    amount_in: FloatArray
    year_out: IntArray
    column_out: IntArray
    amount_out: FloatArray


def _of_service(draft: Draft, paid: Paid, missing: Missing, service: int) -> _Flows:
    contracts = draft.arrays.contracts
    own = np.flatnonzero(contracts.service[paid.contract] == service)
    out = np.flatnonzero(missing.service == service)
    contract = paid.contract[own]
    return _Flows(
        year_in=paid.year[own] + contracts.lag[contract],
        column_in=paid.column[own],
        amount_in=contracts.tariff[contract],
        year_out=missing.year[out],
        column_out=missing.column[out],
        amount_out=missing.amount[out],
    )


def _add_balance(draft: Draft, service: int, flows: _Flows) -> None:
    """Add the balance over all years of a provider that carries what is missing itself."""
    rate = draft.arrays.place.settings.discount_rate
    keys = Keys.of((draft.arrays.names.service, np.array([service])))
    position = draft.builder.add_rows("contracts.provider", keys, unit="money", lower=0.0)
    for year, column, amount in (
        (flows.year_in, flows.column_in, flows.amount_in),
        (flows.year_out, flows.column_out, -flows.amount_out),
    ):
        draft.builder.add_entries(
            np.repeat(position, len(column)), column, amount * (1.0 + rate) ** -year.astype(float)
        )


def _add_bond(draft: Draft, row: int, flows: _Flows) -> None:
    """Add what investors put in and get back, and the provider's cash, which is never below nothing."""
    contracts, names, build = draft.arrays.contracts, draft.arrays.names, draft.builder
    service, most, asked = int(contracts.service[row]), contracts.investor_money[row], contracts.investor_return[row]
    last = max(draft.years, int(flows.year_in.max(initial=0)) + 1)
    when = _years_and_after(names.year, last)
    keys, years = _each_year(draft, service, when), np.arange(last)
    back = (1.0 + asked) ** -years.astype(float)
    received = float((flows.amount_in * build.column_upper()[flows.column_in]).sum())
    within = keys.take(years[: draft.years])
    invest = build.add_columns("invested", within, most, unit="money a year")
    repay = build.add_columns("repaid", keys, most / back, unit="money a year")
    held = build.add_columns("provider's cash", keys, most * draft.years + received, unit="money a year")
    cash = build.add_rows("contracts.cash", keys, unit="money a year", lower=0.0, upper=0.0)
    build.add_entries(cash[flows.year_in], flows.column_in, flows.amount_in)
    build.add_entries(cash[flows.year_out], flows.column_out, -flows.amount_out)
    build.add_entries(cash[: draft.years], invest, 1.0)
    for column, shift, sign in ((repay, 0, -1.0), (held, 0, -1.0), (held, 1, 1.0)):
        build.add_entries(cash[shift:], column[: last - shift], sign)
    whose = Keys.of((names.service, np.array([service])))
    total = build.add_rows("contracts.investor_money", whose, unit="money", upper=most)
    build.add_entries(np.repeat(total, draft.years), invest, 1.0)
    returned = build.add_rows("contracts.investors", whose, unit="money", lower=0.0)
    build.add_entries(np.repeat(returned, last), repay, back)
    build.add_entries(np.repeat(returned, draft.years), invest, -back[: draft.years])


def _years_and_after(years: Names, count: int) -> Names:
    """Return the years of the place, and those after the last in which payments still come."""
    after = [f"{late} after {years.labels[-1]}" for late in range(1, count - len(years) + 1)]
    return Names("year", (*years.labels, *after))


def _each_year(draft: Draft, service: int, when: Names) -> Keys:
    count = len(when)
    return Keys.of((draft.arrays.names.service, np.full(count, service)), (when, np.arange(count)))
