"""The dual simplex method against interior points with crossover, on the same program, by its size."""

from __future__ import annotations

from functools import cache
from typing import Literal

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits
from commission_opt.solvers.highs import HighsSolver


@cache
def program(areas: int) -> LinearProgram:
    """Return the program of a synthetic place under aligned budgets."""
    return formulate(synthetic_place(SyntheticSize(areas=areas, services=60, years=3), 1), read_model("aligned"))


@pytest.mark.parametrize("method", ["simplex", "ipm"])
@pytest.mark.parametrize("areas", [20, 60, 120])
def test_method(benchmark: BenchmarkFixture, measured: bool, areas: int, method: Literal["simplex", "ipm"]) -> None:
    """Solve once, cold."""
    solver, size = HighsSolver(Limits(method=method)), areas if measured else areas // 10
    answer = benchmark.pedantic(lambda: solver.solve(program(size)), rounds=1)
    benchmark.extra_info["columns"] = program(size).shape[1]
    assert answer.has_solution
