"""Capacity: cash is released only when a block closes.

Most places here deliver ward in blocks of 15 that cost 150 each: 10 of the 50 that a unit costs, so that a unit takes
40 in an open block.
"""

from __future__ import annotations

import pandas as pd
import pytest

from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.solve import SolveOptions, solve_arrays
from tests.tiny import PLACE, model, rows, solved, tiny

RULES = model(capacity={}, duty={})


def table(*cells: tuple[str | float, ...]) -> pd.DataFrame:
    """Return a capacity table."""
    return rows("service block_size block_cost notice closure_cost", *cells)


def blocks(*cells: tuple[str | float, ...], least: float = 0, **changes: object) -> Place:
    """Return the tiny place with blocks, and a least volume of ward, which money alone would not buy."""
    return tiny(capacity=table(*cells), limits=rows("subject min_volume", ("ward", least)), **changes)


def test_units_come_in_whole_blocks() -> None:
    """31 ward need three blocks of 15: 1,240 + 450 leave 310, so 15.5 clinic."""
    plan = solved(blocks(("ward", 15, 150, 0, 0), least=31), RULES)
    assert plan.total("blocks") == pytest.approx(3)
    assert plan.volumes() == pytest.approx((50, 15.5, 31))
    assert plan.value == pytest.approx(500 + 496 + 1240)


def test_full_blocks_cost_what_their_units_cost() -> None:
    """30 ward fill two blocks: 1,500 as without blocks, and 25 clinic for the rest."""
    with_blocks = solved(blocks(("ward", 15, 150, 0, 0), least=30), RULES)
    assert with_blocks.volumes() == pytest.approx(solved(blocks(least=30), model(duty={})).volumes())
    assert with_blocks.volume("clinic") == pytest.approx(25)


def test_fewer_units_release_no_cash_while_the_block_is_open() -> None:
    """20 or 16 ward take two blocks: 4 units less free 160 of unit cost, and nothing of the blocks' 300."""
    two = [solved(blocks(("ward", 15, 150, 0, 0), least=least), RULES) for least in (20, 16)]
    assert [plan.total("blocks held") for plan in two] == pytest.approx([2, 2])
    assert two[1].volume("clinic") - two[0].volume("clinic") == pytest.approx(160 / 20)
    one = solved(blocks(("ward", 15, 150, 0, 0), least=15), RULES)
    assert one.volume("clinic") - two[1].volume("clinic") == pytest.approx((40 + 150) / 20)


def test_notice_and_closure_cost_come_before_the_cash() -> None:
    """Today's 20 ward fill two blocks. Both close: 300 under notice and 60 for closing, so 82 clinic, then 100."""
    place = blocks(("ward", 15, 150, 1, 30), years=[2026, 2027])
    plan = solved(place, RULES)
    assert plan.total("blocks") == pytest.approx(0)
    assert plan.total("blocks held", year="2026") == pytest.approx(2)
    assert plan.total("blocks closed", year="2026") == pytest.approx(2)
    assert plan.volume("clinic", year="2026") == pytest.approx(82)
    assert plan.volume("clinic", year="2027") == pytest.approx(100)


def test_a_block_too_dear_to_close_stays_open() -> None:
    """Closing costs 5,000, which nobody has: the blocks are kept and 1,700 left."""
    plan = solved(blocks(("ward", 15, 150, 0, 5000)), RULES)
    assert plan.total("blocks") == pytest.approx(2)
    assert plan.value == pytest.approx(500 + 1700 / 20 * 32)


def test_opening_takes_no_notice() -> None:
    """No ward today, 15 due in the second year: one block then, none before."""
    place = blocks(("ward", 15, 150, 2, 30), years=[2026, 2027], baseline=PLACE.table("baseline").head(2)).replace(
        limits=rows("subject year min_volume", ("ward", "2027", 15))
    )
    plan = solved(place, RULES)
    assert [plan.total("blocks held", year=year) for year in ("2026", "2027")] == pytest.approx([0, 1])


def test_blocks_that_cost_nothing_change_nothing() -> None:
    """Any number of them is open."""
    place = blocks(("ward", 7, 0, 3, 0), ("clinic", 9, 0, 0, 0), least=31)
    assert solved(place, RULES).value == pytest.approx(solved(place, model(duty={})).value)


def test_a_place_without_blocks_has_the_same_linear_program() -> None:
    """No table, no whole numbers."""
    with_rule, without = solved(PLACE, model(capacity={})), solved(PLACE, model())
    assert with_rule.labels == without.labels
    assert len(with_rule.formulation.program.whole) == 0


def test_dearer_blocks_are_never_better() -> None:
    """The more of a unit's cost is the block's, the more a half-empty block wastes."""
    worth = [solved(blocks(("ward", 15, cost, 0, 0), least=20), RULES).value for cost in (0, 75, 150, 750)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] > worth[-1]


def test_areas_and_cohorts_share_blocks() -> None:
    """31 ward take three blocks wherever and for whomever they are."""
    place = blocks(("ward", 15, 150, 0, 0), least=31).replace(
        areas=rows("area population", ("east", 300), ("west", 700)),
        demand=rows("need cohort cases", ("falls", "", 200), ("illness", "old", 45), ("illness", "young", 15)),
    )
    assert solved(place, RULES).total("blocks") == pytest.approx(3)


def test_who_plans_alone_holds_the_blocks_of_what_it_leads() -> None:
    """The NHS pays 300 for the year's two blocks, open or under notice; the council's 50 visits are as ever."""
    plan = solved(blocks(("ward", 15, 150, 1, 30)), model(capacity={}, duty={}, silos={}, pooling={"powers": "lead"}))
    assert plan.volumes() == pytest.approx((50, 85, 0))


def test_closed_blocks_stand_in_the_plan_while_they_are_paid_for() -> None:
    """No ward any more, yet 300 under notice and 60 for closing in the first year, for what is delivered today."""
    place = blocks(("ward", 15, 150, 1, 30), years=[2026, 2027])
    plan = solve_arrays(compile_place(place), RULES, SolveOptions())
    ward = plan.allocation[plan.allocation["service"] == "ward"].set_index("year")
    assert ward["spend_money"].to_dict() == pytest.approx({"2026": 360, "2027": 0})
    assert plan.allocation["spend_money"].sum() == pytest.approx(plan.spend)


def test_the_plan_says_who_paid_for_blocks() -> None:
    """By the solver's own bound, to the penny: 31 ward at 40 and three blocks, 1,240 + 450 of NHS money."""
    plan = solve_arrays(compile_place(blocks(("ward", 15, 150, 0, 0), least=31)), RULES, SolveOptions())
    assert plan.certificate.kind == "solver_bound"
    paid = plan.funding[plan.funding["subject"] == "ward"]
    assert paid["agency"].tolist() == ["nhs"]
    assert paid["amount_money"].sum() == pytest.approx(1690)
    spent = plan.allocation.groupby("service")["spend_money"].sum()
    assert spent["ward"] == pytest.approx(1690)
    assert spent.sum() == pytest.approx(2500)
    assert plan.funding["amount_money"].sum() == pytest.approx(2500)
    assert plan.agencies["put_in_money"].sum() == pytest.approx(plan.agencies["led_spend_money"].sum())
