"""Rows that leave no choice only together are found, say so outright, and are priced as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, Status, make_solver
from commission_opt.solvers.auto import HeldSolver
from commission_opt.solvers.combine import Combined, combine
from tests.programs import INF, program

PENNY = 0.01


def funds(left: float, worth: float = 0.0) -> LinearProgram:
    """Return two funds, a and b, of one payer for services s and t, which need 6 and 5 millions; a may pay for v too.

    The payer keeps as much as is said; v is worth something, as is what fund b pays for s; a third fund pays for v.
    """
    # Columns: a for s, a for t, b for s, b for t, a for v, c for v.
    rows = [
        [1, 0, 1, 0, 0, 0],
        [0, 1, 0, 1, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 1],
        [0, 0, 0, 0, 0, 1],
    ]
    million = 1e6
    bounds = [
        (6 * million, 6 * million),
        (5 * million, 5 * million),
        (-INF, 7 * million),
        (-INF, 4 * million + left),
        (-INF, 3 * million),
        (-INF, 2 * million),
    ]
    return program([0, 0, worth, 0, 3, 1], rows, bounds, [(0, 9 * million)] * 6)


def combined(given: LinearProgram) -> Combined:
    """Return what is combined where all columns are joint."""
    return combine(given, np.ones(given.shape[1], dtype=bool))


def require_same_worth(given: LinearProgram) -> Combined:
    """Solve a program both ways: the same worth but for pennies, and prices that prove it of the program as given."""
    highs, found = make_solver("highs"), combined(given)
    theirs, ours = highs.solve(given), highs.solve(found.program)
    assert ours.status is theirs.status is Status.OPTIMAL
    certificate = certify(given, ours.x, found.prices(ours.prices))
    assert certificate.holds(), certificate
    assert certificate.violation <= 1e-8
    assert certificate.objective == pytest.approx(given.value(theirs.x), rel=1e-7)
    return found


@pytest.mark.parametrize("worth", [0.0, 2.0, -2.0])
@pytest.mark.parametrize("left", [0.0, PENNY, -1e-10])
def test_funds_that_are_used_up_by_those_who_have_no_other_leave_nothing(left: float, worth: float) -> None:
    """Neither fund has no room of its own: both together have none, so that a pays nothing for v."""
    found = require_same_worth(funds(left, worth))
    assert found.program.upper[4] == 0
    assert sorted(np.flatnonzero(found.weight).tolist()) == [0, 1, 2, 3]


def test_lower_bounds_leave_no_choice_as_upper_ones_do() -> None:
    """What funds must have left at least, less than nothing, is what they can pay at most."""
    given = funds(0.0)
    turn = np.array([1.0, 1, -1, -1, 1, 1])
    turned = replace(
        given,
        matrix=sparse.csc_array(sparse.diags_array(turn) @ given.matrix),
        row_lower=np.where(turn < 0, -given.row_upper, given.row_lower),
        row_upper=np.where(turn < 0, -given.row_lower, given.row_upper),
    )
    found = require_same_worth(turned)
    assert found.program.upper[4] == 0
    assert (found.weight[[2, 3]] < 0).all()


def test_one_of_the_rows_is_implied_by_the_others() -> None:
    """Four equations over four payments are one too many."""
    found = combined(funds(0.0))
    four = slice(0, 4)
    assert np.isinf(found.program.row_upper[four]).sum() == 1
    assert np.isinf(found.program.row_lower[four]).sum() == 1


def test_funds_with_money_left_are_let_be() -> None:
    """A pound of twenty millions is room enough; so are funds that others can pay instead of."""
    for left in (1.0, 1e3):
        given = funds(left)
        assert combined(given).program is given
    other = program([1, 1], [[1, 1], [1, -1]], [(2, 2), (-INF, 1)], [(0, 5)] * 2)
    assert combined(other).program is other


def test_rows_of_areas_are_let_be() -> None:
    """They are many, and what they leave shows in each."""
    given = funds(0.0)
    joint = np.array([True, True, False, True, True, True])
    assert combine(given, joint).program is given


def test_equations_and_bounds_of_columns_can_leave_no_choice_together() -> None:
    """From x + y = 4 and x - z = 4 with all at least nothing follows y = 0 only where z has none: x + y + z = 4 too."""
    rows = [[1, 1, 0, 0], [1, 0, -1, 0], [0, 0, 1, 1]]
    given = program([1, 2, 3, 1], rows, [(4, 4), (4, 4), (-INF, 3)], [(0, 9)] * 4)
    found = require_same_worth(given)
    assert found.program.lower[:3].tolist() == found.program.upper[:3].tolist() == [4, 0, 0]


def test_what_cannot_hold_stays_so() -> None:
    """The payer lacks a thousand."""
    given = funds(-1e3)
    found = combined(given)
    assert make_solver("highs").solve(found.program).status is Status.INFEASIBLE


@pytest.mark.parametrize("seed", range(8))
def test_whatever_prices_prove_of_what_is_left_they_prove_of_the_whole(seed: int) -> None:
    """But for the pennies that nobody can have: any prices at all, of any sign."""
    draw = np.random.default_rng(seed)
    for left in (0.0, PENNY):
        given = funds(left, draw.normal())
        found = combined(given)
        prices = draw.normal(size=6)
        of_left = proven_bound(found.program, prices)
        assert proven_bound(given, found.prices(prices)) <= of_left + 10 * PENNY


def test_funds_are_not_paid_for_being_used_up() -> None:
    """As equations they may be: what both are worth is then raised until neither is worth less than nothing."""
    given = funds(0.0).with_objective(np.array([0.0, 0, 0, 0, -9, 1]))
    found = combined(given)
    implied = np.isinf(found.program.row_upper)
    assert implied[[2, 3]].sum() == 1
    prices = np.where(implied, 0.0, [1.0, 1.0, -1.0, -1.0, 0.0, 0.0])
    raised = found.prices(prices)
    assert raised[[2, 3]].min() == pytest.approx(0, abs=1e-9)
    assert proven_bound(given, raised) <= proven_bound(found.program, prices) + PENNY


@pytest.mark.parametrize("seed", range(4))
def test_places_where_little_may_change_are_solved_by_areas(seed: int) -> None:
    """What pays for services as they are today is used up to the penny: without it 120 steps led to no end."""
    size = SyntheticSize(areas=24, services=60, years=2)
    given = formulate(synthetic_place(size, 1), read_model("aligned").set("transition.max_changes", 3))
    changed = np.zeros(60)
    changed[np.random.default_rng(seed).choice(60, 3, replace=False)] = 1.0
    held = given.with_whole_at(changed)
    answer, theirs = HeldSolver(Limits(gap=1e-4)).solve(held), make_solver("highs").solve(held)
    assert theirs.status is Status.OPTIMAL
    assert answer.solver.startswith("interior points by area")
    certificate = certify(held, answer.x, answer.prices)
    assert certificate.holds(gap=1e-4), certificate
    assert certificate.objective == pytest.approx(held.value(theirs.x), rel=1e-4)
    assert np.abs(answer.prices).max() < 1e7
