"""Rounding, some numbers at a time: what is tried where the nearest whole numbers leave no solution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Status, make_solver
from commission_opt.solvers.dive import dive
from tests.programs import INF, program

Bounds = list[tuple[float, float]]


class Watched:
    """HiGHS, and the bounds of the numbers that it was asked about, one pair of lists a time."""

    def __init__(self, status: Status | None = None) -> None:
        self.asked: list[Bounds] = []
        self._status = status

    def __call__(self, asked: LinearProgram) -> Answer:
        """Answer a linear program."""
        assert not len(asked.whole)
        self.asked.append(list(zip(asked.lower.tolist(), asked.upper.tolist(), strict=True)))
        answer = make_solver("highs").solve(asked)
        return answer if self._status is None else replace(answer, status=self._status)


def decisions(rows: list[list[float]], bounds: Bounds, most: float = 1.0, of: Bounds | None = None) -> LinearProgram:
    """Return a program whose columns are whole numbers from 0, each worth one."""
    count = len(rows[0])
    return replace(program([1.0] * count, rows, bounds, of or [(0.0, most)] * count), whole=np.arange(count))


def test_numbers_that_are_whole_are_held_at_once() -> None:
    """One linear program, and it is the answer."""
    watched = Watched()
    found = dive(decisions([[1, 1, 1]], [(-INF, 2)]), np.array([1.0, 0.0, 1.0]), watched)
    assert found is not None
    assert found.x.tolist() == [1, 0, 1]
    assert watched.asked == [[(1, 1), (0, 0), (1, 1)]]


def test_half_the_batch_is_tried_where_the_nearest_numbers_leave_nothing() -> None:
    """Of six the four nearest to one are rounded up, where two may be; two of them alone leave the rest at nothing."""
    watched = Watched()
    numbers = np.array([0.6, 0.61, 0.62, 0.63, 0.64, 0.65])
    found = dive(decisions([[1] * 6], [(-INF, 2)]), numbers, watched)
    assert found is not None
    assert found.x.tolist() == [0, 0, 0, 0, 1, 1]
    assert watched.asked[0] == [(0, 1)] * 2 + [(1, 1)] * 4
    assert watched.asked[1] == [(0, 1)] * 4 + [(1, 1)] * 2
    assert watched.asked[-1] == [(0, 0)] * 4 + [(1, 1)] * 2


def test_numbers_are_rounded_to_what_their_bounds_allow() -> None:
    """What the solver calls 3.6 is 3 where no more may be, and numbers held before stay so."""
    found = dive(decisions([[1, 1]], [(-INF, 9)], of=[(0, 3), (2, 2)]), np.array([3.6, 2.0]), Watched())
    assert found is not None
    assert found.x.tolist() == [3, 2]


def test_a_solver_that_is_stopped_ends_the_search() -> None:
    """What it has by then are not whole numbers."""
    watched = Watched(Status.STOPPED)
    assert dive(decisions([[1, 1]], [(-INF, 2)]), np.array([0.5, 0.5]), watched) is None
    assert len(watched.asked) == 1


def test_where_no_rounding_works_there_is_no_answer() -> None:
    """Down to the surest number by itself: with x and y 0 or 1, 2 x + 2 y = 1 leaves nothing once one of them is 1."""
    watched = Watched()
    assert dive(decisions([[2, 2]], [(1, 1)]), np.array([0.7, 0.6]), watched) is None
    assert watched.asked == [[(1, 1), (1, 1)], [(1, 1), (0, 1)]]
