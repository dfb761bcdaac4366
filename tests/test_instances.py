"""Every model solves on every place that ships, as expected by an independent route, certified, and by two solvers."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import InfeasibleError
from commission_opt.model.read import read_model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.columns import Kind
from commission_opt.place.read import read_place
from commission_opt.place.tables import TABLES
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_arrays
from commission_opt.shipped import shipped_models, shipped_places

PLACES = sorted(shipped_places())
BEYOND = {("four_pilots", "clusters_alone")}
"""What no plan can meet: the four pilots' costs a head differ too much for budgets by formula."""

PAIRS = [(place, model) for place in PLACES for model in shipped_models() if (place, model) not in BEYOND]


INTEGER_GAP = 1e-3

WHOLE = {
    ("riverside", "whole_place"),
    ("riverside", "shared_property"),
    *(("families", model) for model in shipped_models()),
}
"""Pairs whose programs have whole numbers."""


def whole(plan: Plan) -> bool:
    """Whether a plan's program has whole numbers."""
    return len(plan.formulation.program.whole) > 0


@cache
def shipped(place: str) -> PlaceArrays:
    """Return a place that ships, compiled once."""
    return compile_place(read_place(shipped_places()[place]))


@cache
def solved(place: str, model: str, solver: str = "highs") -> Plan:
    """Return a plan, solved once."""
    return solve_arrays(shipped(place), read_model(model), SolveOptions(solver=solver))


