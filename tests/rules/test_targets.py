"""Targets: least outcomes, agreed or required."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.place import Place
from tests.tiny import effects, model, rows, solved, status_of, tiny

WARD_IS_SAFE = effects(
    ("visits", "safe", 2, 0, 0),
    ("visits", "well", 4, 0, 0),
    ("clinic", "well", 16, 0, 0),
    ("ward", "safe", 1, 0, 0),
    ("ward", "well", 20, 0, 0),
)
"""One safe more by ward costs 50 of the NHS: 80 of clinic for 41."""


def aiming(minimum: float, penalty: object = "") -> pd.DataFrame:
    """Return a target for safe in all areas and years."""
    return rows("outcome minimum penalty", ("safe", minimum, penalty))


def test_a_hard_target_is_met_at_any_price() -> None:
    """110 safe: visits give 100, ward 10 the rest; 1,500 are left for clinic 75."""
    plan = solved(tiny(effects=WARD_IS_SAFE, targets=aiming(110)), model(targets={}))
    assert plan.volumes() == pytest.approx((50, 75, 10))
    assert plan.price("targets.minimum[safe,*,2026]") == pytest.approx(41 - 80)


@pytest.mark.parametrize(("penalty", "value", "short"), [(1, 3700 - 10, 10), (50, 500 + 2400 + 410, 0)])
def test_a_soft_target_is_missed_where_its_penalty_is_the_lesser_evil(
    penalty: float, value: float, short: float
) -> None:
    """Ten short cost 10 at a penalty of 1; at 50 they are worth meeting at 39 each."""
    plan = solved(tiny(effects=WARD_IS_SAFE, targets=aiming(110, penalty)), model(targets={}))
    assert plan.value == pytest.approx(value)
    assert plan.total("short") == pytest.approx(short)


def test_a_hard_target_out_of_reach_is_a_conflict_and_a_soft_one_a_cost() -> None:
    """500 buy 100 safe; 20 short at 5 each."""
    assert status_of(tiny(targets=aiming(120)), model(targets={})) == "infeasible"
    assert solved(tiny(targets=aiming(120, 5)), model(targets={})).value == pytest.approx(3700 - 100)


def test_penalties_are_discounted_as_outcomes_are() -> None:
    """Value and shortfall of the second year count 0.8."""
    place = tiny(targets=aiming(120, 5), years=[2026, 2027], discount_rate=0.25)
    assert solved(place, model(targets={})).value == pytest.approx(1.8 * 3600)


def test_a_target_of_a_year_replaces_the_one_without() -> None:
    """120 in 2026, nothing worth the name in 2027."""
    targets = rows("outcome year minimum penalty", ("safe", "", 120, 5), ("safe", "2027", 1, 5))
    plan = solved(tiny(targets=targets, years=[2026, 2027]), model(targets={}))
    assert plan.value == pytest.approx(2 * 3700 - 100)


def two_areas(targets: pd.DataFrame) -> Place:
    """Return a place in two areas of the same size."""
    return tiny(areas=rows("area population", ("north", 500), ("south", 500)), targets=targets)


def test_a_target_of_an_area_is_met_there() -> None:
    """Half the council's money could go anywhere; 80 safe in the north need 40 visits there."""
    plan = solved(two_areas(rows("outcome area minimum", ("safe", "north", 80))), model(targets={}))
    assert plan.volume("visits", area="north") >= 40 - 1e-6
    assert plan.value == pytest.approx(3700)


def test_only_what_counts_towards_the_ceiling_counts_towards_the_target() -> None:
    """0.4 a case are 80 of safe; 90 are out of reach."""
    capped = rows(
        "outcome unit weight agency ceiling", ("safe", "units", 1, "council", 0.4), ("well", "units", 2, "nhs", "")
    )
    place = tiny(outcomes=capped, targets=aiming(90))
    assert status_of(place, model(targets={}, ceilings={})) == "infeasible"
    assert status_of(place, model(targets={})) == "optimal"


def test_agencies_that_plan_alone_have_agreed_no_targets() -> None:
    """And the plan says so."""
    plan = solved(tiny(targets=aiming(120)), model(targets={}, silos={}, pooling={"powers": "lead"}))
    assert "Targets do not bind: agencies that plan alone have not agreed any." in plan.formulation.notes


@pytest.mark.parametrize("penalty", ["", 1000])
def test_a_target_that_is_met_anyway_changes_nothing(penalty: object) -> None:
    """Visits give 100."""
    assert solved(tiny(targets=aiming(99, penalty)), model(targets={})).value == pytest.approx(3700)
