"""Contracts by results: providers are paid for outcomes, not only for delivery."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.money import REVENUE
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcome_payments import Paid, add_paid
from commission_opt.rules.providers import add_providers, missing_money


class Contracts(Rule):
    r"""Commissioners pay part of a contracted service's cost on delivery, and the rest for outcomes.

    .. math:: net_{c t} = \sum_{n g k} \sum_{t' \le t - lag} (effect_{s o g} \, effectiveness_{s k} - deadweight_c) \,
        persistence^{t - lag - t'} \, x_{s n g t' k},

        paid_{c t} = \min(cap_c, net_{c t}) \text{ where } net_{c t} \ge threshold_c \text{ and } net_{c t} \ge 0,
        \text{ else } 0

    A unit costs commissioners its up-front share of the revenue cost, and :math:`(1 - top\_up_c) \, tariff_c \,
    paid_{c t}` is charged to the same service, in the year of the outcome plus the payment lag; what falls due after
    the last year is set aside in the last year. The rest of the tariff comes from outside the place. What would have
    come anyway comes when the effect would, and lasts as long; units without an effect on the outcome do not count.

    Commissioners pay what is earned, no more and no less: net outcomes are divided into what is not paid for, what is,
    and what lies beyond the cap, with :math:`earned, capped \in \{0, 1\}` only where volumes leave it open which:

    .. math:: net = unpaid + paid + beyond, \qquad low \, (1 - earned) \le unpaid \le threshold \, (1 - earned),

        threshold \cdot earned + (cap - threshold) \cdot capped \le paid \le cap \cdot earned, \qquad
        0 \le beyond \le (high - cap) \cdot capped

    A threshold missed by less than a hundred-thousandth counts as met.

    A provider that would lose does not sign. Where nobody invests, over all years, at the place's discount rate:

    .. math:: \sum_{c t} d_{t + lag} \, tariff_c \, paid_{c t} \ge \sum_t d_t \, (1 - upfront_s) \, cost_s \, x_{s t}

    Under a social impact bond investors put up what is missing year by year, and are repaid from payments at their
    return r; the provider's cash is never below nothing, so neither is its balance:

    .. math:: cash_t = cash_{t-1} + invested_t - repaid_t + \sum_c tariff_c \, paid_{c, t - lag}
        - (1 - upfront_s) \, cost_s \, x_{s t} \ge 0,

        \sum_t invested_t \le investor\_money_s, \qquad \sum_t (repaid_t - invested_t) \, (1 + r)^{-t} \ge 0

    Several rows for one service are the tariffs of one agreement with one provider. Capital cost is paid as ever, and
    limits on spend count a unit's whole cost. Outcomes count for payment though they lie beyond a ceiling: what a
    provider has earned does not depend on what others do. Agencies that plan alone hold the contracts of the services
    that they lead.
    """

    kind: Literal["contracts"] = "contracts"
    reads: ClassVar[tuple[str, ...]] = ("contracts",)
    words: ClassVar[dict[str, Words]] = {
        "contracts.net": Words(
            price="one more {unit} that the contract {contract} counts in {year}",
            demand="the contract {contract} counts in {year} just what its service brings about beyond deadweight",
            standing="identity",
        ),
        "contracts.unpaid_most": Words(
            price="one more {unit} that the contract {contract} may leave unpaid in {year}",
            demand="the contract {contract} pays in {year} once its threshold is reached",
            standing="identity",
        ),
        "contracts.unpaid_least": Words(
            price="one more {unit} that the contract {contract} has to count in {year}",
            demand="the contract {contract} counts in {year} outcomes below what would have come anyway",
            standing="identity",
        ),
        "contracts.paid_most": Words(
            price="one more {unit} that the contract {contract} may pay for in {year} without its being earned",
            demand="the contract {contract} pays in {year} only for what is earned",
            standing="identity",
        ),
        "contracts.paid_least": Words(
            price="one more {unit} that the contract {contract} has to pay for in {year} below its threshold",
            demand="the contract {contract} pays in {year} at least its threshold where it pays at all",
            standing="identity",
        ),
        "contracts.beyond": Words(
            price="one more {unit} beyond the cap of the contract {contract} in {year} before the cap is reached",
            demand="the contract {contract} leaves outcomes unpaid in {year} only once its cap is reached",
            standing="identity",
        ),
        "contracts.capped": Words(
            price="one more {unit} that the contract {contract} has to pay for in {year} at its cap",
            demand="the contract {contract} pays for its whole cap in {year} where outcomes lie beyond it",
            standing="identity",
        ),
        "contracts.provider": Words(
            price="one more {unit} that the provider of {service} has to be left with over all years",
            demand="the provider of {service} does not sign what it would lose by over all years",
            standing="financial",
        ),
        "contracts.cash": Words(
            price="one more {unit} that the provider of {service} has to pay in {year}",
            demand="the provider of {service} can only spend money that it has in {year}",
            standing="fact",
        ),
        "contracts.investor_money": Words(
            price="one more {unit} that investors put up for {service}",
            demand="investors put up at most {bound} for {service}",
            standing="financial",
        ),
        "contracts.investors": Words(
            price="one more {unit} that investors in {service} have to be left with beyond their return",
            demand="investors in {service} get their money back with the return that they ask for",
            standing="financial",
        ),
    }

    def columns(self, draft: Draft) -> None:
        """Add what is paid for, charge it, and hold providers to what they can carry."""
        contracts = draft.arrays.contracts
        if not len(contracts.label):
            return
        revenue = draft.arrays.names.kind.code(REVENUE)
        missing = missing_money(draft, revenue)
        for service, share in dict(zip(contracts.service.tolist(), contracts.upfront_share, strict=True)).items():
            draft.spending.scale(service, revenue, float(share))
        paid = add_paid(draft)
        self._charge(draft, paid, revenue)
        add_providers(draft, paid, missing)

    @staticmethod
    def _charge(draft: Draft, paid: Paid, revenue: int) -> None:
        """Charge commissioners' part of payments when they fall due, or set it aside in the last year."""
        contracts = draft.arrays.contracts
        due = np.minimum(paid.year + contracts.lag[paid.contract], draft.years - 1)
        amount = ((1.0 - contracts.top_up_share) * contracts.tariff)[paid.contract]
        used = np.flatnonzero(amount > 0)
        service = contracts.service[paid.contract[used]]
        kind = np.full(len(used), revenue)
        draft.spending.add(service, kind, due[used], paid.column[used], amount[used])
