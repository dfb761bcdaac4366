"""Assets: sites close, bring their running cost and receipt back, and leave room and access behind."""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, POT, Cell, Solved, model, rows, services, solved, status_of, tiny

RULES = model(assets={})
SHARED = model(assets={"shared": True})
ALONE = model(assets={"shared": True}, silos={}, pooling={"powers": "lead"})
CAPITAL_POT: dict[str, object] = {"pot": {"partners": "all", "scope": "all", "kinds": ["capital"]}}

ROOMS = rows("service floor_area", ("visits", 1), ("clinic", 1))
"""A unit of visits or clinic takes a square metre; ward is delivered where people are."""

TODAY_WARD = PLACE.table("baseline").tail(1)

ONE_AREA = rows("area population", ("all", 1000))


def sites(*cells: tuple[Cell, ...]) -> pd.DataFrame:
    """Return a table of sites."""
    return rows("site agency floor_area running_cost receipt receipt_lag closure_cost closable shareable", *cells)


def estate(**changes: object) -> Place:
    """Return the tiny place with two sites for each agency, all of them shareable.

    Visits fit into the council's hall alone (100 square metres for 50), clinic into the NHS's centre (120 for 100).
    """
    table = sites(
        ("hall", "council", 100, 100, 0, 1, 0, "yes", "yes"),
        ("annex", "council", 40, 50, 0, 1, 0, "yes", "yes"),
        ("centre", "nhs", 120, 400, 0, 1, 0, "yes", "yes"),
        ("lodge", "nhs", 60, 200, 0, 1, 0, "yes", "yes"),
    )
    return tiny(**({"sites": table, "accommodation": ROOMS} | changes))


def open_sites(plan: Solved, year: str = "2026") -> set[str]:
    """Return the names of the sites that are open in a year."""
    return {
        site
        for site in plan.formulation.arrays.names.site.labels
        if plan.total("site open", site=site, year=year) > 0.5
    }


def test_closing_a_site_saves_rent_which_buys_units() -> None:
    """Annex brings 50, so 5 visits; lodge 200, so 10 clinic. Without hall only 40 visits fit, without centre 60 clinic.

    Council: hall alone 55 visits, 550; annex alone 40, 400. NHS: centre alone 110 clinic, 3,520; lodge alone 60 clinic
    and 24 ward of the other 1,200, 2,880.
    """
    plan = solved(estate(), RULES)
    assert open_sites(plan) == {"hall", "centre"}
    assert plan.volumes() == pytest.approx((55, 110, 0))
    assert plan.value == pytest.approx(550 + 3520)
    assert plan.total("placed", service="visits", site="hall") == pytest.approx(55)
    assert plan.total("placed", service="clinic", site="centre") == pytest.approx(110)


def test_shared_sites_let_the_dearest_close() -> None:
    """Without centre 400 more: 120 clinic, of which lodge takes 60; hall and annex have 140 for 50 visits and the rest.

    Without lodge too 130 clinic need all but 10 of the council's 140: 100 + 4,160. Without annex 160 square metres hold
    120 clinic and 40 visits: 4,240. So 500 + 3,840 is best.
    """
    plan = solved(estate(), SHARED)
    assert open_sites(plan) == {"hall", "annex", "lodge"}
    assert plan.volumes() == pytest.approx((50, 120, 0))
    assert plan.value == pytest.approx(500 + 3840)


def test_only_shareable_sites_take_in_services_of_others() -> None:
    """Where nobody lets others in, sharing changes nothing."""
    closed_to_others = estate().table("sites").assign(shareable="no")
    assert solved(estate(sites=closed_to_others), SHARED).value == pytest.approx(4070)


def test_access_keeps_a_site_open() -> None:
    """Only lodge is within reach: it stays, so the NHS has 100 clinic; with centre within reach too it may close."""
    place = estate(areas=ONE_AREA)
    lodge = solved(place.replace(reach=rows("area site", ("all", "lodge"))), RULES)
    assert open_sites(lodge) == {"hall", "centre", "lodge"}
    assert lodge.value == pytest.approx(550 + 3200)
    both = solved(place.replace(reach=rows("area site", ("all", "lodge"), ("all", "centre"))), RULES)
    assert both.value == pytest.approx(4070)


