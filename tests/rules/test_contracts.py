"""Contracts by results: what is paid for outcomes, no more and no less, and what providers can carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import SolveOptions, solve_arrays
from commission_opt.rules.outcome_payments import HAIR
from commission_opt.solvers import make_solver
from tests.tiny import PLACE, POT, effects, model, rows, solved, tiny

RULES = model(contracts={}, duty={})
TERMS: dict[str, object] = {"service": "visits", "outcome": "safe", "contract": "calm"}


def terms(*contracts: dict[str, object]) -> pd.DataFrame:
    """Return contracts for what visits do for safe, with other terms."""
    return pd.DataFrame([{**TERMS, **contract} for contract in contracts])


def paying(contract: dict[str, object], **changes: object) -> Place:
    """Return the tiny place with one contract."""
    return tiny(contracts=terms(contract), **changes)


def visits(contract: dict[str, object], **changes: object) -> float:
    """Return how many visits are bought under one contract."""
    return solved(paying(contract, **changes), RULES).volume("visits")


def certified(place: Place, **sections: dict[str, object]) -> Plan:
    """Return the certified plan of a place with contracts."""
    return solve_arrays(compile_place(place), model(contracts={}, duty={}, **sections), SolveOptions())


def held(least: float, most: float | None = None) -> pd.DataFrame:
    """Return limits between which visits are held in every year."""
    return rows("subject min_volume max_volume", ("visits", least, least if most is None else most))


RICH = rows("stream agency amount", ("council_money", "council", 50000), ("nhs_money", "nhs", 2000))
"""Money that does not decide anything about visits."""


def range_of_payment(place: Place) -> tuple[float, float]:
    """Return the least and the most outcome that any plan could pay for, by asking for each."""
    found = solved(place, RULES)
    block = found.formulation.program.column_block("paid outcome")
    assert block is not None
    goal = np.zeros(found.formulation.program.shape[1])
    goal[block.start : block.stop] = 1.0
    least, most = (
        make_solver("highs").solve(found.formulation.program.with_objective(sign * goal)) for sign in (-1.0, 1.0)
    )
    return float(goal @ least.x), float(goal @ most.x)


# What commissioners pay


def test_a_tariff_comes_on_top_of_what_is_paid_on_delivery() -> None:
    """10 on delivery and 1 for each of 2 safe: 500 / 12."""
    assert visits({"tariff": 1}) == pytest.approx(500 / 12)


def test_payment_that_just_covers_cost_buys_what_money_bought_before() -> None:
    """5 on delivery and 2.5 for each of 2 safe are 10 again: 50 visits, 100 clinic, 3,700."""
    plan = solved(paying({"upfront_share": 0.5, "tariff": 2.5}), RULES)
    assert plan.volumes() == pytest.approx((50, 100, 0))
    assert plan.value == pytest.approx(3700)


def test_several_outcomes_of_a_service_are_one_agreement() -> None:
    """6 on delivery, 2 * 1 for safe and 4 * 0.5 for well are 10: 50 visits, though neither tariff covers cost alone."""
    place = tiny(
        contracts=terms(
            {"upfront_share": 0.6, "tariff": 1},
            {"contract": "cure", "outcome": "well", "upfront_share": 0.6, "tariff": 0.5},
        )
    )
    assert solved(place, RULES).volume("visits") == pytest.approx(50)


def test_deadweight_is_not_paid_for() -> None:
    """Of 2 safe half a unit would have come anyway: 10 + 5 * 1.5 a visit."""
    assert visits({"tariff": 5, "deadweight": 0.5}) == pytest.approx(500 / 17.5)


def test_a_cap_ends_what_is_paid() -> None:
    """Visits cost 10, and 5 for each of the first 40 safe: 500 - 200 buy 30. Without the cap 500 / 20."""
    assert visits({"tariff": 5, "cap": 40}) == pytest.approx(30)
    assert visits({"tariff": 5}) == pytest.approx(25)


def test_a_provider_is_held_to_what_its_cap_lets_it_earn() -> None:
    """5 of 10 on delivery and at most 5 * 40: 5 a visit are missing, so the provider signs for 40; 100 stay unspent."""
    assert visits({"upfront_share": 0.5, "tariff": 5, "cap": 40}) == pytest.approx(40)


@pytest.mark.parametrize(
    ("threshold", "bought"), [(60, 30 * (1 - HAIR)), (40, 25), (1000, 50)], ids=["missed", "met", "out of reach"]
)
def test_nothing_is_paid_below_the_threshold_and_all_from_it(threshold: float, bought: float) -> None:
    """20 a visit buy 25, 50 safe: beyond 40, short of 60, under which 30 visits less a hair are worth more.

    Of 1,000, more than demand allows, nobody ever reaches: the tariff costs nothing.
    """
    assert visits({"tariff": 5, "threshold": threshold}) == pytest.approx(bought, rel=1e-9)


def test_a_threshold_just_missed_leaves_the_provider_with_nothing() -> None:
    """30 visits bring 60 and are paid; 29.9 bring 59.8, are not, and so nobody signs for them."""
    contract = {"upfront_share": 0.5, "tariff": 2.5, "threshold": 60}
    assert visits(contract, limits=held(0, 30)) == pytest.approx(30)
    assert visits(contract, limits=held(0, 29.9)) == pytest.approx(0)


@pytest.mark.parametrize(
    ("volume", "paid"), [(0, 0), (10, 0), (19.9, 0), (20, 40), (30, 60), (40, 80), (40.1, 80), (50, 80), (200, 80)]
)
def test_payment_is_exact_from_both_sides(volume: float, paid: float) -> None:
    """2 safe a visit, from 40 up to 80: who would rather pay less, and who would rather be paid more, find the same."""
    place = paying({"tariff": 1, "threshold": 40, "cap": 80}, limits=held(volume), funding=RICH)
    assert range_of_payment(place) == pytest.approx((paid, paid), abs=1e-6)


@pytest.mark.parametrize(("old", "young", "paid"), [(10, 20, 0), (10, 30, 0), (20, 10, 15)])
def test_outcomes_that_would_have_come_anyway_are_never_charged_back(old: float, young: float, paid: float) -> None:
    """2 - 1 for the old, 0.5 - 1 for the young: 10 - 10, 10 - 15 and 20 - 5, at least 0."""
    place = paying(
        {"tariff": 1, "deadweight": 1},
        demand=rows("need cohort cases", ("falls", "old", 100), ("falls", "young", 100), ("illness", "", 60)),
        effects=rows("service outcome cohort effect", ("visits", "safe", "old", 2), ("visits", "safe", "young", 0.5)),
        baseline=rows("service cohort volume", ("visits", "old", old), ("visits", "young", young)),
        funding=RICH,
    )
    found = solved(place, model(contracts={}, baseline={}))
    assert found.total("paid outcome") == pytest.approx(paid)


def test_units_without_an_effect_on_the_outcome_do_not_count() -> None:
    """The young gain no safe: they neither earn nor are there for deadweight to be taken from."""
    place = paying(
        {"tariff": 1, "deadweight": 1},
        demand=rows("need cohort cases", ("falls", "old", 100), ("falls", "young", 100), ("illness", "", 60)),
        effects=rows("service outcome cohort effect", ("visits", "safe", "old", 2), ("visits", "well", "young", 1)),
        baseline=rows("service cohort volume", ("visits", "old", 20), ("visits", "young", 10)),
        funding=RICH,
    )
    assert solved(place, model(contracts={}, baseline={})).total("paid outcome") == pytest.approx(20)


def test_outcomes_are_paid_for_when_they_come_and_as_long_as_they_last() -> None:
    """A year late, half of it left a year later, 0.5 of 2 anyway: 20 visits earn nothing, 30, then 15 + 30."""
    place = paying(
        {"tariff": 1, "deadweight": 0.5},
        effects=effects(("visits", "safe", 2, 1, 0.5)),
        years=[2026, 2027, 2028],
        limits=held(20),
        funding=RICH,
    )
    found = solved(place, RULES)
    assert [found.total("paid outcome", year=year) for year in ("2026", "2027", "2028")] == pytest.approx([0, 30, 45])


def test_late_payment_is_no_free_lunch() -> None:
    """Half of each visit is paid a year late, and what is left at the end set aside: 1,000 buy 100 visits, not 150.

    100 in the first year for 500, whose 500 fall due in the second.
    """
    place = paying({"upfront_share": 0.5, "tariff": 2.5, "payment_lag": 1}, years=[2026, 2027])
    plan = certified(place)
    assert plan.allocation.query("service == 'visits'")["volume_units"].sum() == pytest.approx(100)
    paid = plan.funding.query("subject == 'visits'").groupby("year")["amount_money"].sum()
    assert paid.to_dict() == pytest.approx({"2026": 500, "2027": 500})


@pytest.mark.parametrize("lag", [0, 1, 7])
def test_what_falls_due_after_the_last_year_is_set_aside_in_it(lag: int) -> None:
    """In a place of one year any lag comes to 5 + 5 a visit at once."""
    assert visits({"upfront_share": 0.5, "tariff": 2.5, "payment_lag": lag}) == pytest.approx(50)


def test_outside_money_pays_its_share_of_every_payment() -> None:
    """5 on delivery and 80 % of 5: 500 / 9 visits; the provider has its 10."""
    place = paying({"upfront_share": 0.5, "tariff": 2.5, "top_up_share": 0.2})
    plan = certified(place)
    assert plan.allocation.query("service == 'visits'")["volume_units"].sum() == pytest.approx(500 / 9)
    assert plan.notes[0] == "Contract calm: £277.78 for 111.1 units, of which £55.56 comes from outside the place."
    assert plan.funding["amount_money"].sum() == pytest.approx(2500)


def test_capital_cost_is_paid_as_ever() -> None:
    """Half of 10 in revenue waits for results; 4 in capital does not, and 100 of it allow 25 visits."""
    place = paying(
        {"upfront_share": 0.5, "tariff": 2.5},
        services=PLACE.table("services").assign(capital_cost=[4, 0, 0]),
        funding=rows(
            "stream agency kind amount",
            ("council_money", "council", "revenue", 500),
            ("council_works", "council", "capital", 100),
            ("nhs_money", "nhs", "revenue", 2000),
        ),
    )
    assert solved(place, RULES).volume("visits") == pytest.approx(25)


def test_a_ring_fence_around_a_service_holds_what_is_paid_for_its_outcomes() -> None:
    """A grant of 120 that may only pay for visits buys 10 at 10 + 2."""
    place = paying(
        {"tariff": 1},
        funding=rows(
            "stream agency amount ring_fence", ("grant", "council", 120, "only"), ("nhs_money", "nhs", 2000, "")
        ),
        ring_fences=rows("ring_fence service", ("only", "visits")),
    )
    assert solved(place, model(contracts={}, ring_fences={})).volume("visits") == pytest.approx(10)


def test_cost_factors_of_areas_hold_for_what_is_paid_on_delivery() -> None:
    """Visits cost 15 here: half of it and 3.75 for each of 2 safe."""
    areas = rows("area population cost_factor", ("all", 1000, 1.5))
    assert visits({"upfront_share": 0.5, "tariff": 3.75}, areas=areas) == pytest.approx(500 / 15)
    assert visits({"upfront_share": 0.5, "tariff": 3.7}, areas=areas) == pytest.approx(0)


# What providers and investors can carry


def test_a_provider_that_would_lose_does_not_sign() -> None:
    """5 on delivery and 2 for each of 2 safe are 9 of 10; without a tariff there is nothing to wait for."""
    assert visits({"upfront_share": 0.5, "tariff": 2}) == pytest.approx(0)
    assert visits({"upfront_share": 0.5}) == pytest.approx(0)


def test_a_provider_that_waits_asks_for_the_place_s_own_rate() -> None:
    """At 25 % a year 2.5 a year late is worth 2, so it takes 3.125: 5 + 6.25 a visit."""
    late = {"upfront_share": 0.5, "payment_lag": 1}
    assert visits({**late, "tariff": 3.12}, discount_rate=0.25) == pytest.approx(0)
    assert visits({**late, "tariff": 3.125}, discount_rate=0.25) == pytest.approx(500 / 11.25)


def bond(limits: pd.DataFrame, **contract: object) -> Place:
    """Return the tiny place over three years, visits paid wholly by results a year late, with investors."""
    agreed = {"upfront_share": 0, "payment_lag": 1, "tariff": 5.5, "investor_money": 100, "investor_return": 0.1}
    return paying({**agreed, **contract}, years=[2026, 2027, 2028], limits=limits)


ONCE = rows("subject year max_volume", ("visits", "2026", 10), ("visits", "2027", 0), ("visits", "2028", 0))
EACH_YEAR = held(0, 10)


@pytest.mark.parametrize(("tariff", "bought"), [(5.5, 10), (5.45, 0), (6, 10)])
def test_investors_get_their_money_back_with_their_return(tariff: float, bought: float) -> None:
    """100 for 10 visits come back a year later as 20 safe times the tariff: at least 110, or nobody invests."""
    assert solved(bond(ONCE, tariff=tariff), RULES).volume("visits") == pytest.approx(bought)


def test_money_repaid_in_time_works_again() -> None:
    """100 put up once carry 10 visits a year for three years: each year's 110 repay 10 and pay for the next 100."""
    plan = certified(bond(EACH_YEAR))
    assert plan.allocation.query("service == 'visits'")["volume_units"].to_list() == pytest.approx([10, 10, 10])
    paid = plan.funding.query("subject == 'visits'").groupby("year")["amount_money"].sum()
    assert paid.to_dict() == pytest.approx({"2027": 110, "2028": 220})
    assert plan.notes[0] == (
        "Contract calm: £330 for 60 units, and £110 is set aside for payments after the last year."
    )
    assert plan.notes[1] == "Investors put up £100 for visits, and are repaid from payments for outcomes."


