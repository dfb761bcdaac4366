"""Rules that can be switched, in the words of an agreement, and partners that can be in or out of the pot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commission_opt.model.model import Model
from commission_opt.place.people import people_names
from commission_opt.place.place import Place
from commission_opt.plan.words import list_text
from commission_opt.rules import AnyRule


@dataclass(frozen=True)
class Switch:
    """A yes-or-no setting of a rule.

    Parameters
    ----------
    key : str
        ``section.setting``, as of ``--set``.
    label, note : str
        What holds while it is on, and what that means.
    """

    key: str
    label: str
    note: str

    @property
    def kind(self) -> str:
        """The rule family."""
        return self.key.partition(".")[0]


SWITCHES = (
    Switch(
        "ring_fences.enabled", "Ring fences hold", "Ring-fenced money pays only for what its grant conditions name."
    ),
    Switch(
        "duty.enabled", "Duties and agreed limits hold", "Floors and ceilings on services, and needs that must be met."
    ),
    Switch("resources.shared", "Staff and buildings are shared", "Agencies lend each other what may be shared."),
    Switch(
        "pooling.carry_forward", "Money may be carried forward", "Up to the share that each stream of money allows."
    ),
    Switch("relations.enabled", "Ratios between services hold", "What requires, excludes or replaces what."),
    Switch("targets.enabled", "Targets hold", "Least amounts of outcomes, with what missing them costs."),
    Switch("equity.enabled", "Fairness between areas holds", "No area may fall too far behind."),
    Switch("guarantees.enabled", "No partner worse off", "Each agency keeps what it was promised."),
    Switch("transition.enabled", "Services change at a limited pace", "What may be cut or grown in a year."),
    Switch("prevention.enabled", "Prevention lowers later demand", "Cases averted no longer have to be met."),
    Switch("savings.enabled", "Savings can be spent again", "Cash saved returns to the agency that saves it."),
    Switch("capacity.enabled", "Cash comes only from whole wards and teams", "Capacity opens and closes in blocks."),
    Switch("assets.enabled", "Sites may open and close", "Services move into fewer buildings."),
    Switch("contracts.enabled", "Contracts pay by results", "Providers are paid for outcomes as contracts state."),
    Switch(
        "scale.enabled", "Overheads and least sizes count", "A service that is open has a fixed cost and a least size."
    ),
    Switch("ceilings.enabled", "Outcomes are capped at what exists", "Nobody's outcome is counted twice."),
)
"""Every switch that the page knows, in the order in which it is shown."""


def switches_of(place: Place, model: Model) -> list[dict[str, Any]]:
    """Return the switches of the rules that a model states and that have something to say about the place."""
    stated: dict[str, AnyRule] = {rule.kind: rule for rule in model.rules}
    return [
        {"key": one.key, "label": one.label, "note": one.note, "on": bool(getattr(rule, one.key.partition(".")[2]))}
        for one in SWITCHES
        if (rule := stated.get(one.kind)) is not None and _speaks(place, rule)
    ]


def partners_of(place: Place, model: Model) -> list[dict[str, Any]]:
    """Return the kinds of agencies that may be in the pot or out, and whether they are in; empty without a pot."""
    pooling = next((rule for rule in model.rules if rule.kind == "pooling"), None)
    if pooling is None or pooling.pot is None:
        return []
    agencies, names = place.tables["agencies"], people_names(place, "agencies")
    found = []
    for kind in dict.fromkeys(agencies["kind"]):
        own = [names[agency] for agency in agencies.loc[agencies["kind"] == kind, "agency"]]
        inside = pooling.pot.partners == "all" or kind in pooling.pot.partners
        found.append({"kind": kind, "label": list_text(own), "on": inside})
    return found


def _speaks(place: Place, rule: AnyRule) -> bool:
    """Return whether any table or column that a rule reads holds something."""
    for name in type(rule).reads:
        table, _, column = name.partition(".")
        frame = place.tables[table]
        if len(frame) and (not column or bool((frame[column].notna() & (frame[column] != "")).any())):
            return True
    return False