def test_what_is_not_closable_stays_open() -> None:
    """Annex and lodge may not close: the plan is that of the money alone, and hall and centre are needed."""
    table = estate().table("sites").assign(closable=["yes", "no", "yes", "no"])
    plan = solved(estate(sites=table), RULES)
    assert len(open_sites(plan)) == 4
    assert plan.value == pytest.approx(3700)


def test_closure_is_paid_in_the_year_of_closing_and_rent_comes_back_every_year() -> None:
    """Annex costs 60 to close and brings 50 a year: 49 visits, then 55. In the last year alone it is not worth it."""
    table = sites(
        ("hall", "council", 100, 0, 0, 1, 0, "yes", "no"),
        ("annex", "council", 40, 50, 0, 1, 60, "yes", "no"),
    )
    only_visits = {"sites": table, "accommodation": ROOMS.head(1)}
    plan = solved(tiny(years=[2026, 2027], **only_visits), RULES)
    assert [plan.volume("visits", year=year) for year in ("2026", "2027")] == pytest.approx([49, 55])
    assert plan.total("site closed", site="annex", year="2026") == pytest.approx(1)
    assert solved(tiny(**only_visits), RULES).volume("visits") == pytest.approx(50)


def test_what_is_closed_stays_closed() -> None:
    """Falls come in 2027 alone: hall would save 100 in 2026, which buys 2 ward, but is needed a year later."""
    table = sites(("hall", "nhs", 60, 100, 0, 1, 0, "yes", "yes"))
    demand = rows("need year cases", ("falls", "2026", 0), ("falls", "2027", 200), ("illness", "", 60))
    place = tiny(years=[2026, 2027], sites=table, accommodation=ROOMS, demand=demand, baseline=TODAY_WARD)
    plan = solved(place, SHARED)
    assert open_sites(plan, "2026") == open_sites(plan, "2027") == {"hall"}
    unused = solved(place.replace(demand=rows("need cases", ("falls", 0), ("illness", 60))), SHARED)
    assert open_sites(unused) == set()
    assert unused.volume("ward", year="2026") == pytest.approx(42)


CAPITAL = rows(
    "stream agency kind amount",
    ("council_money", "council", "revenue", 1000),
    ("council_estate", "council", "capital", 200),
    ("nhs_money", "nhs", "revenue", 2000),
    ("nhs_estate", "nhs", "capital", 0),
)


def sale(*cells: tuple[Cell, ...], **changes: object) -> Place:
    """Return the tiny place over three years where a visit costs 4 of capital, of which the council has 200 a year."""
    table = sites(("hall", "council", 100, 0, 0, 1, 0, "yes", "yes"), *cells)
    needs_capital = {"funding": CAPITAL, "services": services(capital_cost=[4, 0, 0]), "years": [2026, 2027, 2028]}
    return tiny(**({"sites": table, "accommodation": ROOMS.head(1)} | needs_capital | changes))


def visits_by_year(plan: Solved) -> list[float]:
    """Units of visits in each year."""
    return [plan.volume("visits", year=year) for year in ("2026", "2027", "2028")]


def test_receipt_buys_capital_two_years_later() -> None:
    """200 / 4 = 50 visits a year; annex, closed at once, is sold for 90 in 2028: 72.5."""
    plan = solved(sale(("annex", "council", 40, 0, 90, 2, 0, "yes", "no")), RULES)
    assert visits_by_year(plan) == pytest.approx([50, 50, 72.5])


def test_receipt_reaches_the_capital_pot() -> None:
    """Lodge is the NHS's, whose capital pays for no visits of its own; in one capital pot it buys 22.5 of them."""
    place = sale(("lodge", "nhs", 40, 0, 90, 2, 0, "yes", "no"))
    assert visits_by_year(solved(place, RULES)) == pytest.approx([50, 50, 50])
    pooled = solved(place, model(assets={}, pooling=CAPITAL_POT))
    assert visits_by_year(pooled) == pytest.approx([50, 50, 72.5])


def test_capital_receipts_never_pay_for_revenue() -> None:
    """5,000 of receipts, and not one unit more of what costs revenue alone, in one pot of each kind either."""
    table = sites(("lodge", "nhs", 40, 0, 5000, 1, 0, "yes", "no"))
    place = tiny(sites=table, years=[2026, 2027], funding=CAPITAL)
    for pooling in ({}, POT):
        assert solved(place, model(assets={}, pooling=pooling)).value == pytest.approx(
            solved(place, model(pooling=pooling)).value
        )


