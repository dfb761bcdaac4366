"""The Better Care place: national minimums by head, a baseline that the fund balances, and what its README says."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from commission_opt.analysis.changes import change
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.read import read_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from commission_opt.shipped import shipped_places

PEOPLE, ENGLAND = 300_000, 57_700_000
SHARE = "11675243.00"
"""Social care's share of the NHS minimum: 11,237,000 and 3.9 %."""


@cache
def place() -> Place:
    """Return the place, read once."""
    return read_place(shipped_places()["better_care"])


@cache
def plan(model: str, *changes: tuple[str, str]) -> Plan:
    """Return a plan of the place, solved once."""
    return solve(*change(place(), read_model(model), dict(changes)))


def paid_for_social_care(found: Plan) -> pd.Series:
    """Return what social care costs in each year."""
    tags = place().tables["services"].set_index("service")["tags"].str.split(";")
    social = [name for name, words in tags.items() if "social_care" in words]
    paid = found.funding[found.funding["subject"].isin(social) & (found.funding["kind"] == "revenue")]
    return paid.groupby("year")["amount_money"].sum()


@pytest.mark.parametrize(
    ("stream", "england"),
    [("nhs_better_care", 5614), ("council_better_care", 2640), ("disabled_facilities_grant", 711)],
)
def test_minimums_are_those_of_england_by_head(stream: str, england: float) -> None:
    """300,000 of 57.7 million people, to the pound; all of it is owed to the fund."""
    funding = place().tables["funding"].set_index("stream").loc[stream]
    assert funding["amount"] == pytest.approx(england * 1e6 * PEOPLE / ENGLAND, abs=1)
    assert funding["minimum_contribution"] == funding["amount"]
    assert place().tables["areas"]["population"].sum() == PEOPLE


def test_baseline_balances_to_the_penny_through_the_fund() -> None:
    """The council's services cost more than it has by the NHS's share for social care; capital balances by itself."""
    tables = place().tables
    services = tables["services"].set_index("service")
    today = tables["baseline"]
    assert not today.duplicated(["service", "area", "cohort"]).any()
    factor = tables["areas"].set_index("area")["cost_factor"].reindex(today["area"]).to_numpy()
    lead = services["agency"].reindex(today["service"]).to_numpy()
    left = {}
    for kind, column in (("revenue", "unit_cost"), ("capital", "capital_cost")):
        cost = services[column].fillna(0.0).reindex(today["service"]).to_numpy() * today["volume"].to_numpy() * factor
        money = tables["funding"][tables["funding"]["kind"] == kind].groupby("agency")["amount"].sum()
        left |= {
            (agency, kind): f"{amount:.2f}" for agency, amount in (money - pd.Series(cost).groupby(lead).sum()).items()
        }
    assert left[("icb", "revenue")] == SHARE
    assert left[("council", "revenue")] == f"-{SHARE}"
    assert {left["icb", "capital"].lstrip("-"), left["council", "capital"].lstrip("-")} == {"0.00"}


def test_the_fund_spends_its_earmarks_and_keeps_capital_apart() -> None:
    """At least 25.4m a year on social care; the capital grant buys adaptations alone."""
    funding = plan("better_care").funding
    through = funding[funding["through"] == "revenue pot"]
    tags = place().tables["services"].set_index("service")["tags"].str.contains("social_care")
    social = through[through["subject"].map(tags).fillna(False).astype(bool)].groupby("year")["amount_money"].sum()
    assert (social >= place().tables["earmarks"]["amount"].sum() - 0.05).all()
    capital = funding[(funding["stream"] == "disabled_facilities_grant") & (funding["use"] == "service")]
    assert set(capital["subject"]) == {"home_adaptation"}


def test_the_fund_pays_more_for_social_care_than_the_nhs_may_by_itself() -> None:
    """0.8m to 1.2m a year."""
    more = paid_for_social_care(plan("better_care")) - paid_for_social_care(plan("aligned"))
    assert more.min() == pytest.approx(0.79e6, abs=0.01e6)
    assert more.max() == pytest.approx(1.23e6, abs=0.01e6)


def test_a_further_rise_of_the_earmark_costs_nothing() -> None:
    """Social care is worth more than that at the margin."""
    risen = plan("better_care", ("earmarks.amount.nhs_better_care", "+3.9%"))
    assert risen.value == pytest.approx(plan("better_care").value, rel=1e-9)


def test_keeping_telecare_in_the_fund_has_its_price() -> None:
    """5.2m of value in all, 75p a pound in the first year."""
    kept = plan("better_care", ("earmarks.amount.nhs_better_care.telecare", "2434000"))
    assert plan("better_care").value - kept.value == pytest.approx(5.2e6, abs=0.05e6)
    price = kept.prices.set_index("label")["price"]["pooling.earmark[revenue pot,telecare,2025/26]"]
    assert price == pytest.approx(-0.75, abs=0.01)
