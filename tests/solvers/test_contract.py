"""What every solver owes: optimal values, prices with the right sign, an honest status."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from scipy import sparse

from commission_opt.errors import SolverError
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Limits, Solver, make_solver
from commission_opt.solvers.highs import HighsSolver
from tests.programs import INF, INFEASIBLE, OPTIMA, program, transposed_knapsack

SOLVERS = ["auto", "arrow", "highs", "pulp", "pulp:CBC", "pulp:HiGHS"]
CLOSE = 1e-6
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=SOLVERS)
def solver(request: pytest.FixtureRequest) -> Solver:
    """Return every solver that is installed, one after the other."""
    try:
        return make_solver(request.param)
    except SolverError:
        pytest.skip(f"{request.param} is not installed")


@pytest.fixture(params=list(OPTIMA))
def case(request: pytest.FixtureRequest) -> tuple[LinearProgram, float]:
    """Return every program with its optimum."""
    return OPTIMA[request.param]


def reduced(lp: LinearProgram, answer: Answer) -> np.ndarray:
    """Return what is left of each column's objective after its rows are paid for."""
    return lp.objective - lp.matrix.T @ answer.prices


def test_value_is_the_optimum(solver: Solver, case: tuple[LinearProgram, float]) -> None:
    """As worked out by hand."""
    answer = solver.solve(case[0])
    assert answer.status == "optimal"
    assert case[0].value(answer.x) == pytest.approx(case[1], rel=CLOSE, abs=1e-9)


def test_solution_is_feasible(solver: Solver, case: tuple[LinearProgram, float]) -> None:
    """Within every bound and row."""
    lp, answer = case[0], solver.solve(case[0])
    room = CLOSE * np.maximum(1.0, np.abs(lp.activity(answer.x)))
    assert (answer.x >= lp.lower - CLOSE).all()
    assert (answer.x <= lp.upper + CLOSE).all()
    assert (lp.activity(answer.x) >= lp.row_lower - room).all()
    assert (lp.activity(answer.x) <= lp.row_upper + room).all()


def test_prices_have_the_sign_of_the_bound_that_binds(solver: Solver, case: tuple[LinearProgram, float]) -> None:
    """A least costs, a most gains; a row that does not bind has no price."""
    lp, answer = case[0], solver.solve(case[0])
    activity = lp.activity(answer.x)
    scale = np.maximum(1.0, np.abs(activity))
    at_upper = np.isfinite(lp.row_upper) & (np.abs(activity - lp.row_upper) <= CLOSE * scale)
    at_lower = np.isfinite(lp.row_lower) & (np.abs(activity - lp.row_lower) <= CLOSE * scale)
    assert (answer.prices[~at_upper] <= CLOSE).all()
    assert (answer.prices[~at_lower] >= -CLOSE).all()


def test_columns_between_their_bounds_have_nothing_left(solver: Solver, case: tuple[LinearProgram, float]) -> None:
    """Stationarity: at a lower bound more would lose, at an upper bound more would gain."""
    lp, answer = case[0], solver.solve(case[0])
    left = reduced(lp, answer)
    assert (left[answer.x > lp.lower + CLOSE] >= -CLOSE).all()
    assert (left[answer.x < lp.upper - CLOSE] <= CLOSE).all()


def test_bound_from_prices_equals_value(solver: Solver, case: tuple[LinearProgram, float]) -> None:
    """Strong duality, the formula of the certificate."""
    lp, answer = case[0], solver.solve(case[0])
    prices = np.where(np.abs(answer.prices) > 1e-12, answer.prices, 0.0)
    limit = np.where(prices > 0, lp.row_upper, lp.row_lower)
    bound = float((prices[prices != 0] * limit[prices != 0]).sum())
    left = reduced(lp, replace(answer, prices=prices))
    bound += float(np.maximum(left * lp.lower, left * lp.upper).sum())
    assert bound == pytest.approx(lp.value(answer.x), rel=CLOSE, abs=1e-7)


@pytest.mark.parametrize("name", list(INFEASIBLE))
def test_no_solution_is_said_to_be_infeasible(solver: Solver, name: str) -> None:
    """And nothing is handed over that could be taken for a plan."""
    answer = solver.solve(INFEASIBLE[name])
    assert answer.status == "infeasible"
    assert not answer.has_solution


def test_price_is_what_one_more_unit_gains(solver: Solver) -> None:
    """The finite difference of the value."""
    lp = transposed_knapsack()
    answer = solver.solve(lp)
    more = replace(lp, row_upper=lp.row_upper + np.array([0.5, 0.0]))
    gained = make_solver("highs").solve(more)
    assert more.value(gained.x) - lp.value(answer.x) == pytest.approx(0.5 * answer.prices[0])
    assert answer.prices == pytest.approx([2.0, 0.0])


def test_price_of_a_least_is_negative(solver: Solver) -> None:
    """One more unit that has to be done costs 2; the sign is the same for every solver."""
    lp = program([-2], [[1]], [(3, INF)], [(0, 9)])
    assert solver.solve(lp).prices == pytest.approx([-2.0])


@pytest.mark.parametrize("size", [1e-12, 1e-9, 1.0, 1e9, 1e12])
def test_size_of_the_objective_does_not_matter(solver: Solver, size: float) -> None:
    """Solvers' tolerances are absolute: unscaled, weights of 1e-12 would leave all money unspent."""
    lp = transposed_knapsack()
    answer = solver.solve(lp.with_objective(lp.objective * size))
    assert answer.x == pytest.approx([3, 1])
    assert answer.prices / size == pytest.approx([2.0, 0.0])


