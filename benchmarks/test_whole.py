"""Whole numbers in a large place, decided choice by choice, against HiGHS's branch and bound in the same time.

Two kinds: at most ten services may change (60 yes-or-no decisions that stand in rows of every area), and a third of the
services have a fixed cost and a third a least scale (120 decisions that stand in rows that join all areas).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import AREAS
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.plan.proof import tidy
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, make_solver

SECONDS, LARGEST_SECONDS = 120.0, 600.0
"""Time that each has, and that a city region has."""

FEW = SyntheticSize(areas=6, services=8, years=2, tranches=2)
"""A place on which benchmarks only run once to see that they work."""

FIXED, SCALE = 0.05, 0.5
"""Fixed cost as a share of what a service spends today, and least scale as a share of today's volume."""


def with_teams(place: Place) -> Place:
    """Give a third of the services a fixed cost, a third a least scale, and everybody the money to pay for it."""
    services, funding, baseline = (place.table(name).copy() for name in ("services", "funding", "baseline"))
    today = baseline.groupby("service", observed=True)["volume"].sum()
    volume = today.reindex(services["service"].astype(str)).to_numpy()
    every = np.arange(len(services)) % 3
    services["fixed_cost"] = np.where(every == 0, FIXED * volume * services["unit_cost"].to_numpy(), 0.0)
    services["minimum_scale"] = np.where(every == 1, SCALE * volume, 0.0)
    funding["amount"] *= 1.0 + FIXED
    return place.replace(services=services, funding=funding)


@cache
def program(kind: str, measured: bool) -> LinearProgram:
    """Return the program of a synthetic place with whole numbers of a kind."""
    place = synthetic_place(SyntheticSize(areas=AREAS, services=60, years=3) if measured else FEW, 1)
    model = read_model("aligned")
    if kind == "few changes":
        return formulate(place, model.set("transition.max_changes", 10 if measured else 3))
    return formulate(with_teams(place), model)


@pytest.mark.parametrize("solver", ["arrow", "highs"])
@pytest.mark.parametrize("kind", ["few changes", "teams"])
def test_whole(benchmark: BenchmarkFixture, measured: bool, kind: str, solver: str) -> None:
    """Solve once, for as long as is allowed; what numba compiles is compiled before."""
    make_solver(solver, Limits(integer_gap=1e-2)).solve(program(kind, False))
    asked = program(kind, measured)
    limits = Limits(seconds=SECONDS, integer_gap=5e-4)
    answer: Answer = benchmark.pedantic(lambda: make_solver(solver, limits).solve(asked), rounds=1)
    benchmark.extra_info["columns"], benchmark.extra_info["decisions"] = asked.shape[1], len(asked.whole)
    benchmark.extra_info["solver"], benchmark.extra_info["status"] = answer.solver, f"{answer.status} {answer.message}"
    if not answer.has_solution:
        assert solver == "highs"
        return
    certificate = certify(asked, tidy(asked, answer.x), answer.prices, answer.bound)
    benchmark.extra_info["value"], benchmark.extra_info["certificate"] = certificate.objective, str(certificate)
    assert certificate.violation <= 1e-6
    assert solver == "highs" or certificate.gap < 1.0


def test_whole_of_a_city_region(benchmark: BenchmarkFixture, measured: bool, pytestconfig: pytest.Config) -> None:
    """Decide on ten changes, or on three of a small place; the plan in hand when the time is over has to hold."""
    if measured and not pytestconfig.getoption("largest"):
        pytest.skip("asked for with --largest")
    changes = read_model("aligned").set("transition.max_changes", 10 if measured else 3)
    asked = formulate(synthetic_place("city_region" if measured else FEW), changes)
    make_solver("arrow", Limits(integer_gap=1e-2)).solve(program("few changes", False))
    limits = Limits(seconds=LARGEST_SECONDS, integer_gap=1e-2)
    answer: Answer = benchmark.pedantic(lambda: make_solver("arrow", limits).solve(asked), rounds=1)
    certificate = certify(asked, tidy(asked, answer.x), answer.prices, answer.bound)
    benchmark.extra_info["columns"], benchmark.extra_info["certificate"] = asked.shape[1], str(certificate)
    assert certificate.violation <= 1e-6
    assert certificate.gap < 0.5
