"""Scale: what being open costs, and how few units a service can deliver."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.analysis.totals import agency_totals
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import without_idle
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, POT, TABLES, model, rows, services, solved, status_of, tiny

RULES = model(scale={})
TODAY = model(baseline={}, scale={"minimum_scale": False})


def scaled(fixed: tuple[float, float, float] = (0, 0, 0), least: tuple[float, float, float] = (0, 0, 0)) -> Place:
    """Return the tiny place with fixed costs and minimum scales of visits, clinic and ward."""
    return tiny(services=services(fixed_cost=list(fixed), minimum_scale=list(least)))


def plan_of(place: Place, **sections: dict[str, object]) -> Plan:
    """Return a certified plan."""
    return solve_arrays(compile_place(place), model(**sections), SolveOptions())


def test_a_fixed_cost_comes_before_the_first_unit() -> None:
    """400 of the NHS's 2,000 open the clinic; 1,600 / 20 = 80 units."""
    plan = solved(scaled(fixed=(0, 400, 0)), RULES)
    assert plan.volumes() == pytest.approx((50, 80, 0))
    assert plan.value == pytest.approx(500 + 80 * 32)


def test_a_service_too_dear_to_open_stays_closed() -> None:
    """At 1,200 the clinic has 40 units, worth 1,280; the ward's 40 are worth 1,600."""
    plan = solved(scaled(fixed=(0, 1200, 0)), RULES)
    assert plan.volumes() == pytest.approx((50, 0, 40))
    assert plan.total("open") == pytest.approx(0)


def test_a_service_delivers_its_minimum_scale_or_nothing() -> None:
    """50 clinic leave money for 20 ward. At least 25: clinic 37.5. At least 41 is beyond all money: no ward."""
    place = tiny(services=services(minimum_scale=[0, 0, 25], max_coverage=[1, 0.25, 1]))
    plan = solved(place, RULES)
    assert plan.volumes() == pytest.approx((50, 37.5, 25))
    too_large = place.replace(services=services(minimum_scale=[0, 0, 41], max_coverage=[1, 0.25, 1]))
    assert solved(too_large, RULES).volumes() == pytest.approx((50, 50, 0))


def test_a_duty_can_force_a_service_up_to_its_scale() -> None:
    """5 ward are due, 15 the fewest: 750 leave 1,250 for 62.5 clinic."""
    place = scaled(least=(0, 0, 15)).replace(limits=rows("subject min_volume", ("ward", 5)))
    assert solved(place, model(scale={}, duty={})).volumes() == pytest.approx((50, 62.5, 15))


def test_one_service_commissioned_together_has_one_fixed_cost() -> None:
    """Apart (500 - 300) / 20 + (2,000 - 300) / 20 = 95 units; together (2,500 - 300) / 20 = 110, 300 / 20 more."""
    columns = "service agency need unit unit_cost fixed_cost"
    apart = tiny(
        services=rows(columns, ("one", "council", "falls", "case", 20, 300), ("two", "nhs", "falls", "case", 20, 300)),
        effects=rows("service outcome effect", ("one", "well", 16), ("two", "well", 16)),
        baseline=TABLES["baseline"][:0],
    )
    joint = apart.replace(
        services=rows(columns, ("joint", "nhs", "falls", "case", 20, 300)),
        effects=rows("service outcome effect", ("joint", "well", 16)),
        funders=rows("service agency min_share", ("joint", "council", 0.2)),
    )
    assert solved(apart, RULES).value == pytest.approx(95 * 32)
    plan = plan_of(joint, scale={})
    assert plan.value == pytest.approx(110 * 32)
    paid = plan.funding[plan.funding["use"] == "service"].groupby("agency")["amount_money"].sum()
    assert paid.to_dict() == pytest.approx({"council": 500, "nhs": 2000})
    assert plan.allocation["spend_money"].sum() == pytest.approx(2500)


def test_a_place_without_figures_has_the_same_linear_program() -> None:
    """No fixed cost, no minimum scale, no whole numbers."""
    with_rule, without = solved(PLACE, RULES), solved(PLACE, model())
    assert with_rule.labels == without.labels
    assert with_rule.formulation.program.shape == without.formulation.program.shape
    assert len(with_rule.formulation.program.whole) == 0


def test_a_scale_that_the_best_plan_has_anyway_changes_nothing() -> None:
    """100 clinic, 50 visits."""
    assert solved(scaled(least=(50, 100, 0)), RULES).value == pytest.approx(3700)


def test_a_fixed_cost_is_worth_as_much_as_money_taken_away() -> None:
    """Of the service that the money goes to."""
    less = tiny(funding=rows("stream agency amount", ("c", "council", 500), ("n", "nhs", 1600)))
    assert solved(scaled(fixed=(0, 400, 0)), RULES).value == pytest.approx(solved(less, model()).value)


def test_dearer_or_larger_services_are_never_better() -> None:
    """The more it takes to be open, the less there is for all else."""
    dearer = [solved(scaled(fixed=(0, cost, 0)), RULES).value for cost in (0, 100, 400, 1000, 1500)]
    assert dearer == sorted(dearer, reverse=True)
    assert dearer[0] > dearer[-1]
    capped = [
        solved(tiny(services=services(minimum_scale=[0, 0, least], max_coverage=[1, 0.25, 1])), RULES).value
        for least in (0, 21, 25, 35, 41)
    ]
    assert capped == sorted(capped, reverse=True)
    assert capped[0] > capped[-1]