@pytest.mark.parametrize("factor", [1e-9, 1e-2, 1e9])
def test_unit_of_money_does_not_matter(solver: Solver, factor: float) -> None:
    """Coefficients below 1e-9 would be dropped unscaled."""
    answer = solver.solve(transposed_knapsack(factor))
    assert answer.x == pytest.approx([3, 1])
    assert answer.prices * factor == pytest.approx([2.0, 0.0])


@pytest.mark.parametrize("array", ["objective", "lower", "upper", "row_lower", "row_upper", "matrix"])
def test_what_is_not_a_number_is_refused(solver: Solver, array: str) -> None:
    """Some solvers call such a program solved."""
    lp = transposed_knapsack()
    if array == "matrix":
        spoilt = sparse.csc_array(lp.matrix * np.nan)
    else:
        spoilt = getattr(lp, array).copy()
        spoilt[0] = np.nan
    with pytest.raises(SolverError, match=r"finite number|no number"):
        solver.solve(replace(lp, **{array: spoilt}))


def test_endless_coefficients_are_refused(solver: Solver) -> None:
    """An endless objective has no optimum."""
    lp = transposed_knapsack()
    with pytest.raises(SolverError, match="not a finite number"):
        solver.solve(lp.with_objective(np.array([np.inf, 1.0])))


def test_an_answer_says_who_gave_it(solver: Solver) -> None:
    """Name and version, for the record."""
    answer = solver.solve(transposed_knapsack())
    assert any(character.isdigit() for character in answer.solver)
    assert answer.seconds >= 0


def test_warm_answer_equals_cold() -> None:
    """A kept object with other bounds and another objective says what a fresh one says."""
    lp = transposed_knapsack()
    warm = make_solver("highs")
    warm.solve(lp)
    for change in (
        lp.with_objective(np.array([1.0, 5.0])),
        lp.with_bounds(lp.lower, np.array([1.0, 10.0]), lp.row_lower, lp.row_upper),
        lp.with_bounds(lp.lower, lp.upper, lp.row_lower, np.array([2.0, 8.0])),
        lp,
    ):
        again, fresh = warm.solve(change), make_solver("highs").solve(change)
        assert again.x == pytest.approx(fresh.x)
        assert again.prices == pytest.approx(fresh.prices)


def test_warm_solver_finds_its_way_back_from_infeasible() -> None:
    """One conflict in a what-if must not spoil the next question."""
    lp = transposed_knapsack()
    warm = make_solver("highs")
    assert warm.solve(lp.with_bounds(lp.lower, lp.upper, np.array([50.0, -INF]), lp.row_upper)).status == "infeasible"
    assert warm.solve(lp).x == pytest.approx([3, 1])


def test_another_program_is_passed_anew() -> None:
    """The same shape is not the same program."""
    solver = make_solver("highs")
    solver.solve(transposed_knapsack())
    other = program([3, 2], [[2, 1], [1, 3]], [(-INF, 4), (-INF, 8)], [(0, 3), (0, 10)])
    assert solver.solve(other).x == pytest.approx(make_solver("highs").solve(other).x)


def test_time_limit_is_one_for_every_call() -> None:
    """HiGHS adds up the time of a kept object: many calls must not use up the limit of one."""
    lp = transposed_knapsack()
    solver = HighsSolver(Limits(seconds=0.05))
    weights = np.linspace(1, 5, 400)
    assert all(solver.solve(lp.with_objective(np.array([3.0, weight]))).status == "optimal" for weight in weights)


def test_a_solver_out_of_time_hands_over_nothing() -> None:
    """Values after a time-out are rubbish."""
    rng = np.random.default_rng(1)
    matrix = rng.random((300, 300))
    lp = program([1.0] * 300, matrix.tolist(), [(-INF, 100.0)] * 300, [(0, 10)] * 300)
    answer = make_solver("highs", Limits(seconds=0.0)).solve(lp)
    assert answer.status == "stopped"
    assert not answer.has_solution


@pytest.mark.parametrize("method", ["simplex", "ipm"])
@pytest.mark.parametrize("presolve", [True, False])
def test_neither_presolve_nor_method_changes_value_or_prices(presolve: bool, method: Literal["simplex", "ipm"]) -> None:
    """They change the way, not the end: asked to maximise, HiGHS has been seen to turn prices wrong after presolve."""
    for lp, value in OPTIMA.values():
        answer = make_solver("highs", Limits(presolve=presolve, method=method)).solve(lp)
        assert lp.value(answer.x) == pytest.approx(value, rel=CLOSE, abs=1e-9)
        assert proven_bound(lp, answer.prices) == pytest.approx(value, rel=CLOSE, abs=1e-9)


def test_threads_do_not_change_the_value() -> None:
    """In a process of its own: HiGHS cannot change its number of threads after the first run of a process."""
    code = (
        "from commission_opt.solvers import Limits, make_solver\n"
        "from tests.programs import OPTIMA\n"
        "for lp, value in OPTIMA.values():\n"
        "    answer = make_solver('highs', Limits(threads=2)).solve(lp)\n"
        "    assert abs(lp.value(answer.x) - value) <= 1e-6 * max(1, abs(value))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gurobbi", "There is no solver 'gurobbi'"),
        ("highs:fast", "There is no solver 'highs:fast'"),
        ("pulp:CBCC", "Did you mean 'CBC'?"),
        ("pulp:nothing_like_it", "PuLP does not know the solver 'nothing_like_it'"),
        ("", "There is no solver ''"),
    ],
)
def test_unknown_solvers_are_refused_with_a_remedy(name: str, message: str) -> None:
    """By the name that was given."""
    with pytest.raises(SolverError) as caught:
        make_solver(name)
    assert message in str(caught.value)


def test_a_solver_that_is_not_installed_is_refused() -> None:
    """PuLP knows many that no machine has."""
    with pytest.raises(SolverError, match="not installed"):
        make_solver("pulp:MIPCL_CMD")
