"""Programs as files: any solver reads what we mean, and every name leads back."""

from __future__ import annotations

import re
from pathlib import Path
from subprocess import run

import highspy
import pandas as pd
import pulp
import pytest

from commission_opt.errors import PlaceError
from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.program.export import export_program
from commission_opt.program.linear import LinearProgram
from tests.programs import INF, OPTIMA, program
from tests.random_places import random_place

ENDINGS = ["mps", "lp"]


def read_back(path: Path) -> highspy.Highs:
    """Return HiGHS with a file read and solved."""
    highs = highspy.Highs()
    highs.silent()
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    return highs


def best(path: Path) -> float:
    """Return the optimum of a file: a minimisation of the negative."""
    highs = read_back(path)
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -float(highs.getInfo().objective_function_value)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", list(OPTIMA))
def test_file_has_the_same_optimum(tmp_path: Path, name: str, ending: str) -> None:
    """Equalities, ranges, free rows, negative lower bounds, fixed columns, no rows at all."""
    lp, value = OPTIMA[name]
    target, _ = export_program(lp, tmp_path / f"p.{ending}")
    assert best(target) == pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", list(OPTIMA))
def test_another_solver_reads_the_mps_file_as_it_is(tmp_path: Path, name: str) -> None:
    """CBC's own program takes some names of bound sets for something else."""
    lp, value = OPTIMA[name]
    target, _ = export_program(lp, tmp_path / "p.mps")
    said = run(
        [pulp.PULP_CBC_CMD.pulp_cbc_path, str(target), "solve"], capture_output=True, text=True, check=True
    ).stdout
    assert "read with 0 errors" in said
    found = re.search(r"[Oo]bjective value[: ]+(\S+)|Optimal objective (\S+)", said)
    assert found, said
    assert -float(found[1] or found[2]) == pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("model", ["siloed", "section_75"])
def test_file_of_a_place_has_the_same_optimum_as_the_program(tmp_path: Path, model: str, ending: str) -> None:
    """With every table in use."""
    from commission_opt.solvers import make_solver

    lp = formulate(random_place(13), read_model(model))
    target, _ = export_program(lp, tmp_path / f"p.{ending}")
    assert best(target) == pytest.approx(lp.value(make_solver("highs").solve(lp).x), rel=1e-6)


@pytest.mark.parametrize("ending", ENDINGS)
def test_endless_bounds_come_back_endless(tmp_path: Path, ending: str) -> None:
    """A column without any bound, one without an upper, one without a lower."""
    lp = program([-1, -1, 1], [[1, 1, 0], [1, -1, 1]], [(2, INF), (-3, 3)], [(-INF, INF), (0, INF), (-INF, 4)])
    target, _ = export_program(lp, tmp_path / f"p.{ending}")
    found = read_back(target).getLp()
    assert list(found.col_lower_) == lp.lower.tolist()
    assert list(found.col_upper_) == lp.upper.tolist()


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_name_in_the_file_is_in_the_map(tmp_path: Path, ending: str) -> None:
    """And every label of the program, once."""
    lp = formulate(random_place(1), read_model("section_75"))
    target, names = export_program(lp, tmp_path / f"p.{ending}")
    assert names.name == "p.names.csv"
    table = pd.read_csv(names, keep_default_na=False)
    labels = [lp.column_label(at) for at in range(lp.shape[1])] + [lp.row_label(at) for at in range(lp.shape[0])]
    assert table["label"].tolist() == labels
    assert (table["unit"] != "").all()
    known = set(table["name"])
    found = read_back(target).getLp()
    assert set(found.col_names_) <= known
    assert {name.removesuffix("_upper") for name in found.row_names_} <= known


def test_figures_are_written_in_full(tmp_path: Path) -> None:
    """A third comes back as the same number, bit by bit."""
    lp = program([1 / 3], [[2 / 3]], [(-INF, 1e-7 / 3)], [(0, 1e9 / 7)])
    target, _ = export_program(lp, tmp_path / "p.mps")
    found = read_back(target).getLp()
    assert list(found.col_cost_) == [-1 / 3]
    assert list(found.row_upper_) == [1e-7 / 3]
    assert list(found.col_upper_) == [1e9 / 7]
    assert list(found.a_matrix_.value_) == [2 / 3]


@pytest.mark.parametrize("name", ["p.txt", "p", "p.mps.gz"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    """By the name that was given, and nothing is written."""
    with pytest.raises(PlaceError, match=r"neither \.mps nor \.lp"):
        export_program(OPTIMA["equality"][0], tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_plain_complaint(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    with pytest.raises(PlaceError, match="cannot be written"):
        export_program(OPTIMA["equality"][0], tmp_path / "nowhere" / "p.mps")


def test_long_expressions_are_broken_into_lines(tmp_path: Path) -> None:
    """Some solvers refuse lines of more than 255 characters."""
    lp: LinearProgram = program([1 / 3] * 60, [[1 / 7] * 60], [(-INF, 1)], [(0, 1)] * 60)
    target, _ = export_program(lp, tmp_path / "p.lp")
    assert max(len(line) for line in target.read_text(encoding="utf-8").splitlines()) < 255
    assert best(target) == pytest.approx(7 / 3)
