"""Pooling: whose money pays for what, and how much of it there is."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tiny import PLACE, POT, Solved, model, rows, services, solved, tiny


def pot(**settings: object) -> dict[str, object]:
    """Return settings of pooling with a pot."""
    return {"pot": {"partners": "all", "scope": "all", **settings}}


def money(columns: str, council: tuple[object, ...], nhs: tuple[object, ...]) -> pd.DataFrame:
    """Return the two streams with further columns."""
    return rows(
        f"stream agency amount {columns}", ("council_money", "council", 500, *council), ("nhs_money", "nhs", 2000, *nhs)
    )


def test_aligned_money_is_worth_what_its_agency_can_do_with_it() -> None:
    """Visits 50 and clinic 100; a pound of the council buys 1.0, one of the NHS 1.6."""
    plan = solved(PLACE, model())
    assert plan.volumes() == pytest.approx((50, 100, 0))
    assert plan.value == pytest.approx(3700)
    assert plan.price("pooling.stream[council_money,2026]") == pytest.approx(1.0)
    assert plan.price("pooling.stream[nhs_money,2026]") == pytest.approx(1.6)


def test_a_single_pot_buys_the_best_first() -> None:
    """2,500 at 1.6."""
    plan = solved(PLACE, model(pooling=POT))
    assert plan.value == pytest.approx(4000)
    assert plan.price("pooling.pot[revenue pot,2026]") == pytest.approx(1.6)
    assert plan.total("pooled") == pytest.approx(2500)


def test_only_the_poolable_share_leaves_the_agency() -> None:
    """The council may pool 200: clinic 110, visits 30."""
    plan = solved(tiny(funding=money("poolable_share", (0.4,), (1,))), model(pooling=POT))
    assert plan.volumes() == pytest.approx((30, 110, 0))


def test_minimum_contributions_bind_only_where_the_model_says_so() -> None:
    """300 of the NHS must go into a pot for home services: clinic 85, visits 80."""
    place = tiny(funding=money("minimum_contribution", (0,), (300,)))
    scope = {"scope": "tags", "tags": ["home"]}
    assert solved(place, model(pooling=pot(**scope))).value == pytest.approx(3700)
    plan = solved(place, model(pooling=pot(**scope, minimum_contributions=True)))
    assert plan.volumes() == pytest.approx((80, 85, 0))


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"scope": "tags", "tags": ["health"]}, 4000),
        ({"scope": "tags", "tags": ["home"]}, 3700),
        ({"scope": "tags", "tags": ["nothing_has_this"]}, 3700),
        ({"scope": "partners", "partners": ["nhs"]}, 3700),
        ({"scope": "partners", "partners": ["council", "nhs"]}, 4000),
        ({"scope": "partners", "partners": ["Council", "NHS"]}, 4000),
        ({"scope": "all", "partners": ["council"]}, 4000),
        ({"scope": "all", "partners": ["fire"]}, 3700),
    ],
)
def test_a_pot_reaches_as_far_as_its_partners_and_scope(settings: dict[str, object], value: float) -> None:
    """The council's 500 buy visits (500) outside the pot and clinic (800) through it."""
    assert solved(PLACE, model(pooling=pot(**settings))).value == pytest.approx(value)


def test_a_model_says_which_partners_and_tags_a_place_lacks() -> None:
    """And the rest of its rules hold."""
    notes = solved(PLACE, model(pooling=pot(partners=["fire"], scope="tags", tags=["families"]))).formulation.notes
    assert "This place has no agency of kind 'fire', so none takes part in the pot." in notes
    assert "This place has no service tagged 'families', so the pot pays for nothing." in notes


@pytest.mark.parametrize(("virement", "value"), [(0.0, 3700), (0.2, 40 * 10 + 105 * 32), (1.0, 4000)])
def test_at_most_a_share_leaves_a_theme(virement: float, value: float) -> None:
    """Of the 500 for home a fifth may go to health: visits 40, clinic 105."""
    place = tiny(funding=money("theme", ("home",), ("health",)))
    assert solved(place, model(pooling=pot(theme_virement=virement))).value == pytest.approx(value)


def test_themed_money_pays_for_its_theme_whoever_leads_it_and_for_nothing_else() -> None:
    """Settled for health, the council's 500 buy clinic (4,000); settled for home, the NHS's 2,000 buy visits alone."""
    settings = pot(streams="themed", theme_virement=0.0)
    health = tiny(funding=money("theme", ("health",), ("",)))
    assert solved(health, model(pooling=settings)).volumes() == pytest.approx((0, 125, 0))
    home = tiny(funding=money("theme", ("",), ("home",)))
    assert solved(home, model(pooling=settings)).volumes() == pytest.approx((200, 0, 0))