def expected(place: str) -> dict[str, dict[str, float]]:
    """Return what a place's expected.toml says."""
    return tomllib.loads((shipped_places()[place] / "expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("place", PLACES)
def test_every_model_has_an_expected_result(place: str) -> None:
    """A model that is added has to say what it makes of each place."""
    assert set(expected(place)) == set(shipped_models())


@pytest.mark.parametrize(("place", "model"), PAIRS)
def test_result_is_as_expected_by_an_independent_route(place: str, model: str) -> None:
    """By hand or by another solver on the exported file; to a millionth, or to the gap of whole numbers."""
    plan, by_other_means = solved(place, model), expected(place)[model]
    assert plan.status == by_other_means["status"]
    within = INTEGER_GAP if whole(plan) else 1e-6
    assert plan.objective == pytest.approx(by_other_means["objective"], rel=within)
    if not whole(plan):
        assert plan.value == pytest.approx(by_other_means["value"], rel=1e-6)


@pytest.mark.parametrize(("place", "model"), sorted(BEYOND))
def test_what_cannot_be_met_is_told_as_a_conflict(place: str, model: str) -> None:
    """As expected, since another solver finds no plan either."""
    assert expected(place)[model] == {"status": "infeasible"}
    with pytest.raises(InfeasibleError) as found:
        solved(place, model)
    assert found.value.conflict.items


@pytest.mark.parametrize(("place", "model"), PAIRS)
def test_every_plan_is_certified(place: str, model: str) -> None:
    """Every rule holds to a millionth; no plan is better by as much, or by the gap where there are whole numbers."""
    plan = solved(place, model)
    certificate = plan.certificate
    assert certificate.kind == ("solver_bound" if whole(plan) else "duality")
    assert certificate.violation <= 1e-6
    assert -1e-9 <= certificate.gap <= (INTEGER_GAP if whole(plan) else 1e-6)


def test_whole_numbers_are_where_a_place_asks_for_them() -> None:
    """Riverside's wards, homes and sites, where models close them; intensive help for families, of twenty or none."""
    found = {(place, model) for place, model in PAIRS if whole(solved(place, model))}
    assert found == WHOLE


@pytest.mark.parametrize(("place", "model"), PAIRS)
def test_highs_and_cbc_agree(place: str, model: str) -> None:
    """Two solvers that share no code find the same value."""
    one, other = solved(place, model), solved(place, model, "pulp:CBC")
    assert "CBC" in other.solver
    within = INTEGER_GAP if whole(one) else 1e-6
    assert one.objective == pytest.approx(other.objective, rel=within)
    if not whole(one):
        assert one.value == pytest.approx(other.value, rel=1e-6)


BY_HAND = {
    "status_quo": {"emotional_learning": 1000, "tutoring": 1056, "treatment": 600, "reablement": 100},
    "siloed": {"tutoring": 1056, "emotional_learning": 1000, "treatment": 700, "falls_clinic": 600, "home_help": 600},
    "aligned": {"emotional_learning": 5000, "tutoring": 0, "falls_clinic": 800, "treatment": 600, "reablement": 290.7},
    "section_75": {"treatment": 181.4, "reablement": 500, "parenting": 200},
    "community_budget": {"emotional_learning": 8000, "parenting": 200, "reablement": 400, "treatment": 385.4},
    "single_pot": {"emotional_learning": 8000, "reablement": 500, "treatment": 185.4, "prison_programme": 100},
    "total_place": {"treatment": 285.4, "prison_programme": 0},
}
"""Volumes of instances/wrong_pockets/README.md."""


@pytest.mark.parametrize("model", BY_HAND)
def test_wrong_pockets_plans_are_those_of_the_readme(model: str) -> None:
    """Buying in order of value per pound, worked out with a pencil."""
    plan = solved("wrong_pockets", model)
    delivered = plan.allocation.groupby("service")["volume_units"].sum()
    for service, volume in BY_HAND[model].items():
        assert delivered.get(service, 0.0) == pytest.approx(volume, abs=1e-6), service


def test_wrong_pockets_spends_all_its_money_at_every_step() -> None:
    """£2,960,000, says its README."""
    for model in BY_HAND:
        assert solved("wrong_pockets", model).spend == pytest.approx(2_960_000, abs=0.005), model


def test_riverside_is_as_large_as_it_has_to_be() -> None:
    """At least 8 agencies, 30 services, 14 outcomes, 12 areas in 3 clusters, 6 cohorts, 5 years, all sorts of money."""
    place = shipped("riverside").place
    tables = place.tables
    assert len(tables["agencies"]) >= 8
    assert len(tables["services"]) >= 30
    assert len(tables["outcomes"]) >= 14
    assert len(tables["areas"]) >= 12
    assert tables["areas"]["cluster"].nunique() >= 3
    assert len(set(tables["demand"]["cohort"]) - {""}) >= 6
    assert len(place.years) >= 5
    assert {"revenue", "capital"} <= set(tables["funding"]["kind"])
    assert (tables["funding"]["ring_fence"] != "").any()
    assert {"staff", "property"} <= set(tables["resources"]["kind"])
    assert 225_000 <= tables["areas"]["population"].sum() <= 275_000


def test_riverside_baseline_balances_to_the_penny() -> None:
    """Every agency's spend on today's volumes equals its funding, by kind of money and year, straight from tables."""
    place = shipped("riverside").place
    tables = place.tables
    services = tables["services"].set_index("service")
    factor = tables["areas"].set_index("area")["cost_factor"].fillna(1.0)
    today = tables["baseline"]
    assert (today["area"] != "").all()
    for year in place.years:
        now = today[today["year"].isin(["", year])]
        assert not now.duplicated(["service", "area", "cohort"]).any()
        units = now["volume"].to_numpy() * factor.reindex(now["area"]).to_numpy()
        for kind, column in (("revenue", "unit_cost"), ("capital", "capital_cost")):
            cost = services[column].fillna(0.0).reindex(now["service"]).to_numpy() * units
            spend = pd.Series(cost).groupby(services["agency"].reindex(now["service"]).to_numpy()).sum()
            funding = tables["funding"][tables["funding"]["year"].isin(["", year])]
            money = funding[funding["kind"].replace("", "revenue") == kind].groupby("agency")["amount"].sum()
            spend, money = spend.align(money, fill_value=0.0)
            assert np.abs(spend - money).max() < 0.005, (year, kind)


@pytest.mark.parametrize("place", PLACES)
def test_every_row_with_a_figure_has_a_source_and_a_grade(place: str) -> None:
    """What nobody has measured is marked as assumed."""
    numeric = {Kind.NUMBER, Kind.MONEY, Kind.SHARE, Kind.WHOLE}
    for name, frame in shipped(place).place.tables.items():
        figures = [column.name for column in TABLES[name].columns if column.kind in numeric]
        stated = frame[frame[figures].notna().any(axis=1)] if figures else frame[:0]
        assert (stated["source"] != "").all(), name
        assert stated["grade"].isin(["green", "amber", "red", "assumed"]).all(), name
