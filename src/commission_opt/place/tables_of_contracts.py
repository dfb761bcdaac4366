"""The table of contracts that pay providers for outcomes."""

from __future__ import annotations

from commission_opt.place.columns import (
    Column,
    Kind,
    key_column,
    link_column,
    money_column,
    number_column,
    share_column,
    table,
)

TABLES_OF_CONTRACTS = (
    table(
        "contracts",
        "Contracts that pay for outcomes; several rows of one service are the tariffs of one agreement.",
        key_column("contract", "Short name of the contract."),
        link_column("service", "Service that is contracted.", "services.service"),
        link_column("outcome", "Outcome that is paid for.", "outcomes.outcome"),
        share_column(
            "upfront_share",
            "Share of the revenue cost that commissioners pay on delivery; the same in all rows of a service.",
            1.0,
            "share of unit cost, 0 to 1",
        ),
        money_column("tariff", "Paid for one unit of the outcome.", "money per outcome unit", 0.0),
        number_column(
            "deadweight",
            "Part of the effect of one unit that would have come anyway and is not paid for.",
            "outcome units per unit",
            0.0,
        ),
        number_column("cap", "Most outcome paid for in a year; blank: no limit.", "outcome units a year"),
        number_column(
            "threshold",
            "Least outcome in a year before anything is paid; blank: none.",
            "outcome units a year",
        ),
        Column(
            "payment_lag",
            Kind.WHOLE,
            "Years from the outcome to its payment.",
            "years",
            default=0.0,
            minimum=0.0,
            maximum=50.0,
        ),
        share_column("top_up_share", "Share of every outcome payment that is paid from outside the place.", 0.0),
        money_column(
            "investor_money",
            "Most that investors put up over all years, the same in all rows of a service; blank: the provider carries "
            "it itself.",
            "money",
        ),
        Column(
            "investor_return",
            Kind.SHARE,
            "Return that investors ask for, the same in all rows of a service.",
            "share a year",
            default=0.0,
            minimum=0.0,
        ),
    ),
)
"""Tables of contracts, in the order in which a person fills them in."""
