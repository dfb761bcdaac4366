"""A program whose budgets or weights were moved is the one that formulating the changed place anew gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import commission_opt
from commission_opt.analysis.changes import change
from commission_opt.model.formulate import Formulation
from commission_opt.model.movable import Movable
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.recompile import moves_only, recompile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import formulate_for
from tests.amount import drawn
from tests.plan.tiny import tiny_place
from tests.random_places import random_place

BOTH = (
    "aligned",
    "local_area_agreement",
    "managed_change",
    "payment_by_results",
    "redesign",
    "section_75",
    "shared_property",
    "siloed",
    "single_pot",
    "total_place",
)
"""Models in which budgets and weights move bounds and objective alone, in every place."""

ONE = {"cautious": "budget", "better_care": "weight", "block_grant": "weight", "integrated_settlement": "weight"}
"""Models in which budgets or weights do."""

NEITHER = ("clusters_alone", "neighbourhood", "whole_place")
SEEDS = range(drawn(30))


def formulated(arrays: PlaceArrays, model: str) -> Formulation:
    """Return a place formulated from nothing."""
    return formulate_for(Run(SolveOptions()), arrays, read_model(model))


def changed(arrays: PlaceArrays, key: str, value: str) -> PlaceArrays:
    """Return a compiled place after a change."""
    return recompile_place(arrays, change(arrays.place, read_model("aligned"), {key: value})[0])


def random_change(rng: np.random.Generator, place: Place, what: str) -> tuple[str, str]:
    """Return a change of one budget or one weight, or of all of them."""
    table = "agencies" if what == "budget" else "outcomes"
    name = str(rng.choice(place.tables[table].iloc[:, 0].to_numpy(dtype=object)))
    every = "funding.amount" if what == "budget" else "outcomes.weight"
    return (every if rng.random() < 0.3 else f"{what}.{name}"), f"*{rng.uniform(0.7, 1.4):.4f}"


def assert_one_program(moved: Formulation, fresh: Formulation) -> None:
    """Check that two formulations are one, array by array and to the last digit."""
    one, other = moved.program, fresh.program
    assert one.has_matrix_of(other)
    for name in ("objective", "lower", "upper", "row_lower", "row_upper"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for (name, goal), (known, expected) in zip(moved.objectives, fresh.objectives, strict=True):
        assert name == known
        assert np.array_equal(goal, expected)
    assert np.array_equal(moved.money.amount, fresh.money.amount)
    assert np.array_equal(moved.planners.weight, fresh.planners.weight)
    assert np.array_equal(moved.spend, fresh.spend)
    for parts, expected_parts in zip(moved.yardsticks, fresh.yardsticks, strict=True):
        assert all(np.array_equal(*pair) for pair in zip(parts, expected_parts, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_moved_program_is_the_fresh_one(seed: int) -> None:
    """One change on top of another, of budgets, of weights and of both."""
    rng = np.random.default_rng(seed)
    arrays = compile_place(random_place(seed))
    for model in (*BOTH, *ONE):
        movable, now = Movable(formulated(arrays, model)), arrays
        for what in ("budget", "weight", "budget") if model in BOTH else (ONE[model],):
            now = changed(now, *random_change(rng, now.place, what))
            assert moves_only(arrays, now)
            assert movable.reaches(now), (model, what)
            assert_one_program(movable.formulated(now), formulated(now, model))


def test_a_moved_synthetic_place_is_the_fresh_one() -> None:
    """With ceilings that bind, money that is carried, and many areas."""
    arrays = compile_place(synthetic_place(SyntheticSize(areas=5, services=20, years=3), 3))
    movable = Movable(formulated(arrays, "aligned"))
    now = changed(changed(arrays, "budget.council", "*0.93"), "outcomes.weight", "*1.2")
    assert movable.reaches(now)
    assert_one_program(movable.formulated(now), formulated(now, "aligned"))


@pytest.mark.parametrize("model", NEITHER)
def test_what_gets_into_other_rules_is_not_moved(model: str) -> None:
    """Local budgets, promises against silos and floors rest on budgets or weights in ways that are not followed."""
    arrays = compile_place(random_place(1))
    movable = Movable(formulated(arrays, model))
    assert not movable.reaches(changed(arrays, "outcomes.weight", "*1.1"))
    assert not movable.reaches(changed(arrays, "funding.amount", "*1.1"))
    assert movable.reaches(arrays)


def test_a_change_that_makes_other_columns_is_not_moved() -> None:
    """Money that is there to be carried from one year on, and an outcome that begins to count."""
    funding = "stream, agency, amount, carry_forward_share\na, council, 600, 0.1\nb, icb, 1000, 0.1"
    outcomes = (
        "outcome, unit, weight, agency, ceiling\nfalls_avoided, falls, 0, council, 1\nillnesses_avoided, cases, 1, icb,"
    )
    arrays = compile_place(tiny_place(years=("2026", "2027"), funding=funding, outcomes=outcomes))
    movable = Movable(formulated(arrays, "aligned"))
    assert movable.reaches(changed(arrays, "budget.council", "*0.5"))
    assert not movable.reaches(changed(arrays, "budget.council", "0"))
    assert movable.reaches(changed(arrays, "weight.illnesses_avoided", "*2"))
    assert not movable.reaches(changed(arrays, "weight.falls_avoided", "2"))


def test_a_program_that_says_otherwise_is_not_moved() -> None:
    """What is worked out has to give the bounds and the objective that stand in the program."""
    arrays = compile_place(random_place(2))
    true = formulated(arrays, "aligned")
    rows, objective = true.program.row_upper.copy(), 2.0 * true.program.objective
    rows[Movable(true).rows[0]] += 1.0
    other = replace(true, program=replace(true.program, row_upper=rows))
    assert not Movable(other).reaches(changed(arrays, "funding.amount", "*1.1"))
    other = replace(true, program=true.program.with_objective(objective))
    assert not Movable(other).reaches(changed(arrays, "outcomes.weight", "*1.1"))


def test_only_rules_that_are_followed_read_budgets_and_weights() -> None:
    """A rule that begins to rest on them has to be followed, or named among those that are not."""
    rules = Path(commission_opt.__file__).parent / "rules"
    readers = {
        path.stem
        for path in rules.glob("*.py")
        if any(
            word in path.read_text(encoding="utf-8")
            for word in ("streams.amount", "money.amount", "planners.weight,", "own_weight", "yardsticks(")
        )
    }
    followed = {
        "pooling",
        "money",
        "own_money",
        "outcomes",
        "silos",
        "ceilings",
        "draft",
        "ring_fences",
        "pooling_prohibitions",
    }
    others = {"devolution", "guarantees", "equity", "robustness", "tail"}
    assert readers == followed | others
