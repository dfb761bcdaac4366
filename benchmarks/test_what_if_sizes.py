"""One changed budget or weight by size: the bracket at once, the certified plan, and what it can start from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import cycle

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.analysis.changes import change
from commission_opt.analysis.what_if import WhatIf
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, make_solver
from commission_opt.solvers.basis import Basis
from commission_opt.solvers.highs import HighsSolver

AREAS = {"borough": 28, "place": 300, "city_region": 1700}
MODEL = "aligned"
CHANGES = {
    "budget": ("budget.council", ("*1.01", "*0.98", "*1.01", "*1.0002")),
    "weight": ("weight.independent_years", ("*1.01", "*0.98", "*1.01", "*1.0002")),
}
"""One per cent up, down, and back again, never twice to the same figure."""

STARTS = ("kept basis, dual", "kept basis, primal", "nothing, dual", "nothing, by areas")


@pytest.fixture
def areas(request: pytest.FixtureRequest, pytestconfig: pytest.Config, measured: bool) -> int:
    """Return how many areas a place of some size has: a tenth where benchmarks only run once."""
    if request.param == "city_region" and not pytestconfig.getoption("largest"):
        pytest.skip("asked for with --largest")
    return AREAS[request.param] if measured else AREAS[request.param] // 10


@cache
def sized(areas: int) -> Place:
    """Return a synthetic place: a city region has more services and years."""
    services, years = (66, 4) if areas >= AREAS["city_region"] else (60, 3)
    return synthetic_place(SyntheticSize(areas=areas, services=services, years=years, tranches=3), 1)


@cache
def solved(areas: int) -> WhatIf:
    """Return what-ifs of a place whose first plan is found."""
    what_if = WhatIf(sized(areas), read_model(MODEL))
    what_if.solve()
    return what_if


@pytest.mark.parametrize("areas", AREAS, indirect=True)
@pytest.mark.parametrize("what", CHANGES)
def test_bracket(benchmark: BenchmarkFixture, areas: int, what: str) -> None:
    """From a change to both ends of its bracket; the change itself is not counted."""
    (key, values), what_if = CHANGES[what], solved(areas).reset()
    turn = cycle(values)
    what_if.set(key, values[1]).bracket(wait=True)
    what_if.undo()

    def ready() -> None:
        what_if.reset().set(key, next(turn))

    found = benchmark.pedantic(what_if.bracket, setup=ready, rounds=12)
    benchmark.extra_info["width"] = found.width
    assert found.low is not None
    assert found.low <= found.high


@pytest.mark.parametrize("areas", ["borough", "place"], indirect=True)
@pytest.mark.parametrize("what", CHANGES)
def test_exact(benchmark: BenchmarkFixture, areas: int, what: str) -> None:
    """Change and solve: the answer is certified, its worth is known."""
    (key, values), what_if = CHANGES[what], solved(areas).reset()
    what_if.solve()
    turn = cycle(values)
    assert benchmark(lambda: what_if.set(key, next(turn)).solve().objective) > 0


@pytest.mark.parametrize("areas", ["borough", "place"], indirect=True)
@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("start", STARTS)
def test_start(benchmark: BenchmarkFixture, areas: int, what: str, start: str) -> None:
    """The same changed program from what each method can start from, its passing to the solver counted."""
    key, values = CHANGES[what]
    place, model = sized(areas), read_model(MODEL)
    before, after = (formulate(*change(place, model, changes)) for changes in ({}, {key: values[0]}))
    method = _method(start, before)
    answer = benchmark.pedantic(lambda: method(after), rounds=3 if areas < AREAS["place"] else 1)
    assert certify(after, tidy(after, answer.x), answer.prices).holds()


def _method(start: str, before: LinearProgram) -> Callable[[LinearProgram], Answer]:
    if start == "nothing, by areas":
        make_solver("arrow").solve(formulate(sized(2), read_model(MODEL)))  # compiles what numba compiles
        return make_solver("arrow").solve
    if start == "nothing, dual":
        return lambda program: HighsSolver().solve(program)
    kept = HighsSolver()
    kept.solve(before)
    basis = kept.basis() or Basis()
    return lambda program: HighsSolver().solve_from(program, basis, possible=start.endswith("primal"))
