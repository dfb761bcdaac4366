"""Passes: what is done column by column in each iteration, stack after stack, in few runs over memory."""

from __future__ import annotations

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, solve_block
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.lanes import (
    Lane,
    each,
    greater,
    load,
    logarithm,
    magnitude,
    root,
    smaller,
    store,
    total,
    where_less,
)
from commission_opt.solvers.arrow.pattern import Pattern
from commission_opt.solvers.arrow.point import Box, Move, Point, add_up, charge, columns_of, lay_out, room, spread
from commission_opt.solvers.arrow.steps import leave

TOGETHER = 8
"""Columns whose distances from both bounds are multiplied, as shares of half their range, before one logarithm."""


@compiled
def centre(pattern: Pattern, point: Point, box: Box, barrier: float, out: tuple[FloatArray, ...]) -> tuple[float, ...]:
    """Put every column where its reduced cost and both barriers balance: every product is then the barrier.

    ``out`` is (m, L) prices of rows, (J,) of joint rows, (m, L) what is left of rows and (J,) what joint rows add up
    to. Returned are objective, bound and the value of the barrier's dual, all without the joint rows' part; the barrier
    counts from the middle of a column's range.
    """
    y, joint_y, left, joint = out
    objective, bound, value = 0.0, 0.0, 0.0
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for stack in range(len(pattern.kind)):
        first, end = pattern.first_row[stack], pattern.first_row[stack + 1]
        width = end - first + len(joint)
        lay_out(pattern, y[first:end], joint_y, prices[:width])
        sums[:width] = 0.0
        cost, proven, worth = _centre_columns(pattern, point, box, barrier, (stack, prices, sums))
        for row in range(first, end):
            paid = load(box.right, row, pattern.lanes) * load(y, row, pattern.lanes)
            proven += paid
            worth += paid
        leave(pattern, sums, box.right[first:end], left[first:end])
        add_up(pattern, sums[:width], joint)
        objective += total(cost)
        bound += total(proven)
        value += total(worth)
    return objective, bound, value


@compiled
def _centre_columns(
    pattern: Pattern, point: Point, box: Box, barrier: float, out: tuple[int, FloatArray, FloatArray]
) -> tuple[Lane, Lane, Lane]:
    """Put the columns of a stack at their centres; ``out`` is stack, the rows' prices, and room for their sums."""
    stack, prices, sums = out
    lanes = pattern.lanes
    objective, bound, value = each(0.0, lanes), each(0.0, lanes), each(0.0, lanes)
    logs, shares = each(0.0, lanes), each(1.0, lanes)
    begin, end, shift, entries = columns_of(pattern, stack)
    for column in range(begin, end):
        at = column + shift
        cost, span = load(box.cost, at, lanes), load(box.span, at, lanes)
        reduced = cost - charge(pattern, column, entries, prices)
        pull = magnitude(reduced) * span
        small = 2.0 * barrier * span / (pull + 2.0 * barrier + root(pull * pull + 4.0 * barrier * barrier))
        below, above = where_less(0.0, reduced, small, span - small), where_less(0.0, reduced, span - small, small)
        store(point.below, at, below)
        store(point.above, at, above)
        store(point.least, at, barrier / below)
        store(point.most, at, barrier / above)
        spread(pattern, column, entries, below, sums)
        objective += cost * below
        bound += smaller(reduced, 0.0) * span
        value += reduced * below
        shares *= 4.0 * below * above / (span * span)
        if (column - begin) % TOGETHER == TOGETHER - 1:
            logs += logarithm(shares)
            shares = each(1.0, lanes)
    logs += logarithm(shares)
    return objective, bound, value - barrier * logs


@compiled
def weigh(pattern: Pattern, point: Point) -> None:
    """Find how readily every column gives way."""
    lanes = pattern.lanes
    for at in range(len(point.weight)):
        low = load(point.least, at, lanes) / load(point.below, at, lanes)
        high = load(point.most, at, lanes) / load(point.above, at, lanes)
        store(point.weight, at, 1.0 / (low + high))


@compiled
def look_ahead(pattern: Pattern, point: Point, move: Move) -> None:
    """Want every product gone."""
    lanes = pattern.lanes
    for at in range(len(point.below)):
        store(move.low, at, -1.0 * load(point.below, at, lanes) * load(point.least, at, lanes))
        store(move.high, at, -1.0 * load(point.above, at, lanes) * load(point.most, at, lanes))


@compiled
def aim(pattern: Pattern, point: Point, move: Move, target: FloatArray, second: float) -> None:
    """Want products at targets (S, L), with the second order of the move so far, or a share of it, allowed for."""
    lanes = pattern.lanes
    for stack in range(len(pattern.kind)):
        wanted = load(target, stack, lanes)
        for at in range(pattern.first_column[stack], pattern.first_column[stack + 1]):
            below, above, x = load(point.below, at, lanes), load(point.above, at, lanes), load(move.x, at, lanes)
            low, high = load(point.least, at, lanes), load(point.most, at, lanes)
            least = (load(move.low, at, lanes) - low * x) / below
            most = (load(move.high, at, lanes) + high * x) / above
            store(move.low, at, wanted - below * low - second * x * least)
            store(move.high, at, wanted - above * high + second * x * most)