def test_being_open_costs_once_a_year_for_the_whole_place() -> None:
    """Two areas, two cohorts, two years: 400 each year whatever the areas' cost factors; 1,600 / 40 = 40 a year."""
    place = scaled(fixed=(0, 400, 0)).replace(
        years=[2026, 2027],
        areas=rows("area population cost_factor", ("east", 300, 2), ("west", 700, 2)),
        demand=rows("need cohort cases", ("falls", "old", 150), ("falls", "young", 50), ("illness", "", 60)),
    )
    plan = solved(place, RULES)
    assert plan.total("open", service="clinic") == pytest.approx(2)
    assert plan.volume("clinic", year="2026") == pytest.approx(40)
    assert plan.volume("clinic", year="2027") == pytest.approx(40)


def test_who_plans_alone_opens_what_it_leads() -> None:
    """The council pays 100 for its visits, the NHS 400 for its clinic."""
    rules = model(scale={}, silos={}, pooling={"powers": "lead"})
    assert solved(scaled(fixed=(100, 400, 0)), rules).volumes() == pytest.approx((40, 80, 0))


def test_a_limit_on_spend_counts_the_fixed_cost() -> None:
    """1,000 for the clinic: 400 to be open and 30 units; the NHS's other 1,000 buy 20 ward."""
    place = scaled(fixed=(0, 400, 0)).replace(limits=rows("subject max_spend", ("clinic", 1000)))
    plan = plan_of(place, scale={}, duty={})
    spend = plan.allocation.groupby("service")["spend_money"].sum()
    assert spend.to_dict() == pytest.approx({"visits": 500, "clinic": 1000, "ward": 1000})


def test_agencies_alone_keep_the_fixed_cost_of_today_within_a_limit_that_they_share() -> None:
    """Today visits and clinic cost 500 + 100 and 1,000 + 400 of a joint 2,000: nothing is left, each has its part."""
    place = scaled(fixed=(100, 400, 0)).replace(
        limits=rows("subject max_spend", ("need:falls", 2000)),
        funding=rows("stream agency amount", ("c", "council", 900), ("n", "nhs", 3000)),
    )
    plan = solved(place, model(scale={}, duty={}, silos={}, pooling={"powers": "lead"}))
    assert plan.volumes() == pytest.approx((50, 50, 32))


def test_today_is_charged_its_fixed_costs_whatever_its_scale() -> None:
    """Visits 500 + 0, clinic 1,000 + 0 and ward 1,000 leave nothing: 100 more is a conflict; a larger scale is none."""
    assert status_of(scaled(fixed=(0, 100, 0)), TODAY) == "infeasible"
    assert status_of(scaled(least=(60, 0, 0)), TODAY) == "optimal"
    assert status_of(scaled(least=(60, 0, 0)), model(baseline={}, scale={})) == "infeasible"


def test_a_scale_that_today_does_not_keep_is_named() -> None:
    """50 visits where 60 are the fewest, in the plan that nobody chose and in the warnings of the place."""
    place = scaled(least=(60, 0, 0))
    plan = plan_of(place, baseline={}, scale={"minimum_scale": False})
    assert [note for note in plan.notes if note.startswith("Today breaks a promise: visits delivers at least")]
    assert any("'visits' delivers 50 units in 2026, below the minimum scale of 60" in str(w) for w in place.warnings)


def test_totals_and_warnings_count_what_is_open_today() -> None:
    """The NHS leads 1,000 + 400 of clinic and 1,000 of ward, of 2,000; a closed service costs nothing."""
    place = scaled(fixed=(0, 400, 0))
    totals = agency_totals(compile_place(place)).set_index("agency")
    assert totals.loc["nhs", "baseline_money"] == pytest.approx(2400)
    assert any("'nhs' leads cost 2400" in str(warning) for warning in place.warnings)
    closed = place.replace(baseline=rows("service volume", ("visits", 50), ("ward", 20)))
    assert agency_totals(compile_place(closed)).set_index("agency").loc["nhs", "baseline_money"] == pytest.approx(1000)


def test_nobody_pays_for_an_open_service_that_delivers_nothing() -> None:
    """The decision is put right before anything is paid: it belongs to no unit."""
    place = scaled(fixed=(0, 400, 0)).replace(baseline=rows("service volume", ("visits", 50)))
    formulation = solved(place, TODAY).formulation
    claimed = np.zeros(formulation.program.shape[1])
    claimed[formulation.open[formulation.open >= 0]] = 1.0
    assert without_idle(formulation, claimed).sum() == 0
    assert plan_of(place, baseline={}, scale={"minimum_scale": False}).spend == pytest.approx(500)


def test_the_plan_says_who_paid_to_the_penny() -> None:
    """A clinic whose units are free costs 333.33 to be open, shared out by volume over three equal areas."""
    place = tiny(
        services=services(fixed_cost=[0, 333.33, 0], unit_cost=[10, 0, 50]),
        areas=rows("area population", ("a", 1), ("b", 1), ("c", 1)),
    )
    plan = plan_of(place, scale={}, coverage={}, pooling=POT)
    clinic = plan.allocation[plan.allocation["service"] == "clinic"]
    assert sorted(clinic["spend_money"]) == pytest.approx([111.11, 111.11, 111.11])
    assert plan.certificate.kind == "solver_bound"
    assert plan.funding["amount_money"].sum() == pytest.approx(2500)
    paid = plan.funding[plan.funding["subject"] == "clinic"]["amount_money"].sum()
    assert paid == pytest.approx(333.33)
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum())
