"""Among best plans: least spend, then least change from the baseline, then the order of names; and it is said."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.read import read_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from commission_opt.plan.tables import volumes_of
from commission_opt.shipped import shipped_places
from tests.plan.tiny import plan_of, tiny_place, volumes

RIVALS = """
    service, agency,  need,  unit,  unit_cost
    brief,   council, falls, visit, {brief}
    calls,   council, falls, visit, {calls}
    daily,   council, falls, visit, {daily}"""

EQUAL_EFFECTS = """
    service, outcome,       effect
    brief,   falls_avoided, 1
    calls,   falls_avoided, 1
    daily,   falls_avoided, 1"""


def rivals(brief: float = 5, calls: float = 5, daily: float = 5, baseline: str = "service, volume") -> Place:
    """Return three services that do the same good for the same ten people, with more money than they can take."""
    return tiny_place(
        services=RIVALS.format(brief=brief, calls=calls, daily=daily),
        effects=EQUAL_EFFECTS,
        demand="need, cases\nfalls, 10",
        baseline=baseline,
    )


def test_least_spend_decides_first() -> None:
    """The dearer ones are today's and come first by name, and still the cheapest is bought."""
    today = "service, volume\nbrief, 5\ncalls, 5"
    assert volumes(plan_of(rivals(brief=7, calls=6, daily=5, baseline=today), "aligned")) == {
        "brief": 0,
        "calls": 0,
        "daily": pytest.approx(10),
    }


def test_nothing_is_spent_on_what_gains_nothing() -> None:
    """Money is left where a service has no effect, whatever there is."""
    place = tiny_place(effects="service, outcome, effect\nclinic, illnesses_avoided, 8\nvisits, falls_avoided, 0")
    plan = plan_of(place, "aligned")
    assert volumes(plan) == {"clinic": pytest.approx(50)}
    unspent = plan.funding[plan.funding["use"] == "unspent"].set_index("stream")
    assert unspent["amount_money"].to_dict() == {"council_money": 600.0}
    assert "would gain by more" in unspent["reason"]["council_money"]


def test_least_change_from_the_baseline_decides_second() -> None:
    """At equal cost and effect today's service stays, though another comes first by name."""
    today = "service, volume\ncalls, 4\ndaily, 6"
    assert volumes(plan_of(rivals(baseline=today), "aligned")) == {
        "calls": pytest.approx(4),
        "daily": pytest.approx(6),
    }


def test_order_of_names_decides_last() -> None:
    """What neither spend nor change decides goes to the first name."""
    assert volumes(plan_of(rivals(), "aligned")) == {"brief": pytest.approx(10)}


def test_names_decide_only_what_change_leaves_open() -> None:
    """Today's seven stay where they are; the three more go to the first of those that today's plan has or has not."""
    today = "service, volume\ncalls, 3\ndaily, 4"
    assert volumes(plan_of(rivals(baseline=today), "aligned")) == {
        "brief": pytest.approx(3),
        "calls": pytest.approx(3),
        "daily": pytest.approx(4),
    }


def test_plan_that_is_not_unique_says_so() -> None:
    """Three services could each serve the ten people."""
    plan = plan_of(rivals(), "aligned")
    assert plan.unique is False
    assert any("Other allocations are worth exactly as much" in note for note in plan.notes)
    assert "Other allocations" in plan.summary()


def test_unique_plan_does_not_say_otherwise() -> None:
    """Every pound has one best use."""
    plan = plan_of(tiny_place(), "aligned")
    assert plan.unique is True
    assert plan.unique_payments is True
    assert not any("Other allocations" in note or "other ways" in note for note in plan.notes)


def test_plan_whose_worth_is_equal_but_spend_is_not_is_not_unique() -> None:
    """Another allocation is worth as much; the note says what decided."""
    assert plan_of(rivals(brief=7), "aligned").unique is False


FUNDED_BY_BOTH = {"funders": "service, agency\nvisits, icb"}


def test_who_pays_may_be_open_where_what_is_done_is_not() -> None:
    """Visits to 20 people can be paid for by either, and neither has a better use for what is left."""
    place = tiny_place(demand="need, cases\nfalls, 20\nillness, 10", **FUNDED_BY_BOTH)
    plan = plan_of(place, "aligned")
    assert plan.unique is True
    assert plan.unique_payments is False
    assert any("paid for in other ways" in note for note in plan.notes)


def test_who_pays_is_settled_where_money_is_short() -> None:
    """All of the council's money goes to visits, and all of the NHS's to the clinic, which is worth more."""
    plan = plan_of(tiny_place(**FUNDED_BY_BOTH), "aligned")
    assert plan.unique is True
    assert plan.unique_payments is True


CASES = [
    (place, model)
    for place in ("wrong_pockets", "greater_manchester", "riverside")
    for model in ("aligned", "section_75", "total_place")
]


@cache
def shipped(place: str) -> Place:
    """Return a place that ships, read once."""
    return read_place(shipped_places()[place])


@cache
def usual(place: str, model: str) -> Plan:
    """Return the plan as everybody gets it."""
    return solve(shipped(place), read_model(model))


def assert_same_allocation(one: Plan, other: Plan) -> None:
    """Compare volumes, each relative to what it could at most be, and payments in the same way."""
    most = volumes_of(one.formulation, one.program.upper)
    difference = np.abs(volumes_of(one.formulation, one.x) - volumes_of(other.formulation, other.x))
    assert (difference <= 1e-6 * np.maximum(most, 1e-300)).all()
    span = one.program.upper - one.program.lower
    assert (np.abs(one.x - other.x) <= 1e-6 * np.maximum(span, 1e-300)).all()
    assert (one.unique, one.unique_payments) == (other.unique, other.unique_payments)


@pytest.mark.parametrize(("place", "model"), CASES)
@pytest.mark.parametrize("options", [{"presolve": False}, {"threads": 2}, {"solver": "pulp:CBC"}], ids=str)
def test_plan_is_the_same_whatever_the_solver_does(place: str, model: str, options: dict[str, object]) -> None:
    """Presolve, threads and the solver itself must not move money about."""
    assert_same_allocation(usual(place, model), solve(shipped(place), read_model(model), **options))


@cache
def shuffled(place: str) -> Place:
    """Return a place with the rows of every table in another order."""
    rng = np.random.default_rng(5)
    tables = {name: shuffle(frame, rng) for name, frame in shipped(place).tables.items()}
    return shipped(place).replace(**tables)


def shuffle(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a table's rows in a random order."""
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


@pytest.mark.parametrize(("place", "model"), CASES)
def test_plan_is_the_same_whatever_the_order_of_rows(place: str, model: str) -> None:
    """Also the tables that people read, row by row."""
    one, other = usual(place, model), solve(shuffled(place), read_model(model))
    assert_same_allocation(one, other)
    names = ["service", "area", "cohort", "year"]
    pd.testing.assert_frame_equal(one.allocation[names], other.allocation[names])
    pd.testing.assert_frame_equal(one.funding, other.funding, check_exact=False, atol=0.011)
