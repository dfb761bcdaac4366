"""A price is what one more or one less unit of a rule's bound changes, found again by solving anew."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from tests.plan.tiny import plan_of, tiny_place
from tests.random_places import random_place
from tests.tiny import POT, model, rows, services, tiny

EXACT = "stream, agency, amount\ncouncil_money, council, 1000\nicb_money, icb, 1000"

MODELS = ("aligned", "section_75", "local_area_agreement", "total_place")


def best(plan: Plan, label: str, bound: float) -> float:
    """Return the best objective with one row's bound set anew, by a solver that is not ours; NaN if there is none."""
    program = plan.program
    labels = [program.row_label(row) for row in range(program.shape[0])]
    row = labels.index(label)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    was = price_of(plan, label)["bound"]
    lower[row] = bound if lower[row] == was else lower[row]
    upper[row] = bound if upper[row] == was else upper[row]
    inside = optimize.LinearConstraint(program.matrix, lower, upper)
    found = optimize.milp(-program.objective, constraints=inside, bounds=optimize.Bounds(program.lower, program.upper))
    return np.nan if found.x is None else float(-found.fun)


def price_of(plan: Plan, label: str) -> dict[str, float]:
    """Return one row of the table of prices."""
    return plan.prices.set_index("label").loc[label].to_dict()


def test_price_of_money_is_what_a_pound_buys() -> None:
    """The council's buys 0.3 falls between £0 and the £1,000 that all 100 people take; the NHS's 0.4 up to £1,200."""
    plan = plan_of(tiny_place(), "aligned")
    council = price_of(plan, "pooling.stream[council_money,2026]")
    assert (council["price"], council["price_low"], council["price_high"]) == pytest.approx((0.3, 0.3, 0.3))
    assert (council["valid_from"], council["valid_to"], council["bound"]) == pytest.approx((0, 1000, 600))
    icb = price_of(plan, "pooling.stream[icb_money,2026]")
    assert (icb["price"], icb["valid_from"], icb["valid_to"]) == pytest.approx((0.4, 0, 1200))


def test_price_at_a_corner_has_two_sides() -> None:
    """£1,000 just pay for the 100 visits that are allowed: more of one alone is worth nothing, less of it costs."""
    place = tiny_place(
        funding="stream, agency, amount\ncouncil_money, council, 1000",
        demand="need, cases\nfalls, 200\nillness, 0",
        limits="subject, max_volume\nvisits, 100",
    )
    plan = plan_of(place, "aligned")
    worth = {"pooling.stream[council_money,2026]": 0.3, "duty.max_volume[visits,*,2026]": 3.0}
    assert len(plan.prices) > 0
    for row in plan.prices.to_dict("records"):
        assert row["price_low"] == pytest.approx(0.0, abs=1e-9)
        assert row["price_high"] == pytest.approx(worth[row["label"]])
        assert best(plan, row["label"], row["bound"] + 1) == pytest.approx(300)
        assert best(plan, row["label"], row["bound"] - 1) == pytest.approx(300 - worth[row["label"]])


def test_a_share_that_may_be_pooled_has_a_price() -> None:
    """Of the council's 500 two fifths may go into the pot, where a pound buys clinics: 1.6 instead of visits' 1.0."""
    funding = rows(
        "stream agency amount poolable_share", ("council_money", "council", 500, 0.4), ("nhs_money", "nhs", 2000, 1.0)
    )
    plan = solve(tiny(funding=funding), model(pooling=POT))
    pooled = price_of(plan, "pooling.poolable[council_money,2026]")
    assert (pooled["bound"], pooled["price_low"], pooled["price_high"]) == pytest.approx((200, 0.6, 0.6))
    assert (pooled["valid_from"], pooled["valid_to"]) == pytest.approx((0, 500))
    assert pooled["sentence"] == "one more £1 that council_money may put into the pot in 2026"


def test_the_least_that_has_to_be_pooled_has_a_price() -> None:
    """The pot pays for wards alone: there a pound of the NHS gives 0.8, while its clinic outside gives 1.6."""
    funding = rows(
        "stream agency amount minimum_contribution",
        ("council_money", "council", 500, 0),
        ("nhs_money", "nhs", 2000, 100),
    )
    place = tiny(funding=funding, services=services(tags=["home", "health", "beds"]))
    pot = {"partners": "all", "scope": "tags", "tags": ["beds"], "minimum_contributions": True}
    plan = solve(place, model(pooling={"pot": pot}))
    least = price_of(plan, "pooling.minimum_contribution[nhs_money,2026]")
    assert (least["bound"], least["price_low"], least["price_high"]) == pytest.approx((100, -0.8, -0.8))


def test_prices_end_where_they_say() -> None:
    """Inside the range the objective is straight; beyond it each pound brings less, before it each cost more."""
    plan = plan_of(tiny_place(), "total_place")
    money = price_of(plan, "pooling.stream[council_money,2026]")
    start, at = plan.objective, money["bound"]
    for bound in (money["valid_from"], money["valid_to"]):
        assert best(plan, "pooling.stream[council_money,2026]", bound) - start == pytest.approx(
            money["price"] * (bound - at)
        )
        beyond = bound + 0.01 * (bound - at)
        gained = best(plan, "pooling.stream[council_money,2026]", beyond) - start
        assert np.isnan(gained) or gained < money["price"] * (beyond - at) - 1e-3


