"""Equity: no area or cluster left too far behind the place's mean."""

from __future__ import annotations

from itertools import pairwise

import pytest

from commission_opt.place import Place
from tests.tiny import POT, Solved, model, rows, solved, tiny

LEAD: dict[str, object] = {"powers": "lead"}


def two_areas(**changes: object) -> Place:
    """Return a place whose clinic is in the north alone: falls in both areas, but few in the south; one pot of 2,500.

    A pound is worth 1.6 in clinic, 1.0 in visits, 0.8 in ward. The north has 100 of 120 falls, the south 20 and all the
    illness; each has 500 people.
    """
    tables: dict[str, object] = {
        "areas": rows("area cluster population", ("north", "upper", 500), ("south", "lower", 500)),
        "demand": rows("need area cases", ("falls", "north", 180), ("falls", "south", 20), ("illness", "south", 60)),
        "baseline": rows("service volume"),
    }
    return tiny(**{**tables, **changes})


def best(place: Place, pooling: dict[str, object] = POT, **settings: object) -> Solved:
    """Solve under coverage and equity."""
    return solved(place, model(coverage={}, equity=settings, pooling=pooling))


def value_in(plan: Solved, area: str) -> float:
    """Value gained in an area."""
    return sum(w * plan.volume(s, area=area) for s, w in (("visits", 10), ("clinic", 32), ("ward", 40)))


def test_without_a_floor_money_goes_where_it_buys_most() -> None:
    """2,500 buy 125 clinics, 20 of them at most in the south: worth 4,000."""
    assert best(two_areas()).value == pytest.approx(4000)


def test_a_floor_moves_money_to_those_behind() -> None:
    """Floor 0.8 with equal people: the south has 0.4 of all.

    It has 20 clinics (640), then ward at 0.8 a pound instead of clinic at 1.6: 640 + 0.8 w = 0.4 (4,000 - 0.8 w), so
    w = 960 / 1.12 and the place has 4,000 - 0.8 w.
    """
    ward = 960 / 1.12
    plan = best(two_areas(), floor=0.8)
    assert plan.value == pytest.approx(4000 - 0.8 * ward)
    assert plan.volume("ward") == pytest.approx(ward / 50)
    assert value_in(plan, "south") == pytest.approx(0.8 * plan.value / 2)


def test_price_of_a_floor_is_what_one_more_per_head_costs() -> None:
    """Once more by a small step of the floor."""
    low, high = (best(two_areas(), floor=floor) for floor in (0.8, 0.8001))
    mean = low.value / 1000
    assert high.value - low.value == pytest.approx(0.0001 * mean * low.price("equity.floor[south]"), rel=1e-3)


def test_a_floor_of_one_makes_all_levels_equal() -> None:
    """640 + 0.8 w = 0.5 (4,000 - 0.8 w)."""
    plan = best(two_areas(), floor=1)
    assert value_in(plan, "south") == pytest.approx(value_in(plan, "north"))
    assert plan.value == pytest.approx(4000 - 0.8 * 1360 / 1.2)


def test_a_gap_of_nothing_is_a_floor_of_one() -> None:
    """Both ask for equal levels."""
    assert best(two_areas(), largest_gap=0).value == pytest.approx(best(two_areas(), floor=1).value)


def test_a_gap_is_measured_against_the_mean() -> None:
    """North less south at most 0.4 of the mean: with two equal areas a floor of 0.8."""
    assert best(two_areas(), largest_gap=0.4).value == pytest.approx(best(two_areas(), floor=0.8).value)


@pytest.mark.parametrize("settings", [{"floor": 0}, {"floor": 0.1}, {"largest_gap": 2}, {}])
def test_what_cannot_bind_changes_nothing(settings: dict[str, object]) -> None:
    """The south has 640 of 4,000 anyway."""
    assert best(two_areas(), **settings).value == pytest.approx(4000)


def test_tightening_never_helps() -> None:
    """Floors upwards, gaps downwards."""
    floors = [best(two_areas(), floor=floor / 5).value for floor in range(6)]
    gaps = [best(two_areas(), largest_gap=gap / 5).value for gap in range(10, -1, -1)]
    for worth in (floors, gaps):
        assert all(later <= earlier + 1e-6 for earlier, later in pairwise(worth))
    assert floors[-1] < floors[0]


def test_people_count_where_value_is_for_each_person() -> None:
    """A south of 160 people in 1,000 has 16 % of the value anyway: a floor of 1 is met at 640 of 4,000."""
    areas = rows("area population", ("north", 840), ("south", 160))
    assert best(two_areas(areas=areas), floor=1).value == pytest.approx(4000)
    areas = rows("area population", ("north", 830), ("south", 170))
    assert best(two_areas(areas=areas), floor=1).value < 4000 - 1e-3


