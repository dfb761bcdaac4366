"""Baseline: today's volumes held, for the plan that nobody chose."""

from __future__ import annotations

import pytest

from tests.tiny import PLACE, model, rows, solved, status_of, tiny


def test_every_service_is_delivered_as_much_as_today() -> None:
    """500 + 1,600 + 800."""
    plan = solved(PLACE, model(baseline={}))
    assert plan.volumes() == pytest.approx((50, 50, 20))
    assert plan.value == pytest.approx(2900)


def test_a_service_without_a_row_is_not_delivered_today() -> None:
    """Blank is none, not free choice."""
    plan = solved(tiny(baseline=rows("service volume", ("visits", 50))), model(baseline={}))
    assert plan.volumes() == pytest.approx((50, 0, 0))


def test_volumes_of_all_areas_together_are_shared_by_demand() -> None:
    """North has three quarters of the people, so of the cases, so of the volumes."""
    place = tiny(areas=rows("area population", ("north", 750), ("south", 250)))
    plan = solved(place, model(baseline={}))
    assert plan.volume("visits", area="north") == pytest.approx(37.5)


def test_a_year_may_differ() -> None:
    """The row of a year replaces the row without one."""
    place = tiny(years=[2026, 2027], baseline=rows("service year volume", ("visits", "", 50), ("visits", "2027", 10)))
    plan = solved(place, model(baseline={}))
    assert plan.volume("visits", year="2026") == pytest.approx(50)
    assert plan.volume("visits", year="2027") == pytest.approx(10)


def test_a_baseline_that_money_does_not_reach_is_a_conflict() -> None:
    """60 visits cost 600."""
    assert status_of(tiny(baseline=rows("service volume", ("visits", 60))), model(baseline={})) == "infeasible"


def test_the_optimum_held_as_baseline_changes_nothing() -> None:
    """It is a plan as any other."""
    place = tiny(baseline=rows("service volume", ("visits", 50), ("clinic", 100)))
    assert solved(place, model(baseline={})).value == pytest.approx(3700)
