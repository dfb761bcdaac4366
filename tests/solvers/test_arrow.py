"""The method by areas: agreement with HiGHS, its certificate, and what it says where it does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.names import Names
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.plan.solve import solve
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, Reached, make_solver
from commission_opt.solvers.arrow.structure import find_structure, why_not
from commission_opt.solvers.auto import choose
from tests.programs import transposed_knapsack

SIZE = SyntheticSize(areas=6, services=12, years=2, tranches=2)
FITS = ["aligned", "section_75", "total_place"]


def program_of(model: str, seed: int = 1) -> LinearProgram:
    """Return the program of a small synthetic place under a model."""
    return formulate(synthetic_place(SIZE, seed), read_model(model))


@pytest.mark.parametrize("model", FITS)
@pytest.mark.parametrize("seed", [1, 2])
def test_values_agree_with_those_of_highs(model: str, seed: int) -> None:
    """Two methods that share no code."""
    program = program_of(model, seed)
    ours, theirs = make_solver("arrow").solve(program), make_solver("highs").solve(program)
    assert "area by area, as asked" in ours.why
    assert program.value(ours.x) == pytest.approx(program.value(theirs.x), rel=1e-6)


def test_equations_may_hold_columns_that_cannot_fall_to_nothing() -> None:
    """In two areas a + b = 5, both 1 to 4; of a there are 6 in all: 4 where it is worth 3, 2 where it is worth 2."""
    builder, area = ProgramBuilder(), Names("area", ("north", "south"))
    keys = Keys.of((area, np.arange(2)))
    one, other = (builder.add_columns(name, keys, 4.0, unit="units", lower=1.0) for name in ("a", "b"))
    whole = builder.add_rows("all", keys, unit="units", lower=5.0, upper=5.0)
    builder.add_entries(whole, one, 1.0)
    builder.add_entries(whole, other, 1.0)
    builder.add_entries(np.repeat(builder.add_rows("money", Keys((), ()), unit="units", upper=6.0), 2), one, 1.0)
    answer = make_solver("arrow").solve(builder.build("pairs", np.array([3.0, 2, 1, 1])))
    assert answer.solver.startswith("interior points")
    assert answer.x == pytest.approx([4, 2, 1, 3], abs=1e-4)


@pytest.mark.parametrize("model", FITS)
def test_rows_hold_far_closer_than_asked(model: str) -> None:
    """The repair at the end brings every row to 1e-8 of its own scale, and the prices prove the gap."""
    program = program_of(model)
    answer = make_solver("arrow").solve(program)
    certificate = certify(program, tidy(program, answer.x), answer.prices)
    assert certificate.violation <= 1e-8
    assert -1e-12 <= certificate.gap <= 1e-6


def test_rows_of_one_area_are_told_from_those_that_join_areas() -> None:
    """Ceilings and coverage are an area's own; money, staff and pots are not."""
    program = program_of("aligned")
    structure = find_structure(program)
    assert structure.areas == SIZE.areas
    for block in program.rows:
        if len(block):
            local = structure.of_row[block.start : block.stop] >= 0
            assert local.all() == block.keys.has("area")


def test_simple_rows_share_no_column() -> None:
    """Otherwise eliminating each by one division would be wrong."""
    program = program_of("total_place")
    simple = find_structure(program).simple
    assert simple.any()
    assert np.diff(program.matrix.tocsr()[np.flatnonzero(simple)].tocsc().indptr).max() == 1


def test_a_program_without_areas_goes_to_highs_and_says_so() -> None:
    """Nothing to eliminate area by area."""
    answer = make_solver("arrow").solve(transposed_knapsack())
    assert answer.x == pytest.approx([3, 1])
    assert answer.why == "Solved by HiGHS, not area by area: it is not divided into areas."
    assert answer.solver.startswith("HiGHS")


