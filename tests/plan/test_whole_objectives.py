"""Objectives in order where blocks open and close: the same as trying every number of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import Certificate, certify
from commission_opt.plan.leximin import level_up, level_up_by_sums
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, make_solver
from tests.tiny import POT, model, rows, tiny

EXACT = 1e-9
"""Gap asked of programs with whole numbers, so that two ways of solving can be compared."""

ROUNDING = 1e-7
"""Share of an objective that may be given up where it has to be kept whole: of two plans worth the same, either may."""


def blocks_place(seed: int) -> Place:
    """Return three areas of unequal need with two services in blocks, one of which only helps where illness is."""
    rng = np.random.default_rng(seed)
    where = ("east", "north", "south")
    return tiny(
        areas=rows("area population", *((area, float(rng.integers(50, 200))) for area in where)),
        demand=rows(
            "need area cases",
            *(("falls", area, float(rng.integers(2, 60))) for area in where),
            *(("illness", area, float(rng.integers(5, 30))) for area in where[: rng.integers(1, 4)]),
        ),
        baseline=rows("service volume"),
        capacity=rows(
            "service block_size block_cost",
            ("ward", float(rng.integers(8, 20)), float(rng.integers(50, 300))),
            ("clinic", float(rng.integers(20, 60)), float(rng.integers(50, 300))),
        ),
    )


def ordered(*order: str, **settings: object) -> Model:
    """Return a model of one pot with blocks that takes objectives in order."""
    rules = model(capacity={}, coverage={}, pooling=POT).set("objective.order", list(order))
    for name, value in settings.items():
        rules = rules.set(f"objective.{name}", value)
    return rules.set("objective.kind", "lexicographic")


def every_number_of_blocks(formulation: Formulation) -> Iterator[LinearProgram]:
    """Yield the linear program of every number of blocks that can be paid for."""
    program = formulation.program
    counts = [range(int(program.upper[at]) + 1) for at in program.whole]
    for tried in product(*counts):
        x = np.zeros(program.shape[1])
        x[program.whole] = tried
        fixed = program.with_whole_fixed(x)
        if make_solver("highs").solve(fixed).status == "optimal":
            yield fixed


def prove(program: LinearProgram) -> tuple[Answer, Certificate]:
    """Solve a linear program and certify the answer."""
    answer = make_solver("highs").solve(program)
    return answer, certify(program, answer.x, answer.prices)


def sorted_levels(formulation: Formulation, program: LinearProgram) -> FloatArray:
    """Return the leximin levels of a linear program by prices, worst first."""
    assert formulation.worst_off is not None
    return np.sort(level_up(program, formulation.worst_off, prove, (EXACT, EXACT)).levels)


def ahead(one: FloatArray, other: FloatArray) -> bool:
    """Whether one sorted list is ahead of another at their first difference."""
    differ = np.flatnonzero(np.abs(one - other) > 1e-6)
    return bool(len(differ)) and bool(one[differ[0]] > other[differ[0]])


def levels_of(plan: Plan) -> FloatArray:
    """Return the levels that a plan reaches, worst first."""
    worst = plan.formulation.worst_off
    assert worst is not None
    return np.sort(plan.x[worst.levels])


@pytest.mark.parametrize("seed", range(4))
def test_levels_with_blocks_are_the_best_of_every_number_of_blocks(seed: int) -> None:
    """Each number of blocks levelled up by prices; the best sorted list of all is the plan's."""
    rules = model("max_min", capacity={}, coverage={}, pooling=POT)
    place = blocks_place(seed)
    formulation = formulate_arrays(compile_place(place), rules)
    best = np.full(3, -np.inf)
    for fixed in every_number_of_blocks(formulation):
        found = sorted_levels(formulation, fixed)
        best = found if ahead(found, best) else best
    plan = solve(place, rules, integer_gap=EXACT)
    assert levels_of(plan) == pytest.approx(best, abs=1e-5)
    assert best.max() > best.min() + 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_sums_and_prices_find_the_same_levels_without_blocks(seed: int) -> None:
    """On linear places there are two ways."""
    place = blocks_place(seed)
    formulation = formulate_arrays(compile_place(place), model("max_min", coverage={}, pooling=POT))
    assert formulation.worst_off is not None
    then = formulation.objectives[1][1]
    by_sums = level_up_by_sums(formulation.program, formulation.worst_off, prove, (EXACT, EXACT), then)
    assert np.sort(by_sums.levels) == pytest.approx(sorted_levels(formulation, formulation.program), abs=1e-5)


