"""Rules that cannot hold together are named with the right amounts, none too many, and checked by solving."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.conflict import Conflict
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Status, make_solver
from tests.plan.tiny import plan_of, tiny_place

RESOURCES = "resource, agency, kind, available\nnurses, icb, staff, 30"


def conflict_of(place: Place, model: str = "aligned") -> Conflict:
    """Return why a place has no plan."""
    with pytest.raises(InfeasibleError) as caught:
        plan_of(place, model)
    assert str(caught.value) == str(caught.value.conflict)
    return caught.value.conflict


def feasible(program: LinearProgram, rows: list[int]) -> bool:
    """Whether these rows can hold together, asked of a solver."""
    part = program.only_rows(np.array(rows, dtype=np.int64))
    status = make_solver("pulp:CBC").solve(part.with_objective(np.zeros(part.shape[1]))).status
    assert status in (Status.OPTIMAL, Status.INFEASIBLE)
    return status is Status.OPTIMAL


def assert_irreducible(place: Place, conflict: Conflict, model: str = "aligned") -> None:
    """All items together are impossible; without any one of them the rest is possible."""
    program = formulate(place, read_model(model))
    labels = [program.row_label(row) for row in range(program.shape[0])]
    rows = [labels.index(item.label) for item in conflict.items]
    assert not feasible(program, rows)
    for left_out in rows:
        assert feasible(program, [row for row in rows if row != left_out])


def test_money_short_of_a_duty_is_told_by_amount() -> None:
    """100 visits at £10 against the council's £600."""
    conflict = conflict_of(tiny_place(needs="need, must_meet\nfalls, 1"))
    assert conflict.shortfall == pytest.approx(400)
    assert conflict.unit == "money a year"
    for part in ("2026", "council_money", "£600", "£1.00k", "£400 short"):
        assert part in conflict.headline
    duty, money = conflict.items
    assert (duty.rule, duty.label, duty.side, duty.bound) == ("duty", "duty.need[falls]", "at least", 1000.0)
    assert (money.rule, money.label, money.side) == ("pooling", "pooling.stream[council_money,2026]", "at most")
    assert money.bound == 600


def test_pooling_lifts_that_shortage() -> None:
    """In one pot there are £1,600."""
    assert plan_of(tiny_place(needs="need, must_meet\nfalls, 1"), "total_place").value == pytest.approx(300 + 30 * 8)


def test_money_short_of_two_duties_in_one_pot() -> None:
    """Visits £1,000 and clinics £1,200 against £1,600; neither duty alone is too much."""
    conflict = conflict_of(tiny_place(needs="need, must_meet\nfalls, 1\nillness, 1"), "total_place")
    assert conflict.shortfall == pytest.approx(600)
    duties = {item.label: item.bound for item in conflict.items if item.rule == "duty"}
    assert duties == {"duty.need[illness]": pytest.approx(1200), "duty.need[falls]": pytest.approx(1000)}


def test_money_short_of_a_closed_group_of_payers() -> None:
    """Both may pay for visits: £250 of the NHS's £1,000 are left beside 37.5 clinics, and £200 are missing."""
    place = tiny_place(
        funders="service, agency\nvisits, icb",
        funding="stream, agency, amount\ncouncil_money, council, 600\nicb_money, icb, 300",
        needs="need, must_meet\nfalls, 0.9\nillness, 0.1",
    )
    conflict = conflict_of(place)
    assert conflict.shortfall == pytest.approx(900 + 120 - 900)
    for stream in ("council_money", "icb_money"):
        assert stream in conflict.headline


def test_least_volume_above_demand_is_one_rule_that_cannot_hold() -> None:
    """150 visits for 100 people who fall, with money for 200."""
    place = tiny_place(
        limits="subject, min_volume\nvisits, 150",
        funding="stream, agency, amount\ncouncil_money, council, 2000",
    )
    conflict = conflict_of(place)
    (item,) = conflict.items
    assert (item.label, item.side, item.bound) == ("duty.min_volume[visits,*,2026]", "at least", 150.0)
    assert conflict.shortfall == pytest.approx(50)
    assert "One rule cannot hold" in conflict.headline
    assert_irreducible(place, conflict)


def test_least_above_most_names_both() -> None:
    """At least 40 visits, at most 30 in the group that they belong to."""
    place = tiny_place(
        limits="subject, min_volume, max_volume\nvisits, 40,\ngroup:home, , 30", groups="group, service\nhome, visits"
    )
    conflict = conflict_of(place)
    bounds = {item.label: (item.side, item.bound) for item in conflict.items}
    assert bounds == {
        "duty.min_volume[visits,*,2026]": ("at least", 40.0),
        "duty.max_volume[group:home,*,2026]": ("at most", 30.0),
    }
    assert conflict.shortfall == pytest.approx(10)
    assert "2 rules cannot hold together" in conflict.headline
    assert_irreducible(place, conflict)


def test_target_out_of_reach_is_named() -> None:
    """400 falls avoided, where 100 people can be spared three each."""
    place = tiny_place(
        targets="outcome, minimum\nfalls_avoided, 400", funding="stream, agency, amount\ncouncil_money, council, 5000"
    )
    conflict = conflict_of(place, "local_area_agreement")
    (item,) = conflict.items
    assert (item.rule, item.bound) == ("targets", 400.0)
    assert conflict.shortfall == pytest.approx(100)
    assert_irreducible(place, conflict, "local_area_agreement")


def test_staff_too_few_for_a_duty() -> None:
    """30 nurses for at least 40 clinics, one each."""
    place = tiny_place(
        resources=RESOURCES,
        usage="service, resource, per_unit\nclinic, nurses, 1",
        limits="subject, min_volume\nclinic, 40",
    )
    conflict = conflict_of(place)
    assert {item.label for item in conflict.items} == {
        "resources.available[nurses,2026]",
        "duty.min_volume[clinic,*,2026]",
    }
    assert_irreducible(place, conflict)


def test_ratio_against_duties() -> None:
    """At most half as many clinics as visits; at least 40 clinics and at most 50 visits."""
    place = tiny_place(
        relations="relation, subject, other, ratio\nat_most, clinic, visits, 0.5",
        limits="subject, min_volume, max_volume\nclinic, 40,\nvisits, , 50",
    )
    conflict = conflict_of(place)
    assert {item.rule for item in conflict.items} == {"relations", "duty"}
    assert len(conflict.items) == 3
    assert_irreducible(place, conflict)


def test_conflict_reads_as_a_list() -> None:
    """Headline first, one line for each rule."""
    conflict = conflict_of(tiny_place(needs="need, must_meet\nfalls, 1"))
    lines = str(conflict).splitlines()
    assert lines[0] == conflict.headline
    assert lines[1:] == [f"  - {item.sentence}" for item in conflict.items]