def test_deprivation_raises_the_share_of_an_area() -> None:
    """South weighs 3 times: 0.75 of the spend at a floor of 1; clinics and visits first."""
    areas = rows("area population equity_weight", ("north", 500, 1), ("south", 500, 3))
    plan = best(two_areas(areas=areas), floor=1, measure="spend", per="weighted_head")
    spent = sum(c * plan.volume(s, area="south") for s, c in (("visits", 10), ("clinic", 20), ("ward", 50)))
    total = sum(c * plan.volume(s) for s, c in (("visits", 10), ("clinic", 20), ("ward", 50)))
    assert spent == pytest.approx(0.75 * total)


def test_spend_can_follow_need() -> None:
    """South has 80 of 260 cases, so at least 80 / 260 of the 2,500: 400 on clinics and the rest on ward."""
    plan = best(two_areas(), floor=1, measure="spend", per="case")
    ward = 2500 * 80 / 260 - 400
    assert plan.volume("ward") == pytest.approx(ward / 50)
    assert plan.value == pytest.approx(4000 - 0.8 * ward)


def test_clusters_hold_their_areas_together() -> None:
    """Where both areas are one cluster, a floor of 1 holds anyway."""
    areas = rows("area cluster population", ("north", "whole", 500), ("south", "whole", 500))
    assert best(two_areas(areas=areas), floor=1, by="cluster").value == pytest.approx(4000)
    assert best(two_areas(), floor=1, by="cluster").value == pytest.approx(best(two_areas(), floor=1).value)


def test_levels_add_up_over_cohorts_and_years() -> None:
    """The same place twice over: two years at no discount, falls of the north in two cohorts."""
    demand = rows(
        "need area cohort cases",
        ("falls", "north", "old", 100),
        ("falls", "north", "young", 80),
        ("falls", "south", "old", 20),
        ("illness", "south", "old", 60),
    )
    once, twice = best(two_areas(), floor=0.8), best(two_areas(demand=demand, years=[2026, 2027]), floor=0.8)
    assert twice.value == pytest.approx(2 * once.value)


def test_levels_count_capped_outcomes_up_to_their_ceiling() -> None:
    """8 well for each case of falls: 20 clinics in the south gain no more than 160 + ... of well than count."""
    outcomes = rows(
        "outcome unit weight agency ceiling", ("safe", "units", 1, "council", ""), ("well", "units", 2, "nhs", 8)
    )
    plan = solved(two_areas(outcomes=outcomes), model(coverage={}, ceilings={}, equity={"floor": 1}, pooling=POT))
    counted = {
        area: 2 * plan.total("outcome", area=area) + 2 * plan.volume("visits", area=area) for area in ("north", "south")
    }
    assert counted["south"] >= plan.value / 2 - 1e-6
    assert counted["north"] + counted["south"] == pytest.approx(plan.value)


def test_income_weighs_outcomes_where_it_is_low() -> None:
    """Half the median counts 2 ** 1.3 times: with equal clinics and no ward the objective follows."""
    areas = rows("area population income", ("north", 500, 30000), ("south", 500, 10000))
    place = two_areas(areas=areas)
    plan = best(place, distributional_weights={"median_income": 20000})
    north, south = (2 / 3) ** 1.3, 2**1.3
    assert plan.value == pytest.approx(north * value_in(plan, "north") + south * value_in(plan, "south"))
    assert plan.volume("ward") == pytest.approx(42)
    assert best(place, distributional_weights={"elasticity": 0}).value == pytest.approx(4000)


def test_without_incomes_outcomes_count_in_full_and_the_plan_says_so() -> None:
    """Nothing is guessed."""
    plan = best(two_areas(), distributional_weights={})
    assert plan.value == pytest.approx(4000)
    assert any("Incomes are not known" in note for note in plan.formulation.notes)


def test_without_areas_there_is_nobody_to_be_behind() -> None:
    """One area has the mean."""
    plan = best(tiny(), floor=1)
    assert plan.value == pytest.approx(solved(tiny(), model(coverage={}, pooling=POT)).value)
    assert any("single area" in note for note in plan.formulation.notes)


def test_agencies_that_plan_alone_have_agreed_no_floor() -> None:
    """And the plan says so."""
    rules = model(silos={}, equity={"floor": 1}, coverage={}, pooling=LEAD)
    plan = solved(two_areas(), rules)
    assert plan.value == pytest.approx(solved(two_areas(), model(silos={}, coverage={}, pooling=LEAD)).value)
    assert any("agencies that plan alone" in note for note in plan.formulation.notes)