def test_investors_money_limits_how_fast_a_service_can_grow() -> None:
    """90 carry 9 visits; their 99 carry 9.9; their 108.90 pay 10 and repay 8.90, and 110 at the end the rest.

    90 * 1.1 ** 3 = 119.79 = 8.9 * 1.1 + 110.
    """
    found = solved(bond(EACH_YEAR, investor_money=90), RULES)
    bought = [found.volume("visits", year=year) for year in ("2026", "2027", "2028")]
    assert bought == pytest.approx([9, 9.9, 10])
    assert found.total("repaid", year="2028") == pytest.approx(8.9)
    assert found.total("repaid", year="1 after 2028") == pytest.approx(110)


def test_investors_who_ask_for_more_than_results_pay_stay_away() -> None:
    """Payments return 10 %; at 20 % nobody invests."""
    assert solved(bond(EACH_YEAR, investor_return=0.2), RULES).volume("visits") == pytest.approx(0)


def test_a_provider_without_investors_carries_what_it_can_or_does_not_begin() -> None:
    """With a purse of its own it waits for its 110; with nothing, and nobody to lend, it cannot pay the first visit."""
    assert solved(bond(EACH_YEAR, investor_money=""), RULES).volume("visits") == pytest.approx(30)
    assert solved(bond(EACH_YEAR, investor_money=0), RULES).volume("visits") == pytest.approx(0)


