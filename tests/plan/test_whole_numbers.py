"""Programs with yes-or-no decisions: solved, certified with the solver's bound, exported, refused when fractional."""

from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np
import pytest

from commission_opt.place.names import Names
from commission_opt.plan.certificate import certify
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import ProgramBuilder
from commission_opt.program.export import export_program
from commission_opt.program.linear import LinearProgram
from commission_opt.program.text import program_text
from commission_opt.solvers import Status, make_solver


@pytest.fixture
def teams() -> LinearProgram:
    """Return three services with a team of 5 each, 10 units at 2, 3 and 4, worth 3, 4 and 5, and 25 to spend.

    One team alone reaches 10 of the first (5 + 20), worth 30; the second 6 2/3, worth 26 2/3; the third 5, worth 25;
    any two have 15 left and reach at most 7.5 of the first, worth 22.5.
    """
    builder, names = ProgramBuilder(), Names("service", ("a", "b", "c"))
    keys = Keys.of((names, np.arange(3)))
    x = builder.add_columns("volume", keys, 10.0, unit="units")
    team = builder.add_columns("open", keys, 1.0, unit="teams")
    builder.require_whole(team)
    money = builder.add_rows("money", Keys((), ()), unit="money", upper=25.0)
    builder.add_entries(np.repeat(money, 3), x, [2.0, 3.0, 4.0])
    builder.add_entries(np.repeat(money, 3), team, 5.0)
    scale = builder.add_rows("scale", keys, unit="units", upper=0.0)
    builder.add_entries(scale, x, 1.0)
    builder.add_entries(scale, team, -10.0)
    return builder.build("teams", np.array([3.0, 4.0, 5.0, 0.0, 0.0, 0.0]))


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC"])
def test_best_team_is_found_and_carries_the_solvers_bound(teams: LinearProgram, solver: str) -> None:
    """The certificate says whose bound it is."""
    answer = make_solver(solver).solve(teams)
    assert answer.x == pytest.approx([10, 0, 0, 1, 0, 0])
    certificate = certify(teams, answer.x, answer.prices, answer.bound)
    assert (certificate.kind, certificate.objective) == ("solver_bound", pytest.approx(30))
    assert certificate.bound == pytest.approx(30)
    assert certificate.holds()


def test_half_a_team_is_a_violation(teams: LinearProgram) -> None:
    """Of half a whole number."""
    certificate = certify(teams, np.array([5.0, 0, 0, 0.5, 0, 0]), np.zeros(4), 30.0)
    assert certificate.violation == pytest.approx(0.5)
    assert certificate.worst == "open[a]"


def test_fixing_the_teams_leaves_a_linear_program_with_prices(teams: LinearProgram) -> None:
    """With the first team alone, money beyond 25 buys nothing, and a larger team would be worth 3 a unit."""
    fixed = teams.with_whole_fixed(np.array([0, 0, 0, 0.0, 1.0, 0.0]))
    answer = make_solver("highs").solve(fixed)
    assert answer.x == pytest.approx([0, 20 / 3, 0, 0, 1, 0])
    assert answer.prices[0] == pytest.approx(4 / 3)


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_exported_files_keep_whole_numbers(teams: LinearProgram, tmp_path: Path, ending: str) -> None:
    """HiGHS reads them back to the same optimum; with fractions it would be 36.25 and more."""
    path, _ = export_program(teams, tmp_path / f"teams.{ending}")
    highs = highspy.Highs()
    highs.silent()
    highs.readModel(str(path))
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(-30)


def test_text_names_whole_numbers(teams: LinearProgram) -> None:
    """Where a reader looks for bounds."""
    assert "0 <= open[a] <= 1 (teams, whole)" in program_text(teams)


def test_program_that_only_fractions_could_fill_is_infeasible(teams: LinearProgram) -> None:
    """Half a team at least, and at most: no whole number lies between."""
    lower, upper = teams.lower.copy(), teams.upper.copy()
    lower[3], upper[3] = 0.4, 0.6
    stuck = teams.with_bounds(lower, upper, teams.row_lower, teams.row_upper)
    assert make_solver("highs").solve(stuck).status is Status.INFEASIBLE
