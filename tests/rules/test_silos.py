"""Silos: every agency plans alone."""

from __future__ import annotations

import pytest

from tests.tiny import PLACE, model, rows, solved, status_of, tiny

LEAD: dict[str, object] = {"powers": "lead"}


def test_each_agency_values_what_it_answers_for() -> None:
    """The council counts safe alone: 2 x 50; the NHS well: 3,200."""
    plan = solved(PLACE, model(silos={}, pooling=LEAD))
    assert plan.volumes() == pytest.approx((50, 100, 0))
    assert plan.value == pytest.approx(100 + 3200)


def test_own_weights_replace_what_an_agency_answers_for() -> None:
    """The council values well at 0.5 besides safe: 50 visits are worth 2 and 4 x 0.5 each; then safe not at all."""
    place = tiny(own_weights=rows("agency outcome weight", ("council", "well", 0.5)))
    assert solved(place, model(silos={}, pooling=LEAD)).value == pytest.approx(200 + 3200)
    place = tiny(own_weights=rows("agency outcome weight", ("council", "well", 0.5), ("council", "safe", 0)))
    assert solved(place, model(silos={}, pooling=LEAD)).value == pytest.approx(100 + 3200)


def test_what_an_agency_does_not_value_it_does_not_buy() -> None:
    """A council that counts only what others bring about leaves its money."""
    place = tiny(own_weights=rows("agency outcome weight", ("council", "safe", -1)))
    assert solved(place, model(silos={}, pooling=LEAD)).volume("visits") == pytest.approx(0)


def test_shared_demand_is_divided_by_today_then_by_room() -> None:
    """120 cases: 50 each today, the 20 left by equal room; clinic stops at 60, ward takes the 800 left."""
    place = tiny(demand=rows("need cases", ("falls", 120), ("illness", 60)))
    plan = solved(place, model(silos={}, coverage={}, pooling=LEAD))
    assert plan.volumes() == pytest.approx((50, 60, 16))


def test_demand_below_today_is_divided_by_today() -> None:
    """80 cases for services that deliver 75 and 25 today: 60 and 20."""
    place = tiny(
        demand=rows("need cases", ("falls", 80), ("illness", 60)),
        baseline=rows("service volume", ("visits", 75), ("clinic", 25)),
        funding=rows("stream agency amount", ("council_money", "council", 5000), ("nhs_money", "nhs", 2000)),
    )
    plan = solved(place, model(silos={}, coverage={}, pooling=LEAD))
    assert plan.volumes() == pytest.approx((60, 20, 32))


def test_shared_duties_are_divided_by_today() -> None:
    """80 of 200 cases, half of them each: the council's 300 reach 30 visits, but not 40."""
    place = tiny(
        needs=rows("need must_meet", ("falls", 0.4)),
        funding=rows("stream agency amount", ("council_money", "council", 300), ("nhs_money", "nhs", 2000)),
        baseline=rows("service volume", ("visits", 30), ("clinic", 30)),
    )
    assert status_of(place, model(silos={}, duty={}, pooling=LEAD)) == "infeasible"
    assert status_of(place, model(duty={})) == "optimal"


def test_shared_limits_are_divided_and_never_add_up_to_more() -> None:
    """At most 120 for falls together: 50 today each, 20 by room, so clinic 60."""
    place = tiny(limits=rows("subject max_volume", ("need:falls", 120)))
    plan = solved(place, model(silos={}, duty={}, pooling=LEAD))
    assert plan.volumes() == pytest.approx((50, 60, 16))


def test_no_row_joins_two_agencies() -> None:
    """So the sum of their own programs is one program."""
    place = tiny(
        needs=rows("need must_meet", ("falls", 0.2)),
        limits=rows("subject max_volume", ("tag:health", 300), ("need:falls", 180)),
        relations=rows("relation subject other ratio", ("at_most", "clinic", "visits", 3)),
        outcomes=PLACE.table("outcomes").assign(ceiling=[0.1, 5]),
    )
    rules = model(silos={}, coverage={}, duty={}, relations={}, ceilings={}, pooling=LEAD)
    plan = solved(place, rules)
    program = plan.formulation.program
    leads = {"visits": "council", "clinic": "nhs", "ward": "nhs"}
    for row in range(program.shape[0]):
        columns = program.matrix.tocsr()[[row], :].nonzero()[1]
        named = [program.column_label(int(column)) for column in columns]
        agencies = {leads[name.split("[")[1].split(",")[0]] for name in named if name.startswith("volume")}
        assert len(agencies) <= 1, program.row_label(row)


def test_with_one_agency_silos_change_nothing() -> None:
    """It answers for everything and leads everything."""
    place = tiny(
        services=PLACE.table("services").assign(agency="nhs"),
        outcomes=PLACE.table("outcomes").assign(agency="nhs"),
    )
    alone, together = solved(place, model(silos={}, pooling=LEAD)), solved(place, model(pooling=LEAD))
    assert alone.value == pytest.approx(together.value)
