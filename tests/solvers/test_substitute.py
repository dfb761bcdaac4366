"""What equations fix leaves other rows, rows with one column become bounds, and all rows are priced as they were."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Status, make_solver
from commission_opt.solvers.substitute import Substituted, substitute
from tests.programs import INF, program


def rows_with_bounds(given: LinearProgram) -> list[int]:
    """Return which rows still say something."""
    return np.flatnonzero(np.isfinite(given.row_lower) | np.isfinite(given.row_upper)).tolist()


def require_same_worth(given: LinearProgram) -> Substituted:
    """Solve a program both ways: the same worth, and prices that prove it of the program as it was given."""
    highs, put = make_solver("highs"), substitute(given)
    theirs, ours = highs.solve(given), highs.solve(put.program)
    assert ours.status is theirs.status
    if theirs.status is Status.OPTIMAL:
        certificate = certify(given, ours.x, put.prices(ours.prices))
        assert certificate.holds(), certificate
        assert certificate.objective == pytest.approx(given.value(theirs.x), rel=1e-7, abs=1e-7)
    return put


def test_an_equation_leaves_a_row_that_holds_its_columns_in_the_same_parts() -> None:
    """With x + y = 5, 2 x + 2 y + z <= 12 says z <= 2, worth 3; it costs the equation 2 times 3 of its worth of 1."""
    given = program([1, 0, 3], [[1, 1, 0], [2, 2, 1]], [(5, 5), (-INF, 12)], [(0, 5), (0, 5), (0, 9)])
    put = require_same_worth(given)
    assert rows_with_bounds(put.program) == [0]
    assert put.program.upper.tolist() == [5, 5, 2]
    assert put.prices(np.array([1.0, 0.0])).tolist() == [-5, 3]


def test_parts_may_be_negative_and_equations_hold_what_cannot_move() -> None:
    """With y at 1 the equation says x + z = 2, so that the first row holds, and the second leaves w at most 3."""
    given = program(
        [1, 0, 2, 1],
        [[2, 2, 2, 0], [-3, 1, -3, 0], [-1, 0, -1, -1]],
        [(6, 6), (-INF, -2), (-5, INF)],
        [(0, 9), (1, 1), (0, 9), (0, 9)],
    )
    put = require_same_worth(given)
    assert rows_with_bounds(put.program) == [0]
    assert put.program.upper[3] == 3
    assert put.prices(np.array([1.0, 0.0, 0.0])).tolist() == [0.5, 0, -1]


@pytest.mark.parametrize(
    "row",
    [[1, 2, 1], [1, 0, 1], [1, 1 + 1e-15, 1]],
    ids=["other ratio", "one of them alone", "the last digit"],
)
def test_equations_stay_in_rows_that_hold_their_columns_otherwise(row: list[float]) -> None:
    """There they say nothing of the sum."""
    given = program([1, 1, 1], [[1, 1, 0], row], [(5, 5), (-INF, 7)], [(0, 5)] * 3)
    put = require_same_worth(given)
    assert (put.program.matrix != given.matrix).nnz == 0
    assert put.program.row_upper.tolist() == [5, 7]


def test_several_equations_leave_one_row() -> None:
    """With a + b = 3 and c + d = 4 the money 2 a + 2 b + c + d + e <= 12 says e <= 2; where they overlap, one goes."""
    equations = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0]]
    given = program([1, 2, 1, 3, 5], [*equations, [2, 2, 1, 1, 1]], [(3, 3), (4, 4), (-INF, 12)], [(0, 4)] * 5)
    put = require_same_worth(given)
    assert put.program.upper.tolist() == [4, 4, 4, 4, 2]
    overlap = [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [1, 2, 1, 0, 1]]
    require_same_worth(program([1, 2, 1, 3, 5], overlap, [(3, 3), (4, 4), (-INF, 8)], [(0, 4)] * 5))


def test_rows_with_one_column_are_its_bounds_whatever_their_sign() -> None:
    """Of -2 x >= -6 and -2 x <= -2 the first is worth half a unit less of its bound, the second the other way."""
    rows = [[-2], [-2]], [(-6, INF), (-INF, -2)], [(0, 9)]
    for worth, priced in ((1.0, [-0.5, 0]), (-1.0, [0, 0.5])):
        put = require_same_worth(program([worth], *rows))
        assert (put.program.lower.tolist(), put.program.upper.tolist()) == ([1], [3])
        assert put.prices(np.zeros(2)).tolist() == priced


def test_a_bound_that_the_column_has_anyhow_is_worth_nothing_to_the_row() -> None:
    """The price of a row that takes nothing away is nothing."""
    put = require_same_worth(program([1], [[1]], [(-1, 4)], [(0, 4)]))
    assert put.prices(np.zeros(1)).tolist() == [0]


def test_a_column_left_no_choice_leaves_further_rows_with_one() -> None:
    """From 2 x = 4 follows y <= 3 of x + y <= 5, and z >= 1 of y - z <= 2 stays; prices go back through all of them."""
    given = program(
        [0, 1, -1], [[2, 0, 0], [1, 1, 0], [0, 1, -1]], [(4, 4), (-INF, 5), (-INF, 2)], [(0, 9), (0, 9), (0, 9)]
    )
    put = require_same_worth(given)
    assert put.program.lower.tolist() == [2, 0, 0]
    assert put.program.upper.tolist() == [2, 3, 9]
    assert rows_with_bounds(put.program) == [2]
    chain = program([1, 1, 1], [[1, 0, 0], [1, 1, 0], [0, 1, 1]], [(2, 2), (4, 4), (-INF, 7)], [(0, 9)] * 3)
    assert require_same_worth(chain).prices(np.zeros(3)).tolist() == [1, 0, 1]


def test_contradictions_stay() -> None:
    """Two rows, a row against a bound, a row of nothing that moves, and what equations leave."""
    spoilt = [
        program([1, 1], [[1, 0], [1, 0]], [(3, INF), (-INF, 3 - 1e-6)], [(0, 9)] * 2),
        program([1, 1], [[1, 0], [0, 1]], [(9 + 1e-6, INF), (-INF, 1)], [(0, 9)] * 2),
        program([1, 1], [[1, 0], [0, 1]], [(3, INF), (-INF, 1)], [(2, 2), (0, 9)]),
        program([1, 1], [[1, 1], [2, 2]], [(3, 3), (-INF, 6 - 1e-4)], [(0, 9)] * 2),
        program([1, 1], [[1, 1], [1, 0]], [(3, 3), (4, 4)], [(0, 9)] * 2),
    ]
    for given in spoilt:
        put = require_same_worth(given).program
        assert make_solver("highs").solve(put).status is Status.INFEASIBLE


@pytest.mark.parametrize("most", [0.3, 0.3 - 1e-16, 0.3 + 1e-16])
def test_rounding_makes_nothing_impossible(most: float) -> None:
    """0.1 and 0.2 are a little more than 0.3: what is left for x is nothing, not less, and not a range of 1e-17."""
    given = program([1, 0, 0], [[1, 0.1, 0.2]], [(-INF, most)], [(0, 5), (1, 1), (1, 1)])
    put = substitute(given).program
    assert put.lower[0] == put.upper[0] == pytest.approx(0, abs=1e-15)
    by_equation = program([1, 0, 0], [[0, 1, 1], [1, 0.1, 0.1]], [(3, 3), (-INF, most)], [(0, 5), (0, 3), (0, 3)])
    put = substitute(by_equation).program
    assert put.lower[0] == put.upper[0] == pytest.approx(0, abs=1e-15)
    rows = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0.1, 0.1, -0.3, -0.3, 1]]
    by_two = program([0, 0, 0, 0, 1], rows, [(3, 3), (1, 1), (-INF, most - 0.3)], [(0, 3)] * 5)
    put = substitute(by_two).program
    assert put.lower[4] == put.upper[4] == pytest.approx(0, abs=1e-15)
    of_nobody = program([1, 1], [[1, 1], [0.1, 0.1]], [(3, 3), (-INF, most)], [(0, 3)] * 2)
    assert rows_with_bounds(substitute(of_nobody).program) == [0]


def test_a_narrow_range_beside_a_wide_rule_is_kept() -> None:
    """A bound of a thousand million that takes nothing away does not make 0 to 0.5 look like rounding."""
    given = program([-1, 0], [[1, 0], [1, 1]], [(-INF, 1e9), (0.25, 5)], [(0, 0.5), (0, 5)])
    put = require_same_worth(given).program
    assert (put.lower[0], put.upper[0]) == (0, 0.5)


def drawn(seed: int) -> LinearProgram:
    """Return a random program with equations, rows that hold these in parts, rows with one column, and held columns."""
    draw = np.random.default_rng(seed)
    count, groups = 12, draw.integers(0, 5, 12)
    equations = (groups == np.arange(4)[:, None]) * draw.integers(1, 4, count)
    parts = draw.integers(-2, 3, (4, 4)) @ equations
    parts = np.where(groups < 4, parts, draw.integers(-1, 3, (4, count)) * (draw.random((4, count)) < 0.5))
    parts[0, draw.integers(count)] += 1
    single = np.eye(count)[draw.permutation(count)[:4]] * draw.choice([-2.0, -1.0, 3.0], (4, 1))
    matrix = np.vstack([equations, parts, single])
    low = draw.choice([0.0, 0.0, 1.0, 0.3], count)
    high = np.where(draw.random(count) < 0.2, low, low + draw.integers(1, 6, count))
    inside = low + draw.random(count) * (high - low)
    at = matrix @ inside + (draw.random() < 0.2) * draw.normal(size=12)
    room = np.concatenate([np.zeros(4), draw.uniform(0, 2, 8)])
    below = np.where((draw.random(12) < 0.5) | (room == 0), at - room, -INF)
    above = np.where(np.isinf(below) | (draw.random(12) < 0.4) | (room == 0), at + 0.5 * room, INF)
    bounds = list(zip(low.tolist(), high.tolist(), strict=True))
    return program(draw.normal(size=count).tolist(), matrix.tolist(), list(zip(below, above, strict=True)), bounds)


@pytest.mark.parametrize("seed", range(40))
def test_random_programs_are_worth_the_same(seed: int) -> None:
    """Some of them cannot be kept to at all; these stay so."""
    require_same_worth(drawn(seed))


@pytest.mark.parametrize(("seed", "held"), [(1, 0.2), (2, 1.0), (3, 0.0)])
def test_places_are_worth_the_same(seed: int, held: float) -> None:
    """Services that may change by a share, all of them or none: equations with today's volumes, of every area."""
    place = synthetic_place(SyntheticSize(areas=4, services=8, years=2, tranches=2), seed)
    given = formulate(place, read_model("aligned").set("transition.max_changes", 8))
    given = given.with_whole_at(np.full(len(given.whole), held))
    put = require_same_worth(given)
    assert len(put.bounds) > 0