@pytest.mark.parametrize("seed", [3, 6])
@pytest.mark.parametrize("model", MODELS)
def test_prices_have_the_sign_of_what_they_are(seed: int, model: str) -> None:
    """More money or staff never does harm; a duty or a target never does good."""
    prices = solve(random_place(seed), read_model(model)).prices
    helps = prices["label"].str.match(r"pooling\.stream|resources\.|duty\.max|coverage\.need")
    binds = prices["label"].str.match(r"duty\.need|duty\.min|targets\.")
    assert (prices.loc[helps, ["price", "price_low", "price_high"]].fillna(0.0) >= -1e-9).all(axis=None)
    assert (prices.loc[binds, ["price", "price_low", "price_high"]].fillna(0.0) <= 1e-9).all(axis=None)
    assert not (prices["price_low"] > prices["price_high"] + 1e-6 * prices["price"].abs()).any()


def test_a_bound_that_cannot_move_has_a_price_on_one_side_only() -> None:
    """£600 for the 60 visits that must be: with 61 there is no plan, with 59 a pound less buys nothing."""
    plan = plan_of(tiny_place(limits="subject, min_volume\nvisits, 60"), "aligned")
    money = price_of(plan, "pooling.stream[council_money,2026]")
    assert (money["price"], money["price_low"], money["price_high"]) == pytest.approx((0.3, 0.3, np.inf))
    assert (money["valid_from"], money["valid_to"]) == pytest.approx((600, 1000))
    least = price_of(plan, "duty.min_volume[visits,*,2026]")
    assert (least["price"], least["price_low"], least["price_high"]) == pytest.approx((0.0, -np.inf, 0.0))
    assert (least["valid_from"], least["valid_to"]) == pytest.approx((-np.inf, 60))


def test_a_rule_worth_something_on_one_side_only_is_listed() -> None:
    """£1,000 buy just the 100 visits that people need: £1 more gains nothing, £1 less costs 0.3."""
    money = price_of(plan_of(tiny_place(funding=EXACT), "aligned"), "pooling.stream[council_money,2026]")
    assert (money["price"], money["price_low"], money["price_high"]) == pytest.approx((0.0, 0.0, 0.3))
    assert (money["valid_from"], money["valid_to"]) == pytest.approx((0, np.inf))
    assert (money["amount"], money["change_more"], money["change_less"]) == pytest.approx((1, 0, -0.3))


def test_a_change_beyond_the_range_is_solved_for() -> None:
    """£99,995 buy all but half of the 10,000 visits: £1,000 more gain 1.5, £1,000 less cost 300."""
    place = tiny_place(
        funding="stream, agency, amount\ncouncil_money, council, 99995",
        demand="need, cases\nfalls, 10000\nillness, 0",
    )
    money = price_of(plan_of(place, "aligned"), "pooling.stream[council_money,2026]")
    assert (money["amount"], money["change_more"], money["change_less"]) == pytest.approx((1000, 1.5, -300))
    assert money["sentence"] == "one more £1k for council_money in 2026"


def test_prices_with_yes_or_no_decisions_are_told_beside_true_changes() -> None:
    """31 ward take three blocks. With these one less gains 24 by clinic; truly it also closes a block and gains 264.

    A ward is worth 40 and costs 40 in an open block, for which 20 a unit clinic would gain 64.
    """
    place = tiny(
        capacity=rows("service block_size block_cost notice closure_cost", ("ward", 15, 150, 0, 0)),
        limits=rows("subject min_volume", ("ward", 31)),
    )
    plan = solve(place, model(capacity={}, duty={}))
    assert any("yes-or-no" in note for note in plan.notes)
    least = plan.prices.set_index("rule").loc["duty"]
    assert (least["price_low"], least["price_high"]) == pytest.approx((-24, -24))
    assert (least["change_more"], least["change_less"]) == pytest.approx((-24, 264))


def doubled(place: Place) -> Place:
    """Return a place in which all outcomes weigh twice as much."""
    outcomes = place.table("outcomes")
    outcomes["weight"] *= 2
    return place.replace(outcomes=outcomes)


def test_doubling_weights_doubles_prices() -> None:
    """Their unit is outcome value per unit of the rule."""
    one, two = plan_of(tiny_place(), "aligned").prices, plan_of(doubled(tiny_place()), "aligned").prices
    assert one["label"].tolist() == two["label"].tolist()
    assert two["price"].tolist() == pytest.approx((2 * one["price"]).tolist())
    assert two["valid_to"].tolist() == pytest.approx(one["valid_to"].tolist())


def test_price_says_in_words_what_it_is_a_price_of() -> None:
    """One more pound for a stream in a year."""
    money = price_of(plan_of(tiny_place(), "aligned"), "pooling.stream[council_money,2026]")
    assert money["sentence"] == "one more £1 for council_money in 2026"
    assert money["unit"] == "money a year"
