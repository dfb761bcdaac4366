"""What real pooled funds have: earmarks inside the fund, an overspend shared in proportion, money that stays in it."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.errors import InfeasibleError, ModelError
from commission_opt.model.formulate import formulate
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.solve import solve
from commission_opt.program.text import program_text
from tests.plan.test_ledger import assert_balances
from tests.tiny import PLACE, Solved, model, rows, solved, status_of, tiny


def fund(**settings: object) -> Model:
    """Return a model of pooling alone with a pot for everything and minimum contributions due."""
    return model(pooling={"pot": {"partners": "all", "scope": "all", "minimum_contributions": True, **settings}})


def money(council: tuple[float, float], nhs: tuple[float, float], **columns: object) -> pd.DataFrame:
    """Return the two streams with their minimum contributions and poolable shares."""
    return rows(
        "stream agency amount minimum_contribution poolable_share",
        ("council_money", "council", 500, *council),
        ("nhs_money", "nhs", 2000, *nhs),
    ).assign(**columns)


def earmarks(*cells: tuple[str | float, ...]) -> pd.DataFrame:
    """Return a table of earmarks without years."""
    return rows("stream subject amount", *cells)


def marked(*cells: tuple[str | float, ...], **changes: object) -> Place:
    """Return the tiny place with minimum contributions of 100 and 300, and earmarks."""
    return tiny(funding=money((100, 1), (300, 1)), earmarks=earmarks(*cells), **changes)


def test_an_earmark_binds_and_has_a_price() -> None:
    """300 of 2,500 buy visits at 1.0 instead of clinic at 1.6: 4,000 - 300 * 0.6."""
    plan = solved(marked(("nhs_money", "visits", 300)), fund())
    assert plan.volumes() == pytest.approx((30, 110, 0))
    assert plan.value == pytest.approx(4000 - 300 * 0.6)
    assert plan.price("pooling.earmark[revenue pot,visits,2026]") == pytest.approx(1.0 - 1.6)


@pytest.mark.parametrize("subject", ["visits", "tag:home", "group:modes"])
def test_earmarks_of_the_streams_in_a_pot_add_up(subject: str) -> None:
    """100 of the council and 300 of the NHS for visits, by any name: 4,000 - 400 * 0.6."""
    place = marked(
        ("nhs_money", subject, 300),
        ("council_money", subject, 100),
        groups=rows("group service", ("modes", "visits")),
    )
    assert solved(place, fund()).value == pytest.approx(4000 - 400 * 0.6)


def test_what_several_earmarks_mean_counts_for_each_of_them() -> None:
    """300 for ward (0.8) is for health too, so the 100 for health change nothing: 4,000 - 300 * 0.8."""
    place = marked(("nhs_money", "ward", 300), ("council_money", "tag:health", 100))
    assert solved(place, fund()).value == pytest.approx(4000 - 300 * 0.8)


def test_earmarks_hold_only_where_minimum_contributions_are_due() -> None:
    """Without them, and without a pot, the program is that of the place without earmarks."""
    bare, place = tiny(funding=money((100, 1), (300, 1))), marked(("nhs_money", "visits", 300))
    for rules in (fund(minimum_contributions=False), model(), model(silos={}, pooling={"powers": "lead"})):
        assert program_text(formulate(place, rules)) == program_text(formulate(bare, rules))


def test_no_earmarks_and_earmarks_of_nothing_leave_the_program_alone() -> None:
    """Row by row."""
    bare = program_text(formulate(tiny(funding=money((100, 1), (300, 1))), fund()))
    assert program_text(formulate(marked(("nhs_money", "visits", 0)), fund())) == bare
    assert "earmark" not in bare


def test_an_earmark_for_what_is_bought_anyway_changes_nothing() -> None:
    """The whole pot goes to clinic, which meets falls: its earmark of 300 has no price."""
    plan = solved(marked(("nhs_money", "need:falls", 300)), fund())
    assert plan.value == pytest.approx(4000)
    assert plan.price("pooling.earmark[revenue pot,need:falls,2026]") == pytest.approx(0)


def test_a_larger_earmark_is_never_worth_more() -> None:
    """Each further pound costs 0.6."""
    worth = [solved(marked(("nhs_money", "visits", amount)), fund()).value for amount in (0, 50, 100, 200, 300)]
    assert worth == pytest.approx([4000 - 0.6 * amount for amount in (0, 50, 100, 200, 300)])


def test_an_earmark_of_a_year_holds_in_that_year() -> None:
    """100 every year but 300 in 2027: 4,000 - 60 and 4,000 - 180."""
    marks = rows("stream subject year amount", ("nhs_money", "visits", "", 100), ("nhs_money", "visits", "2027", 300))
    place = tiny(years=[2026, 2027], funding=money((100, 1), (300, 1)), earmarks=marks)
    plan = solved(place, fund())
    assert plan.volume("visits", year="2026") == pytest.approx(10)
    assert plan.volume("visits", year="2027") == pytest.approx(30)


def test_only_what_the_pot_pays_counts() -> None:
    """The council buys 50 visits outside a pot of the NHS's 300; these still have to buy visits: 80 and 85."""
    place = tiny(funding=money((0, 0), (300, 0.15)), earmarks=earmarks(("nhs_money", "visits", 300)))
    plan = solved(place, fund())
    assert plan.volumes() == pytest.approx((80, 85, 0))


