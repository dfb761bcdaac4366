"""What a changed place is worth lies inside its bracket, both ends of which are proven from plans found before."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from commission_opt.analysis.bracket import NO_PLAN, NOT_FORMULATED, Bracket
from commission_opt.analysis.ground import ONLY_FORBIDS
from commission_opt.analysis.what_if import WhatIf
from commission_opt.errors import InfeasibleError
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import largest_violation
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import formulate, formulate_for, solve
from commission_opt.solvers import Status
from commission_opt.solvers.highs import HighsSolver
from tests.amount import drawn
from tests.plan.tiny import tiny_place
from tests.random_places import random_place
from tests.tiny import model, rows, tiny

MODELS = (
    "aligned",
    "siloed",
    "local_area_agreement",
    "section_75",
    "cautious",
    "total_place",
    "whole_place",
    "better_care",
    "redesign",
)
SEEDS, EDITS = drawn(60, 9), 6

PROVEN = 2e-6
"""What a certified plan may be away from the best, and a bound from it."""


def random_change(rng: np.random.Generator, place: Place) -> tuple[str, str | bool]:
    """Return a small or large change of a budget, a weight or a switch."""
    small = rng.random() < 0.5
    factor = f"*{rng.uniform(0.99, 1.01) if small else rng.uniform(0.75, 1.35):.4f}"

    def name(table: str) -> str:
        return str(rng.choice(place.tables[table].iloc[:, 0].to_numpy(dtype=object)))

    kinds: list[tuple[str, str | bool]] = [
        (f"budget.{name('agencies')}", factor),
        (f"budget.{name('funding')}", factor),
        ("funding.amount", factor),
        (f"weight.{name('outcomes')}", factor),
        ("outcomes.weight", factor),
        (f"{rng.choice(ONLY_FORBIDS)}.enabled", bool(rng.random() < 0.5)),
    ]
    return kinds[rng.integers(len(kinds))]


def fresh_value(what_if: WhatIf) -> float | None:
    """Return what the best plan of the place as it stands is worth, from nothing; None where there is none."""
    program = formulate_for(Run(SolveOptions()), compile_place(what_if.place), what_if.model).program
    answer = HighsSolver().solve(program)
    return program.value(answer.x) if answer.status is Status.OPTIMAL else None


def assert_inside(found: Bracket, value: float | None) -> None:
    """Check that what the best plan is worth lies inside a bracket; without a plan there is no lower end."""
    assert value is not None or found.low is None
    if value is not None:
        rounding = PROVEN * max(1.0, abs(value))
        assert found.low is None or found.low <= value + rounding
        assert found.high is None or found.high >= value - rounding


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_fresh_plan_lies_inside_the_bracket(seed: int) -> None:
    """Changes on top of each other, some solved, some taken back, under models of every sort."""
    rng = np.random.default_rng(seed)
    what_if = WhatIf(random_place(seed), read_model(MODELS[seed % len(MODELS)]))
    what_if.solve()
    two_sided = 0
    for _ in range(EDITS):
        what_if.set(*random_change(rng, what_if.place))
        found, value = what_if.bracket(wait=True), fresh_value(what_if)
        assert_inside(found, value)
        two_sided += np.isfinite(found.width)
        if value is None or rng.random() < 0.3:
            what_if.undo()
        elif rng.random() < 0.6:
            what_if.solve()
    assert two_sided or MODELS[seed % len(MODELS)] in ("whole_place", "better_care")


def test_the_bracket_of_a_small_change_is_narrow() -> None:
    """One per cent of a budget or a weight of a place of many areas, once plans on both sides are known."""
    place = synthetic_place(SyntheticSize(areas=6, services=20, years=2), 1)
    what_if = WhatIf(place, read_model("aligned"))
    agencies, outcomes = place.tables["agencies"]["agency"][:4], place.tables["outcomes"]["outcome"][:6]
    widths: dict[str, list[float]] = {"budget": [], "weight": []}
    what_if.solve()
    for key in (*(f"budget.{name}" for name in agencies), *(f"weight.{name}" for name in outcomes)):
        for far in ("*0.97", "*1.03"):
            what_if.set(key, far).solve()
            what_if.undo()
        for near in ("*0.99", "*1.01"):
            found = what_if.set(key, near).bracket()
            assert_inside(found, fresh_value(what_if))
            widths[key.partition(".")[0]].append(found.width)
            what_if.undo()
    assert median(widths["budget"]) < 1e-4
    assert median(widths["weight"]) < 1e-3


def test_money_is_priced_above_and_mixed_below() -> None:
    """A pound does 0.3 at the council; 51.3 visits and 45 clinics, 513.9, are bought with nine tenths of what is left.

    With £570 at the council that may be 34.5 % of a mixture with 60 visits and 50 clinics, 580: 30 is 34.5 % of 87.
    """
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    what_if.solve()
    more = what_if.set("budget.council", 630).bracket()
    assert (more.low, more.high) == (pytest.approx(580), pytest.approx(589))
    less = what_if.undo().set("budget.council", 570).bracket(wait=True)
    assert (less.low, less.high) == (pytest.approx(580 - 66.1 * 30 / 87), pytest.approx(571))
    assert less.why_low.startswith("65.52 % of one plan")
    assert what_if.solve().objective == pytest.approx(571)
    between = what_if.undo().set("budget.council", 585).bracket()
    assert (between.low, between.high) == (pytest.approx(575.5), pytest.approx(575.5))


def test_a_plan_for_much_less_money_is_sought_again() -> None:
    """A plan for nine tenths of £570 says nothing of £300 at the council; one for nine tenths of £300 does."""
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    what_if.solve()
    assert what_if.set("budget.council", 570).bracket(wait=True).low is not None
    found = what_if.set("budget.council", 300).bracket(wait=True)
    assert found.low is not None
    assert found.low <= 490 == pytest.approx(found.high)


def test_without_a_plan_for_less_money_the_lower_end_is_open() -> None:
    """60 visits that have to be made cost all that the council has: no plan makes do with less, and none is claimed."""
    what_if = WhatIf(tiny_place(limits="subject, min_volume\nvisits, 60"), read_model("aligned"))
    what_if.solve()
    found = what_if.set("budget.council", 597).bracket(wait=True)
    assert (found.low, found.high) == (None, pytest.approx(579.1))
    assert found.why_low == NO_PLAN
    with pytest.raises(InfeasibleError):
        what_if.solve()
    assert what_if.bracket().low is None


def test_weights_are_known_below_and_bounded_above() -> None:
    """Falls at twice the weight: 180 more by the plan known; 300 more if all 100 people were visited."""
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    what_if.solve()
    found = what_if.set("weight.falls_avoided", 2).bracket()
    assert (found.low, found.high) == (pytest.approx(760), pytest.approx(880))
    both = what_if.set("budget.council", 630).bracket()
    assert (both.low, both.high) == (pytest.approx(760), pytest.approx(889))


def test_a_counted_outcome_is_bounded_by_what_is_there() -> None:
    """With a ceiling of 180 falls, reached by 60 visits, twice the weight is worth 180 more at most: both ends meet."""
    outcomes = """
        outcome,           unit,  weight, agency,  ceiling
        falls_avoided,     falls, 1,      council, 1.8
        illnesses_avoided, cases, 1,      icb,     8"""
    what_if = WhatIf(tiny_place(outcomes=outcomes), read_model("aligned"))
    assert what_if.solve().objective == pytest.approx(580)
    found = what_if.set("weight.falls_avoided", 2).bracket()
    assert (found.low, found.high) == (pytest.approx(760), pytest.approx(760))


def test_a_rule_lifted_or_added_leaves_one_side() -> None:
    """At most 20 visits: 460. Without the limit no less; with it again no more than without, 580."""
    place = tiny_place(limits="subject, max_volume\nvisits, 20")
    what_if = WhatIf(place, read_model("aligned"))
    what_if.solve()
    lifted = what_if.set("duty.enabled", False).bracket()
    assert (lifted.low, lifted.high) == (pytest.approx(460), None)
    assert "duty was taken out" in lifted.why_low
    other = WhatIf(place, read_model("aligned")).set("duty.enabled", False)
    other.solve()
    added = other.set("duty.enabled", True).bracket()
    assert (added.low, added.high) == (None, pytest.approx(580))
    assert "duty was added" in added.why_high


def test_other_changes_have_no_bracket_before_they_are_solved() -> None:
    """A unit cost moves coefficients; a pot makes other columns."""
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    assert what_if.bracket() == Bracket(None, None, NOT_FORMULATED, NOT_FORMULATED)
    what_if.solve()
    assert what_if.set("cost.visits", 12).bracket().why_high == NOT_FORMULATED
    assert what_if.undo().set("pooling.pot.scope", "all").bracket().width == float("inf")
    what_if.solve()
    assert what_if.bracket().width == pytest.approx(0.0, abs=1e-9)
    assert what_if.undo().bracket().width == pytest.approx(0.0, abs=1e-9)


def test_a_switch_tried_before_is_known() -> None:
    """Turned there and back again and once more, it has a bracket and a plan without being formulated anew."""
    what_if = WhatIf(tiny_place(limits="subject, max_volume\nvisits, 20"), read_model("aligned"))
    what_if.solve()
    what_if.set("duty.enabled", False).solve()
    again = what_if.set("duty.enabled", True).set("budget.icb", 1020)
    assert again.bracket().high == pytest.approx(468)
    assert again.solve().objective == pytest.approx(468)
    assert again.set("duty.enabled", False).bracket().high == pytest.approx(588)


def test_whole_decisions_are_not_mixed() -> None:
    """Half of one plan with two blocks and half of one with three is no plan: 2,500 stays below, or nothing."""
    place = tiny(
        capacity=rows("service block_size block_cost notice closure_cost", ("ward", 15, 150, 0, 0)),
        limits=rows("subject min_volume", ("ward", 30)),
    )
    what_if = WhatIf(place, model(capacity={}, duty={}))
    before = what_if.solve().objective
    what_if.set("funding.amount", "*1.2").solve()
    found = what_if.set("funding.amount", "*0.95").bracket(wait=True)
    assert found.low == pytest.approx(before)
    assert_inside(found, fresh_value(what_if))


@pytest.mark.parametrize("rule", [rule for rule in ONLY_FORBIDS if rule != "ring_fences"])
def test_rules_that_only_forbid_leave_every_plan_allowed_when_they_go(rule: str) -> None:
    """The plan with the rule, column by column by its label, keeps all that is left without it, for the same value."""
    on, off = (read_model("aligned").set(f"{rule}.enabled", enabled) for enabled in (True, False))
    for seed in range(drawn(30, 2)):
        plan, without = solve(random_place(seed), on), formulate(random_place(seed), off)
        values = {plan.program.column_label(at): value for at, value in enumerate(plan.x)}
        x = np.array([values[without.column_label(at)] for at in range(without.shape[1])])
        assert largest_violation(without, x)[0] < 1e-6
        assert without.value(x) == pytest.approx(plan.objective, rel=1e-6)


def test_ring_fences_only_forbid_payments_where_there_is_no_pot() -> None:
    """Lifting them never costs anything there; pots are made by fence, so that nothing is claimed where there are."""
    on, off = (read_model("aligned").set("ring_fences.enabled", enabled) for enabled in (True, False))
    for seed in range(drawn(30, 2)):
        assert solve(random_place(seed), off).objective >= solve(random_place(seed), on).objective - PROVEN
    what_if = WhatIf(random_place(1), read_model("section_75"))
    what_if.solve()
    assert what_if.set("ring_fences.enabled", False).bracket().why_low == NOT_FORMULATED
