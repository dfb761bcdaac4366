"""Each phase of a solve on a place of 300 areas, 60 services, 3 tranches and 3 years, beside the solver's own time."""

from __future__ import annotations

from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_formulation
from commission_opt.plan.ties import best_face, break_ties, movable
from commission_opt.solvers import Answer, make_solver


def test_read_and_check(benchmark: BenchmarkFixture, folder: Path) -> None:
    """From files to a checked place."""
    benchmark(read_place, folder)


def test_compile(benchmark: BenchmarkFixture, place: Place) -> None:
    """From names to positions."""
    benchmark(compile_place, place)


def test_formulate(benchmark: BenchmarkFixture, arrays: PlaceArrays) -> None:
    """From positions to the program."""
    model = read_model("aligned")
    formulation = benchmark(formulate_arrays, arrays, model)
    benchmark.extra_info["rows, columns"] = formulation.program.shape
    benchmark.extra_info["nonzeros"] = formulation.program.matrix.nnz


def test_solver_alone(benchmark: BenchmarkFixture, formulation: Formulation) -> None:
    """HiGHS on the program, arrays handed over."""
    answer = benchmark.pedantic(lambda: make_solver("highs").solve(formulation.program), rounds=1)
    assert answer.has_solution


def test_certify(benchmark: BenchmarkFixture, formulation: Formulation, answer: Answer) -> None:
    """Violation and bound by arithmetic."""
    certificate = benchmark(certify, formulation.program, answer.x, answer.prices)
    assert certificate.holds()


def test_ties(benchmark: BenchmarkFixture, formulation: Formulation, answer: Answer) -> None:
    """Least spend, least change, order of names, and whether the plan is the only best one."""

    def settle() -> None:
        face = best_face(formulation.program, answer.x, answer)
        helper = make_solver("highs")
        movable(formulation, face, helper)
        break_ties(formulation, face, helper)

    benchmark(settle)


def test_tables(benchmark: BenchmarkFixture, formulation: Formulation) -> None:
    """Every table of a plan, money in whole pence."""
    plan = solve_formulation(formulation, SolveOptions())

    def tables() -> None:
        fresh = Plan(plan.choice)
        for table in (fresh.allocation, fresh.funding, fresh.outcomes, fresh.agencies, fresh.resources):
            assert len(table)

    benchmark(tables)
