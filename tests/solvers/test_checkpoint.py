"""The method by areas goes on from what it kept, to the same plan."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from commission_opt.errors import SolverError
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import synthetic_place
from commission_opt.plan.solve import solve
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, Reached, make_solver
from tests.solvers.test_arrow import SIZE, program_of


class CutOffError(Exception):
    """Stands for a machine that is switched off."""


def cut_off(program: LinearProgram, folder: Path, after: int) -> None:
    """Solve with a checkpoint, and break off after so many steps."""
    steps: list[Reached] = []

    def tell(reached: Reached) -> None:
        steps.append(reached)
        if len(steps) == after:
            raise CutOffError

    with pytest.raises(CutOffError):
        make_solver("arrow", Limits(checkpoint=str(folder), tell=tell)).solve(program)


def resumed(program: LinearProgram, folder: Path) -> tuple[Answer, int]:
    """Solve with a checkpoint; return the answer, and how many steps it took from there."""
    steps: list[Reached] = []
    answer = make_solver("arrow", Limits(checkpoint=str(folder), tell=steps.append)).solve(program)
    return answer, len(steps)


@pytest.mark.parametrize("after", [7, 11])
def test_it_goes_on_where_it_was_cut_off_to_the_same_plan(tmp_path: Path, after: int) -> None:
    """From the last step that was kept, to the last digit."""
    program = program_of("total_place")
    whole, steps = resumed(program, tmp_path)
    cut_off(program, tmp_path, after)
    answer, further = resumed(program, tmp_path)
    assert further == steps - after // 5 * 5
    assert np.array_equal(answer.x, whole.x)
    assert np.array_equal(answer.prices, whole.prices)


def test_nothing_is_left_once_the_program_is_solved(tmp_path: Path) -> None:
    """What is kept is of use only until then."""
    resumed(program_of("aligned"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_program_begins_afresh(tmp_path: Path) -> None:
    """One changed figure is enough, and what was kept of the first stays."""
    program = program_of("aligned")
    cut_off(program, tmp_path, 6)
    other = program.with_objective(program.objective * 1.01)
    assert resumed(other, tmp_path)[1] == resumed(other, tmp_path / "fresh")[1]
    assert len(list(tmp_path.glob("*/now"))) == 1


def test_a_checkpoint_that_was_cut_off_itself_is_not_taken(tmp_path: Path) -> None:
    """The last complete one is."""
    program = program_of("aligned")
    cut_off(program, tmp_path, 6)
    kept = next(tmp_path.glob("*/now"))
    (kept.parent / "new").mkdir()
    (kept.parent / "new" / "part_0.npz").write_bytes(b"half of it")
    whole, steps = resumed(program, tmp_path / "other")
    answer, further = resumed(program, tmp_path)
    assert further == steps - 5
    assert np.array_equal(answer.x, whole.x)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With the reason."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(SolverError, match=r"Nothing can be kept in the folder '.*file': Not a directory"):
        make_solver("arrow", Limits(checkpoint=str(tmp_path / "file"))).solve(program_of("aligned"))


@pytest.mark.parametrize("name", ["part_0.npz", "joint.npz", "figures.json"])
def test_what_cannot_be_read_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    """A disk may spoil a file; nothing is guessed from it."""
    program = program_of("aligned")
    cut_off(program, tmp_path, 6)
    spoilt = next(tmp_path.glob("*/now")) / name
    spoilt.write_bytes(spoilt.read_bytes()[:20])
    with pytest.raises(SolverError, match=r"What is kept in '.*' cannot be read\. Delete this folder to begin afresh"):
        resumed(program, tmp_path)


def test_a_folder_that_cannot_be_written_to_any_more_is_named(tmp_path: Path) -> None:
    """As when the disk is gone in mid-run."""
    told: list[Reached] = []

    def tell(reached: Reached) -> None:
        told.append(reached)
        if len(told) == 2:
            shutil.rmtree(tmp_path / "kept")

    with pytest.raises(SolverError, match=r"Nothing can be kept in the folder '.*': No such file or directory\. Name"):
        make_solver("arrow", Limits(checkpoint=str(tmp_path / "kept"), tell=tell)).solve(program_of("aligned"))


@pytest.mark.parametrize(("option", "what"), [("checkpoint", "A checkpoint"), ("scheduler", "A cluster")])
def test_solvers_that_know_no_areas_refuse_it(option: str, what: str) -> None:
    """Rather than take no notice."""
    with pytest.raises(SolverError, match=f"{what} is for solving area by area, not for highs"):
        solve(synthetic_place(SIZE, 1), read_model("aligned"), solver="highs", **{option: "somewhere"})
