"""Checks across rows and tables: what the registry cannot say about one cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from commission_opt.errors import Problem
from commission_opt.place.check_contracts import (
    caps_above_thresholds,
    contracts_agree,
    contracts_apart,
    contracts_have_effect,
    rewards_complete,
)
from commission_opt.place.check_costs import (
    blocks_within_costs,
    fiscal_within_weights,
    prevention_counted_in,
    savings_counted_in,
    services_without_cost,
)
from commission_opt.place.check_demand import missing_populations, mixed_areas, mixed_cohorts
from commission_opt.place.check_doubt import local_weights_agree, probabilities_complete
from commission_opt.place.check_earmarks import earmarks_within_contributions
from commission_opt.place.check_sites import rooms_without_sites
from commission_opt.place.check_teams import bundles_apart, double_running_of_bundles, hubs_with_teams
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]

RESERVED = ("need:", "tag:", "group:")
"""Beginnings of a subject that names several services together."""

SUM_TOLERANCE = 1e-9


def reserved_names(sheets: Sheets) -> list[Problem]:
    """Complain of services that are named like a subject of several services."""
    services = sheets["services"]
    names = services.frame["service"]
    return [
        services.problem(
            at,
            "service",
            f"{quoted(names.iloc[at])} begins with a word kept for subjects; expected a name of its own",
            f"Choose a name that does not begin with {', '.join(RESERVED)}.",
        )
        for at in positions(names.str.startswith(RESERVED))
    ]


def effect_ranges(sheets: Sheets) -> list[Problem]:
    """Complain of effects that lie outside their own range."""
    return _outside(sheets["effects"], "effect")


def prevention_ranges(sheets: Sheets) -> list[Problem]:
    """Complain of averted cases that lie outside their own range."""
    return _outside(sheets["prevention"], "cases_averted")


def _outside(sheet: Sheet, column: str) -> list[Problem]:
    frame = sheet.frame
    wrong = (frame["low"] > frame[column]) | (frame[column] > frame["high"]) | (frame["low"] > frame["high"])
    problems = []
    for at in positions(wrong):
        low, middle, high = (frame[name].iloc[at] for name in ("low", column, "high"))
        message = f"low {low:g}, {column} {middle:g}, high {high:g}; expected low <= {column} <= high"
        problems.append(sheet.problem(at, column, message.replace("nan", "(blank)"), "Check the three figures."))
    return problems


def limits_in_order(sheets: Sheets) -> list[Problem]:
    """Complain of limits whose least is above their most, and of limits that limit nothing."""
    limits = sheets["limits"]
    frame = limits.frame
    problems = []
    for name in ("volume", "spend", "coverage"):
        low, high = frame[f"min_{name}"], frame[f"max_{name}"]
        problems += [
            limits.problem(
                at,
                f"min_{name}",
                f"{low.iloc[at]:g} is above max_{name}, which is {high.iloc[at]:g}; expected at most that",
                "Swap or correct the two figures.",
            )
            for at in positions(low > high)
        ]
    figures = [column.name for column in limits.table.columns if column.kind.numeric]
    problems += [
        limits.problem(
            at,
            "subject",
            f"the limit on {quoted(frame['subject'].iloc[at])} has no figure; expected at least one",
            f"Fill one of {', '.join(figures)}, or delete the row.",
        )
        for at in positions(frame[figures].isna().all(axis=1))
    ]
    return problems


def returns_complete(sheets: Sheets) -> list[Problem]:
    """Complain of tranches with gaps, and of tranches that hold more than the whole demand."""
    returns = sheets["returns"]
    problems = []
    for service, rows in returns.frame.groupby("service", sort=False):
        tranches = sorted(int(tranche) for tranche in rows["tranche"])
        last = int(rows.index[-1])
        if tranches != list(range(1, len(tranches) + 1)):
            message = f"the tranches of {quoted(service)} are {tranches}; expected 1, 2, 3, ... without a gap"
            problems.append(returns.problem(last, "tranche", message, "Number the tranches from 1."))
        if (total := rows["share"].sum()) > 1.0 + SUM_TOLERANCE:
            message = f"the shares of {quoted(service)} add up to {total:.10g}; expected at most 1"
            problems.append(returns.problem(last, "share", message, "Lower the shares of its tranches."))
    return problems


def funders_apart(sheets: Sheets) -> list[Problem]:
    """Complain of funders that are the lead itself, or whose least share is above their largest."""
    funders, services = sheets["funders"], sheets["services"].frame
    frame = funders.frame
    lead = frame["service"].map(dict(zip(services["service"], services["agency"], strict=True)))
    problems = [
        funders.problem(
            at,
            "agency",
            f"{quoted(frame['agency'].iloc[at])} leads {quoted(frame['service'].iloc[at])}; expected another agency",
            "Delete the row: the lead may always pay.",
        )
        for at in positions(lead == frame["agency"])
    ]
    low, high = frame["min_share"].fillna(0.0), frame["max_share"].fillna(1.0)
    return problems + [
        funders.problem(
            at,
            "min_share",
            f"{low.iloc[at]:g} is above max_share, which is {high.iloc[at]:g}; expected at most that",
            "Swap or correct the two shares.",
        )
        for at in positions(low > high)
    ]


def relations_apart(sheets: Sheets) -> list[Problem]:
    """Complain of subjects that are related to themselves."""
    return _itself(sheets["relations"], "subject")


def substitutes_apart(sheets: Sheets) -> list[Problem]:
    """Complain of resources that stand in for themselves."""
    return _itself(sheets["substitution"], "resource")


def _itself(sheet: Sheet, column: str) -> list[Problem]:
    names = sheet.frame[column]
    return [
        sheet.problem(
            at,
            "other",
            f"{quoted(names.iloc[at])} stands on both sides; expected another {column}",
            "Correct the name or delete the row.",
        )
        for at in positions(names == sheet.frame["other"])
    ]


def streams_constant(sheets: Sheets) -> list[Problem]:
    """Complain of streams that change their agency or their kind of money from year to year."""
    return _changes(sheets["funding"], "stream", ("agency", "kind"))


def resources_constant(sheets: Sheets) -> list[Problem]:
    """Complain of resources that change their agency or kind from year to year."""
    return _changes(sheets["resources"], "resource", ("agency", "kind"))


def _changes(sheet: Sheet, key: str, columns: tuple[str, ...]) -> list[Problem]:
    problems = []
    for column in columns:
        default = sheet.table.column(column).default or ""
        values = sheet.frame[column].replace("", str(default))
        first = values.groupby(sheet.frame[key], sort=False).transform("first")
        problems += [
            sheet.problem(
                at,
                column,
                f"{quoted(values.iloc[at])} differs from {quoted(first.iloc[at])} in an earlier row of "
                f"{quoted(sheet.frame[key].iloc[at])}; expected the same in every year",
                f"Give it a {key} of its own.",
            )
            for at in positions(values != first)
        ]
    return problems


CHECKS: tuple[tuple[tuple[str, ...], tuple[str, ...], Callable[[Sheets], list[Problem]]], ...] = (
    (("services",), ("costs",), services_without_cost),
    (("services", "capacity"), ("costs", "areas"), blocks_within_costs),
    (("services",), (), reserved_names),
    (("outcomes",), (), fiscal_within_weights),
    (("savings", "outcomes", "effects"), (), savings_counted_in),
    (("prevention", "outcomes", "effects"), (), prevention_counted_in),
    (("effects",), (), effect_ranges),
    (("prevention",), (), prevention_ranges),
    (("limits",), (), limits_in_order),
    (("returns",), (), returns_complete),
    (("funders", "services"), (), funders_apart),
    (("relations",), (), relations_apart),
    (("relations", "services"), ("groups",), bundles_apart),
    (("relations",), (), double_running_of_bundles),
    (("hubs",), ("teams",), hubs_with_teams),
    (("substitution",), (), substitutes_apart),
    (("funding",), (), streams_constant),
    (("resources",), (), resources_constant),
    (("accommodation",), ("sites",), rooms_without_sites),
    (("earmarks", "funding"), (), earmarks_within_contributions),
    (("scenarios",), (), probabilities_complete),
    (("local_weights", "outcomes"), (), local_weights_agree),
    (("demand",), (), mixed_cohorts),
    (("demand",), (), mixed_areas),
    (("demand", "areas"), (), missing_populations),
    (("contracts", "effects"), (), contracts_have_effect),
    (("contracts",), (), contracts_apart),
    (("contracts",), (), contracts_agree),
    (("contracts",), (), caps_above_thresholds),
    (("targets",), (), rewards_complete),
)
"""Tables that each check needs, tables that it also looks at, and the check."""


NAMES_ALONE = {
    reserved_names,
    relations_apart,
    substitutes_apart,
    streams_constant,
    resources_constant,
    mixed_cohorts,
    mixed_areas,
}
"""Checks that look at no figure."""


FIGURES = {savings_counted_in: {"outcomes.fiscal_value"}, prevention_counted_in: {"outcomes.fiscal_value"}}
"""The figures that checks of names look at beside them; every other check may look at all figures of its tables."""


def check_across(sheets: Sheets, tainted: set[str], about: str = "") -> list[Problem]:
    """Run every check whose tables are there and free of other problems.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        Parsed tables that have rows.
    tainted : set of str
        Tables with problems of their own: judging them would complain of what follows from those.
    about : str
        Only checks that look at the figures of this column, as ``table.column``; blank: all.

    Returns
    -------
    list of Problem
        In the order of the checks.
    """
    return [
        problem
        for needed, optional, check in CHECKS
        if (not about or _looks_at(check, needed + optional, about))
        and all(name in sheets for name in needed)
        and tainted.isdisjoint(needed + optional)
        for problem in check(sheets)
    ]


def _looks_at(check: Callable[[Sheets], list[Problem]], tables: Sequence[str], column: str) -> bool:
    """Whether a check looks at the figures of a column."""
    if check in FIGURES:
        return column in FIGURES[check]
    return check not in NAMES_ALONE and column.partition(".")[0] in tables
