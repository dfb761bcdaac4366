"""Conflicts planted on the tiny place: what asks for wards and clinics, and what limits them, by hand.

Every ask is for so many wards (a case of illness each, £50 each from the NHS) or clinics (£20 each from the NHS), told
by another kind of rule; every limit allows fewer, told by another kind again. So whatever is asked in whichever way,
and limited in whichever way, the arithmetic is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import TABLES, Cell, effects, model, rows, tiny

COST = {"ward": 50.0, "clinic": 20.0}
CASES = {"ward": 60.0, "clinic": 200.0}


@dataclass(frozen=True)
class Rule:
    """A rule planted: the kind of row that says it, its unit, and the tables and settings that it needs."""

    family: str
    unit: str
    limits: dict[str, Cell] = field(default_factory=dict)
    tables: dict[str, tuple[Cell, ...]] = field(default_factory=dict)
    baseline: dict[str, float] = field(default_factory=dict)
    money: float | None = None


def asks(service: str, units: float) -> dict[str, Rule]:
    """Return every way in which a service can be asked for: so many units of it."""
    share = units / CASES[service]
    ways = {
        "min_volume": Rule("duty.min_volume", "units a year", {"subject": service, "min_volume": units}),
        "min_spend": Rule("duty.min_spend", "money a year", {"subject": service, "min_spend": units * COST[service]}),
        "min_coverage": Rule("duty.min_coverage", "cases a year", {"subject": service, "min_coverage": share}),
        "target": Rule("targets.minimum", "outcome units a year", tables={"targets": (f"{service}_outcome", units)}),
        "max_cut": Rule(
            "transition.max_cut", "units a year", {"subject": service, "max_cut": 0.0}, baseline={service: units}
        ),
    }
    if service == "ward":
        ways["need"] = Rule("duty.need", "cases a year", tables={"needs": ("illness", share)})
    return ways


def limits(units: float) -> dict[str, Rule]:
    """Return every way in which wards can be limited to so many units."""
    share = units / CASES["ward"]
    return {
        "stream": Rule("pooling.stream", "money a year", money=units * COST["ward"]),
        "max_volume": Rule("duty.max_volume", "units a year", {"subject": "group:beds", "max_volume": units}),
        "max_spend": Rule("duty.max_spend", "money a year", {"subject": "group:beds", "max_spend": units * 50.0}),
        "max_coverage": Rule("duty.max_coverage", "cases a year", {"subject": "group:beds", "max_coverage": share}),
        "resource": Rule("resources.available", "resource units a year", tables={"resources": (units,)}),
        "max_growth": Rule(
            "transition.max_growth", "units a year", {"subject": "ward", "max_growth": 0.0}, baseline={"ward": units}
        ),
        "ratio": Rule("relations.at_most", "units a year", tables={"relations": (units / CASES["clinic"],)}),
    }


def _merged(subject: object, rules: tuple[Rule, ...]) -> dict[str, Cell]:
    """Return one row of limits for a subject, whichever rules speak of it."""
    return {name: cell for rule in rules if rule.limits.get("subject") == subject for name, cell in rule.limits.items()}


def planted(*rules: Rule, money: float = 10_000) -> Place:
    """Return the tiny place with these rules and, where none of them is about money, more than enough of it."""
    wanted = {name: [rule.tables[name] for rule in rules if name in rule.tables] for name in TABLES_OF_RULES}
    columns = ["subject", *dict.fromkeys(key for rule in rules for key in rule.limits if key != "subject")]
    subjects = dict.fromkeys(rule.limits["subject"] for rule in rules if rule.limits)
    merged = [_merged(name, rules) for name in subjects]
    stated = [tuple(one.get(name, "") for name in columns) for one in merged]
    council = 500 if any(rule.money is not None for rule in rules) else money
    nhs = next((rule.money for rule in rules if rule.money is not None), money)
    used = [("ward", "beds", 1), ("clinic", "beds", 1)] if wanted["resources"] else []
    today = {"visits": 0.0, "clinic": 0.0, "ward": 0.0}
    for rule in rules:
        today |= rule.baseline
    tables = {
        "limits": rows(" ".join(columns), *stated),
        "groups": rows("group service", ("beds", "ward")),
        "funding": TABLES["funding"].assign(amount=[council, nhs]),
        "baseline": rows("service volume", *today.items()),
        "targets": rows("outcome minimum", *wanted["targets"]),
        "needs": rows("need must_meet", *wanted["needs"]),
        "resources": rows(
            "resource agency kind available", *(("beds", "nhs", "staff", *r) for r in wanted["resources"])
        ),
        "usage": rows("service resource per_unit", *used),
        "relations": rows(
            "relation subject other ratio", *(("at_most", "ward", "visits", *r) for r in wanted["relations"])
        ),
        "outcomes": rows(
            "outcome unit weight agency",
            ("ward_outcome", "units", 40, "nhs"),
            ("clinic_outcome", "units", 32, "nhs"),
            ("safe", "units", 10, "council"),
        ),
        "effects": effects(
            ("ward", "ward_outcome", 1, 0, 0), ("clinic", "clinic_outcome", 1, 0, 0), ("visits", "safe", 1, 0, 0)
        ),
    }
    if not stated:
        del tables["limits"]
    return tiny(**tables)


TABLES_OF_RULES = ("targets", "needs", "resources", "relations")


def everything(**pooling: object) -> Model:
    """Return a model with every rule that a planted conflict may need."""
    return model(
        pooling=pooling, duty={}, targets={}, resources={}, relations={}, transition={}, coverage={}, ring_fences={}
    )
