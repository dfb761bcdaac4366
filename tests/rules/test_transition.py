"""Transition: how fast services may change, and what it costs to change them."""

from __future__ import annotations

import pytest

from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.random_places import random_place
from tests.tiny import POT, TABLES, Solved, model, rows, solved, tiny

TWO = tiny(years=[2026, 2027])
ALONE: dict[str, dict[str, object]] = {"silos": {}, "pooling": {"powers": "lead"}}


def yearly(plan: Solved, service: str) -> list[float]:
    """Units of a service in both years."""
    return [plan.volume(service, year=year) for year in ("2026", "2027")]


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"max_cut": 0.5}, 500 + 75 * 32 + 10 * 40),
        ({"max_growth": 0.2}, 500 + 60 * 32 + 16 * 40),
        ({"max_growth": 0.0, "start_up": 0.1}, 500 + 70 * 32 + 12 * 40),
        ({"decommissioning": 0.2}, 500 + 90 * 32),
        ({"decommissioning": 1.0}, 2900),
        ({"double_running": 0.5}, 500 + (50 + 1000 / 30) * 32),
        ({"max_cut": 0.0, "max_growth": 0.0}, 2900),
    ],
)
def test_first_year_changes_from_today_as_the_pencil_says(settings: dict[str, object], value: float) -> None:
    """From 50, 50, 20: a unit of ward frees 50, a unit of clinic takes 20, each less its cost of change."""
    assert solved(tiny(), model(transition=settings)).value == pytest.approx(value)


def test_later_years_change_from_the_year_before() -> None:
    """Half of ward a year: 10, then 5; the money goes to clinic 75, then 87.5."""
    plan = solved(TWO, model(transition={"max_cut": 0.5}))
    assert yearly(plan, "ward") == pytest.approx([10, 5])
    assert yearly(plan, "clinic") == pytest.approx([75, 87.5])


def test_price_is_what_keeping_one_more_unit_costs() -> None:
    """One more ward gains 40 and takes 50 of clinic's money at 1.6."""
    plan = solved(tiny(), model(transition={"max_cut": 0.5}))
    assert plan.price("transition.max_cut[ward,*,2026]") == pytest.approx(40 - 80)


def test_what_limits_says_replaces_the_setting() -> None:
    """Ward may lose a tenth of 20 only, though the model would allow all; and no start-up beyond its own limit."""
    limits = rows("subject max_cut max_growth", ("ward", 0.1, ""), ("clinic", "", 0.1))
    plan = solved(tiny(limits=limits), model(transition={"max_cut": 1.0, "max_growth": 9.0, "start_up": 0.5}))
    assert plan.volumes() == pytest.approx((50, 55, 18))


def test_limit_of_a_group_leaves_its_members_free() -> None:
    """Ward and clinic together keep 70: all of ward's 1,000 may go to clinic, and 30 more of it."""
    plan = solved(tiny(limits=rows("subject max_cut", ("tag:health", 0.0))), model(transition={}))
    assert plan.value == pytest.approx(3700)
    narrow = rows("subject max_growth", ("tag:health", 0.1))
    assert solved(tiny(limits=narrow), model(transition={})).volume("clinic") < 77


def test_limit_of_an_area_holds_there_alone() -> None:
    """Visits 25 and 25 today: north must keep its own, south may give way to where a unit counts twice."""
    place = tiny(
        areas=rows("area population equity_weight", ("north", 100, 1), ("south", 100, 1), ("west", 200, 2)),
        limits=rows("subject area max_cut", ("visits", "north", 0.0)),
    )
    plan = solved(place, model(transition={}))
    assert plan.volume("visits", area="north") == pytest.approx(12.5)
    assert plan.volume("visits", area="south") == pytest.approx(0)
    assert plan.volume("visits", area="west") == pytest.approx(37.5)


def test_moving_a_service_between_areas_is_a_change_that_costs() -> None:
    """A unit moved from south to west gains 10 and costs 9 of 10 to wind down: it stays."""
    place = tiny(areas=rows("area population equity_weight", ("south", 100, 1), ("west", 100, 1.5)))
    plan = solved(place, model(transition={"decommissioning": 0.9}))
    assert plan.volume("visits", area="south") == pytest.approx(25)
    assert plan.total("cut", service="visits") == pytest.approx(0)


def test_nobody_is_kept_in_a_service_for_want_of_cases() -> None:
    """Illness falls from 60 to 5: ward may follow it down, uncharged, though nothing may be cut."""
    place = TWO.replace(demand=rows("need year cases", ("falls", "", 200), ("illness", 2026, 60), ("illness", 2027, 5)))
    plan = solved(place, model(transition={"max_cut": 0.0, "decommissioning": 9.0}))
    assert yearly(plan, "ward") == pytest.approx([20, 0])
    assert plan.total("cut") == pytest.approx(0)


