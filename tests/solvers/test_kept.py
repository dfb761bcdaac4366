"""A kept solver says what a fresh one says, whatever was asked of it before."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.place.names import Names
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, highs_run
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.kept import KeptSolver

MONEY, STAFF = np.array([0]), np.array([1])


def services(names: str, money: float = 100.0, *, capped: bool = False) -> LinearProgram:
    """Return services a, b, c, ... that cost 1, 2, 3, ..., gain 3, 5, 7, ..., reach 40 each; 90 hours, one a unit."""
    builder, labels = ProgramBuilder(), Names("service", tuple("abcdef"))
    codes = np.array(["abcdef".index(name) for name in names])
    x = builder.add_columns("volume", Keys.of((labels, codes)), 40.0, unit="units")
    for family, upper, each in (("money", money, codes + 1.0), ("staff", 90.0, np.ones(len(codes)))):
        row = builder.add_rows(family, Keys((), ()), unit=family, upper=upper)
        builder.add_entries(np.repeat(row, len(x)), x, each)
    if capped:
        cap = builder.add_rows("cap", Keys.of((labels, codes)), unit="units", upper=25.0)
        builder.add_entries(cap, x, 1.0)
    return builder.build("services", 2.0 * codes + 3.0)


@pytest.mark.parametrize("seed", range(5))
def test_kept_answers_equal_fresh_ones(seed: int) -> None:
    """Services come and go, caps come and go, money changes: a hundred times on one object."""
    rng, kept = np.random.default_rng(seed), KeptSolver()
    for _ in range(100):
        names = "".join(name for name in "abcdef" if rng.random() < 0.7) or "a"
        program = services(names, float(rng.uniform(1, 300)), capped=bool(rng.random() < 0.5))
        answer, fresh = kept.solve(program), HighsSolver().solve(program)
        assert program.value(answer.x) == pytest.approx(program.value(fresh.x))


@pytest.mark.parametrize("steps", [1, highs_run.FEW_STEPS])
def test_another_objective_is_answered_from_where_the_last_one_ended(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The primal simplex method is enough, or gives way after its steps; bounds that change next go to the dual one."""
    monkeypatch.setitem(highs_run.TRIAL, "simplex_iteration_limit", steps)
    asked, rng, kept = HighsSolver._try_primal, np.random.default_rng(steps), HighsSolver()
    tried: list[int] = []
    monkeypatch.setattr(HighsSolver, "_try_primal", lambda *given: (tried.append(1), asked(*given))[1])
    program = services("abcdef")
    kept.solve(program)
    for turn in range(20):
        program = program.with_objective(rng.uniform(-2.0, 9.0, 6))
        if turn % 5 == 4:
            program = program.with_bounds(program.lower, rng.uniform(1, 50, 6), program.row_lower, program.row_upper)
        answer, fresh = kept.solve(program), HighsSolver().solve(program)
        assert answer.status == "optimal"
        assert program.value(answer.x) == pytest.approx(program.value(fresh.x))
        assert answer.prices == pytest.approx(fresh.prices)
    assert len(tried) == 16


def test_what_is_like_before_takes_no_step() -> None:
    """From its own basis an answer is found at once, also with a further service that is not worth having."""
    kept = KeptSolver()
    kept.solve(services("bdf"))
    again = kept.solve(services("bdf"))
    assert kept.steps == 0
    assert again.x == pytest.approx(HighsSolver().solve(services("bdf")).x)


def test_changes_hold_until_they_are_undone() -> None:
    """Services a to c at 3, 2.5 and 2 1/3 a pound: 40 a, 30 b for 100; with 120, 40 b; with c at 30 a pound first c."""
    kept, program = KeptSolver(), services("abc")
    assert kept.solve(program).x == pytest.approx([40, 30, 0])
    kept.set_rows(MONEY, np.array([-np.inf]), np.array([120.0]))
    assert kept.again().x == pytest.approx([40, 40, 0])
    kept.set_columns(np.array([0]), np.array([0.0]), np.array([20.0]))
    assert kept.again().x == pytest.approx([20, 40, 20 / 3])
    kept.back()
    assert kept.again().x == pytest.approx([40, 30, 0])
    kept.set_objective(np.array([2]), np.array([90.0]))
    assert kept.again().x == pytest.approx([0, 0, 100 / 3])
    kept.back()
    assert kept.again().prices == pytest.approx(HighsSolver().solve(program).prices)


def test_infeasible_is_left_behind() -> None:
    """Hours that cannot be reached, and then the program as it was."""
    kept = KeptSolver()
    kept.solve(services("abc"))
    kept.set_rows(STAFF, np.array([500.0]), np.array([600.0]))
    assert kept.again().status == "infeasible"
    kept.back()
    assert kept.again().x == pytest.approx([40, 30, 0])


def test_another_shape_is_found_again() -> None:
    """With and without caps, each from where it was left; a conflict in between is no place to start from."""
    kept = KeptSolver()
    for capped in (False, True):
        kept.solve(services("abc", capped=capped))
    assert kept.solve(services("abc", money=-5.0, capped=True)).status == "infeasible"
    kept.back()
    assert kept.again().status == "infeasible"
    for capped, x in ((False, [40, 30, 0]), (True, [25, 25, 25 / 3])):
        assert kept.solve(services("abc", capped=capped)).x == pytest.approx(x)
        assert kept.steps == 0


def test_time_limit_is_one_for_every_call() -> None:
    """HiGHS adds up the time of a kept object: a thousand calls must not use up the limit of one."""
    kept = KeptSolver(Limits(seconds=0.05))
    kept.solve(services("abc"))
    for money in np.linspace(1, 200, 1000):
        kept.set_rows(MONEY, np.array([-np.inf]), np.array([money]))
        assert kept.again().status == "optimal"


def test_ranging_says_how_far_a_price_holds() -> None:
    """Money is worth 2.5 from the 40 that a takes to the 120 that a and b take."""
    kept = KeptSolver()
    assert kept.solve(services("abc")).prices[0] == pytest.approx(2.5)
    ranging = kept.ranging()
    assert (ranging.low[0], ranging.high[0]) == pytest.approx((40, 120))
    assert ranging.ends_low[0]
    assert ranging.ends_high[0]
