"""Ledgers balance to the penny: by stream, by service, by pot, over years, in any money unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commission_opt.model.read import read_model
from commission_opt.place.read import read_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.rounding import whole_pence
from commission_opt.plan.solve import solve
from commission_opt.shipped import shipped_models, shipped_places
from tests.plan.tiny import plan_of, tiny_place
from tests.random_places import random_place


def pence(plan: Plan, amounts: pd.Series) -> pd.Series:
    """Return money as whole pence; it has to be whole."""
    exact = amounts * 100 * plan.place.settings.money_unit
    assert (np.abs(exact - exact.round()) <= 1e-9 * exact.abs().clip(lower=1e5)).all()
    return exact.round().astype("int64")


def funding_pence(plan: Plan) -> pd.DataFrame:
    """Return the funding table in pence."""
    return plan.funding.assign(pence=pence(plan, plan.funding["amount_money"]))


def assert_streams_balance(plan: Plan) -> None:
    """Hold what a stream had and carried in to what it paid, carried out and left, to the penny."""
    money, names, years = plan.formulation.money, plan.formulation.arrays.names, plan.place.years
    scale = 100 * plan.place.settings.money_unit
    had = money.had(plan.x)  # with the savings that came back, which tests of that rule count for themselves
    table = funding_pence(plan)
    total = table.groupby(["stream", "year"])["pence"].sum()
    carried = table[table["use"] == "carried forward"].groupby(["stream", "year"])["pence"].sum()
    for code, stream in enumerate(names.stream.labels):
        for at, year in enumerate(years):
            amount = had[code, at] * scale
            own = int(np.floor(whole_pence(np.array([amount])))[0])
            brought = int(carried.get((stream, years[at - 1]), 0)) if at else 0
            assert total.get((stream, year), 0) == own + brought, (stream, year)
    assert not (table["pence"] < 0).any()


def assert_services_balance(plan: Plan) -> None:
    """Hold what a service costs in a year, delivery by delivery, to what streams paid for it."""
    table = funding_pence(plan)
    paid = table[table["use"] == "service"].groupby(["subject", "year"])["pence"].sum()
    spent = plan.allocation.assign(pence=pence(plan, plan.allocation["spend_money"]))
    spent = spent.groupby(["service", "year"])["pence"].sum()
    spent = spent[spent > 0]
    assert paid.to_dict() == {(str(service), str(year)): amount for (service, year), amount in spent.items()}
    whole = table[~table["use"].isin(["carried forward", "unspent"])]["pence"].sum()
    assert whole == round(plan.spend * 100 * plan.place.settings.money_unit)


def assert_close_to_the_program(plan: Plan) -> None:
    """Let rounding move no service and year by more than a penny for each payer and kind of money."""
    money, lines = plan.formulation.money, plan.formulation.money.lines
    scale = 100 * plan.place.settings.money_unit
    line, column, amount = lines.entries()
    exact = np.bincount(line, amount * plan.x[column], len(lines)) * scale
    table = funding_pence(plan)
    paid = table[table["subject"] != ""].groupby(["subject", "year"])["pence"].sum()
    subject = np.array(money.subjects, dtype=object)[lines.subject]
    year = plan.formulation.arrays.names.year.text(lines.year)
    wanted = pd.Series(exact).groupby([pd.Series(subject, name="subject"), pd.Series(year, name="year")]).sum()
    paid = paid.reindex(wanted.index, fill_value=0)
    kinds = len(plan.formulation.arrays.names.kind)
    payers = len(money.amount)
    assert (np.abs(wanted - paid) <= kinds * payers + 1e-9 * wanted.abs()).all()


def assert_balances(plan: Plan) -> None:
    """Check every ledger of a plan."""
    assert_streams_balance(plan)
    assert_services_balance(plan)
    assert_close_to_the_program(plan)


@pytest.mark.parametrize("place", sorted(shipped_places()))
@pytest.mark.parametrize("model", ["status_quo", "siloed", "section_75", "local_area_agreement", "total_place"])
def test_ledgers_of_places_that_ship_balance(place: str, model: str) -> None:
    """Real sizes: pounds, and thousands of pounds."""
    assert_balances(solve(read_place(shipped_places()[place]), read_model(model)))


@given(seed=st.integers(0, 60), model=st.sampled_from(sorted(shipped_models())))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_ledgers_of_random_places_balance(seed: int, model: str) -> None:
    """Several years, carried money, ring fences that end, bought staff, several kinds of money."""
    assert_balances(solve(random_place(seed), read_model(model)))


@pytest.mark.parametrize(("seed", "cut"), [(0, 0.3), (3, 0.7), (8, 0.5)])
def test_no_ceiling_on_spend_is_exceeded_by_rounding(seed: int, cut: float) -> None:
    """A largest spend in fractions of a penny on the service that had most: it is kept in the rounded tables too."""
    place = random_place(seed).replace(limits=pd.DataFrame({"subject": []}), needs=pd.DataFrame({"need": []}))
    free = solve(place, read_model("total_place"), tolerance=1e-6)
    spend = free.allocation.groupby(["service", "year"])["spend_money"].sum()
    service, _ = spend.idxmax()
    most = float(np.round(cut * spend.max(), 3)) + 0.0005
    limits = pd.DataFrame({"subject": [service], "max_spend": [most]})
    plan = solve(place.replace(limits=limits), read_model("section_75"))
    table = funding_pence(plan)
    paid = table[table["subject"] == service].groupby("year")["pence"].sum()
    assert (paid <= most * 100 + 1e-6).all()
    assert_streams_balance(plan)


def test_amounts_of_half_a_penny_balance() -> None:
    """Three visits at £33.335, paid out of £100.01, and nobody pays half a penny."""
    plan = plan_of(
        tiny_place(
            services="service, agency, need, unit, unit_cost\nvisits, council, falls, visit, 33.335",
            effects="service, outcome, effect\nvisits, falls_avoided, 3",
            demand="need, area, cases\nfalls, east, 1\nfalls, north, 1\nfalls, west, 1",
            areas="area\neast\nnorth\nwest",
            funding="stream, agency, amount\ncouncil_money, council, 100.01",
        ),
        "aligned",
    )
    assert_balances(plan)
    spends = plan.allocation["spend_money"].tolist()
    assert sum(round(spend * 100) for spend in spends) in (10000, 10001)
    assert {round(spend * 100) for spend in spends} == {3333, 3334}


YEARS = ("2026", "2027")


def test_money_carried_forward_is_seen_in_both_years() -> None:
    """Visits are only needed next year: half of this year's £600 may wait, and 90 of 100 visits are paid for."""
    place = tiny_place(
        years=YEARS,
        funding="stream, agency, amount, carry_forward_share\ncouncil_money, council, 600, 0.5",
        demand="need, year, cases\nfalls, 2026, 0\nfalls, 2027, 100\nillness, , 0",
    )
    plan = plan_of(place, "aligned")
    assert_balances(plan)
    table = plan.funding.set_index(["year", "use"])["amount_money"]
    assert table["2026", "carried forward"] == 300
    assert table["2026", "unspent"] == 300
    assert table["2027", "service"] == 900
    assert plan.value == pytest.approx(3 * 90)


