"""Forms that differ in what is promised, and by whom; the tiny place and its sums stand in tests/tiny.py."""

from __future__ import annotations

import pytest

from commission_opt.analysis.ladder import compare
from commission_opt.model.read import read_model
from tests.forms.planning import delivered, planned
from tests.tiny import PLACE, effects, rows, tiny

AGREED = tiny(targets=rows("outcome minimum penalty", ("safe", 120, ""), ("well", 1000, 1.5)))
"""60 visits are agreed to be due, which cost 600 where the council has 500."""


def test_local_area_agreement_holds_partners_to_its_targets() -> None:
    """1,320 well are due for 1.5 each short: 50 visits give 100 safe and 200 well, 100 clinic 1,600: both are met."""
    place = AGREED.replace(targets=rows("outcome minimum penalty", ("safe", 100, ""), ("well", 2000, 1.5)))
    plan = planned(place, "local_area_agreement")
    assert delivered(plan) == pytest.approx((50, 100, 0))
    assert plan.objective == pytest.approx(3700 - 1.5 * 200)


def test_outcome_partnership_meets_its_objectives_at_least_cost() -> None:
    """40 safe take 20 visits, 200, which bring 80 well; the 720 left of 800 take 45 clinic, 900."""
    place = tiny(targets=rows("outcome minimum", ("safe", 40), ("well", 800)))
    plan = planned(place, "local_area_agreement", objective__kind="least_cost")
    assert delivered(plan) == pytest.approx((20, 45, 0))
    assert plan.spend == pytest.approx(1100)


def test_board_of_members_is_a_set_of_weights() -> None:
    """Weights of the place buy 125 clinic; a board that weighs what is safe at 5 has 150 visits and 50 clinic.

    A visit is then worth 18 for 10: 200 people, 2,500 pounds, v + c = 200 and 10 v + 20 c = 2,500.
    """
    assert delivered(planned(PLACE, "single_pot")) == pytest.approx((0, 125, 0))
    assert delivered(planned(PLACE, "single_pot", weight__safe="5")) == pytest.approx((150, 50, 0))


def test_board_led_by_officers_takes_its_aims_in_order() -> None:
    """What the council values comes first: 200 visits, 400 safe; then 10 ward for the 500 left."""
    order = '["own:council", "weighted_outcomes"]'
    plan = planned(PLACE, "single_pot", objective__order=order, objective__kind="lexicographic")
    assert delivered(plan) == pytest.approx((200, 0, 10))


def test_joint_commissioning_shares_one_service() -> None:
    """The NHS has to pay a quarter of visits: with the council's 500 they come to 666.67, and 91 2/3 clinic are left.

    A pound of visits takes 0.25 from clinic, worth 0.4, and gains 1, so all of the council's money goes there.
    """
    place = tiny(funders=rows("service agency min_share max_share", ("visits", "nhs", 0.25, 0.5)))
    plan = planned(place, "aligned")
    paid = plan.funding[plan.funding["subject"] == "visits"].groupby("agency")["amount_money"].sum()
    assert paid.to_dict() == pytest.approx({"council": 500, "nhs": 166.67})
    assert delivered(plan) == pytest.approx((200 / 3, 275 / 3, 0))


def test_causes_before_symptoms() -> None:
    """100 visits for 1,000 in the first year avert all 60 illnesses of the next, so nobody needs a bed then.

    First year: 30 ward are due, 1,500, worth 2 each, and the other 1,000 goes into visits, worth nothing themselves.
    Second year: no ward is due and 2,500 buy 125 clinic. Without prevention each year has 30 ward and 50 clinic: 3,320.
    """
    place = tiny(
        prevention=rows("service need cases_averted lag persistence", ("visits", "illness", 0.6, 1, 0)),
        needs=rows("need must_meet", ("illness", 0.5)),
        effects=effects(("visits", "safe", 0, 0, 0), ("clinic", "well", 16, 0, 0), ("ward", "well", 1, 0, 0)),
        years=[2026, 2027],
        baseline=PLACE.table("baseline").head(0),
    )
    at_once = {"transition__enabled": "false", "prevention__salvage": "0"}
    assert planned(place, "whole_place", **at_once).value == pytest.approx(60 + 4000)
    assert planned(place, "whole_place", **at_once, prevention__enabled="false").value == pytest.approx(2 * 1660)


def test_private_provider_has_a_cost_and_a_share_of_its_own() -> None:
    """A provider at 16 for what costs the NHS 20, with at most half of the market: 2,000 / 36 of each."""
    place = tiny(
        services=rows(
            "service agency need unit unit_cost",
            ("visits", "council", "falls", "case", 10),
            ("clinic", "nhs", "falls", "case", 20),
            ("provider", "nhs", "falls", "case", 16),
        ),
        effects=rows(
            "service outcome effect",
            ("visits", "safe", 2),
            ("visits", "well", 4),
            ("clinic", "well", 16),
            ("provider", "well", 16),
        ),
        demand=rows("need cases", ("falls", 200)),
        baseline=PLACE.table("baseline").head(2),
        groups=rows("group service", ("market", "clinic"), ("market", "provider")),
        relations=rows("relation subject other ratio", ("at_most", "provider", "group:market", 0.5)),
    )
    plan = planned(place, "aligned")
    assert plan.allocation.groupby("service")["volume_units"].sum()["provider"] == pytest.approx(2000 / 36)
    assert plan.value == pytest.approx(500 + 2 * 2000 / 36 * 32)


def test_local_people_decide_by_weights_that_name_their_source() -> None:
    """Every weight carries who stated it; half the weight of well brings visits level with clinic at 0.6 a pound."""
    voted = PLACE.table("outcomes").assign(weight=[1, 1], source="a vote of residents, 2026")
    plan = planned(tiny(outcomes=voted), "aligned")
    assert plan.place.table("outcomes")["source"].tolist() == ["a vote of residents, 2026"] * 2
    assert plan.value == pytest.approx(50 * (2 + 4) + 100 * 16)


def test_many_places_show_what_pooling_is_worth_by_kind_of_place() -> None:
    """Councils of 250, 500 and 1,000 pounds: pooling gains 0.6 for every pound of theirs, as far as there is demand."""
    gains = []
    for money in (250.0, 500.0, 1000.0):
        place = tiny(funding=PLACE.table("funding").assign(amount=[money, 2000.0]))
        found = compare(place, [read_model("aligned"), read_model("single_pot")])
        gains.append(found.plans[1].value - found.plans[0].value)
    assert gains == pytest.approx([150, 300, 600])


def test_delivery_plans_on_from_what_has_happened() -> None:
    """80 clinic were delivered in the first year, 20 short of the plan: 3,060 then, 3,700 in the year still open."""
    place = tiny(
        years=[2026, 2027],
        limits=rows("subject year min_volume max_volume", ("clinic", "2026", 80, 80), ("ward", "2026", 0, 0)),
    )
    plan = planned(place, "aligned")
    assert plan.value == pytest.approx(500 + 80 * 32 + 3700)


@pytest.mark.parametrize(("kept", "value"), [(0, 4000), (20, 200 + 115 * 32)])
def test_ceding_a_service_and_its_budget_moves_the_decision(kept: float, value: float) -> None:
    """The council cedes visits and its 500: the NHS buys 125 clinic, or 20 visits that were promised and 115 clinic."""
    place = tiny(limits=rows("subject min_volume max_volume", ("visits", kept, 200)))
    ceded = {"services__agency__visits": "nhs", "funding__agency__council_money": "nhs"}
    assert planned(place, "aligned", **ceded).value == pytest.approx(value)
