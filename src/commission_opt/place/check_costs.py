"""Checks of what services cost: that they cost something, and that their parts fit into the whole."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]

ROUNDING = 1e-9
"""Part of a cost that is rounding."""


def unit_costs(sheets: Sheets) -> pd.DataFrame:
    """Return what one unit of each service costs in each kind of money: service, kind, amount, no row twice."""
    services = sheets["services"].frame
    own = [
        pd.DataFrame({"service": services["service"], "kind": kind, "amount": services[column]})
        for kind, column in (("revenue", "unit_cost"), ("capital", "capital_cost"))
    ]
    further = [sheets["costs"].frame[["service", "kind", "amount"]]] if "costs" in sheets else []
    costs = pd.concat([*further, *own], ignore_index=True).dropna(subset=["amount"])
    return costs.drop_duplicates(["service", "kind"])


def services_without_cost(sheets: Sheets) -> list[Problem]:
    """Complain of services that neither their own row nor the costs table gives a cost."""
    services = sheets["services"]
    costed = list(sheets["costs"].frame["service"]) if "costs" in sheets else []
    bare = services.frame["unit_cost"].isna() & ~services.frame["service"].isin(costed)
    return [
        services.problem(
            at,
            "unit_cost",
            f"the cell is blank and {quoted(services.frame['service'].iloc[at])} has no row in costs; expected a cost",
            "Write the cost of one unit (0 where it is free), or add rows to costs.",
        )
        for at in positions(bare)
    ]


def blocks_within_costs(sheets: Sheets) -> list[Problem]:
    """Complain of blocks that cost more than all the units that they hold."""
    capacity = sheets["capacity"]
    factor = sheets["areas"].frame["cost_factor"].fillna(1.0).min() if "areas" in sheets else 1.0
    costs = unit_costs(sheets)
    unit = costs[costs["kind"] == "revenue"].set_index("service")["amount"].reindex(capacity.frame["service"])
    full = unit.fillna(0.0).to_numpy() * capacity.frame["block_size"].to_numpy() * factor
    cost = capacity.frame["block_cost"]
    return [
        capacity.problem(
            at,
            "block_cost",
            f"{cost.iloc[at]:.10g} is more than the units of a full block cost, which is {full[at]:.10g}; "
            "expected a part of that",
            "Lower it, or raise the unit cost: a unit cost includes its part of the block.",
        )
        for at in positions(cost > full * (1.0 + ROUNDING))
    ]