@compiled
def correct(
    pattern: Pattern, point: Point, moves: tuple[Move, Move], steps: tuple[float, float], target: tuple[float, float]
) -> None:
    """Want, in another move, products that would be out of a band after long steps brought nearer to it.

    ``target`` is the band's lower and upper end.
    """
    lanes = pattern.lanes
    move, other = moves
    long, far = steps
    narrow, wide = target
    for at in range(len(move.x)):
        x, wish, want = load(move.x, at, lanes), load(move.low, at, lanes), load(move.high, at, lanes)
        below, above = load(point.below, at, lanes), load(point.above, at, lanes)
        least, most = load(point.least, at, lanes), load(point.most, at, lanes)
        low = (below + long * x) * (least + far * (wish - least * x) / below)
        high = (above - long * x) * (most + far * (want + most * x) / above)
        store(other.low, at, wish + greater(greater(smaller(low, wide), narrow) - low, -wide))
        store(other.high, at, want + greater(greater(smaller(high, wide), narrow) - high, -wide))


@compiled
def gather(pattern: Pattern, blocks: Blocks, point: Point, move: Move, joint: FloatArray) -> None:
    """Work out what pulls the columns, and what rows leave of it; ``move.y`` begins with what is left of the rows.

    At its end ``move.y`` is the change of prices that the rows of the areas alone would need, and ``joint`` (J,) has
    what joint rows are then to make up for.
    """
    lanes = pattern.lanes
    sums, _ = room(pattern, joint)
    for stack in range(len(pattern.kind)):
        first, last = pattern.first_row[stack], pattern.first_row[stack + 1]
        count = last - first
        sums[:count], sums[count : count + len(joint)] = move.y[first:last], 0.0
        pull_rows(pattern, blocks, point, move, (stack, sums))
        begin, end, shift, entries = columns_of(pattern, stack)
        for column in range(begin, end):
            beyond, taken = pattern.beyond[column], each(0.0, lanes)
            if beyond < pattern.start[column + 1]:
                for local in range(pattern.start[column], beyond):
                    taken += load(pattern.value, local + entries, lanes) * load(sums, pattern.row[local], lanes)
                taken *= -1.0 * load(point.weight, column + shift, lanes)
                for entry in range(beyond, pattern.start[column + 1]):
                    row = pattern.row[entry]
                    part = load(pattern.value, entry + entries, lanes) * taken
                    store(sums, row, load(sums, row, lanes) + part)
        move.y[first:last] = sums[:count]
        add_up(pattern, sums[: count + len(joint)], joint)


@compiled
def pull_rows(pattern: Pattern, blocks: Blocks, point: Point, move: Move, where: tuple[int, FloatArray]) -> None:
    """Turn what is left of a stack's rows into the prices' change that these alone need; ``where``: stack, sums."""
    stack, sums = where
    lanes = pattern.lanes
    begin, end, shift, entries = columns_of(pattern, stack)
    for column in range(begin, end):
        at = column + shift
        force = load(move.high, at, lanes) / load(point.above, at, lanes)
        force -= load(move.low, at, lanes) / load(point.below, at, lanes)
        spread(pattern, column, entries, load(point.weight, at, lanes) * force, sums)
    solve_block(pattern, blocks, stack, sums)


@compiled
def push(
    pattern: Pattern, blocks: Blocks, point: Point, move: Move, out: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    """Complete a move that was gathered; ``out``: (J,) change of joint prices, (S, L) longest steps of both kinds."""
    joint_y, primal, dual = out
    lanes = pattern.lanes
    prices, sums = room(pattern, joint_y)
    for stack in range(len(pattern.kind)):
        first, last = pattern.first_row[stack], pattern.first_row[stack + 1]
        count = last - first
        lay_out(pattern, move.y[first:last], joint_y, prices)
        sums[:count] = 0.0
        begin, end, shift, entries = columns_of(pattern, stack)
        for column in range(begin, end):
            beyond, taken = pattern.beyond[column], each(0.0, lanes)
            if beyond < pattern.start[column + 1]:
                for entry in range(beyond, pattern.start[column + 1]):
                    taken += load(pattern.value, entry + entries, lanes) * load(prices, pattern.row[entry], lanes)
                taken *= load(point.weight, column + shift, lanes)
                for local in range(pattern.start[column], beyond):
                    row = pattern.row[local]
                    part = load(pattern.value, local + entries, lanes) * taken
                    store(sums, row, load(sums, row, lanes) + part)
        solve_block(pattern, blocks, stack, sums)
        for row in range(count):
            now = load(move.y, first + row, lanes) - load(sums, row, lanes)
            store(move.y, first + row, now)
            store(prices, row, now)
        long, far = find_columns(pattern, point, move, stack, prices)
        store(primal, stack, long)
        store(dual, stack, far)


@compiled
def find_columns(pattern: Pattern, point: Point, move: Move, stack: int, prices: FloatArray) -> tuple[Lane, Lane]:
    """Find the change of a stack's columns from that of the prices; return how far columns and prices can go."""
    lanes = pattern.lanes
    inward, inward_dual = each(1e-30, lanes), each(1e-30, lanes)
    begin, end, shift, entries = columns_of(pattern, stack)
    for column in range(begin, end):
        at = column + shift
        least, most = load(point.least, at, lanes), load(point.most, at, lanes)
        low, high = load(move.low, at, lanes), load(move.high, at, lanes)
        nearer, farther = 1.0 / load(point.below, at, lanes), 1.0 / load(point.above, at, lanes)
        pull = charge(pattern, column, entries, prices) - high * farther + low * nearer
        x = load(point.weight, at, lanes) * pull
        store(move.x, at, x)
        inward = greater(inward, greater(-1.0 * x * nearer, x * farther))
        down, up = (x - low / least) * nearer, (-1.0 * x - high / most) * farther
        inward_dual = greater(inward_dual, greater(down, up))
    return 1.0 / inward, 1.0 / inward_dual
