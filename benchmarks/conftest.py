"""Synthetic places that the benchmarks share, made once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place, write_place
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.solvers import Answer, make_solver

AREAS = 300
"""Areas of the place that is measured: about 157,000 columns, budgets and ceilings that bind."""

SMOKE = 30
"""Areas where benchmarks only run once to see that they work (``--benchmark-disable``)."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the size that all modelling layers build be chosen."""
    parser.addoption("--build-areas", type=int, default=SMOKE, help="areas of the place that test_build.py builds")
    parser.addoption(
        "--largest", action="store_true", help="ask what-ifs and whole numbers of a city region too: minutes to a plan"
    )


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> bool:
    """Return whether this run measures, rather than only runs each benchmark once."""
    return not pytestconfig.getoption("benchmark_disable")


@pytest.fixture(scope="session")
def folder(measured: bool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the place of 300 areas."""
    size = SyntheticSize(areas=AREAS if measured else SMOKE, services=60, years=3, tranches=3)
    return write_place(synthetic_place(size, 1), tmp_path_factory.mktemp("benchmark") / "place")


@pytest.fixture(scope="session")
def place(folder: Path) -> Place:
    """Return the place, read."""
    return read_place(folder)


@pytest.fixture(scope="session")
def arrays(place: Place) -> PlaceArrays:
    """Return the place, compiled."""
    return compile_place(place)


@pytest.fixture(scope="session")
def formulation(arrays: PlaceArrays) -> Formulation:
    """Return the place under aligned budgets."""
    return formulate_arrays(arrays, read_model("aligned"))


@pytest.fixture(scope="session")
def answer(formulation: Formulation) -> Answer:
    """Return the answer of HiGHS to it."""
    return make_solver("highs").solve(formulation.program)
