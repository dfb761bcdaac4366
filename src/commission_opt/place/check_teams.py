"""Checks of what closes and opens: bundles that replace services, and hubs that replace teams."""

from __future__ import annotations

from collections.abc import Mapping

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]


def bundles_apart(sheets: Sheets) -> list[Problem]:
    """Complain of services that a bundle both opens and closes."""
    relations = sheets["relations"]
    frame = relations.frame
    problems = []
    for at in positions(frame["relation"] == "replaces"):
        both = _meant(sheets, frame["subject"].iloc[at]) & _meant(sheets, frame["other"].iloc[at])
        if both:
            message = (
                f"{quoted(frame['other'].iloc[at])} and {quoted(frame['subject'].iloc[at])}, which replaces it, both "
                f"hold {', '.join(quoted(name) for name in sorted(both))}; expected no service on both sides"
            )
            problems.append(relations.problem(at, "other", message, "Name the new services in a group of their own."))
    return problems


def double_running_of_bundles(sheets: Sheets) -> list[Problem]:
    """Complain of double running in relations that replace nothing."""
    relations = sheets["relations"]
    frame = relations.frame
    wrong = (frame["double_running"] > 0) & (frame["relation"] != "replaces")
    return [
        relations.problem(
            at,
            "double_running",
            f"{frame['double_running'].iloc[at]:g} years where the relation is {quoted(frame['relation'].iloc[at])}; "
            "expected blank unless it is 'replaces'",
            "Clear the cell, or let the subject replace the other.",
        )
        for at in positions(wrong)
    ]


def hubs_with_teams(sheets: Sheets) -> list[Problem]:
    """Complain of hubs that could replace nobody's team."""
    hubs = sheets["hubs"]
    replacing = list(sheets["teams"].frame["hub"]) if "teams" in sheets else list[str]()
    names = hubs.frame["hub"]
    return [
        hubs.problem(
            at,
            "hub",
            f"{quoted(names.iloc[at])} has no row in teams; expected the teams that it could replace",
            "Add the teams of the agencies, or delete the hub.",
        )
        for at in positions(~names.isin(replacing))
    ]


def _meant(sheets: Sheets, subject: str) -> set[str]:
    """Return the services that a subject means."""
    services = sheets["services"].frame
    scope, colon, name = subject.partition(":")
    if not colon:
        return {subject}
    if scope == "need":
        return set(services.loc[services["need"] == name, "service"])
    if scope == "tag":
        tagged = [name in [tag.strip() for tag in tags.split(";")] for tags in services["tags"]]
        return set(services.loc[tagged, "service"])
    groups = sheets["groups"].frame
    return set(groups.loc[groups["group"] == name, "service"])
