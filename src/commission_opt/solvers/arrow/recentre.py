"""Recentre: Newton's steps of every area by itself to its centre at given joint prices, a few where it is near."""

from __future__ import annotations

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, eliminate_alone
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.lanes import Lane, each, greater, greatest, load, smaller, store, total, where_less
from commission_opt.solvers.arrow.passes import find_columns, pull_rows
from commission_opt.solvers.arrow.pattern import Pattern
from commission_opt.solvers.arrow.point import Box, Move, Point, add_up, lay_out, room
from commission_opt.solvers.arrow.steps import leave, step_columns, step_rows

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
    """Take the steps of a move, then as many as every area needs to its centre; areas that are there wait for others.

    ``out`` is primal and dual steps along the move by area (S, L), the joint rows' prices (J,), what is left of rows
    (m, L) and what joint rows add up to (J,). Returned are objective, bound and the largest violation, as of
    ``advance``.
    """
    primal, dual, joint_y, left, joint = out
    objective, bound, off = 0.0, 0.0, each(0.0, pattern.lanes)
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for stack in range(len(pattern.kind)):
        first, end = pattern.first_row[stack], pattern.first_row[stack + 1]
        width, taken = end - first + len(joint), 0
        steps = load(primal, stack, pattern.lanes), load(dual, stack, pattern.lanes)
        while True:
            worth = step_rows(pattern, state[0], state[1], state[2], (first, end, steps[1]))
            lay_out(pattern, state[0].y[first:end], joint_y, prices)
            cost, proven = step_columns(pattern, state[0], state[1], state[2], (stack, steps, prices, sums[:width]))
            most = leave(pattern, sums, state[2].right[first:end], left[first:end])
            target = _target(pattern, state[0], stack, barrier, most)
            if greatest(target) == 0.0 or taken == ROUNDS:
                break
            steps = _direction(pattern, blocks, state, (stack, target, barrier), (left[first:end], prices[:width]))
            taken += 1
        off = greater(off, most)
        objective += total(cost)
        bound += total(proven) + total(worth)
        add_up(pattern, sums[:width], joint)
    return objective, bound, greatest(off)


@compiled
def _target(pattern: Pattern, point: Point, stack: int, barrier: float, off: Lane) -> Lane:
    """Return what products of areas are to aim at in the next step; 0 where an area is at its centre."""
    lanes = pattern.lanes
    first, end = pattern.first_column[stack], pattern.first_column[stack + 1]
    least, most, added = each(1e300, lanes), each(0.0, lanes), each(0.0, lanes)
    for at in range(first, end):
        low = load(point.below, at, lanes) * load(point.least, at, lanes)
        high = load(point.above, at, lanes) * load(point.most, at, lanes)
        least, most = smaller(least, smaller(low, high)), greater(most, greater(low, high))
        added += low + high
    target = greater(added * (COOLING / (2 * (end - first))), barrier)
    away = where_less(HOLDS, off, target, 0.0)
    away = where_less(WIDE * barrier, most, target, away)
    return where_less(least, NARROW * barrier, target, away)


@compiled
def _direction(
    pattern: Pattern,
    blocks: Blocks,
    state: tuple[Point, Move, Box],
    what: tuple[int, Lane, float],
    rows: tuple[FloatArray, FloatArray],
) -> tuple[Lane, Lane]:
    """Find the steps of areas to their targets at joint prices as they are; return their lengths, primal and dual.

    ``what`` is stack, targets and barrier, ``rows`` what is left of the stack's rows and room for these and the joint
    ones. Areas at their centre take none.
    """
    point, move, _ = state
    stack, target, barrier = what
    left, sums = rows
    lanes = pattern.lanes
    aim = greater(target, barrier)
    for at in range(pattern.first_column[stack], pattern.first_column[stack + 1]):
        below, above = load(point.below, at, lanes), load(point.above, at, lanes)
        least, most = load(point.least, at, lanes), load(point.most, at, lanes)
        store(point.weight, at, 1.0 / (least / below + most / above))
        store(move.low, at, aim - below * least)
        store(move.high, at, aim - above * most)
    eliminate_alone(pattern, blocks, point.weight, stack)
    count = len(left)
    sums[:count], sums[count:] = left, 0.0
    pull_rows(pattern, blocks, point, move, (stack, sums))
    sums[count:] = 0.0
    move.y[pattern.first_row[stack] : pattern.first_row[stack + 1]] = sums[:count]
    long, far = find_columns(pattern, point, move, stack, sums)
    long, far = smaller(SHORT * long, 1.0), smaller(SHORT * far, 1.0)
    return where_less(0.0, target, long, 0.0), where_less(0.0, target, far, 0.0)
