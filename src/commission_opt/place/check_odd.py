"""What is odd but legal: figures far from their column's median, money and needs without a use, missing grades."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.check_costs import unit_costs
from commission_opt.place.columns import Kind
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]

FAR = 1000.0
"""Times its column's median at which a figure is odd."""

ENOUGH = 8
"""Positive figures that a column must have before its median says anything."""

SHOWN_PER_COLUMN = 10
"""Rows that are named for one thing that is odd; the rest is counted."""


def check_odd(sheets: Sheets) -> list[Problem]:
    """Return warnings of what looks like a slip: one for each row, or one for many rows alike.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Tables without problems.
    """
    odd = [warning for sheet in sheets.values() for warning in far_figures(sheet)]
    for check in (
        idle_streams,
        unpaid_kinds,
        large_contributions,
        needs_without_services,
        services_without_effect,
        effects_on_nobody,
        effects_without_grade,
        demand_shared_out,
        resources_of_others,
        money_counted_twice,
    ):
        odd += check(sheets)
    return odd


def shorten(warnings: list[Problem]) -> list[Problem]:
    """Keep the first warnings of one sort and count the rest."""
    rest = len(warnings) - SHOWN_PER_COLUMN
    if rest <= 0:
        return warnings
    last = warnings[SHOWN_PER_COLUMN - 1]
    more = Problem(last.where, f"{rest} more rows are odd in the same way", column=last.column)
    return [*warnings[:SHOWN_PER_COLUMN], more]


def far_figures(sheet: Sheet) -> list[Problem]:
    """Warn of positive figures that are a thousand times, or a thousandth of, their column's median."""
    odd: list[Problem] = []
    for column in sheet.table.columns:
        if column.kind not in (Kind.MONEY, Kind.NUMBER):
            continue
        figures = sheet.frame[column.name].to_numpy(dtype=np.float64)
        positive = figures[figures > 0.0]
        if len(positive) < ENOUGH:
            continue
        median = float(np.median(positive))
        far = positions((figures >= FAR * median) | ((figures > 0.0) & (figures <= median / FAR)))
        odd += shorten(
            [
                sheet.problem(
                    at,
                    column.name,
                    f"{figures[at]:.6g} is far from the column's median of {median:.6g}",
                    "Check the unit of the figure and the number of its digits.",
                )
                for at in sorted(far, key=lambda at: -abs(np.log(figures[at] / median)))
            ]
        )
    return odd


def idle_streams(sheets: Sheets) -> list[Problem]:
    """Warn of money that can pay for nothing outside a pot."""
    funding, services = sheets["funding"], sheets["services"].frame
    costs = unit_costs(sheets)
    payers = [services[["service", "agency"]]]
    if "funders" in sheets:
        payers.append(sheets["funders"].frame[["service", "agency"]])
    costly = costs.loc[costs["amount"] > 0.0, ["service", "kind"]]
    payable = pd.concat(payers).merge(costly, on="service")
    fences = sheets["ring_fences"].frame if "ring_fences" in sheets else pd.DataFrame(columns=["ring_fence", "service"])
    free = set(zip(payable["agency"], payable["kind"], strict=True))
    fenced = fences.merge(payable, on="service")
    within = set(zip(fenced["ring_fence"], fenced["agency"], fenced["kind"], strict=True))
    odd = []
    for at in positions(funding.frame["amount"] > 0.0):
        stream, agency, fence = (funding.text(at, name) for name in ("stream", "agency", "ring_fence"))
        kind = funding.text(at, "kind") or "revenue"
        if (fence, agency, kind) in within if fence else (agency, kind) in free:
            continue
        inside = f" inside {quoted(fence)}" if fence else ""
        message = (
            f"{quoted(stream)} can pay for nothing: no service{inside} that {quoted(agency)} leads or may fund "
            f"costs {kind} money"
        )
        odd.append(funding.problem(at, "stream", message, "Check its agency, kind and ring fence."))
    return odd


def unpaid_kinds(sheets: Sheets) -> list[Problem]:
    """Warn of kinds of money that services cost and no stream has."""
    costs = unit_costs(sheets)
    had = set(sheets["funding"].frame["kind"].replace("", "revenue"))
    missing = costs[(costs["amount"] > 0.0) & ~costs["kind"].isin(had)]
    return [
        Problem(
            sheets["funding"].where,
            f"no stream has {quoted(kind)} money, which {len(rows)} services cost ({rows['service'].iloc[0]}, ...)",
            "Add a stream of that kind, or correct the kind in costs.",
            column="kind",
        )
        for kind, rows in missing.groupby("kind", sort=False)
    ]


def large_contributions(sheets: Sheets) -> list[Problem]:
    """Warn of least contributions to a pot that are above what may go into it."""
    funding = sheets["funding"]
    frame = funding.frame
    most = frame["amount"] * frame["poolable_share"].fillna(1.0)
    return [
        funding.problem(
            at,
            "minimum_contribution",
            f"{frame['minimum_contribution'].iloc[at]:.6g} is above the poolable share, which is {most.iloc[at]:.6g}",
            "No model with a pot can meet it: lower it, or raise poolable_share.",
        )
        for at in positions(frame["minimum_contribution"] > most)
    ]


