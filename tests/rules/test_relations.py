"""Relations that stay linear: one service, or group of services, held to a ratio of another."""

from __future__ import annotations

import pytest

from tests.tiny import model, rows, solved, tiny

RATIO = rows("relation subject other ratio", ("at_most", "clinic", "visits", 1.5))


def test_the_subject_stays_within_its_ratio_of_the_other() -> None:
    """75 clinic for 50 visits; 500 buy ward 10. One clinic more gains 32 for 20 of ward's money: 16."""
    plan = solved(tiny(relations=RATIO), model(relations={}))
    assert plan.volumes() == pytest.approx((50, 75, 10))
    assert plan.price("relations.at_most[at_most clinic visits,2026]") == pytest.approx(32 - 20 * 0.8)


@pytest.mark.parametrize("other", ["tag:home", "group:modes", "need:illness"])
def test_the_other_side_may_be_several_services(other: str) -> None:
    """Ward at most half of the other side, which the optimum without the rule keeps, or gives ward nothing."""
    relations = rows("relation subject other ratio", ("at_most", "visits", other, 0.5))
    groups = rows("group service", ("modes", "clinic"), ("modes", "ward"))
    plan = solved(tiny(relations=relations, groups=groups), model(relations={}))
    of = {"tag:home": ("visits",), "group:modes": ("clinic", "ward"), "need:illness": ("ward",)}[other]
    assert plan.volume("visits") <= 0.5 * sum(plan.volume(service) for service in of) + 1e-6
    assert (plan.value < 3700 - 1) == (other != "group:modes")


def test_agencies_that_plan_alone_keep_todays_arrangement() -> None:
    """Clinic stays at today's 50; the rest of the NHS's money buys ward 20."""
    plan = solved(tiny(relations=RATIO), model(relations={}, silos={}, pooling={"powers": "lead"}))
    assert plan.volumes() == pytest.approx((50, 50, 20))


def test_a_wide_ratio_changes_nothing() -> None:
    """100 clinic for 50 visits are twice as many."""
    assert solved(tiny(relations=RATIO.assign(ratio=2.5)), model(relations={})).value == pytest.approx(3700)
