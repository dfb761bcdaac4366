"""Reward grants: money from outside for outcomes beyond their targets, a year later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, effects, model, rows, solved, tiny

RULES = model(targets={}, duty={})
WARD_IS_SAFE = effects(
    ("visits", "safe", 2, 0, 0), ("clinic", "well", 16, 0, 0), ("ward", "safe", 1, 0, 0), ("ward", "well", 20, 0, 0)
)
"""Council visits make 100 safe; each safe more takes 50 of the NHS: ward is worth 41, the clinic's 2.5 units 80."""


def stretching(
    stretch: float, reward: float, scale: str = "all", penalty: object = "", minimum: float = 80
) -> pd.DataFrame:
    """Return a target for safe in the first year, and its reward."""
    return rows(
        "outcome year minimum penalty stretch reward reward_scale",
        ("safe", "2026", minimum, penalty, stretch, reward, scale),
    )


def over_two_years(targets: pd.DataFrame, **changes: object) -> Place:
    """Return the tiny place over two years, in which ward makes safe too, with a target."""
    return tiny(**({"targets": targets, "effects": WARD_IS_SAFE, "years": [2026, 2027]} | changes))


def safe(plan_of: Place) -> tuple[float, float]:
    """Return safe in the first year, and visits in the second."""
    plan = solved(plan_of, RULES)
    return 2 * plan.volume("visits", year="2026") + plan.volume("ward", year="2026"), plan.volume("visits", year="2027")


def test_a_stretch_that_is_reached_anyway_brings_its_reward_a_year_later() -> None:
    """100 safe of 90: 70 more for the council buy 7 visits of 2 safe in the second year."""
    place = over_two_years(stretching(90, 70))
    assert safe(place) == pytest.approx((100, 57))
    assert solved(place, RULES).value == pytest.approx(2 * (100 + 3200) + 14)


@pytest.mark.parametrize(("reward", "reached", "bought"), [(2000, 110, 250), (1900, 100, 50)])
def test_a_reward_is_worth_a_stretch_only_where_it_buys_more_than_it_takes(
    reward: float, reached: float, bought: float
) -> None:
    """10 safe by ward cost 390 of value (80 - 41 each): 2,000 buy 400, 1,900 only 380."""
    demand = rows("need cases", ("falls", 800), ("illness", 60))
    assert safe(over_two_years(stretching(110, reward), demand=demand)) == pytest.approx((reached, bought))


def test_all_or_nothing_is_nothing_below_the_stretch() -> None:
    """At most 100 safe without ward: a stretch of 101 earns nothing, one of 100 all of it."""
    no_ward = {"limits": rows("subject max_volume", ("ward", 0))}
    assert safe(over_two_years(stretching(101, 70), **no_ward)) == pytest.approx((100, 50))
    assert safe(over_two_years(stretching(100, 70), **no_ward)) == pytest.approx((100, 57))


@pytest.mark.parametrize("penalty", ["", 1])
def test_pro_rata_pays_the_part_that_is_reached(penalty: object) -> None:
    """From 80 to 120, 100 are half of the way: 35 of 70 are 3.5 visits; whether the target is hard or soft."""
    place = over_two_years(stretching(120, 70, "pro_rata", penalty), limits=rows("subject max_volume", ("ward", 0)))
    plan = solved(place, RULES)
    assert plan.volume("visits", year="2027") == pytest.approx(53.5)
    assert plan.total("reward") == pytest.approx(0.5)


def test_a_target_that_is_missed_earns_nothing_in_proportion() -> None:
    """100 safe of 104, at 1 a unit short: no reward for being short, nor for claiming to be shorter than that."""
    place = over_two_years(
        stretching(108, 7000, "pro_rata", 1, minimum=104), limits=rows("subject max_volume", ("ward", 0))
    )
    plan = solved(place, RULES)
    assert plan.total("short") == pytest.approx(4)
    assert plan.total("reward") == pytest.approx(0)
    assert plan.volume("visits", year="2027") == pytest.approx(50)