def test_an_endless_column_goes_to_highs() -> None:
    """Every column needs two bounds to be kept away from."""
    program = program_of("aligned")
    endless = program.upper.copy()
    endless[0] = np.inf
    spoilt = program.with_bounds(program.lower, endless, program.row_lower, program.row_upper)
    assert why_not(spoilt, find_structure(spoilt)) == "a column has no limit"


def test_small_programs_are_left_to_highs() -> None:
    """Its corners let ties be examined, and it takes no time."""
    program = program_of("aligned")
    route = choose(program)
    assert (route.structure, route.why) == (None, "")


def test_larger_programs_go_to_the_simplex_method_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A corner where that ends in its time; area by area where it does not, and the reader is told."""
    monkeypatch.setattr("commission_opt.solvers.auto.SIMPLEX_COLUMNS", 10)
    program = program_of("aligned")
    answer = make_solver("auto").solve(program)
    assert (answer.corner, answer.why) == (True, "")
    monkeypatch.setattr("commission_opt.solvers.auto.SIMPLEX_SECONDS", 0.0)
    answer = make_solver("auto").solve(program)
    assert not answer.corner
    assert answer.why.startswith("Solved area by area: ")


def test_where_the_method_finds_no_end_highs_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the reader is told."""
    monkeypatch.setattr("commission_opt.solvers.arrow.solver.MOST", 2)
    program = program_of("aligned")
    answer = make_solver("arrow").solve(program)
    assert answer.solver.startswith("HiGHS")
    assert answer.why == "Solved by HiGHS: area by area, the method found no end (no end after 2 steps)."
    assert certify(program, tidy(program, answer.x), answer.prices).holds()


def test_an_impossible_program_is_said_to_be_infeasible() -> None:
    """HiGHS finds that out: the method itself can only fail to end."""
    program = program_of("aligned")
    row = next(block.start for block in program.rows if block.family == "coverage.need" and len(block))
    low, high = program.row_lower.copy(), program.row_upper.copy()
    low[row] = high[row] = 10 * high[row]
    spoilt = program.with_bounds(program.lower, program.upper, low, high)
    assert make_solver("arrow").solve(spoilt).status == "infeasible"


def test_every_bound_on_the_way_is_proven() -> None:
    """What is told while the method works is never below the optimum."""
    told: list[Reached] = []
    program = program_of("total_place")
    answer = make_solver("arrow", Limits(tell=told.append)).solve(program)
    best = program.value(answer.x)
    assert len(told) > 3
    assert min(reached.bound for reached in told) >= best * (1 - 1e-9)
    assert told[-1].gap < told[0].gap


def test_interrupted_it_hands_over_a_plan_that_holds() -> None:
    """Ctrl-C when a percent is left: the rows hold and the gap is proven."""

    def stop(reached: Reached) -> None:
        if reached.gap < 1e-3:
            raise KeyboardInterrupt

    program = program_of("aligned")
    answer = make_solver("arrow", Limits(tell=stop)).solve(program)
    certificate = certify(program, tidy(program, answer.x), answer.prices)
    assert (answer.status, answer.message) == ("stopped", "interrupted")
    assert certificate.violation <= 1e-8
    assert 0 <= certificate.gap <= 1e-2


def test_out_of_time_it_hands_over_nothing_that_does_not_hold() -> None:
    """No plan rather than a wrong one."""
    answer = make_solver("arrow", Limits(seconds=0.0)).solve(program_of("aligned"))
    assert answer.status == "stopped"
    assert not answer.has_solution


def test_the_plan_says_how_it_was_solved_and_what_was_not_examined() -> None:
    """A plan from inside cannot tell whether others are as good."""
    plan = solve(synthetic_place(SIZE, 1), read_model("aligned"), solver="arrow")
    assert plan.unique is None
    assert "interior points by area" in plan.solver
    assert "Solved area by area, as asked." in plan.notes
    assert "Whether other allocations are worth as much was not examined at this size." in plan.notes
