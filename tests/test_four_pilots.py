"""The size of what the engine says of the whole-place pilots, against what the pilots said of themselves."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from commission_opt.shipped import shipped_places
from tests.published import arrays_of, largest_imbalance, plan_of, theme_money, volume_a_year

PILOTS = ("greater_manchester", "west_cheshire", "whole_essex", "tri_borough")


def published(name: str) -> dict[str, Any]:
    """Return what was published, which is no data of the place."""
    text = (shipped_places()["four_pilots"] / "published.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)[name])


def people(*areas: str) -> float:
    """Return how many live in some areas."""
    frame = arrays_of("four_pilots").place.tables["areas"].set_index("area")["population"]
    return float(frame.loc[list(areas)].sum())


def beyond_today(area: str = "") -> tuple[float, float]:
    """Return what the whole place's themes gain and cost over five years beyond today."""
    plan, today = (theme_money(plan_of("four_pilots", model), area) for model in ("whole_place", "status_quo"))
    return plan[0] - today[0], plan[1] - today[1]


def test_net_benefit_of_the_four_is_of_the_published_size() -> None:
    """£150 a head were published for five years; the engine has to be between 0.3 and 3 times that.

    The band is what the published figures can bear. By head and five years they themselves lie between £100 (Greater
    Manchester) and £200 (Whole Essex), more for the Tri-borough; the same study puts England between £9.4bn and
    £20.6bn; the audit office found costs and benefits estimated, not achieved. The engine counts fiscal value only, has
    evidence for some of the themes only, and starts every service at full size in the first year. A unit, a year or a
    share mistaken anywhere is a factor of five or more, and falls outside.
    """
    said = published("four_pilots")
    gain, cost = beyond_today()
    by_head = (gain - cost) / people(*PILOTS)
    expected = said["net_benefit"] / people(*PILOTS)
    assert said["years"] == len(arrays_of("four_pilots").place.years)
    assert 0.3 <= by_head / expected <= 3


@pytest.mark.parametrize("pilot", ["greater_manchester", "west_cheshire", "whole_essex"])
def test_net_benefit_of_each_pilot_is_of_the_published_size(pilot: str) -> None:
    """By head and year, a quarter to four times: the cases differ in scope, the evidence used here does not."""
    said = published(pilot)
    gain, cost = beyond_today(pilot)
    here = (gain - cost) / people(pilot) / len(arrays_of("four_pilots").place.years)
    assert 0.25 <= here / (said["net_benefit"] / people(pilot) / said["years"]) <= 4


def test_steady_state_of_the_tri_borough_is_not_reached() -> None:
    """£125 a head a year were the aim at best, after three to five years; the evidence here explains less than half."""
    gain, cost = beyond_today("tri_borough")
    here = (gain - cost) / people("tri_borough") / len(arrays_of("four_pilots").place.years)
    assert 0 < here < 0.5 * published("tri_borough")["net_benefit_a_year"] / people("tri_borough")


def test_return_on_what_is_invested_is_of_the_published_size() -> None:
    """£108m for £41m is 2.6 for 1 in West Cheshire's six cases; half to twice that, as it has no unit to mistake."""
    said = published("west_cheshire_six_cases")
    gain, cost = beyond_today("west_cheshire")
    assert 0.5 <= gain / cost / (said["saved"] / said["invested"]) <= 2


def test_pilots_by_head_stay_below_the_estimate_for_england() -> None:
    """£9.4bn to £20.6bn is £177 to £389 for each of 53 million; a cautious reading of evidence stays below."""
    gain, cost = beyond_today()
    assert 0 < (gain - cost) / people(*PILOTS) < published("england")["net_benefit_from"] / 53e6


def test_business_cases_are_no_data_of_the_place() -> None:
    """No amount of published.toml stands in any table: the answer is not put in beforehand."""
    said = {
        value
        for name in (*PILOTS, "four_pilots", "west_cheshire_six_cases", "whole_essex_to_2019_20", "england")
        for key, value in published(name).items()
        if key not in ("source", "years")
    }
    for table in arrays_of("four_pilots").place.tables.values():
        for column in table.select_dtypes("number"):
            assert not table[column].isin(said).any(), column


def test_nurse_partnership_is_not_bought_where_its_money_is_free() -> None:
    """£3,180 for £181 of public money, says its trial; inside its ring fence nothing else can be bought.

    In the whole place it is wound down as fast as may be, by three tenths a year.
    """
    today = volume_a_year(plan_of("four_pilots", "status_quo"), "nurse_partnership")
    assert today > 0
    assert volume_a_year(plan_of("four_pilots", "total_place"), "nurse_partnership") == pytest.approx(0, abs=1e-6)
    at_pace = today * sum(0.7**year for year in range(1, 6)) / 5
    assert volume_a_year(plan_of("four_pilots", "whole_place"), "nurse_partnership") == pytest.approx(at_pace)


def test_todays_services_cost_what_agencies_have() -> None:
    """To the penny, and £5,300 a head: £4,310 / 1.2 and benefits and justice, times deprivation."""
    place = arrays_of("four_pilots").place
    assert largest_imbalance(place) < 0.005
    assert place.tables["funding"]["amount"].sum() / people(*PILOTS) == pytest.approx(5300, rel=0.01)
