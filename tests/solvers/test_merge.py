"""Rows that say the same: one of them is solved, all of them are priced."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.model.formulate import formulate
from commission_opt.model.read import read_model
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import certify
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import make_solver
from commission_opt.solvers.merge import merge
from tests.programs import INF, program


def test_the_tightest_bounds_stand_for_all() -> None:
    """Three rows of x + y, of which the second leaves the most room and the third alone has a lower bound."""
    given = program([1, 1], [[1, 1], [1, 1], [1, 1], [1, 2]], [(-INF, 3), (-INF, 9), (1, INF), (-INF, 4)], [(0, 5)] * 2)
    merged = merge(given)
    assert merged.program.row_lower.tolist() == [1, -INF, -INF, -INF]
    assert merged.program.row_upper.tolist() == [3, INF, INF, 4]
    assert merged.prices(np.array([2.0, 0, 0, 0.5])).tolist() == [2, 0, 0, 0.5]
    assert merged.prices(np.array([-2.0, 0, 0, 0.5])).tolist() == [0, 0, -2, 0.5]


def test_what_cannot_move_is_left_out_of_the_comparison() -> None:
    """With z at 2, x + 3 z <= 10 says x <= 4 and x - z >= 0 says x >= 2."""
    given = program([1, 0], [[1, 3], [1, -1]], [(-INF, 10), (0, INF)], [(0, 9), (2, 2)])
    merged = merge(given)
    assert (merged.program.row_lower.tolist(), merged.program.row_upper.tolist()) == ([8, -INF], [10, INF])
    assert merged.least.tolist() == [1, 1]


def test_rows_that_differ_in_one_coefficient_stay_apart() -> None:
    """The last digit counts."""
    given = program([1, 1], [[1, 1], [1, 1 + 1e-15]], [(-INF, 3), (-INF, 2)], [(0, 5)] * 2)
    assert merge(given).program is given


def test_bounds_that_contradict_each_other_by_rounding_are_one_figure() -> None:
    """Otherwise a rule that holds exactly would seem impossible; a true contradiction stays one."""
    near = program([1], [[1], [1]], [(-INF, 3 - 1e-15), (3, INF)], [(0, 5)])
    apart = program([1], [[1], [1]], [(-INF, 3 - 1e-6), (3, INF)], [(0, 5)])
    merged = [merge(given).program for given in (near, apart)]
    assert merged[0].row_lower[0] == merged[0].row_upper[0]
    assert merged[1].row_lower[0] > merged[1].row_upper[0]


def test_bounds_near_nothing_are_compared_by_what_they_are_left_of() -> None:
    """With two columns held, x + y >= 0 and x + y <= 0.3 - 0.1 - 0.2 hold at nothing, though the latter is -5e-17."""
    given = program(
        [1, 0, 0, 1], [[1, 0, 0, 1], [1, 0.1, 0.2, 1]], [(0, INF), (-INF, 0.3)], [(0, 5), (1, 1), (1, 1), (0, 5)]
    )
    merged = merge(given).program
    assert merged.row_lower[0] == merged.row_upper[0]


def few_changes(seed: int, most: float) -> LinearProgram:
    """Return a synthetic program with all changes held at a share: two rows each then say the same."""
    place = synthetic_place(SyntheticSize(areas=4, services=8, years=2, tranches=2), seed)
    given = formulate(place, read_model("aligned").set("transition.max_changes", 2))
    return given.with_whole_at(np.full(len(given.whole), most))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_prices_of_one_row_prove_the_bound_of_all(seed: int) -> None:
    """Solved merged, certified as it was given."""
    given = few_changes(seed, 0.2)
    merged = merge(given)
    assert (np.isinf(merged.program.row_lower) & np.isinf(merged.program.row_upper)).sum() > 10
    answer = make_solver("highs").solve(merged.program)
    certificate = certify(given, answer.x, merged.prices(answer.prices))
    assert certificate.holds()
    assert certificate.objective == pytest.approx(given.value(make_solver("highs").solve(given).x))
