"""Forms that differ in whose money pays for what; the tiny place and its sums stand in tests/tiny.py."""

from __future__ import annotations

import pytest

from tests.forms.planning import delivered, planned
from tests.tiny import PLACE, rows, services, tiny


def test_total_place_counts_all_money_before_it_plans() -> None:
    """Today's 50, 50 and 20 cost 2,500, 500 of it the council's, 1,000 of it on the ward; no stream is lost."""
    plan = planned(PLACE, "status_quo")
    spent = plan.funding.groupby("agency")["amount_money"].sum()
    assert spent.to_dict() == pytest.approx({"council": 500, "nhs": 2000})
    assert plan.allocation.groupby("service")["spend_money"].sum()["ward"] == pytest.approx(0.4 * plan.spend)
    assert plan.value == pytest.approx(2900)


def test_money_out_of_scope_still_reconciles() -> None:
    """The NHS stays out of the pot, yet its 2,000 stand in the ledger."""
    plan = planned(PLACE, "single_pot", funding__poolable_share__nhs_money="0")
    assert plan.funding.groupby("agency")["amount_money"].sum().sum() == pytest.approx(2500)


@pytest.mark.parametrize(("tags", "value"), [('["health"]', 4000), ('["home"]', 3700), ('["nobody"]', 3700)])
def test_community_budget_joins_money_for_one_group(tags: str, value: float) -> None:
    """For health the council's 500 buys clinic at 1.6 a pound, 300 more than visits; for visits nobody adds money."""
    assert planned(PLACE, "community_budget", pooling__pot__tags=tags).value == pytest.approx(value)


@pytest.mark.parametrize(("stream", "worth"), [("council_money", 300), ("nhs_money", 0)])
def test_whole_place_budget_puts_a_value_on_every_stream_that_joins(stream: str, worth: float) -> None:
    """All in: 2,500 / 20 = 125 clinic, worth 4,000; without the council's 500, which has better to go to, 3,700."""
    without = planned(PLACE, "single_pot", **{f"funding__poolable_share__{stream}": "0"})
    assert planned(PLACE, "single_pot").value - without.value == pytest.approx(worth)


FENCED = tiny(
    funding=rows(
        "stream agency amount ring_fence",
        ("council_money", "council", 500, ""),
        ("nhs_money", "nhs", 1000, ""),
        ("nhs_grant", "nhs", 1000, "ward_grant"),
    ),
    ring_fences=rows("ring_fence service legal_basis", ("ward_grant", "ward", "a grant condition")),
)
"""Half of the NHS's money is for the ward alone: aligned 50 visits, 50 clinic and 20 ward, worth 2,900."""


@pytest.mark.parametrize(("share", "value"), [("1", 4000), ("0.9", 3600)])
def test_block_grant_merges_grants_and_frees_them(share: str, value: float) -> None:
    """2,900 with the fence; one free grant of 2,500 buys 125 clinic, one of 2,250 buys 112.5."""
    assert planned(FENCED, "aligned").value == pytest.approx(2900)
    assert planned(FENCED, "block_grant", pooling__grant__share=share).value == pytest.approx(value)


def test_block_grant_protects_what_was() -> None:
    """500 on the ward stay: 10 ward and 100 clinic, worth 400 + 3,200."""
    place = FENCED.replace(limits=rows("subject min_spend", ("ward", 500)))
    assert planned(place, "block_grant").value == pytest.approx(3600)


def test_single_capital_pot_pays_for_capital_and_nothing_else() -> None:
    """Clinic takes 3 of capital, which the council has 300 of and the NHS none.

    Aligned there is no clinic: 50 visits and 40 ward, worth 2,100. Pooled: 100 clinic, and 500 left for visits.
    """
    place = tiny(
        services=services(capital_cost=[0, 3, 0]),
        funding=rows(
            "stream agency kind amount",
            ("council_money", "council", "revenue", 500),
            ("works", "council", "capital", 300),
            ("nhs_money", "nhs", "revenue", 2000),
        ),
    )
    assert planned(place, "aligned").value == pytest.approx(2100)
    assert delivered(planned(place, "single_pot")) == pytest.approx((50, 100, 0))


