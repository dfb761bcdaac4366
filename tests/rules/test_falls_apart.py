"""Clusters that decide alone are worth what each is worth by itself, and never more than one plan for all."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.certificate import row_violations
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from tests.random_places import random_place
from tests.rules.test_apart import alone
from tests.rules.test_devolution import two_clusters
from tests.tiny import POT, model, rows, solved

RICH = Place.from_tables(
    {
        **two_clusters().tables,
        "funding": rows(
            "stream agency kind amount poolable_share carry_forward_share ring_fence minimum_contribution",
            ("council_money", "council", "revenue", 500, 0.5, 0.2, "", 50),
            ("nhs_money", "nhs", "revenue", 1600, 1, 0.1, "", 0),
            ("nhs_grant", "nhs", "revenue", 400, 1, 0, "ward_grant", 0),
            ("works", "nhs", "capital", 30, 1, 0, "", 0),
        ),
        "services": two_clusters().table("services").assign(capital_cost=[0, 0.3, 2]),
        "ring_fences": rows("ring_fence service", ("ward_grant", "ward")),
        "funders": rows("service agency min_share max_share", ("visits", "nhs", 0.1, 0.6)),
        "effects": rows(
            "service outcome effect low persistence",
            ("visits", "safe", 2, 1, 0.5),
            ("visits", "well", 4, 3, 0),
            ("clinic", "well", 16, 6, 0.2),
            ("ward", "well", 20, 18, 0),
        ),
        "outcomes": rows(
            "outcome unit weight agency ceiling", ("safe", "units", 1, "council", ""), ("well", "units", 2, "nhs", 9)
        ),
        "resources": rows(
            "resource agency kind available shareable expansion_cost expansion_limit",
            ("carers", "council", "staff", 60, "yes", 4, 30),
            ("nurses", "nhs", "staff", 70, "no", 6, 10),
        ),
        "usage": rows(
            "service resource per_unit", ("visits", "carers", 1), ("clinic", "nurses", 1), ("ward", "nurses", 1)
        ),
        "substitution": rows("resource other productivity", ("carers", "nurses", 0.8)),
        "limits": rows("subject min_volume max_spend", ("visits", 10, ""), ("tag:health", "", 3800)),
        "relations": rows("relation subject other ratio", ("at_most", "ward", "clinic", 1.5)),
        "targets": rows("outcome minimum penalty", ("safe", 60, 4), ("well", 300, "")),
    },
    name="rich",
    years=[2026, 2027],
    discount_rate=0.25,
)
"""Two clusters that share everything that can be shared; there is no today."""

DIVIDED = {
    "funding": ("amount", "minimum_contribution"),
    "resources": ("available", "expansion_limit"),
    "limits": ("min_volume", "max_spend"),
    "targets": ("minimum",),
}


def by_itself(place: Place, cluster: str, part: float) -> Place:
    """Return a cluster as a place: its areas and demand, and its part of all that is shared."""
    areas, demand, services = place.table("areas"), place.table("demand"), place.table("services")
    areas = areas[areas["cluster"] == cluster]
    demand = demand[demand["area"].isin(areas["area"])]
    met = services.loc[services["need"].isin(demand["need"]), "service"]
    tables = {"areas": areas, "demand": demand}
    for name, columns in DIVIDED.items():
        tables[name] = place.table(name).assign(**{column: place.table(name)[column] * part for column in columns})
    for name in ("services", "effects", "usage", "funders", "ring_fences"):
        tables[name] = place.table(name)[lambda frame: frame["service"].isin(met)]
    return place.replace(**tables)


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"ring_fences": {}, "ceilings": {}, "resources": {"shared": True}},
        {"ring_fences": {}, "duty": {}, "relations": {}, "resources": {}, "robustness": {"gamma": 1, "unstated": 0.1}},
        {"targets": {}, "ceilings": {}, "relations": {}, "robustness": {"gamma": 1, "protect_targets": True}},
    ],
)
@pytest.mark.parametrize("pooling", [POT, {"pot": {"partners": ["nhs"], "scope": "partners"}}, {}])
def test_clusters_alone_are_worth_what_each_is_worth_by_itself(
    sections: dict[str, dict[str, object]], pooling: dict[str, object]
) -> None:
    """Each solved as a place of its own, with 0.6 and 0.4 of money, staff, limits and targets."""
    demand = rows(
        "need area cases",
        ("falls", "north", 90),
        ("falls", "south", 20),
        ("illness", "north", 15),
        ("illness", "south", 60),
    )
    place = RICH.replace(demand=demand)
    worth = [
        solved(by_itself(place, cluster, part), model(coverage={}, pooling=pooling, **sections)).value
        for cluster, part in (("upper", 0.6), ("lower", 0.4))
    ]
    found = solved(place, alone(pooling, **sections))
    assert found.value == pytest.approx(sum(worth))
    assert solved(place, model(coverage={}, pooling=pooling, **sections)).value >= found.value - 1e-6


@cache
def apart(seed: int) -> Place:
    """Return a random place in which every area is a cluster with weights of its own."""
    place, rng = random_place(seed), np.random.default_rng(seed)
    areas = place.table("areas").assign(cluster=place.tables["areas"]["area"])
    outcomes = place.tables["outcomes"]
    weights = [
        {"cluster": area, "outcome": outcome, "weight": weight * float(rng.uniform(0.2, 3))}
        for area in areas["area"]
        for outcome, weight in zip(outcomes["outcome"], outcomes["weight"], strict=True)
    ]
    return place.replace(areas=areas, local_weights=pd.DataFrame(weights))


def devolved(name: str, **settings: object) -> Model:
    """Return a shipped model with devolution."""
    rules = read_model(name)
    for key, value in settings.items():
        rules = rules.set(f"devolution.{key}", value)
    return rules


def plan_or_none(place: Place, rules: Model) -> Plan | None:
    """Return a plan, or nothing where the formula leaves some cluster short of its duties."""
    try:
        return solve(place, rules)
    except InfeasibleError:
        return None


@pytest.mark.parametrize("name", ["aligned", "section_75", "total_place", "cautious", "local_area_agreement"])
def test_clusters_alone_are_never_worth_more_than_one_plan_for_all(name: str) -> None:
    """On the shared yardstick and their own, on random places; what they do together keeps every rule of the place."""
    planned = 0
    for seed in range(4):
        place = apart(seed)
        plans = {
            weights: plan_or_none(place, devolved(name, decides="alone", weights=weights))
            for weights in ("shared", "local")
        }
        for weights, plan in plans.items():
            if plan is None:
                continue
            planned += 1
            central = solve(place, devolved(name, share=0, weights=weights))
            rounding = 3e-6 * max(1.0, abs(central.objective))
            assert plan.objective <= central.objective + rounding, seed
            kept = devolved(name, share=0, weights=weights).set("devolution.enabled", False)
            rules = formulate_arrays(compile_place(place), kept).program
            broken = row_violations(rules, plan.x[: rules.shape[1]])
            # What is guarded against goes by what is valued.
            asked = [not rules.row_label(at).startswith("robustness") for at in range(len(broken))]
            assert broken[asked].max() <= 1e-6, seed
            if name in ("aligned", "section_75", "total_place"):
                assert plan.value <= solve(place, kept).value + rounding, seed
    assert planned >= 4