def test_an_earmark_is_met_by_the_pot_inside_its_own_ring_fence() -> None:
    """A grant of 200 for clinic or ward, 150 of it for ward: ward 3, clinic 2.5; nothing else makes up for it."""
    place = tiny(
        funding=rows(
            "stream agency amount ring_fence minimum_contribution",
            ("council_money", "council", 500, "", 0),
            ("nhs_money", "nhs", 2000, "", 0),
            ("nhs_grant", "nhs", 200, "health_grant", 200),
        ),
        ring_fences=rows("ring_fence service", ("health_grant", "clinic"), ("health_grant", "ward")),
        earmarks=earmarks(("nhs_grant", "ward", 150)),
    )
    settings = {"pot": {"partners": "all", "scope": "all", "minimum_contributions": True}}
    plan = solved(place, model(pooling=settings, ring_fences={}))
    assert plan.value == pytest.approx(4000 + 150 * 0.8 + 50 * 1.6)
    assert plan.price("pooling.earmark[revenue pot inside health_grant,ward,2026]") == pytest.approx(-0.8)


def test_an_earmark_counts_one_kind_of_money_alone() -> None:
    """Clinic costs 5 of capital too; 60 of capital are earmarked for it and 300 of revenue: 15 clinic, not 12."""
    place = tiny(
        services=PLACE.table("services").assign(capital_cost=[0.0, 5.0, 0.0]),
        funding=rows(
            "stream agency kind amount minimum_contribution",
            ("council_money", "council", "revenue", 500, 0),
            ("nhs_money", "nhs", "revenue", 2000, 300),
            ("nhs_capital", "nhs", "capital", 200, 60),
        ),
        earmarks=earmarks(("nhs_money", "clinic", 300), ("nhs_capital", "clinic", 60)),
        outcomes=rows("outcome unit weight agency", ("safe", "units", 1, "council"), ("well", "units", 0, "nhs")),
    )
    assert solved(place, fund()).volumes() == pytest.approx((200, 15, 0))


def test_a_conflict_names_the_earmark() -> None:
    """No more than 20 visits, 200 in money, but 300 earmarked for them."""
    place = marked(("nhs_money", "visits", 300), limits=rows("subject max_volume", ("visits", 20)))
    rules = fund().set("duty.source", "test")
    with pytest.raises(InfeasibleError) as caught:
        solve(place, rules)
    assert "the revenue pot has to spend at least £300 on visits in 2026" in str(caught.value)
    assert "volume of visits" in str(caught.value)


def test_an_earmark_for_what_the_pot_may_not_pay_for_is_a_conflict() -> None:
    """A pot for home services cannot spend on ward."""
    assert status_of(marked(("nhs_money", "ward", 300)), fund(scope="tags", tags=["home"])) == "infeasible"


def test_agencies_that_plan_alone_and_share_a_pot_still_have_a_plan() -> None:
    """The earmark is kept there too."""
    rules = model(silos={}, pooling={"pot": {"partners": "all", "scope": "all", "minimum_contributions": True}})
    assert solved(marked(("nhs_money", "visits", 300)), rules).volume("visits") >= 30 - 1e-6


IN_PROPORTION = fund(overspend="in_proportion")