def test_a_settlement_leaves_money_without_a_theme_where_it_is() -> None:
    """With themes for nobody the agencies align, and the plan says so."""
    plan = solved(PLACE, model(pooling=pot(streams="themed", theme_virement=0.1)))
    assert plan.value == pytest.approx(3700)
    assert "This place has no money with a theme, so there is nothing to settle by themes." in plan.formulation.notes


LATE = rows("need year cases", ("falls", "2026", 60), ("falls", "2027", 200), ("illness", "", 60))
"""Clinic reaches 60 in 2026, so 800 of the NHS would do more in 2027 (1.6) than on ward (0.8)."""


def carried(share: float, settings: dict[str, object]) -> Solved:
    """Plan two years in which a part of the NHS's money may be carried forward."""
    place = tiny(demand=LATE, years=[2026, 2027], funding=money("carry_forward_share", (0,), (share,)))
    return solved(place, model(pooling=settings))


def test_money_that_may_not_be_carried_is_used_or_lost() -> None:
    """3,060 in 2026 (visits 50, clinic 60, ward 16), 3,700 in 2027."""
    assert carried(0.0, {}).value == pytest.approx(6760)
    assert carried(0.1, {"carry_forward": False}).value == pytest.approx(6760)


def test_at_most_the_share_is_carried_forward() -> None:
    """A tenth of 2,000 moves from 0.8 to 1.6 a pound."""
    plan = carried(0.1, {})
    assert plan.total("carry") == pytest.approx(200)
    assert plan.value == pytest.approx(6760 + 200 * 0.8)


def test_a_pot_adds_nothing_to_what_may_be_carried() -> None:
    """A tenth of the NHS's 2,000, whether it or the pot carries it; and nothing of the council's."""
    plan = carried(0.1, POT)
    assert plan.total("carry") + plan.total("pot carry") == pytest.approx(200)


def test_nothing_is_carried_back_or_beyond_the_last_year() -> None:
    """With all of 2,000 allowed, clinic in 2027 takes what ward would have had in 2026: 800."""
    assert carried(1.0, {}).value == pytest.approx(6760 + 800 * 0.8)


def capital(amount: float) -> pd.DataFrame:
    """Return the streams and, where there is any, capital of the NHS."""
    return rows(
        "stream agency kind amount",
        ("council_money", "council", "revenue", 500),
        ("nhs_money", "nhs", "revenue", 2000),
        ("nhs_capital", "nhs", "capital", amount),
    )


@pytest.mark.parametrize(
    ("amount", "revenue_pays_capital", "value"),
    [
        (0, False, 500 + 40 * 40),
        (250, False, 500 + 50 * 32 + 20 * 40),
        (9000, False, 3700),
        (0, True, 500 + 80 * 32),
        (500, True, 3700),
    ],
)
def test_revenue_may_pay_for_capital_but_never_the_reverse(
    amount: float, revenue_pays_capital: bool, value: float
) -> None:
    """Clinic costs 5 of capital a unit: 25 a unit in all where revenue has to pay for it."""
    place = tiny(services=services(capital_cost=[0, 5, 0]), funding=capital(amount))
    plan = solved(place, model(pooling={"revenue_pays_capital": revenue_pays_capital}))
    assert plan.value == pytest.approx(value)


def test_pots_of_capital_and_revenue_stay_apart() -> None:
    """250 of capital allow clinic 50; 1,500 of revenue are left for ward 30 and none for visits at 1.0: 50."""
    place = tiny(services=services(capital_cost=[0, 5, 0]), funding=capital(250))
    plan = solved(place, model(pooling=POT))
    assert plan.value == pytest.approx(50 * 32 + (2500 - 1000) * 1.0)
    assert plan.price("pooling.pot[capital pot,2026]") == pytest.approx((32 - 20) / 5)


@pytest.mark.parametrize(
    ("least", "most", "powers", "value"),
    [
        (0, 1, "lead_and_funders", 4000),
        (0, 0.1, "lead_and_funders", 2000 / 0.9 / 20 * 32 + (500 - 2000 / 9)),
        (0.25, 1, "lead_and_funders", 100 * 32 + 10 * 40),
        (0.25, 0.1 + 0.15, "lead_and_funders", 100 * 32 + 10 * 40),
        (0, 1, "lead", 3700),
        (0.25, 1, "lead", 3700),
    ],
)
def test_funders_pay_within_their_shares(least: float, most: float, powers: str, value: float) -> None:
    """The council may pay for clinic: freely, up to a tenth of it, or at least a quarter of it."""
    place = tiny(funders=rows("service agency min_share max_share", ("clinic", "council", least, most)))
    assert solved(place, model(pooling={"powers": powers})).value == pytest.approx(value)