def test_a_hard_target_in_proportion_needs_no_yes_or_no_decision() -> None:
    """All or nothing does, and so does a soft target in proportion; the row below it has to be known met."""
    counts = [
        len(solved(over_two_years(stretching(120, 70, scale, penalty)), RULES).formulation.program.whole)
        for scale, penalty in (("pro_rata", ""), ("all", ""), ("pro_rata", 1), ("all", 1))
    ]
    assert counts == [0, 1, 1, 1]


def test_a_reward_after_the_last_year_is_not_counted() -> None:
    """And the plan says so."""
    targets = stretching(90, 70).assign(year="2027")
    plan = solved(over_two_years(targets), RULES)
    assert plan.value == pytest.approx(2 * 3300)
    assert "Rewards for outcomes of the last year come after it and are not counted." in plan.formulation.notes


def test_a_row_of_a_year_replaces_stretch_and_reward_too() -> None:
    """70 in general; 2026 has a target without one."""
    general = rows("outcome year minimum stretch reward", ("safe", "", 80, 90, 70), ("safe", "2026", 80, "", ""))
    assert safe(over_two_years(general)) == pytest.approx((100, 50))


def test_an_area_may_have_a_reward_of_its_own() -> None:
    """60 safe in the north need 30 of 50 visits there; 70 for the council come a year later."""
    targets = rows("outcome area year minimum stretch reward", ("safe", "north", "2026", 10, 60, 70))
    place = over_two_years(targets, areas=rows("area population", ("north", 500), ("south", 500)))
    plan = solved(place, RULES)
    assert 2 * plan.volume("visits", area="north", year="2026") >= 60 - 1e-6
    assert plan.volume("visits", year="2027") == pytest.approx(57)


def test_the_reward_comes_to_the_agency_that_answers_for_the_outcome() -> None:
    """Not to the lead of the service: the NHS answers for well, its 320 buy 16 clinic."""
    targets = rows("outcome year minimum stretch reward", ("well", "2026", 100, 1600, 320))
    assert solved(over_two_years(targets), RULES).volume("clinic", year="2027") == pytest.approx(116)


def test_an_agency_without_free_revenue_has_no_use_for_a_reward() -> None:
    """And the plan says so."""
    funding = rows(
        "stream agency kind amount", ("works", "council", "capital", 500), ("nhs_money", "nhs", "revenue", 99)
    )
    plan = solved(over_two_years(stretching(1, 70, minimum=0), funding=funding), RULES)
    assert any("Rewards of council come to nobody" in note for note in plan.formulation.notes)
    assert plan.volume("visits") == pytest.approx(0)


def test_agencies_that_plan_alone_earn_no_reward() -> None:
    """They have agreed no targets."""
    rules = model(targets={}, silos={}, pooling={"powers": "lead"})
    assert solved(over_two_years(stretching(90, 70)), rules).volume("visits", year="2027") == pytest.approx(50)


def test_a_reward_of_nothing_changes_nothing() -> None:
    """The very same program."""
    without = rows("outcome year minimum", ("safe", "2026", 80))
    one, other = (solved(over_two_years(targets), RULES) for targets in (stretching(90, 0), without))
    assert one.labels == other.labels
    assert len(one.formulation.program.whole) == 0
    assert np.array_equal(one.formulation.program.matrix.toarray(), other.formulation.program.matrix.toarray())


@pytest.mark.parametrize("scale", ["all", "pro_rata"])
def test_a_further_stretch_is_never_better(scale: str) -> None:
    """The same reward for more; 85 is reached for nothing, 180 never."""
    worth = [solved(over_two_years(stretching(at, 70, scale)), RULES).value for at in (85, 100, 103, 180)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def certified(place: Place) -> Plan:
    """Return the certified plan of a place with targets."""
    return solve_arrays(compile_place(place), RULES, SolveOptions())


def test_ledgers_balance_to_the_penny_with_the_reward() -> None:
    """500 twice, and 33.33 of 70 that fall in whole pence, are used or left."""
    demand = PLACE.table("demand")
    plan = certified(over_two_years(stretching(122, 70, "pro_rata"), demand=demand))
    used = plan.funding.groupby(["stream", "year"])["amount_money"].sum()
    assert used["council_money", "2026"] == pytest.approx(500, abs=1e-9)
    assert used["council_money", "2027"] == pytest.approx(533.33, abs=1e-9)
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum(), abs=1e-9)