# What holds whatever the figures


def test_a_place_without_contracts_has_the_same_linear_program() -> None:
    """No table, no whole numbers."""
    assert_same_program(PLACE)


def test_a_contract_that_pays_all_on_delivery_and_nothing_for_results_changes_nothing() -> None:
    """The very same program, with whatever threshold, cap, lag or investors."""
    idle = {"upfront_share": 1, "tariff": 0, "threshold": 5, "cap": 9, "payment_lag": 2, "investor_money": 7}
    assert_same_program(paying(idle))


def assert_same_program(place: Place) -> None:
    """Compare the program with the rule and without it."""
    one, other = solved(place, model(contracts={})), solved(PLACE, model())
    assert one.labels == other.labels
    assert len(one.formulation.program.whole) == 0
    assert np.array_equal(one.formulation.program.matrix.toarray(), other.formulation.program.matrix.toarray())
    assert np.array_equal(one.formulation.program.objective, other.formulation.program.objective)


def test_terms_that_cannot_bind_need_no_yes_or_no_decisions() -> None:
    """200 cases could bring 400 safe, the cap; none can be below 0, the threshold; nobody reaches 401."""
    for idle in ({"cap": 400, "threshold": 0}, {"threshold": 401}):
        found = solved(paying({"tariff": 1, **idle}), RULES)
        assert len(found.formulation.program.whole) == 0
    assert len(solved(paying({"tariff": 1, "cap": 399}), RULES).formulation.program.whole) == 1