def put_in(plan: Plan) -> dict[str, float]:
    """Return what every stream paid, all together."""
    paid = plan.funding[plan.funding["use"] == "service"]
    return {str(name): float(amount) for name, amount in paid.groupby("stream")["amount_money"].sum().items()}


FORTY_CLINICS = {"demand": "need, cases\nfalls, 0\nillness, 40"}


def test_members_of_a_pot_contribute_equal_shares_of_what_they_have() -> None:
    """£800 are spent of a pot of £600 and £1,000: half of each."""
    plan = plan_of(tiny_place(**FORTY_CLINICS), "total_place")
    assert put_in(plan) == {"council_money": 300.0, "icb_money": 500.0}
    assert set(plan.funding.loc[plan.funding["use"] == "service", "through"]) == {"revenue pot"}


def test_minimum_contributions_come_first_and_the_rest_in_equal_shares() -> None:
    """£400 of the council are due; of the other £400 it pays 200 / 1,200, the NHS 1,000 / 1,200."""
    place = tiny_place(
        funding="stream, agency, amount, minimum_contribution\ncouncil_money, council, 600, 400\nicb_money, icb, 1000,",
        **FORTY_CLINICS,
    )
    assert put_in(plan_of(place, "section_75")) == {"council_money": 466.67, "icb_money": 333.33}


def test_money_of_a_theme_leaves_it_only_up_to_the_virement() -> None:
    """A tenth of the £600 for care may go to health: 53 clinics of £20 from £1,000 + £60, and 54 visits."""
    place = tiny_place(
        funding="stream, agency, amount, theme\ncouncil_money, council, 600, care\nicb_money, icb, 1000, health",
        services="""service, agency, need, unit, unit_cost, tags
            visits, council, falls, visit, 10, care
            clinic, icb, illness, person, 20, health""",
    )
    plan = plan_of(place, "single_pot", {"pooling.pot.theme_virement": 0.1})
    assert_balances(plan)
    assert plan.value == pytest.approx(53 * 8 + 54 * 3)
    clinic = plan.funding[plan.funding["subject"] == "clinic"].set_index("stream")["amount_money"]
    assert clinic.to_dict() == {"council_money": 60.0, "icb_money": 1000.0}


def test_places_in_thousands_balance_to_the_penny_of_a_pound() -> None:
    """A stream of £1,234.56789 thousand has £1,234,567.89, and pays no fraction of a penny."""
    place = tiny_place(
        settings={"money_unit": 1000},
        funding="stream, agency, amount\ncouncil_money, council, 1.23456789\nicb_money, icb, 0.1",
        services="""service, agency, need, unit, unit_cost
            visits, council, falls, visit, 0.0703
            clinic, icb, illness, person, 0.0031415""",
    )
    plan = plan_of(place, "aligned")
    assert_balances(plan)
    by_stream = plan.funding.groupby("stream")["amount_money"].sum()
    assert by_stream["council_money"] * 1000 == pytest.approx(1234.56, abs=1e-9)


def test_bought_resources_are_paid_for_in_the_ledger() -> None:
    """Ten of the 50 clinics need nurse hours beyond the 40 there are: £5 each from the same NHS money."""
    place = tiny_place(
        resources="""resource, agency, kind, available, expansion_cost, expansion_limit
            nurses, icb, staff, 40, 5, 100""",
        usage="service, resource, per_unit\nclinic, nurses, 1",
    )
    plan = plan_of(place, "aligned")
    assert_balances(plan)
    bought = plan.funding[plan.funding["use"] == "resource"].set_index("subject")["amount_money"]
    clinics = (1000 + 40 * 5) / 25
    assert plan.resources["bought"].tolist() == [pytest.approx(clinics - 40)]
    assert bought["resource:nurses"] == pytest.approx(5 * (clinics - 40))