def test_a_block_goes_where_it_lifts_the_worst_off() -> None:
    """400 open one block of 10 for 150 and leave 250 for wards at 35: 7 1/7, so 3 4/7 and 142.86 a head in each area.

    Without blocks 8 wards at 50 would give 4 each.
    """
    place = tiny(
        areas=rows("area population", ("north", 1), ("south", 1)),
        demand=rows("need area cases", ("falls", "north", 0), ("illness", "north", 10), ("illness", "south", 10)),
        baseline=rows("service volume"),
        funding=rows("stream agency amount", ("council_money", "council", 0), ("nhs_money", "nhs", 400)),
        capacity=rows("service block_size block_cost", ("ward", 10, 150)),
    )
    plan = solve(place, model("max_min", capacity={}, coverage={}, pooling=POT))
    assert levels_of(plan) == pytest.approx([1000 / 7, 1000 / 7])
    assert plan.value == pytest.approx(2000 / 7)
    assert any("south 14" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("tolerance", "order"),
    [(0.0, ("weighted_outcomes", "least_cost")), (0.1, ("own:council", "weighted_outcomes", "least_cost"))],
)
@pytest.mark.parametrize("seed", range(3))
def test_objectives_in_order_are_the_best_of_every_number_of_blocks(
    seed: int, tolerance: float, order: tuple[str, ...]
) -> None:
    """First what the council values, then what is valued together, then the least spend, each by trying all blocks."""
    place = blocks_place(seed)
    rules = ordered(*order, tolerance=tolerance)
    formulation = formulate_arrays(compile_place(place), rules)
    programs, least = list(every_number_of_blocks(formulation)), []
    for name, goal in formulation.objectives:
        best = -np.inf
        for program in programs:
            answer = make_solver("highs").solve(program.with_objective(goal))
            best = max(best, float(goal @ answer.x)) if answer.status == "optimal" else best
        least.append(best - tolerance * abs(best))
        give = (tolerance + ROUNDING) * abs(best)
        programs = [program.with_row(f"kept.{name}", goal, best - give, "value") for program in programs]
    plan = solve(place, rules, integer_gap=EXACT)
    assert plan.objective == pytest.approx(best, rel=1e-5)
    for (_, goal), low in zip(formulation.objectives, least, strict=True):
        assert goal @ plan.x >= low - 1e-5 * abs(low)


def test_rows_that_keep_an_objective_read_as_sentences() -> None:
    """In prices: what keeping the council's own outcomes costs the place, and what saving more would."""
    rules = model(coverage={}, pooling=POT).set("objective.order", ["own:council", "weighted_outcomes"])
    plan = solve(tiny(), rules.set("objective.kind", "lexicographic").set("objective.tolerance", 0.5))
    priced = plan.prices.set_index("label")
    row = priced.loc["objective.own[council]"]
    # A unit of safe takes half a visit: 5 pounds at 1.0 instead of 1.6.
    assert row["price"] == pytest.approx(-3)
    assert row["sentence"] == (
        "one more unit of value of what agencies of kind council value themselves, kept by an earlier objective"
    )
    thrifty = model(coverage={}, pooling=POT, duty={}).set("objective.order", ["least_cost", "weighted_outcomes"])
    needs = rows("need must_meet", ("falls", 0.1))
    plan = solve(tiny(needs=needs), thrifty.set("objective.kind", "lexicographic").set("objective.tolerance", 0.5))
    row = plan.prices.set_index("label").loc["objective.least_cost"]
    # Twenty visits at 200 are the least; half as much again may be spent, at the 1.6 of clinics.
    assert row["sentence"] == "£1 less that may be spent, as an earlier objective has it"
    assert row["price"] < 0
