"""Small programs with known optima, for solvers, scaling and files."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from commission_opt.place.names import Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

INF = np.inf


def program(
    objective: list[float],
    matrix: list[list[float]],
    row_bounds: list[tuple[float, float]],
    bounds: list[tuple[float, float]],
) -> LinearProgram:
    """Return a program from dense figures, with columns x and rows r."""
    low, high = (np.array([pair[side] for pair in bounds], dtype=float) for side in (0, 1))
    row_low, row_high = (np.array([pair[side] for pair in row_bounds], dtype=float) for side in (0, 1))
    column_names = Names("at", tuple(str(at) for at in range(len(bounds))))
    row_names = Names("at", tuple(str(at) for at in range(len(row_bounds))))
    return LinearProgram(
        name="test",
        objective=np.array(objective, dtype=float),
        matrix=sparse.csc_array(np.array(matrix, dtype=float).reshape(len(row_bounds), len(bounds))),
        lower=low,
        upper=high,
        row_lower=row_low,
        row_upper=row_high,
        columns=(Block("x", Keys.of((column_names, np.arange(len(bounds)))), "units", 0),),
        rows=(Block("test.r", Keys.of((row_names, np.arange(len(row_bounds)))), "units", 0),),
    )


def transposed_knapsack(factor: float = 1.0) -> LinearProgram:
    """Return 3 x + 2 y, x + y <= 4, x + 3 y <= 8, x <= 3: (3, 1), worth 11, with money in other units by a factor."""
    rows = [[factor, factor], [factor, 3 * factor]]
    return program([3, 2], rows, [(-INF, 4 * factor), (-INF, 8 * factor)], [(0, 3), (0, 10)])


OPTIMA: dict[str, tuple[LinearProgram, float]] = {
    "inequalities": (transposed_knapsack(), 11.0),
    "equality": (program([1, 2], [[1, 1]], [(5, 5)], [(0, 4), (0, 3)]), 8.0),
    "at_least": (program([-2, -3], [[1, 1], [1, -1]], [(10, INF), (-2, INF)], [(0, 50), (0, 50)]), -20.0),
    "ranged": (program([1, -1], [[1, 1], [1, -1]], [(2, 6), (-1, 1)], [(0, 9), (0, 9)]), 1.0),
    "ranged_low": (program([-1, -1], [[1, 2]], [(2, 6)], [(0, 9), (0, 9)]), -1.0),
    "negative_lower_bounds": (program([-1, 1], [[1, 1]], [(-4, 3)], [(-5, 5), (-2, 2)]), 7.0),
    "free_row": (program([1, 1], [[1, 5], [1, 0]], [(-INF, INF), (-INF, 2)], [(0, 9), (0, 3)]), 5.0),
    "fixed_column": (program([1, 1], [[1, 1]], [(-INF, 5)], [(2, 2), (0, 9)]), 5.0),
    "degenerate": (program([1, 1], [[1, 0], [0, 1], [1, 1]], [(-INF, 1), (-INF, 1), (-INF, 2)], [(0, 9), (0, 9)]), 2.0),
    "alternative_optima": (program([1, 1], [[1, 1]], [(-INF, 1)], [(0, 1), (0, 1)]), 1.0),
    "no_rows": (program([1, -1], [], [], [(0, 2), (-3, 4)]), 5.0),
    "no_objective": (program([0, 0], [[1, 1]], [(1, 2)], [(0, 2), (0, 2)]), 0.0),
    "beale": (
        program(
            [0.75, -150, 0.02, -6],
            [[0.25, -60, -0.04, 9], [0.5, -90, -0.02, 3], [0, 0, 1, 0]],
            [(-INF, 0), (-INF, 0), (-INF, 1)],
            [(0, 1e4)] * 4,
        ),
        0.05,
    ),
    "pence_and_billions": (
        program(
            [1e-9, 3], [[1e9, 0], [0, 1e-3], [1, 1e-6]], [(-INF, 5e9), (-INF, 0.02), (-INF, 1e3)], [(0, 10), (0, 50)]
        ),
        60 + 5e-9,
    ),
}
"""Programs by what is special in them, each with the value of its optimum."""

INFEASIBLE: dict[str, LinearProgram] = {
    "rows_against_rows": program([1], [[1], [1]], [(3, INF), (-INF, 2)], [(0, 9)]),
    "row_against_bounds": program([1, 1], [[1, 1]], [(10, INF)], [(0, 4), (0, 5)]),
    "empty_row": program([1], [[0]], [(1, INF)], [(0, 1)]),
    "equality_out_of_reach": program([1, 1], [[1, -1]], [(9, 9)], [(0, 4), (0, 4)]),
}
"""Programs without a solution, by why."""