def test_shares_of_funders_take_nothing_from_a_pot() -> None:
    """Pooling allows all that aligning does: the council pools 250 and pays up to its tenth beside the pot."""
    place = tiny(
        funders=rows("service agency min_share max_share", ("clinic", "council", 0, 0.1)),
        funding=money("poolable_share", (0.5,), (1,)),
    )
    aligned, pooled = solved(place, model()).value, solved(place, model(pooling=POT)).value
    assert aligned == pytest.approx(2000 / 0.9 / 20 * 32 + (500 - 2000 / 9))
    assert pooled >= aligned - 1e-6


@pytest.mark.parametrize(
    ("grant", "value"), [({"share": 1.0}, 4000), ({"share": 0.5}, 2000), ({"share": 0}, 0), ({"amount": 1000}, 1600)]
)
def test_a_grant_replaces_the_streams(grant: dict[str, object], value: float) -> None:
    """All of it through a pot at 1.6 a pound."""
    assert solved(PLACE, model(pooling={**POT, "grant": grant})).value == pytest.approx(value)


def test_the_costs_table_replaces_unit_costs() -> None:
    """Clinic at 32 a unit: 62.5 of them, worth 2,000."""
    place = tiny(costs=rows("service kind amount", ("clinic", "revenue", 32)))
    assert solved(place, model()).value == pytest.approx(500 + 2000)


def test_a_named_kind_of_money_limits_by_itself() -> None:
    """30 bed allowances let clinic reach 30; 1,400 buy 28 ward."""
    place = tiny(
        costs=rows("service kind amount", ("clinic", "beds", 1)),
        funding=rows(
            "stream agency kind amount",
            ("council_money", "council", "", 500),
            ("nhs_money", "nhs", "", 2000),
            ("nhs_beds", "nhs", "beds", 30),
        ),
    )
    assert solved(place, model()).value == pytest.approx(500 + 30 * 32 + 28 * 40)


def test_an_area_may_cost_more() -> None:
    """At twice the cost every volume halves."""
    place = tiny(areas=rows("area population cost_factor", ("all", 1, 2)))
    assert solved(place, model()).value == pytest.approx(1850)


def test_money_without_end_buys_all_the_demand() -> None:
    """Then money has no price: visits 200, clinic 200, ward 60."""
    plan = solved(tiny(funding=money("note", ("",), ("",)).assign(amount=1e6)), model())
    assert plan.value == pytest.approx(200 * 10 + 200 * 32 + 60 * 40)
    assert plan.price("pooling.stream[nhs_money,2026]") == pytest.approx(0)


def estates(**pooling: object) -> Solved:
    """Solve the tiny place where a visit costs 4 of capital, of which the council has 100 and the NHS 60."""
    funding = rows(
        "stream agency kind amount",
        ("council_money", "council", "revenue", 500),
        ("council_estate", "council", "capital", 100),
        ("nhs_money", "nhs", "revenue", 2000),
        ("nhs_estate", "nhs", "capital", 60),
    )
    return solved(tiny(funding=funding, services=services(capital_cost=[4, 0, 0])), model(pooling=pooling))


def test_a_pot_of_capital_alone_leaves_revenue_where_it_is() -> None:
    """Aligned 100 / 4 = 25 visits; in a capital pot 160 / 4 = 40, and a pound of capital is worth 10 / 4."""
    assert estates().volumes() == pytest.approx((25, 100, 0))
    plan = estates(**pot(kinds=["capital"]))
    assert plan.volumes() == pytest.approx((40, 100, 0))
    assert plan.price("pooling.pot[capital pot,2026]") == pytest.approx(2.5)
    assert not [label for label in plan.labels if label.startswith("pooling.pot[revenue")]


def test_kinds_of_money_add_up_to_the_single_pot() -> None:
    """Revenue alone 125 clinic, 4,000; both kinds named are all kinds."""
    assert estates(**pot(kinds=["revenue"])).value == pytest.approx(4000)
    both, every = estates(**pot(kinds=["revenue", "capital"])), estates(**POT)
    assert both.labels == every.labels
    assert both.value == pytest.approx(every.value)


def test_a_kind_of_money_that_nobody_has_is_said() -> None:
    """And the rest is as aligned."""
    plan = estates(**pot(kinds=["vehicles"]))
    assert plan.value == pytest.approx(estates().value)
    assert "No partner has vehicles money, so there is none in the pot." in plan.formulation.notes


def test_themes_bind_only_money_that_is_pooled() -> None:
    """Council revenue with the theme health pays for its own visits while only capital is pooled."""
    funding = money("theme", ("health",), ("health",))
    themed = pot(kinds=["capital"], theme_virement=0.1)
    assert solved(tiny(funding=funding), model(pooling=themed)).value == pytest.approx(3700)
    bound = pot(theme_virement=0.1)
    assert solved(tiny(funding=funding), model(pooling=bound)).volume("visits") == 0
