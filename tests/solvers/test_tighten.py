"""Rows that leave their columns no choice, or hardly any, become bounds of these, and are priced as they were."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.plan.certificate import certify
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Status, make_solver
from commission_opt.solvers.substitute import Substituted, substitute
from commission_opt.solvers.tighten import from_zero
from tests.programs import INF, program

TIE = 1e-7
"""Relative difference of objectives that is HiGHS's own."""


def rows_with_bounds(given: LinearProgram) -> list[int]:
    """Return which rows still say something."""
    return np.flatnonzero(np.isfinite(given.row_lower) | np.isfinite(given.row_upper)).tolist()


def ranges(given: LinearProgram) -> list[list[float]]:
    """Return the bounds of the columns."""
    return np.column_stack([given.lower, given.upper]).tolist()


def require_same_worth(given: LinearProgram) -> tuple[Substituted, np.ndarray]:
    """Solve a program both ways: the same worth, and prices of a sane size that prove it of the program as given."""
    highs, put = make_solver("highs"), substitute(given)
    theirs, ours = highs.solve(given), highs.solve(put.program)
    assert ours.status is theirs.status
    if theirs.status is not Status.OPTIMAL:
        return put, np.zeros(0)
    prices = put.prices(ours.prices)
    certificate = certify(given, ours.x, prices)
    assert certificate.holds(), certificate
    assert certificate.objective == pytest.approx(given.value(theirs.x), rel=TIE, abs=TIE)
    return put, prices


@pytest.mark.parametrize(
    ("row", "bounds", "at", "price"),
    [
        ([1, 1, 2], (-INF, 4), [1, 1, 1], 3.0),
        ([-1, -1, -2], (-4, INF), [1, 1, 1], -3.0),
        ([1, 1, 2], (20, INF), [5, 5, 5], -1.0),
        ([-1, -1, -2], (-INF, -20), [5, 5, 5], 1.0),
        ([1, -1, 2], (-INF, -2), [1, 5, 1], 3.0),
        ([1, -1, 2], (14, INF), [5, 1, 5], -2.0),
        ([1, 1, 2], (4, 4), [1, 1, 1], 3.0),
        ([1, 1, 2], (2, 4), [1, 1, 1], 3.0),
        ([1, 1, 2], (20, 20), [5, 5, 5], -1.0),
    ],
)
def test_a_row_at_its_least_or_most_fixes_its_columns(
    row: list[float], bounds: tuple[float, float], at: list[float], price: float
) -> None:
    """From 1 to 5 each, worth 3, 2 and -2: the row's price is the least at which nobody wants to be elsewhere."""
    given = program([3, 2, -2], [row], [bounds], [(1, 5)] * 3)
    put, prices = require_same_worth(given)
    assert ranges(put.program) == [[one, one] for one in at]
    assert rows_with_bounds(put.program) == []
    assert prices.tolist() == [price]


def test_a_row_whose_columns_stay_where_it_has_them_anyhow_is_worth_nothing() -> None:
    """Nobody gains from x or y beyond nothing."""
    _, prices = require_same_worth(program([-3, -1], [[1, 1]], [(-INF, 0)], [(0, 5)] * 2))
    assert prices.tolist() == [0]


def test_columns_without_a_choice_leave_further_rows_none() -> None:
    """From x + y <= 0 follows z = 3 of 2 x + z >= 3, from that w = 0 of w - z <= -3, and v <= 4 of z + w + v <= 7.

    The last is worth what v is, 1; w pays that and is worth 5, so its row is worth 4; z pays 1 and gains 4.
    """
    given = program(
        [2, 0, 0, 5, 1],
        [[1, 1, 0, 0, 0], [2, 0, 1, 0, 0], [0, 0, -1, 1, 0], [0, 0, 1, 1, 1]],
        [(-INF, 0), (3, INF), (-INF, -3), (-INF, 7)],
        [(0, 9), (0, 9), (0, 3), (0, 9), (0, 9)],
    )
    put, prices = require_same_worth(given)
    assert ranges(put.program) == [[0, 0], [0, 0], [3, 3], [0, 0], [0, 4]]
    assert rows_with_bounds(put.program) == []
    assert prices.tolist() == [2, 0, 4, 1]


def test_rows_that_share_columns_are_taken_one_after_the_other() -> None:
    """Of x + y <= 2 and y + z <= 2, all at least 1, y pays for the second before the first pays for x and y."""
    given = program([1, 6, 4], [[1, 1, 0], [0, 1, 1]], [(-INF, 2), (-INF, 2)], [(1, 5)] * 3)
    put, prices = require_same_worth(given)
    assert ranges(put.program) == [[1, 1]] * 3
    assert prices.tolist() == [2, 4]


def test_what_a_row_leaves_its_columns_is_the_most_that_each_can_have() -> None:
    """Two budgets of which one alone pays nearly all: 1,000 x + y = 999,999.5 leaves x 999.9985 to 999.9995.

    A method that keeps away from all bounds has next to no room between nothing and 1,000.
    """
    given = program([1, 3], [[1000, 1]], [(999_999.5, 999_999.5)], [(0, 1000), (0, 1)])
    put, _ = require_same_worth(given)
    assert ranges(put.program) == [[pytest.approx(999.9985, abs=1e-9), pytest.approx(999.9995, abs=1e-9)], [0, 1]]
    assert rows_with_bounds(put.program) == [0]
    for price in (0.0, 0.002):
        assert put.prices(np.array([price])).tolist() == [pytest.approx(0.001)]