def needs_without_services(sheets: Sheets) -> list[Problem]:
    """Warn of needs that no service meets."""
    demand = sheets["demand"]
    needs = demand.frame["need"]
    unmet = ~needs.isin(sheets["services"].frame["need"]) & ~needs.duplicated()
    return [
        demand.problem(at, "need", f"no service meets {quoted(needs.iloc[at])}", "Its demand changes nothing.")
        for at in positions(unmet)
    ]


def services_without_effect(sheets: Sheets) -> list[Problem]:
    """Warn of services that change no outcome."""
    services, effects = sheets["services"], sheets["effects"].frame
    names = services.frame["service"]
    with_row = names.isin(effects["service"])
    with_effect = names.isin(effects.loc[effects["effect"] != 0.0, "service"])
    odd = []
    for at in positions(~with_effect):
        found = "only effects of 0" if with_row.iloc[at] else "no row in effects"
        message = f"{quoted(names.iloc[at])} has {found}"
        odd.append(services.problem(at, "service", message, "Only a duty or a limit can make a plan buy it."))
    return odd


def effects_on_nobody(sheets: Sheets) -> list[Problem]:
    """Warn of effects on a cohort that does not occur in the demand of the service's need."""
    effects, services = sheets["effects"], sheets["services"].frame
    demand = sheets["demand"].frame[["need", "cohort"]].drop_duplicates()
    named = effects.frame.loc[effects.frame["cohort"] != "", ["service", "cohort"]].reset_index(names="at")
    rows = named.merge(services[["service", "need"]], on="service")
    found = rows.merge(demand, on=["need", "cohort"], how="left", indicator="found")["found"]
    return [
        effects.problem(
            int(rows["at"].iloc[row]),
            "cohort",
            f"{quoted(rows['cohort'].iloc[row])} has no demand for {quoted(rows['need'].iloc[row])}, the need of "
            f"{quoted(rows['service'].iloc[row])}",
            "The effect is never used.",
        )
        for row in positions(found == "left_only")
    ]


def effects_without_grade(sheets: Sheets) -> list[Problem]:
    """Warn once of effects whose evidence has no grade."""
    effects = sheets["effects"]
    count = int((effects.frame["grade"] == "").sum())
    if not count:
        return []
    message = f"{count} of {len(effects.frame)} effects have no grade of evidence"
    return [Problem(effects.where, message, "Write green, amber, red or assumed.", column="grade")]


def demand_shared_out(sheets: Sheets) -> list[Problem]:
    """Warn once of demand that is shared over areas by population."""
    demand = sheets["demand"]
    shared = demand.frame.loc[demand.frame["area"] == "", "need"]
    if "areas" not in sheets or len(sheets["areas"].frame) < 2 or shared.empty:
        return []
    needs = ", ".join(shared.drop_duplicates().head(SHOWN_PER_COLUMN))
    message = f"rows without an area, whose cases are shared over areas by population: {len(shared)} ({needs})"
    return [Problem(demand.where, message, "Give cases by area where they are known.", column="area")]


def resources_of_others(sheets: Sheets) -> list[Problem]:
    """Warn of services that take a resource of an agency that does not lead them."""
    if "usage" not in sheets or "resources" not in sheets:
        return []
    usage = sheets["usage"]
    services = sheets["services"].frame[["service", "agency"]]
    owners = sheets["resources"].frame[["resource", "agency"]].drop_duplicates("resource")
    rows = usage.frame[["service", "resource"]].merge(services, on="service", how="left")
    rows = rows.merge(owners, on="resource", how="left", suffixes=("", "_owner"))
    return [
        usage.problem(
            at,
            "resource",
            f"{quoted(rows['resource'].iloc[at])} belongs to {quoted(rows['agency_owner'].iloc[at])}, but "
            f"{quoted(rows['agency'].iloc[at])} leads {quoted(rows['service'].iloc[at])}",
            "The service is only possible in models that share resources.",
        )
        for at in positions(rows["agency"] != rows["agency_owner"])
    ]


def money_counted_twice(sheets: Sheets) -> list[Problem]:
    """Warn of money that comes back, and that the weights of what the service gains may count too."""
    outcomes = sheets["outcomes"].frame
    fiscal = outcomes.loc[outcomes["fiscal_value"] > 0.0, "outcome"]
    money = [sheets[name] for name in ("savings", "prevention") if name in sheets]
    told = {pair for sheet in money for pair in zip(sheet.frame["service"], sheet.frame["outcome"], strict=True)}
    gains = sheets["effects"].frame[["service", "outcome"]]
    gains = gains[gains["outcome"].isin(fiscal) & ~pd.MultiIndex.from_frame(gains).isin(list(told) or [("", "")])]
    gain = gains.drop_duplicates("service").set_index("service")["outcome"]
    odd: list[Problem] = []
    for sheet in money:
        also = gain.reindex(sheet.frame["service"]).reset_index(drop=True)
        odd += [
            sheet.problem(
                at,
                "outcome",
                f"blank, but {quoted(sheet.frame['service'].iloc[at])} also gains {quoted(also.iloc[at])}, "
                "whose weight counts public money saved",
                "Name the outcome that counts this money already, or give that outcome no fiscal_value.",
            )
            for at in positions((sheet.frame["outcome"] == "") & also.notna())
        ]
    return odd
