"""Assets: sites close, services move together, room and access stay."""

from __future__ import annotations

import pytest

from commission_opt.model.model import Model
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.rules.estate import ALONE, ONE_AREA, ROOMS, RULES, SHARED, estate, open_sites, sites
from tests.tiny import PLACE, model, rows, solved, status_of, tiny

TODAY_WARD = PLACE.table("baseline").tail(1)


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


def test_plan_says_which_sites_close_and_what_is_in_the_others() -> None:
    """Centre closes; 120 clinic and 50 visits fill 170 of the 200 square metres of hall, annex and lodge."""
    place = estate(placements=rows("service site", ("visits", "hall"), ("visits", "annex")))
    plan = solve_arrays(compile_place(place), SHARED, SolveOptions())
    assert "centre closes in 2026." in plan.notes
    assert not [note for note in plan.notes if "lodge closes" in note]
    table = plan.sites.set_index("site")
    assert table["open"].to_dict() == {"annex": "yes", "centre": "no", "hall": "yes", "lodge": "yes"}
    assert table["used"].sum() == pytest.approx(170)
    assert table["left"].sum() == pytest.approx(30)
    assert table["services"]["centre"] == ""
    assert table["services"]["lodge"] == "clinic"
    assert solve_arrays(compile_place(estate()), model(), SolveOptions()).sites.empty
