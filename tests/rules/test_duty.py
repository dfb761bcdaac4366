"""Duties: needs that must be met, and least and most of volume, spend and coverage."""

from __future__ import annotations

import pytest

from tests.tiny import PLACE, model, rows, services, solved, status_of, tiny

GROUPS = rows("group service", ("modes", "visits"), ("modes", "clinic"))


def test_a_duty_is_met_even_where_money_would_do_more_elsewhere() -> None:
    """Half of 60 ill: ward 30 costs 1,500, clinic 25 is left; one more costs 50 x 1.6 and gains 40."""
    plan = solved(tiny(needs=rows("need must_meet", ("illness", 0.5))), model(duty={}))
    assert plan.volumes() == pytest.approx((50, 25, 30))
    assert plan.price("duty.need[illness,all,-,2026]") == pytest.approx(40 - 80)


def test_any_service_of_the_need_meets_the_duty() -> None:
    """Three quarters of falls are 150: visits 50 and clinic 100 are that already."""
    plan = solved(tiny(needs=rows("need must_meet", ("falls", 0.75))), model(duty={}))
    assert plan.value == pytest.approx(3700)


@pytest.mark.parametrize(
    ("subject", "figure", "bound", "value"),
    [
        ("visits", "max_volume", 30, 300 + 3200),
        ("visits", "max_spend", 200, 200 + 3200),
        ("visits", "max_coverage", 0.1, 200 + 3200),
        ("ward", "min_volume", 10, 500 + 75 * 32 + 10 * 40),
        ("ward", "min_spend", 1000, 500 + 50 * 32 + 20 * 40),
        ("need:illness", "min_coverage", 0.25, 500 + 62.5 * 32 + 15 * 40),
        ("need:falls", "max_coverage", 0.6, 20 * 10 + 3200),
        ("group:modes", "max_volume", 110, 10 * 10 + 3200),
        ("group:modes", "min_volume", 160, None),
        ("tag:health", "max_volume", 80, 500 + 200 / 3 * 32 + 40 / 3 * 40),
        ("tag:health", "max_spend", 1000, 500 + 50 * 32),
        ("tag:health", "min_volume", 100, 3700),
        ("visits", "min_volume", 51, None),
    ],
)
def test_limit_binds_as_the_pencil_says(subject: str, figure: str, bound: float, value: float | None) -> None:
    """Every figure and every kind of subject; None where the money does not reach."""
    place = tiny(groups=GROUPS, limits=rows(f"subject {figure}", (subject, bound)))
    if value is None:
        assert status_of(place, model(duty={})) == "infeasible"
    else:
        assert solved(place, model(duty={})).value == pytest.approx(value)


def test_limits_of_a_disabled_rule_do_not_hold() -> None:
    """Enabled is a setting as any other."""
    place = tiny(limits=rows("subject max_volume", ("visits", 30)))
    assert solved(place, model(duty={"enabled": False})).value == pytest.approx(3700)


def test_limit_of_a_year_replaces_the_limit_of_all_years() -> None:
    """At least 10 ward in a year, but 2 in 2027."""
    limits = rows("subject year min_volume", ("ward", "", 10), ("ward", "2027", 2))
    plan = solved(tiny(limits=limits, years=[2026, 2027]), model(duty={}))
    assert plan.volume("ward", year="2026") == pytest.approx(10)
    assert plan.volume("ward", year="2027") == pytest.approx(2)


def test_limit_of_an_area_holds_there_and_one_without_holds_for_all_together() -> None:
    """North has half the cases: at most 5 visits there, at most 30 in all, so 25 go to the south."""
    place = tiny(
        areas=rows("area population", ("north", 500), ("south", 500)),
        limits=rows("subject area max_volume", ("visits", "north", 5), ("visits", "", 30)),
    )
    plan = solved(place, model(duty={}))
    assert plan.volume("visits", area="north") <= 5 + 1e-9
    assert plan.volume("visits") == pytest.approx(30)


def test_spend_counts_every_kind_of_money() -> None:
    """Visits cost 10 and 10 more of capital: 200 of spend are 10 visits."""
    place = tiny(
        services=services(capital_cost=[10, 0, 0]),
        funding=rows(
            "stream agency kind amount",
            ("council_money", "council", "revenue", 500),
            ("council_capital", "council", "capital", 500),
            ("nhs_money", "nhs", "revenue", 2000),
        ),
        limits=rows("subject max_spend", ("visits", 200)),
    )
    assert solved(place, model(duty={})).volume("visits") == pytest.approx(10)


def test_a_duty_that_no_service_can_meet_is_a_conflict() -> None:
    """Nobody serves noise."""
    place = tiny(
        demand=rows("need cases", ("falls", 200), ("illness", 60), ("noise", 10)),
        needs=rows("need must_meet", ("noise", 0.5)),
    )
    assert status_of(place, model(duty={})) == "infeasible"


def test_limits_with_room_change_nothing() -> None:
    """Around the optimum they cannot bind."""
    place = tiny(
        limits=rows("subject min_volume max_volume min_spend max_spend", ("visits", 1, 199, 10, 5000)),
        needs=rows("need must_meet", ("falls", 0.1)),
    )
    assert solved(place, model(duty={})).value == pytest.approx(solved(PLACE, model()).value)