def test_receipt_after_the_last_year_is_not_counted() -> None:
    """A lag of three years in a plan of three: the site brings nothing, stays open, and nothing is decided."""
    plan = solved(sale(("annex", "council", 40, 0, 90, 3, 0, "yes", "no")), RULES)
    assert visits_by_year(plan) == pytest.approx([50, 50, 50])
    assert len(plan.formulation.program.whole) == 0


def test_receipt_needs_capital_money_to_arrive_in() -> None:
    """Without a capital stream of the owner's the plan says that the receipt comes back to nobody."""
    place = sale(("lodge", "nhs", 40, 0, 90, 2, 0, "yes", "no"), funding=CAPITAL.head(3))
    plan = solved(place, model(assets={}, pooling=CAPITAL_POT))
    assert visits_by_year(plan) == pytest.approx([50, 50, 50])
    assert [note for note in plan.formulation.notes if "closing lodge" in note and "nhs has no capital" in note]


def test_floor_area_binds_and_its_price_is_what_one_more_square_metre_is_worth() -> None:
    """40 square metres hold 20 visits of 2 each; one more is half a visit, worth 5. Nothing is decided."""
    table = sites(("annex", "council", 40, 50, 0, 1, 0, "no", "no"))
    place = tiny(sites=table, accommodation=rows("service floor_area", ("visits", 2)))
    plan = solved(place, RULES)
    assert plan.volume("visits") == pytest.approx(20)
    assert plan.price("assets.floor_area[annex,2026]") == pytest.approx(5)
    larger = solved(place.replace(sites=table.assign(floor_area=41)), RULES)
    assert larger.value - plan.value == pytest.approx(5)
    assert len(plan.formulation.program.whole) == 0


def test_placements_say_where_a_service_may_be() -> None:
    """Visits may be in annex alone: 40 of them, and hall may close, which brings 100 that visits cannot use."""
    plan = solved(estate(placements=rows("service site", ("visits", "annex"))), RULES)
    assert plan.volume("visits") == pytest.approx(40)
    assert plan.total("placed", service="visits", site="hall") == 0
    assert "annex" in open_sites(plan)


def test_service_without_a_site_that_it_may_use_is_not_delivered() -> None:
    """Clinic suits the council's hall alone, which the NHS may use only where sites are shared."""
    place = estate(placements=rows("service site", ("clinic", "hall")))
    apart = solved(place, RULES)
    assert apart.volume("clinic") == 0
    assert any("clinic is not delivered" in note for note in apart.formulation.notes)
    assert solved(place, SHARED).volume("clinic") > 0


def test_service_without_accommodation_needs_no_room() -> None:
    """Centre takes 50 clinic and lodge, without room, closes: 2,200 - 1,000 = 1,200 for 24 ward, placed nowhere."""
    tight = estate().table("sites").assign(floor_area=[100, 40, 50, 0])
    plan = solved(estate(sites=tight), RULES)
    assert plan.volumes() == pytest.approx((55, 50, 24))
    assert plan.total("placed", service="ward") == 0


def test_areas_and_cohorts_share_sites() -> None:
    """Whoever and wherever they are: the same optimum."""
    divided = estate(
        areas=rows("area population", ("east", 300), ("west", 700)),
        demand=rows("need cohort cases", ("falls", "old", 80), ("falls", "young", 120), ("illness", "", 60)),
    )
    assert solved(divided, SHARED).value == pytest.approx(4340)


def test_agencies_alone_keep_to_their_own_sites_and_their_own_access() -> None:
    """Hall and lodge are within reach: together hall is enough, alone the NHS keeps lodge and has 100 clinic."""
    reach = rows("area site", ("all", "hall"), ("all", "lodge"))
    place = estate(areas=ONE_AREA, reach=reach)
    assert solved(place, RULES).volumes() == pytest.approx((55, 110, 0))
    alone = solved(place, ALONE)
    assert open_sites(alone) == {"hall", "centre", "lodge"}
    assert alone.volumes() == pytest.approx((55, 100, 0))
    assert solved(estate(), ALONE).volumes() == pytest.approx((55, 110, 0))


def test_place_without_sites_has_the_same_linear_program() -> None:
    """No table, no rows, no whole numbers."""
    with_rule, without = solved(PLACE, SHARED), solved(PLACE, model())
    assert with_rule.labels == without.labels
    assert with_rule.formulation.program.shape == without.formulation.program.shape
    assert len(with_rule.formulation.program.whole) == 0


