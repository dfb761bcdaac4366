"""The method by areas against HiGHS's interior points on the same program: time, certified gap and violation."""

from __future__ import annotations

from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import AREAS
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, Solver, make_solver
from commission_opt.solvers.highs import HighsSolver

FEW = 6
"""Areas where benchmarks only run once to see that they work."""


@cache
def program(areas: int, model: str) -> LinearProgram:
    """Return the program of a synthetic place."""
    return formulate(synthetic_place(SyntheticSize(areas=areas, services=60, years=3), 1), read_model(model))


@pytest.mark.parametrize("method", ["arrow", "ipm"])
@pytest.mark.parametrize("model", ["total_place", "aligned", "section_75"])
def test_large(benchmark: BenchmarkFixture, measured: bool, model: str, method: str) -> None:
    """Solve once; what numba compiles is compiled before."""
    solver: Solver = make_solver("arrow") if method == "arrow" else HighsSolver(Limits(method="ipm"))
    solver.solve(program(FEW, model))
    asked = program(AREAS if measured else FEW, model)
    answer = benchmark.pedantic(lambda: solver.solve(asked), rounds=1)
    certificate = certify(asked, tidy(asked, answer.x), answer.prices)
    benchmark.extra_info["solver"], benchmark.extra_info["certificate"] = answer.solver, str(certificate)
    assert certificate.holds()
