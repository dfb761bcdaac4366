"""Recentre: Newton's steps of every area by itself to its centre at given joint prices, a few where it is near."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, eliminate_alone
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.form import Pattern
from commission_opt.solvers.arrow.passes import find_columns, leave, pull_rows, step_columns
from commission_opt.solvers.arrow.point import Box, Move, Point, room

NARROW, WIDE = 0.8, 1.25
"""Products at the centre, as multiples of the barrier: near enough for an area to respond to prices as it should."""

HOLDS = 1e-6
"""Largest violation of an area's own scaled row at the centre."""

ROUNDS = 30
"""Steps of an area at most."""

COOLING = 0.1
"""Least target of an area's step, of the mean of its products: an area far off comes nearer by degrees."""

SHORT = 0.95
"""Share of the way to the nearest bound that is gone."""


@compiled
def recentre(
    pattern: Pattern,
    blocks: Blocks,
    state: tuple[Point, Move, Box],
    barrier: float,
    out: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
) -> tuple[float, float, float]:
    """Take the steps of a move, then as many as every area needs to its centre.

    ``out`` is primal and dual steps along the move by area (B,), the joint rows' prices (J,), what is left of rows (m,)
    and what joint rows add up to (J,). Returned are objective, bound and the largest violation, as of ``advance``.
    """
    primal, dual, joint_y, left, joint = out
    objective, bound, off = 0.0, 0.0, 0.0
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count, long, far, taken, cost, proven, most = end - first, primal[area], dual[area], 0, 0.0, 0.0, 0.0
        whole = prices[: count + len(joint)]
        while True:
            state[0].y[first:end] += far * state[1].y[first:end]
            whole[:count], whole[count:] = state[0].y[first:end], joint_y
            cost, proven = step_columns(pattern, state[0], state[1], state[2], (area, long, far, whole, sums))
            most = leave(sums[:count], state[2].right[first:end], left[first:end])
            target = _target(pattern, state[0], area, barrier, most)
            if target == 0.0 or taken == ROUNDS:
                break
            long, far = _direction(pattern, blocks, state, (area, target), (left[first:end], whole))
            taken += 1
        off = max(off, most)
        objective += cost
        bound += proven + (state[2].right[first:end] * state[0].y[first:end]).sum()
        joint += sums[count : count + len(joint)]
    return objective, bound, off


@compiled
def _target(pattern: Pattern, point: Point, area: int, barrier: float, off: float) -> float:
    """Return what products an area's next step is to aim at; 0 where the area is at its centre."""
    least, most, total = np.inf, 0.0, 0.0
    for at in range(pattern.columns[area], pattern.columns[area + 1]):
        low, high = point.below[at] * point.least[at], point.above[at] * point.most[at]
        least, most = min(least, low, high), max(most, low, high)
        total += low + high
    if least >= NARROW * barrier and most <= WIDE * barrier and off <= HOLDS:
        return 0.0
    mean: float = total / (2 * (pattern.columns[area + 1] - pattern.columns[area]))
    return max(barrier, COOLING * mean)


@compiled
def _direction(
    pattern: Pattern,
    blocks: Blocks,
    state: tuple[Point, Move, Box],
    what: tuple[int, float],
    rows: tuple[FloatArray, FloatArray],
) -> tuple[float, float]:
    """Find an area's step to a target at joint prices as they are; return its lengths, primal and dual.

    ``what`` is area and target, ``rows`` what is left of the area's rows and room for these and the joint ones.
    """
    point, move, _ = state
    area, target = what
    left, sums = rows
    for at in range(pattern.columns[area], pattern.columns[area + 1]):
        below, above, least, most = point.below[at], point.above[at], point.least[at], point.most[at]
        point.weight[at] = 1.0 / (least / below + most / above)
        move.low[at], move.high[at] = target - below * least, target - above * most
    eliminate_alone(pattern, blocks, point.weight, area)
    count = len(left)
    sums[:count], sums[count:] = left, 0.0
    pull_rows(pattern, blocks, point, move, (area, sums))
    sums[count:] = 0.0
    move.y[pattern.rows[area] : pattern.rows[area + 1]] = sums[:count]
    long, far = find_columns(pattern, point, move, area, sums)
    return min(1.0, SHORT * long), min(1.0, SHORT * far)