@pytest.mark.parametrize(
    ("column", "figures"),
    [
        ("tariff", (0, 1, 2, 5)),
        ("cap", (0, 20, 40, 100)),
        ("deadweight", (2, 1, 0.5, 0)),
        ("top_up_share", (1, 0.6, 0.2, 0)),
    ],
)
def test_a_place_that_pays_more_for_the_same_is_never_better_off(column: str, figures: tuple[float, ...]) -> None:
    """Each figure makes visits dearer than the one before, and the last than the first."""
    worth = [solved(paying({"tariff": 3, column: figure}), RULES).value for figure in figures]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def test_more_investors_money_is_never_worse() -> None:
    """And 90 of it better than 20."""
    worth = [solved(bond(EACH_YEAR, investor_money=money), RULES).value for money in (0, 20, 90, 100, 300)]
    assert worth == sorted(worth)
    assert worth[1] < worth[2]


def test_areas_and_cohorts_share_a_threshold() -> None:
    """40 safe wherever and for whomever: 25 visits at 20, as in one area."""
    place = paying({"tariff": 5, "threshold": 40}).replace(
        areas=rows("area population", ("east", 300), ("west", 700)),
        demand=rows("need cohort cases", ("falls", "old", 80), ("falls", "young", 120), ("illness", "", 60)),
    )
    assert solved(place, RULES).volume("visits") == pytest.approx(25)


