"""The community budget for families: its size, and what its plans say, against what was published."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.published import arrays_of, largest_imbalance, plan_of, theme_money, volume_a_year

FAMILIES = 525.0
"""As many as West Cheshire's pilot."""

PER_FAMILY = 75_000 * 1.06
"""£9bn for 120,000 families, in the prices of the place."""


FISCAL = {
    "care_years_avoided": 52_676,
    "custody_years_avoided": 34_840,
    "youth_custody_avoided": 97_741,
    "work_years": 10_321,
    "crimes_avoided": 663,
    "asb_avoided": 673,
}
"""Public money in a unit of what family services avoid: the fiscal column of the Unit Cost Database."""


def net_public_money(model: str) -> float:
    """Return what key workers and intensive intervention save the public purse within the years, less their cost."""
    plan = plan_of("families", model)
    tables, years = plan.place.tables, plan.place.years
    bought = plan.allocation[plan.allocation["service"].isin(["key_worker", "family_intervention"])]
    effects = tables["effects"].assign(fiscal=tables["effects"]["outcome"].map(FISCAL))
    rows = bought.merge(effects, on=["service", "cohort"])
    left = len(years) - rows["year"].map(years.index)
    lasting = (1 - rows["persistence"] ** left) / (1 - rows["persistence"])
    saved = float((rows["volume_units"] * rows["effect"] * rows["fiscal"] * lasting).sum())
    return saved - float(bought["spend_money"].sum())


def test_todays_services_cost_what_agencies_have() -> None:
    """To the penny."""
    assert largest_imbalance(arrays_of("families").place) < 0.005


def test_family_costs_what_was_published_and_eight_ninths_of_it_reacts() -> None:
    """£9bn of which £8bn is emergency response: £79,500 and £70,667 a family; the volumes are scaled to it."""
    tables = arrays_of("families").place.tables
    services = tables["services"].set_index("service")
    today = tables["baseline"].set_index("service")["volume"]
    cost = today * services["unit_cost"].reindex(today.index)
    reacts = services["tags"].reindex(today.index).str.contains("reactive")
    demand = tables["demand"]
    assert demand.loc[demand["need"] == "family_support", "cases"].sum() == FAMILIES
    assert cost.sum() / FAMILIES == pytest.approx(PER_FAMILY, rel=0.005)
    assert cost[reacts].sum() / FAMILIES == pytest.approx(PER_FAMILY * 8 / 9, rel=0.005)


def test_key_workers_return_what_was_published() -> None:
    """£2.28 for £1 were published; effects by unit and value give 2.44 for today's mix, and nothing is set to that.

    A year's effects are a third of 0.248 child-years in care, a quarter of 0.0876 prison years, 38 % of 0.021 years in
    youth custody and 11 % of 1.37 claims; each lasts by 0.6 a year, 2.5 years in all.
    """
    tables = arrays_of("families").place.tables
    effects = tables["effects"][tables["effects"]["service"] == "key_worker"]
    weight = tables["outcomes"].set_index("outcome")["weight"]
    cases = tables["demand"][tables["demand"]["need"] == "family_support"].set_index("cohort")["cases"]
    worth = effects["effect"] * effects["outcome"].map(weight) / (1 - effects["persistence"])
    by_cohort = worth.groupby(effects["cohort"]).sum()
    cost = tables["services"].set_index("service").loc["key_worker", "unit_cost"]
    by_hand = (0.248 / 3 * 52_676 + 0.0876 / 4 * 34_840 + 0.38 * 0.021 * 97_741 + 0.11 * 1.37 * 25_111) * 2.5 / 9_900
    ratio = float((by_cohort * cases).sum() / cases.sum() / cost)
    assert ratio == pytest.approx(by_hand, rel=0.01)
    assert 0.8 <= ratio / 2.28 <= 1.25


@pytest.mark.parametrize("model", ["community_budget", "whole_place"])
def test_net_saving_is_of_the_published_size(model: str) -> None:
    """West Cheshire's Families Together: £2m net in five years for 525 families; here £2.9m and £1.5m beyond today.

    Between 0.3 and 3 times: net is a small difference of large sums, so that a saving a third off changes it threefold.
    """
    assert 0.3 <= (net_public_money(model) - net_public_money("status_quo")) / 2e6 <= 3


def test_pooling_reaches_more_families_and_whole_place_more_still() -> None:
    """Each step pays for more key workers: the council that leads them is the agency that is short of money."""
    reached = [
        volume_a_year(plan_of("families", model), "key_worker")
        for model in ("status_quo", "aligned", "community_budget", "whole_place")
    ]
    assert reached[0] == pytest.approx(80)
    assert all(below < above for below, above in pairwise(reached))
    assert reached[-1] <= 0.45 * FAMILIES


def test_places_in_care_fall_by_less_than_the_published_third() -> None:
    """A third fewer went into care where families were helped; that is less than half of them, so a tenth or more."""
    left = sum(volume_a_year(plan_of("families", "whole_place"), name) for name in ("foster_care", "children_home"))
    assert 1 - 1 / 3 < left / 130 < 1 - 1 / 10


def test_nurse_partnership_is_not_bought_where_its_money_is_free() -> None:
    """£3,180 for £271 of value, says its trial; inside its ring fence health visits cannot take all the money.

    In the whole place it is wound down as fast as may be, by three tenths a year.
    """
    assert volume_a_year(plan_of("families", "status_quo"), "nurse_partnership") == pytest.approx(45)
    for model in ("block_grant", "total_place"):
        assert volume_a_year(plan_of("families", model), "nurse_partnership") == pytest.approx(0, abs=1e-6)
    at_pace = 45 * sum(0.7**year for year in range(1, 6)) / 5
    assert volume_a_year(plan_of("families", "whole_place"), "nurse_partnership") == pytest.approx(at_pace)


def test_prevention_costs_less_than_it_gains() -> None:
    """Every pound more on prevention gains more than a pound, as every pound has other uses worth a pound."""
    plan, today = (theme_money(plan_of("families", model)) for model in ("community_budget", "status_quo"))
    assert plan[0] - today[0] > plan[1] - today[1] > 0
