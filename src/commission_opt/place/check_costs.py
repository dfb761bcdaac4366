"""Checks of what services cost: that they cost something, and that their parts fit into the whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
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


def fiscal_within_weights(sheets: Sheets) -> list[Problem]:
    """Complain of outcomes whose public money saved is more than all that they are worth."""
    outcomes = sheets["outcomes"]
    fiscal, weight = (outcomes.frame[column].to_numpy(dtype=float) for column in ("fiscal_value", "weight"))
    return [
        outcomes.problem(
            at,
            "fiscal_value",
            f"{fiscal[at]:.10g} is more than the weight, which is {weight[at]:.10g}; expected a part of it",
            "Lower it, or raise the weight: the weight includes the public money saved.",
        )
        for at in positions(fiscal > np.maximum(weight, 0.0) * (1.0 + ROUNDING))
    ]


def prevention_counted_in(sheets: Sheets) -> list[Problem]:
    """Complain of prevention that is counted in an outcome which does not count it."""
    sheet = sheets["prevention"]
    keys = sheet.frame[["service", "outcome"]]
    again = keys.duplicated() & (keys["outcome"] != "")
    return _counted_in(sheets, "prevention") + [
        sheet.problem(
            at,
            "outcome",
            f"{quoted(keys['outcome'].iloc[at])} stands in an earlier row of {quoted(keys['service'].iloc[at])} too; "
            "expected it once",
            "Leave it to the row whose cases its weight counts.",
        )
        for at in positions(again)
    ]


def savings_counted_in(sheets: Sheets) -> list[Problem]:
    """Complain of savings that are counted in an outcome which does not count them."""
    return _counted_in(sheets, "savings")


def _counted_in(sheets: Sheets, name: str) -> list[Problem]:
    sheet, outcomes, effects = sheets[name], sheets["outcomes"].frame, sheets["effects"].frame
    frame = sheet.frame[["service", "outcome"]]
    linked = frame["outcome"] != ""
    effective = pd.MultiIndex.from_frame(frame).isin(pd.MultiIndex.from_frame(effects[["service", "outcome"]]))
    fiscal = frame["outcome"].map(outcomes.set_index("outcome")["fiscal_value"]).fillna(0.0) > 0.0
    idle = [
        sheet.problem(
            at,
            "outcome",
            f"{quoted(frame['service'].iloc[at])} has no effect on {quoted(frame['outcome'].iloc[at])}; "
            "expected an outcome that it changes",
            "Name the outcome whose weight counts this money, or leave the cell blank.",
        )
        for at in positions(linked & ~effective)
    ]
    return idle + [
        sheet.problem(
            at,
            "outcome",
            f"{quoted(frame['outcome'].iloc[at])} has no fiscal_value; expected the part of its weight that is money",
            "Fill fiscal_value in outcomes, or leave the cell blank.",
        )
        for at in positions(linked & effective & ~fiscal)
    ]