def test_who_plans_alone_holds_the_contracts_of_what_it_leads() -> None:
    """The council pays 12 a visit from its own 500; the NHS buys its 100 clinic as ever."""
    rules = model(contracts={}, silos={}, pooling={"powers": "lead"})
    assert solved(paying({"tariff": 1}), rules).volumes() == pytest.approx((500 / 12, 100, 0))


def test_limits_on_spend_count_a_unit_s_whole_cost() -> None:
    """300 of visits are 30, though 5 of each 10 is paid later: 30 * (5 + 2 * 4.0001) to the nearest penny."""
    limits = rows("subject max_spend", ("visits", 300))
    plan = certified(paying({"upfront_share": 0.5, "tariff": 4.0001}, limits=limits))
    assert plan.allocation.query("service == 'visits'")["volume_units"].sum() == pytest.approx(30)
    assert plan.funding.query("subject == 'visits'")["amount_money"].sum() == pytest.approx(390.01, abs=1e-9)


@pytest.mark.parametrize("pooling", [{}, POT])
def test_ledgers_balance_to_the_penny(pooling: dict[str, object]) -> None:
    """Every stream's money is used or left; what was paid for a service in a year is what its deliveries cost then."""
    table = terms(
        {"upfront_share": 1 / 3, "tariff": 3.7, "payment_lag": 1, "top_up_share": 1 / 7, "cap": 77.7},
        {"contract": "cure", "service": "clinic", "outcome": "well", "tariff": 0.13, "deadweight": 0.9},
    )
    place = tiny(contracts=table, years=[2026, 2027, 2028]).replace(
        limits=rows("subject year min_volume max_volume", ("visits", "2028", 0, 0), ("visits", "", 13.7, 47.3))
    )
    plan = certified(place, pooling=pooling)
    used = plan.funding.groupby("stream")["amount_money"].sum()
    assert used.to_dict() == pytest.approx({"council_money": 1500, "nhs_money": 6000}, abs=1e-9)
    paid = plan.funding[plan.funding["use"] == "service"].groupby(["subject", "year"])["amount_money"].sum()
    spent = plan.allocation.groupby(["service", "year"])["spend_money"].sum()
    assert paid.to_dict() == pytest.approx(spent[spent > 0].to_dict(), abs=1e-9)
    assert paid["visits", "2028"] > 1
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum(), abs=1e-9)
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.spend, abs=0.02)
