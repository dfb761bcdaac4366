"""From a place to HiGHS holding its program: this package against five modelling layers that build the same program."""

from __future__ import annotations

import importlib
from functools import cache

import highspy
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.algebra import Algebra, write_down
from benchmarks.peers import PEERS, ours
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place

TINY = SyntheticSize(areas=3, services=21)


@cache
def place_of(size: SyntheticSize) -> Place:
    """Return a synthetic place, made once."""
    return synthetic_place(size, 1)


@cache
def algebra_of(size: SyntheticSize) -> Algebra:
    """Return its algebra, written down once."""
    return write_down(formulate_arrays(compile_place(place_of(size)), read_model("aligned")))


@pytest.fixture
def size(pytestconfig: pytest.Config, measured: bool) -> SyntheticSize:
    """Return the size to build: that of the option where benchmarks measure, else tiny."""
    return SyntheticSize(areas=pytestconfig.getoption("build_areas")) if measured else TINY


def best(highs: highspy.Highs) -> float:
    """Return the objective of the best plan, whichever the sense."""
    highs.silent()
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return abs(highs.getInfo().objective_function_value)


def need(package: str) -> None:
    """Skip where a peer is not installed."""
    try:
        importlib.import_module(package)
    except ImportError:
        pytest.skip(f"{package} is not installed: pip install 'commission-opt[bench]'")


@pytest.mark.parametrize("peer", PEERS)
def test_peer_builds_the_same_program(peer: str) -> None:
    """As many columns, rows and nonzeros as ours, and the same best value."""
    build, package = PEERS[peer]
    need(package)
    found, expected = build(algebra_of(TINY)), ours(place_of(TINY))
    assert [found.getNumCol(), found.getNumRow(), found.getNumNz()] == [
        expected.getNumCol(),
        expected.getNumRow(),
        expected.getNumNz(),
    ]
    assert best(found) == pytest.approx(best(expected), rel=1e-9)


def test_build_ours(benchmark: BenchmarkFixture, size: SyntheticSize) -> None:
    """Compile, formulate, hand over."""
    benchmark(ours, place_of(size))


@pytest.mark.parametrize("peer", PEERS)
def test_build_peer(benchmark: BenchmarkFixture, size: SyntheticSize, peer: str) -> None:
    """From the algebra as arrays and lists to HiGHS holding the program."""
    build, package = PEERS[peer]
    need(package)
    benchmark.pedantic(lambda: build(algebra_of(size)), rounds=1)