def test_sites_with_room_for_all_that_bring_nothing_change_nothing() -> None:
    """No running cost, no receipt: they stay open, nothing is decided, and the value is that without the rule."""
    roomy = estate().table("sites").assign(floor_area=1e9, running_cost=0)
    plan = solved(estate(sites=roomy), RULES)
    assert plan.value == pytest.approx(3700)
    assert plan.volumes() == pytest.approx(solved(PLACE, model()).volumes())
    assert len(plan.formulation.program.whole) == 0


def test_just_enough_floor_area_gives_the_plan_of_the_money_alone() -> None:
    """50 and 100 square metres for 50 visits and 100 clinic; a metre less costs a visit of 10."""
    table = estate().table("sites").assign(floor_area=[50, 0, 100, 0], closable="no")
    assert solved(estate(sites=table), RULES).value == pytest.approx(3700)
    less = solved(estate(sites=table.assign(floor_area=[49, 0, 100, 0])), RULES)
    assert less.value == pytest.approx(3690)


@pytest.mark.parametrize("rules", [RULES, SHARED, ALONE], ids=["own", "shared", "alone"])
def test_tightening_never_helps(rules: Model) -> None:
    """Less floor area, less rent to save, dearer closures, more access, fewer sites that may close."""
    place = estate(areas=ONE_AREA)
    table = place.table("sites")
    steps = [
        place,
        place.replace(sites=table.assign(closure_cost=30)),
        place.replace(sites=table.assign(closure_cost=30, floor_area=table["floor_area"] * 0.9)),
        place.replace(sites=table.assign(closure_cost=30, floor_area=table["floor_area"] * 0.9, running_cost=40)),
        place.replace(sites=table.assign(floor_area=table["floor_area"] * 0.9, running_cost=40, closable="no")),
    ]
    worth = [solved(step, rules).value for step in steps]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]
    closed = sorted(set(table["site"]) - open_sites(solved(place, rules)))[0]
    assert solved(place.replace(reach=rows("area site", ("all", closed))), rules).value < worth[0]


def test_sharing_is_never_worse_and_alone_is_never_better() -> None:
    """On the shared yardstick: 3,520 + 550 apart, 4,340 together."""
    assert solved(estate(), RULES).value < solved(estate(), SHARED).value
    assert status_of(estate(), ALONE) == "optimal"


@pytest.mark.parametrize("pooling", [{}, POT])
def test_ledgers_balance_to_the_penny_with_what_sites_bring(pooling: dict[str, object]) -> None:
    """What streams spend and leave is what they were given, with 40 1/3 of rent a year and the receipt of 90.01."""
    table = sites(
        ("hall", "council", 100, 0, 0, 1, 0, "yes", "yes"),
        ("annex", "council", 40, 40 + 1 / 3, 90.01, 2, 7.77, "yes", "no"),
    )
    place = sale(sites=table)
    plan = solve_arrays(compile_place(place), model(assets={}, savings={}, pooling=pooling), SolveOptions())
    assert plan.certificate.kind == "solver_bound"
    given = CAPITAL.groupby("agency")["amount"].sum() * 3
    back = plan.agencies.set_index("agency")["savings_money"]
    assert back.to_dict() == pytest.approx({"council": 3 * 40.33 + 90.01, "nhs": 0})
    used = plan.funding.groupby("agency")["amount_money"].sum()
    assert (used - given - back).abs().max() < 1e-6
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum(), abs=1e-9)
    assert plan.agencies["net_money"].sum() == pytest.approx(back.sum(), abs=1e-6)
    closing = plan.funding[plan.funding["use"] == "site"]
    assert closing["subject"].unique().tolist() == ["site:annex"]
    assert closing["amount_money"].sum() == pytest.approx(7.77)


def test_guarantees_count_what_sites_bring() -> None:
    """Alone the council closes annex and spends the 50: put in 550, led 550, brought 50. Together it still has 50."""
    rules = model(assets={"shared": True}, guarantees={"theta": None, "theta_money": 0.0}, pooling=POT)
    plan = solve_arrays(compile_place(estate()), rules, SolveOptions())
    net = plan.agencies.set_index("agency")["net_money"]
    assert net["council"] >= 50 - 0.01
    assert net["nhs"] >= 200 - 0.01