def test_an_overspend_is_shared_in_proportion_to_minimum_contributions() -> None:
    """The NHS may pool 400, 100 beyond its 300, so the council adds a third of that to its 100, and keeps 366.67.

    A further pound that the council owes buys clinic instead of visits (+0.6); one that the NHS owes leaves it a pound
    less to add, and the council a third of that (-0.2).
    """
    plan = solved(tiny(funding=money((100, 1), (300, 0.2))), IN_PROPORTION)
    assert plan.total("overspend") == pytest.approx(400 / 3)
    assert plan.total("pooled", stream="council_money") == pytest.approx(100 + 100 / 3)
    assert plan.value == pytest.approx(500 - 400 / 3 + (2000 + 400 / 3) * 1.6)
    assert plan.price("pooling.overspend[revenue pot,council,2026]") == pytest.approx(0.6)
    assert plan.price("pooling.overspend[revenue pot,nhs,2026]") == pytest.approx(-0.2)


def test_sharing_freely_is_worth_what_the_council_can_pool() -> None:
    """All of its 500 at 1.6."""
    assert solved(tiny(funding=money((100, 1), (300, 0.2))), fund()).value == pytest.approx(4000)


def test_streams_of_one_partner_add_up() -> None:
    """The NHS's 300 of the scheme are all pooled; a tenth of its other 1,700 is the 170 that the council matches."""
    place = tiny(
        funding=rows(
            "stream agency amount minimum_contribution poolable_share",
            ("council_money", "council", 500, 100, 1),
            ("nhs_scheme", "nhs", 300, 300, 1),
            ("nhs_core", "nhs", 1700, 0, 0.1),
        )
    )
    plan = solved(place, IN_PROPORTION)
    put_in = 100 + 170 / 3
    assert plan.total("pooled", stream="nhs_core") == pytest.approx(170)
    assert plan.total("pooled", stream="council_money") == pytest.approx(put_in)
    assert plan.value == pytest.approx(500 - put_in + (2000 + put_in) * 1.6)


def test_no_money_is_locked_where_nobody_can_add_to_the_fund() -> None:
    """The fund holds 400; all else is spent where it is: 400 on visits, 2,100 on clinic."""
    plan = solved(tiny(funding=money((100, 1), (300, 0.15))), IN_PROPORTION)
    assert plan.total("overspend") == pytest.approx(0)
    assert plan.volumes() == pytest.approx((40, 105, 0))


def test_a_partner_that_owes_nothing_stays_out_of_the_fund() -> None:
    """The council's 500 buy visits; where nobody owes anything the agencies align."""
    assert solved(tiny(funding=money((0, 1), (300, 1))), IN_PROPORTION).value == pytest.approx(3700)
    assert solved(PLACE, IN_PROPORTION).value == pytest.approx(3700)


def test_nobody_owing_anything_is_the_program_without_a_pot() -> None:
    """Row by row: a fund that is empty pays for nothing."""
    assert program_text(formulate(PLACE, IN_PROPORTION)) == program_text(formulate(PLACE, model()))


def test_where_everything_is_owed_sharing_in_proportion_changes_nothing() -> None:
    """All money is a minimum contribution: the single pot, either way."""
    place = tiny(funding=money((500, 1), (2000, 1)))
    assert solved(place, IN_PROPORTION).value == pytest.approx(solved(place, fund()).value)
    assert solved(place, IN_PROPORTION).value == pytest.approx(4000)


@pytest.mark.parametrize("share", [0.15, 0.2, 0.3, 0.6, 1.0])
def test_sharing_in_proportion_lies_between_aligned_and_free(share: float) -> None:
    """For whatever the NHS may pool."""
    place = tiny(funding=money((100, 1), (300, share)))
    worth = [solved(place, rules).value for rules in (model(), IN_PROPORTION, fund())]
    assert worth == pytest.approx(sorted(worth))


def test_capital_is_shared_by_itself() -> None:
    """Of capital only the council's grant is owed, so the NHS's capital stays its own: 50 clinic through either."""
    place = tiny(
        services=PLACE.table("services").assign(capital_cost=[2.0, 5.0, 0.0]),
        funding=rows(
            "stream agency kind amount minimum_contribution",
            ("council_money", "council", "revenue", 500, 100),
            ("grant", "council", "capital", 100, 100),
            ("nhs_money", "nhs", "revenue", 2000, 300),
            ("nhs_capital", "nhs", "capital", 250, 0),
        ),
    )
    plan = solved(place, IN_PROPORTION)
    assert plan.total("pooled", stream="grant") == pytest.approx(100)
    assert "pooling.overspend[capital pot,council,2026]" in plan.labels
    assert "pooling.overspend[capital pot,nhs,2026]" not in plan.labels
    assert plan.total("payment", payer="nhs_capital") == pytest.approx(250)