def test_agencies_that_plan_alone_hold_their_own_parts() -> None:
    """Falls services together may not shrink: each agency keeps its part, though the NHS gains nothing by visits."""
    place = tiny(limits=rows("subject max_cut", ("need:falls", 0.0), ("need:illness", 0.5)))
    plan = solved(place, model(transition={}, **ALONE))
    assert plan.volumes() == pytest.approx((50, 75, 10))
    assert any(label.startswith("transition.max_cut[need:falls,*,2026,nhs]") for label in plan.labels)


def test_change_is_paid_by_the_pot_or_by_the_lead_but_not_from_a_ring_fence() -> None:
    """Fenced money of 2,000 for clinic and ward cannot wind ward down; 100 of free money can cut 10 of it."""
    funding = rows(
        "stream agency amount ring_fence",
        ("council_money", "council", 500, ""),
        ("nhs_grant", "nhs", 2000, "health"),
        ("nhs_free", "nhs", 100, ""),
    )
    fences = rows("ring_fence service", ("health", "clinic"), ("health", "ward"))
    place = tiny(funding=funding, ring_fences=fences)
    rules = {"ring_fences": {}, "transition": {"decommissioning": 0.2}}
    assert solved(place, model(**rules)).total("cut", service="ward") == pytest.approx(10)
    assert solved(place, model(**rules, pooling=POT)).total("cut", service="visits") > 0


@pytest.mark.parametrize(
    ("most", "volumes"), [(0, (50, 50, 20)), (1, (50, 50, 20)), (2, (50, 100, 0)), (3, (50, 100, 0))]
)
def test_at_most_so_many_services_change(most: int, volumes: tuple[float, ...]) -> None:
    """Ward has to go for clinic to grow, so one change alone gains nothing."""
    assert solved(tiny(), model(transition={"max_changes": most})).volumes() == pytest.approx(volumes)


def test_a_change_counts_wherever_it_is_made_and_for_each_agency_that_plans_alone() -> None:
    """In two years and areas ward and clinic are still two; alone, the NHS may make both."""
    place = TWO.replace(areas=rows("area population", ("north", 100), ("south", 300)))
    assert solved(place, model(transition={"max_changes": 2})).value == pytest.approx(7400)
    assert solved(place, model(transition={"max_changes": 1})).value == pytest.approx(5800)
    assert solved(tiny(), model(transition={"max_changes": 2}, **ALONE)).volumes() == pytest.approx((50, 100, 0))
    assert solved(tiny(), model(transition={"max_changes": 1}, **ALONE)).volumes() == pytest.approx((50, 50, 20))


def test_plan_of_few_changes_is_certified_by_the_solvers_bound() -> None:
    """Whole numbers have no proof from prices alone."""
    plan = solve_arrays(compile_place(tiny()), model(transition={"max_changes": 2}), SolveOptions())
    assert plan.certificate.kind == "solver_bound"
    assert plan.value == pytest.approx(3700)


def test_ledger_shows_what_change_costs() -> None:
    """Ward 20 wound down for 200: spent, led by the NHS, and not in the spend of any service."""
    plan = solve_arrays(compile_place(tiny()), model(transition={"decommissioning": 0.2}), SolveOptions())
    paid = plan.funding.groupby("use")["amount_money"].sum()
    assert paid["cut"] == pytest.approx(200)
    assert plan.allocation["spend_money"].sum() == pytest.approx(paid["service"]) == 2300
    assert plan.spend == pytest.approx(2500)


@pytest.mark.parametrize("seed", range(4))
def test_wide_limits_change_nothing_and_tighter_ones_never_help(seed: int) -> None:
    """On random places of several areas, cohorts and years."""
    place = random_place(seed)
    arrays = compile_place(place.replace(limits=place.tables["limits"].head(0)))
    total_place = read_model("total_place")

    def worth(**settings: float) -> float:
        rules = total_place
        for name, setting in settings.items():
            rules = rules.set(f"transition.{name}", setting)
        return solve_arrays(arrays, rules, SolveOptions()).value

    free = worth()
    slack = 1e-6 * max(1.0, abs(free))
    assert worth(max_cut=1.0, decommissioning=0.0) == pytest.approx(free, abs=slack)
    narrower = [worth(max_cut=share, max_growth=share) for share in (0.5, 0.2, 0.0)]
    assert free + slack >= narrower[0]
    assert narrower[0] + slack >= narrower[1]
    assert narrower[1] + slack >= narrower[2]
    dearer = [worth(decommissioning=share, double_running=share) for share in (0.0, 0.2, 1.0)]
    assert dearer[0] + slack >= dearer[1]
    assert dearer[1] + slack >= dearer[2]


def test_no_change_at_all_is_the_status_quo() -> None:
    """The rule at its limit holds what the rule on the baseline holds."""
    still = solved(TWO, model(transition={"max_cut": 0.0, "max_growth": 0.0}))
    assert still.volumes() == pytest.approx(solved(TWO, model(baseline={})).volumes())
    assert TABLES["baseline"]["volume"].tolist() == pytest.approx([v / 2 for v in still.volumes()])