def test_an_equation_says_of_its_largest_column_what_the_others_leave() -> None:
    """Of x + y - 3 z = 500 with y and z of a penny at most, whatever x could be else; its price goes by x alone."""
    given = program([1, 2, -1], [[1, 1, -3]], [(500, 500)], [(0, 1000), (0, 0.01), (0, 0.01)])
    put, prices = require_same_worth(given)
    assert ranges(put.program)[0] == pytest.approx([499.99, 500.03])
    assert prices.tolist() == [pytest.approx(1)]


def test_columns_of_narrow_ranges_are_measured_from_their_lower_bounds() -> None:
    """Others stay as they are."""
    given = program([1, 1, 1], [[1, 2, 3]], [(-INF, 2000)], [(600, 600.01), (0, 5), (7, 7)])
    left, start = from_zero(given)
    assert start.tolist() == [600, 0, 0]
    assert ranges(left) == [[0, pytest.approx(0.01)], [0, 5], [7, 7]]
    assert left.row_upper.tolist() == [1400]
    assert from_zero(left)[0] is left


def test_a_row_that_leaves_a_choice_is_no_bound() -> None:
    """Where the columns can add up to 10, a bound of 1 is none of theirs."""
    given = program([1, 1], [[1, 1]], [(-INF, 1)], [(0, 5)] * 2)
    put, _ = require_same_worth(given)
    assert put.program is given


@pytest.mark.parametrize("off", [-3e-16, 0.0, 3e-16])
def test_rounding_neither_forbids_nor_leaves_a_choice(off: float) -> None:
    """0.1 and 0.2 are a little more than 0.3."""
    given = program([1, 1], [[1, 1]], [(-INF, 0.3 + off)], [(0.1, 5), (0.2, 5)])
    put = substitute(given).program
    assert ranges(put) == [[0.1, 0.1], [0.2, 0.2]]
    assert rows_with_bounds(put) == []


@pytest.mark.parametrize("off", [1e-6, 1.0])
def test_contradictions_stay(off: float) -> None:
    """Less than the least is not to be had, from either side."""
    for row, bounds in (([1, 1], (-INF, 2 - off)), ([-1, -1], (-2 + off, INF))):
        given = program([1, 1], [row], [bounds], [(1, 5)] * 2)
        put, _ = require_same_worth(given)
        assert make_solver("highs").solve(put.program).status is Status.INFEASIBLE


def test_endless_columns_are_no_matter() -> None:
    """What they add up to has no end, which is no bound for others."""
    require_same_worth(program([1, -1], [[1, -1]], [(-INF, 0)], [(0, INF), (0, INF)]))
    require_same_worth(program([-1, -1], [[1, 1]], [(3, INF)], [(0, INF), (-INF, 4)]))


def forced(seed: int) -> LinearProgram:
    """Return a random program whose rows fix groups of columns, one after the other, beside rows that leave a choice.

    A row fixes a group at the ends it needs, once the groups before it, which it also holds, are fixed; it leaves all
    of them nothing, or less than a thousandth.
    """
    draw = np.random.default_rng(seed)
    count, groups = 18, draw.integers(0, 5, 18)
    low = draw.choice([0.0, 0.3, -2.0, 1.0], count)
    high = low + draw.choice([0.7, 3.0, 10.0], count)
    top = draw.random(count) < 0.5
    rows, bounds = [], []
    for number in range(4):
        own, before = groups == number, (groups < number) & (draw.random(count) < 0.4)
        size = draw.choice([0.1, 1.0, 2.0, 7.0], count)
        row = np.where(own, np.where(top, -size, size), np.where(before, draw.choice([-1.0, 1.0], count) * size, 0.0))
        end = row @ np.where(top, high, low)
        end += draw.choice([0.0, 0.0, 1e-5]) * float(np.abs(row) @ (high - low))
        turn = draw.choice([-1.0, 1.0])
        other = draw.choice([-INF, end - 1.0, end])
        rows.append(turn * row)
        bounds.append(tuple(sorted((turn * other, turn * end))))
    inside = np.where(groups < 4, np.where(top, high, low), low + draw.random(count) * (high - low))
    for _ in range(6):
        row = draw.integers(-2, 4, count) * (draw.random(count) < 0.5)
        at = float(row @ inside)
        room = draw.choice([0.0, 0.5, 2.0])
        bounds.append((at - room, at + draw.choice([room, INF])))
        rows.append(row.astype(float))
    order = draw.permutation(10)
    return program(
        draw.normal(size=count).tolist(),
        [rows[at].tolist() for at in order],
        [bounds[at] for at in order],
        list(zip(low.tolist(), high.tolist(), strict=True)),
    )


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_are_worth_the_same_at_prices_of_a_sane_size(seed: int) -> None:
    """HiGHS on the program as given says what it is worth."""
    given = forced(seed)
    put, prices = require_same_worth(given)
    assert len(put.bounds) > 1
    assert np.abs(prices).max(initial=0.0) < 1e4


@pytest.mark.parametrize("seed", range(20))
def test_whatever_prices_prove_of_what_is_left_they_prove_of_the_whole(seed: int) -> None:
    """Prices of a method that comes nearer and nearer are none of a corner: no bound may be lost on the way back."""
    given, draw = forced(seed), np.random.default_rng(seed)
    put = substitute(given)
    for scale in (0.0, 0.1, 1.0, 10.0):
        prices = scale * draw.normal(size=given.shape[0])
        of_left = proven_bound(put.program, prices)
        assert proven_bound(given, put.prices(prices)) <= of_left + 1e-9 * (1 + abs(of_left))