def test_pooled_is_worth_more_than_aligned_and_aligned_than_apart() -> None:
    """The council could run clubs at 5 for another's outcome, 8 well, worth 16 to each of 150 people who worry.

    Alone it values what is safe and visits: 3,700. Aligned it runs 100 clubs: 1,600 + 3,200. Pooled all 150 are reached
    for 750, and 1,750 buy 87.5 clinic: 2,400 + 2,800.
    """
    service, need = ("club", "council", "worry", "case", 5, "home"), ("worry", 150)
    place = tiny(
        services=rows(
            "service agency need unit unit_cost tags",
            ("visits", "council", "falls", "case", 10, "home"),
            ("clinic", "nhs", "falls", "case", 20, "health"),
            ("ward", "nhs", "illness", "case", 50, "health"),
            service,
        ),
        effects=rows(
            "service outcome effect",
            ("visits", "safe", 2),
            ("visits", "well", 4),
            ("club", "well", 8),
            ("clinic", "well", 16),
            ("ward", "well", 20),
        ),
        demand=rows("need cases", ("falls", 200), ("illness", 60), need),
    )
    ladder = [planned(place, model).value for model in ("siloed", "aligned", "single_pot")]
    assert ladder == pytest.approx([3700, 4800, 5200])


def test_ring_fenced_budget_has_a_price_of_its_own() -> None:
    """A further pound inside the fence buys ward at 0.8, outside it clinic at 1.6."""
    prices = planned(FENCED, "aligned").prices.set_index("label")["price"]
    assert prices["pooling.stream[nhs_grant,2026]"] == pytest.approx(0.8)
    assert prices["pooling.stream[nhs_money,2026]"] == pytest.approx(1.6)


def test_withdrawal_of_a_fence_counts_from_its_year() -> None:
    """2,900 while the grant is fenced, 3,700 in the year after."""
    place = tiny(
        years=[2026, 2027],
        funding=rows(
            "stream year agency amount ring_fence",
            ("council_money", "", "council", 500, ""),
            ("nhs_money", "", "nhs", 1000, ""),
            ("nhs_grant", "2026", "nhs", 1000, "ward_grant"),
            ("nhs_grant", "2027", "nhs", 1000, ""),
        ),
        ring_fences=rows("ring_fence service legal_basis", ("ward_grant", "ward", "a grant condition")),
    )
    assert planned(place, "aligned").value == pytest.approx(2900 + 3700)


def test_legal_barrier_is_worth_what_lifting_it_gains() -> None:
    """3,700 without the fence, 2,900 with it, by the same model."""
    lifted = planned(FENCED, "aligned", ring_fences__enabled="false")
    assert lifted.value - planned(FENCED, "aligned").value == pytest.approx(800)


def test_department_joins_or_stays_out() -> None:
    """The NHS's pot has only its own 2,000; with the council in it there are 500 more for clinic."""
    apart = planned(PLACE, "single_pot", pooling__pot__partners='["nhs"]')
    assert apart.value == pytest.approx(3700)
    assert planned(PLACE, "single_pot", pooling__pot__partners='["council", "nhs"]').value == pytest.approx(4000)


THEMED = PLACE.table("funding").assign(theme=["home", "health"])


def test_integrated_settlement_lets_a_tenth_leave_its_theme() -> None:
    """50 of home's 500 buy 2.5 clinic in place of 5 visits: 45 visits and 102.5 clinic, worth 450 + 3,280."""
    plan = planned(tiny(funding=THEMED), "integrated_settlement")
    assert delivered(plan) == pytest.approx((45, 102.5, 0))
    assert plan.value == pytest.approx(3730)


@pytest.mark.parametrize(("kept", "value"), [("", 4000), (500, 3600)])
def test_strategic_commissioner_plans_for_sectors_that_were_apart(kept: str | float, value: float) -> None:
    """The council commissions health with the NHS's money: 125 clinic; or 100 and the 10 ward that are safeguarded."""
    place = tiny(
        services=services(agency=["council"] * 3),
        funding=PLACE.table("funding").assign(agency="council"),
        limits=rows("subject min_spend max_spend", ("ward", kept, 2500)),
    )
    assert planned(place, "aligned").value == pytest.approx(value)


def test_cuts_fall_where_they_do_least_damage() -> None:
    """A tenth less everywhere loses 50 + 320; a pound of the NHS's loses 1.6 and one of the council's 1."""
    plan = planned(PLACE, "aligned", budget__council="-10%", budget__nhs="-10%")
    assert plan.value == pytest.approx(3700 - 50 - 320)
    prices = plan.prices.set_index("label")["price"]
    assert prices["pooling.stream[nhs_money,2026]"] > prices["pooling.stream[council_money,2026]"]
