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

PLACE = SyntheticSize(areas=300, services=60, years=3, tranches=3)
"""A place of 300 areas: about 148,000 columns, budgets that bind."""

MILLION = SyntheticSize(areas=2_100, services=60, years=3, tranches=3)
"""Areas enough for a million columns."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the place of 300 areas."""
    return write_place(synthetic_place(PLACE, 1), tmp_path_factory.mktemp("benchmark") / "place")


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
