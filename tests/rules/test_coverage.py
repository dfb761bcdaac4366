"""Coverage: nobody is served twice, and nobody who is not in need."""

from __future__ import annotations

import pytest

from tests.tiny import PLACE, model, rows, services, solved, tiny

FEW = rows("need cases", ("falls", 120), ("illness", 60))


def test_services_of_a_need_share_its_demand() -> None:
    """Clinic 100 leaves 20 of 120 cases for visits: 3,200 + 200; one more case is one more visit, worth 10."""
    plan = solved(tiny(demand=FEW), model(coverage={}))
    assert plan.volumes() == pytest.approx((20, 100, 0))
    assert plan.value == pytest.approx(3400)
    assert plan.price("coverage.need[falls,all,-,2026]") == pytest.approx(10)


def test_without_the_rule_cases_are_served_twice() -> None:
    """The same place serves 150 of 120 cases."""
    assert solved(tiny(demand=FEW), model()).value == pytest.approx(3700)


def test_a_single_service_reaches_only_its_part_of_the_demand() -> None:
    """Clinic reaches a quarter of 200; the rest of the money, 1,000, buys 20 ward: 500 + 1,600 + 800."""
    plan = solved(tiny(services=services(max_coverage=[1, 0.25, 1])), model(coverage={}))
    assert plan.volumes() == pytest.approx((50, 50, 20))


def test_needs_with_enough_cases_get_no_row() -> None:
    """Illness has one service, whose own bound says it all."""
    assert not [label for label in solved(PLACE, model(coverage={})).labels if "illness" in label]


def test_demand_that_money_cannot_meet_changes_nothing() -> None:
    """150 of 200 cases are served with or without the rule."""
    assert solved(PLACE, model(coverage={})).value == pytest.approx(solved(PLACE, model()).value)


def test_each_cohort_has_its_own_demand() -> None:
    """The old gain nothing from the clinic, so it serves the 30 young; 1,400 buy 28 ward."""
    place = tiny(
        demand=rows("need cohort cases", ("falls", "old", 170), ("falls", "young", 30), ("illness", "", 60)),
        effects=rows(
            "service outcome cohort effect",
            ("visits", "safe", "", 2),
            ("visits", "well", "", 4),
            ("clinic", "well", "", 16),
            ("clinic", "well", "old", 0),
            ("ward", "well", "", 20),
        ),
    )
    plan = solved(place, model(coverage={}))
    assert plan.volume("clinic", cohort="young") == pytest.approx(30)
    assert plan.value == pytest.approx(500 + 960 + 28 * 40)


def test_each_year_has_its_own_demand() -> None:
    """The row of a year replaces the row without one: 120 cases in 2026, 200 in 2027."""
    demand = rows("need year cases", ("falls", "", 200), ("falls", "2026", 120), ("illness", "", 60))
    plan = solved(tiny(demand=demand, years=[2026, 2027]), model(coverage={}))
    assert plan.volume("visits", year="2026") == pytest.approx(20)
    assert plan.volume("visits", year="2027") == pytest.approx(50)
