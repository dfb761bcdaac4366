"""Every barrier of Riverside lifted from a kept solver, beside one solve from nothing for each of them."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from commission_opt.analysis.barriers import barriers
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.plan.solve import solve

MODEL = "aligned"


def test_ranked_from_a_kept_solver(benchmark: BenchmarkFixture) -> None:
    """Worth in outcomes and money of each, all together, the dearest two by two and by area."""
    place, model = read_place("riverside"), read_model(MODEL)
    found = benchmark.pedantic(lambda: barriers(place, model), rounds=1)
    assert len(found.ranked) > 50


def test_a_fresh_solve_for_each(benchmark: BenchmarkFixture) -> None:
    """One objective of one plan for each barrier, with the place at hand: less than what the ranking asks."""
    place, model = read_place("riverside"), read_model(MODEL)
    count = len(barriers(place, model).ranked)
    value = benchmark.pedantic(lambda: [solve(place, model).objective for _ in range(count)][-1], rounds=1)
    assert value > 0