def test_an_overspend_in_proportion_needs_something_to_be_in_proportion_to() -> None:
    """The model says so when it is read."""
    with pytest.raises(ModelError, match="needs minimum_contributions = true"):
        fund(overspend="in_proportion", minimum_contributions=False)


def two_years(carry_forward_share: float) -> Solved:
    """Plan a fund for home services that the NHS owes 1,000 a year; nobody falls before 2027."""
    place = tiny(
        years=[2026, 2027],
        demand=rows("need year cases", ("falls", 2026, 0), ("falls", 2027, 400), ("illness", "", 60)),
        funding=money((0, 1), (1000, 1), carry_forward_share=[0.0, carry_forward_share]),
        baseline=rows("service volume"),
    )
    return solved(place, fund(scope="tags", tags=["home"]))


def test_what_the_fund_does_not_spend_stays_in_it() -> None:
    """The 1,000 left in 2026 buy 100 visits in 2027, not clinic at 1.6, which the NHS's own money buys."""
    plan = two_years(1.0)
    assert plan.total("pot carry") == pytest.approx(1000)
    assert plan.volume("visits", year="2027") == pytest.approx(50 + 200)
    assert plan.volume("clinic", year="2027") == pytest.approx(100)


def test_what_may_not_be_carried_is_lost_to_the_fund() -> None:
    """100 visits by the fund in 2027, 50 by the council; the NHS's own 1,000 buy ward in 2026 and clinic in 2027."""
    plan = two_years(0.0)
    assert plan.volume("visits", year="2027") == pytest.approx(50 + 100)
    assert plan.volume("clinic", year="2027") == pytest.approx(50)
    assert plan.volume("ward", year="2026") == pytest.approx(20)


THEMED = tiny(
    funding=money((0, 1), (0, 1), theme=["home", "health"], ring_fence=["", "ward_grant"]),
    ring_fences=rows("ring_fence service", ("ward_grant", "ward")),
)
"""Money with themes; that of the NHS came with a fence around ward."""


def test_an_integrated_settlement_moves_a_tenth_of_a_theme_and_lifts_its_fence() -> None:
    """50 of the 500 for home go to clinic: 45 visits and 2,050 / 20 clinic. A tenth of health could come back."""
    plan = solved(THEMED, read_model("integrated_settlement"))
    assert plan.volumes() == pytest.approx((45, 102.5, 0))
    assert plan.total("virement") == pytest.approx(50)
    assert plan.price("pooling.virement[revenue pot for home,2026]") == pytest.approx(0.6)


def test_a_theme_may_be_held_to_what_it_takes_from_others() -> None:
    """A hundredth of the 2,000 for health: 20 of the 50 that could leave home."""
    rules = read_model("integrated_settlement").set("pooling.pot.theme_intake", 0.01)
    plan = solved(THEMED, rules)
    assert plan.volumes() == pytest.approx((48, 101, 0))
    assert plan.price("pooling.virement_in[revenue pot for health,2026]") == pytest.approx(0.6)


def test_ledgers_of_a_better_care_fund_balance_to_the_penny() -> None:
    """The council's third of a penny is rounded; the fund's money is told apart from what streams pay themselves."""
    place = tiny(
        funding=money((100, 1), (300, 0.2)),
        earmarks=earmarks(("nhs_money", "visits", 250)),
        areas=rows("area population cost_factor", ("all", 1000, 1.07)),
    )
    plan = solve(place, read_model("better_care"))
    assert_balances(plan)
    paid = plan.funding[plan.funding["use"] == "service"].groupby(["through", "subject"])["amount_money"].sum()
    assert paid["revenue pot", "visits"] >= 250 - 0.01
    through = plan.funding[plan.funding["through"] == "revenue pot"].groupby("stream")["amount_money"].sum()
    assert through["council_money"] - 100 == pytest.approx((through["nhs_money"] - 300) / 3, abs=0.02)
