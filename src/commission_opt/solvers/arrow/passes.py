"""Passes: what is done column by column in each iteration, area after area, in few runs over memory."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, solve_block
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.form import Pattern
from commission_opt.solvers.arrow.point import Box, Move, Point, charge, room, spread


@compiled
def centre(pattern: Pattern, point: Point, box: Box, barrier: float, out: tuple[FloatArray, ...]) -> tuple[float, ...]:
    """Put every column where its reduced cost and both barriers balance: every product is then the barrier.

    ``out`` is (m,) prices of rows, (J,) of joint rows, (m,) what is left of rows and (J,) what joint rows add up to.
    Returned are objective, bound and the value of the barrier's dual, all without the joint rows' part.
    """
    y, joint_y, left, joint = out
    objective, bound, value = 0.0, 0.0, 0.0
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count = end - first
        prices[:count], prices[count : count + len(joint)] = y[first:end], joint_y
        sums[: count + len(joint)] = 0.0
        logs = 0.0
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            reduced, span = box.cost[at] - charge(pattern, at, prices), box.span[at]
            pull = abs(reduced) * span
            small = 2.0 * barrier * span / (pull + 2.0 * barrier + np.sqrt(pull * pull + 4.0 * barrier * barrier))
            below, above = (small, span - small) if reduced > 0 else (span - small, small)
            point.below[at], point.above[at] = below, above
            point.least[at], point.most[at] = barrier / below, barrier / above
            spread(pattern, at, below, sums)
            objective += box.cost[at] * below
            bound += min(reduced, 0.0) * span
            value += reduced * below
            logs += np.log(below * above / (span * span))
        value -= barrier * logs
        left[first:end] = box.right[first:end] - sums[:count]
        joint += sums[count : count + len(joint)]
        bound += (box.right[first:end] * y[first:end]).sum()
        value += (box.right[first:end] * y[first:end]).sum()
    return objective, bound, value


@compiled
def weigh(point: Point) -> None:
    """Find how readily every column gives way."""
    for at in range(len(point.weight)):
        point.weight[at] = 1.0 / (point.least[at] / point.below[at] + point.most[at] / point.above[at])


@compiled
def look_ahead(point: Point, move: Move) -> None:
    """Want every product gone."""
    for at in range(len(point.below)):
        move.low[at] = -point.below[at] * point.least[at]
        move.high[at] = -point.above[at] * point.most[at]


@compiled
def aim(pattern: Pattern, point: Point, move: Move, target: FloatArray, second: float) -> None:
    """Want products at their targets (B,), with the second order of the move so far, or a share of it, allowed for."""
    for area in range(len(target)):
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            x = move.x[at]
            least = (move.low[at] - point.least[at] * x) / point.below[at]
            most = (move.high[at] + point.most[at] * x) / point.above[at]
            move.low[at] = target[area] - point.below[at] * point.least[at] - second * x * least
            move.high[at] = target[area] - point.above[at] * point.most[at] + second * x * most


@compiled
def correct(point: Point, move: Move, other: Move, steps: tuple[float, float], target: tuple[float, float]) -> None:
    """Want, in another move, products that would be out of a band after long steps brought nearer to it.

    ``target`` is the band's lower and upper end.
    """
    long, far = steps
    narrow, wide = target
    for at in range(len(move.x)):
        x = move.x[at]
        least = (move.low[at] - point.least[at] * x) / point.below[at]
        most = (move.high[at] + point.most[at] * x) / point.above[at]
        low = (point.below[at] + long * x) * (point.least[at] + far * least)
        high = (point.above[at] - long * x) * (point.most[at] + far * most)
        other.low[at] = move.low[at] + max(min(max(low, narrow), wide) - low, -wide)
        other.high[at] = move.high[at] + max(min(max(high, narrow), wide) - high, -wide)


@compiled
def gather(pattern: Pattern, blocks: Blocks, point: Point, move: Move, joint: FloatArray) -> None:
    """Work out what pulls the columns, and what rows leave of it; ``move.y`` begins with what is left of the rows.

    At its end ``move.y`` is the change of prices that the rows of the areas alone would need, and ``joint`` (J,) has
    what joint rows are then to make up for.
    """
    sums, _ = room(pattern, joint)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count = end - first
        sums[:count], sums[count : count + len(joint)] = move.y[first:end], 0.0
        pull_rows(pattern, blocks, point, move, (area, sums))
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            beyond, total = pattern.beyond[at], 0.0
            if beyond < pattern.start[at + 1]:
                for local in range(pattern.start[at], beyond):
                    total -= pattern.value[local] * sums[pattern.row[local]]
                total *= point.weight[at]
                for entry in range(beyond, pattern.start[at + 1]):
                    sums[pattern.row[entry]] += pattern.value[entry] * total
        move.y[first:end] = sums[:count]
        joint += sums[count : count + len(joint)]


@compiled
def pull_rows(pattern: Pattern, blocks: Blocks, point: Point, move: Move, where: tuple[int, FloatArray]) -> None:
    """Turn what is left of an area's rows into the prices' change that these alone need; ``where``: area, sums."""
    area, sums = where
    for at in range(pattern.columns[area], pattern.columns[area + 1]):
        force = move.high[at] / point.above[at] - move.low[at] / point.below[at]
        spread(pattern, at, point.weight[at] * force, sums)
    solve_block(pattern, blocks, area, sums)


@compiled
def push(
    pattern: Pattern, blocks: Blocks, point: Point, move: Move, out: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    """Complete a move that was gathered; ``out``: (J,) change of joint prices, (B,) longest steps, primal and dual."""
    joint_y, primal, dual = out
    prices, sums = room(pattern, joint_y)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count = end - first
        sums[:count], prices[count : count + len(joint_y)] = 0.0, joint_y
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            beyond, total = pattern.beyond[at], 0.0
            if beyond < pattern.start[at + 1]:
                for entry in range(beyond, pattern.start[at + 1]):
                    total += pattern.value[entry] * prices[pattern.row[entry]]
                total *= point.weight[at]
                for local in range(pattern.start[at], beyond):
                    sums[pattern.row[local]] += pattern.value[local] * total
        solve_block(pattern, blocks, area, sums)
        move.y[first:end] -= sums[:count]
        prices[:count] = move.y[first:end]
        primal[area], dual[area] = find_columns(pattern, point, move, area, prices)


@compiled
def find_columns(pattern: Pattern, point: Point, move: Move, area: int, prices: FloatArray) -> tuple[float, float]:
    """Find the change of an area's columns from that of the prices; return how far columns and prices can go.

    A quotient is worked out only where it is the largest so far.
    """
    inward, inward_dual = 1e-30, 1e-30
    for at in range(pattern.columns[area], pattern.columns[area + 1]):
        below, above, least, most = point.below[at], point.above[at], point.least[at], point.most[at]
        low, high = move.low[at], move.high[at]
        x = point.weight[at] * (charge(pattern, at, prices) - high / above + low / below)
        move.x[at] = x
        if -x > inward * below:
            inward = -x / below
        if x > inward * above:
            inward = x / above
        if least * x - low > inward_dual * below * least:
            inward_dual = (least * x - low) / (below * least)
        if -most * x - high > inward_dual * above * most:
            inward_dual = (-most * x - high) / (above * most)
    return 1.0 / inward, 1.0 / inward_dual


@compiled
def products(pattern: Pattern, point: Point, move: Move, steps: tuple[FloatArray, FloatArray], out: FloatArray) -> None:
    """Return (B,) what the products of every area add up to after steps of these lengths, at most 1."""
    primal, dual = steps
    for area in range(len(out)):
        total, long, far = 0.0, min(primal[area], 1.0), min(dual[area], 1.0)
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            x = move.x[at]
            least = (move.low[at] - point.least[at] * x) / point.below[at]
            most = (move.high[at] + point.most[at] * x) / point.above[at]
            total += (point.below[at] + long * x) * (point.least[at] + far * least)
            total += (point.above[at] - long * x) * (point.most[at] + far * most)
        out[area] = total


@compiled
def advance(
    pattern: Pattern, point: Point, move: Move, box: Box, out: tuple[FloatArray, ...]
) -> tuple[float, float, float]:
    """Take the steps of every column and price.

    ``out`` is primal and dual steps by area (B,), the joint rows' new prices (J,), and what is left of rows (m,) and
    what joint rows add up to (J,). What rows' prices leave of a column's cost is taken up by the prices of its bounds,
    so that prices always prove a bound: returned with the objective, without the joint rows' part, and with the largest
    amount by which a row does not hold.
    """
    primal, dual, joint_y, left, joint = out
    objective, bound, off = 0.0, 0.0, 0.0
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count, long, far = end - first, primal[area], dual[area]
        for row in range(first, end):
            point.y[row] += far * move.y[row]
            bound += point.y[row] * box.right[row]
        prices[:count], prices[count : count + len(joint)] = point.y[first:end], joint_y
        cost, proven = step_columns(pattern, point, move, box, (area, long, far, prices, sums))
        objective += cost
        bound += proven
        off = max(off, leave(sums[:count], box.right[first:end], left[first:end]))
        joint += sums[count : count + len(joint)]
    return objective, bound, off


@compiled
def step_columns(
    pattern: Pattern, point: Point, move: Move, box: Box, out: tuple[int, float, float, FloatArray, FloatArray]
) -> tuple[float, float]:
    """Take the step of an area's columns and of their bounds' prices; return the parts of objective and bound.

    ``out`` is area, primal and dual step, the rows' new prices, and what columns add up to in the rows.
    """
    area, long, far, prices, sums = out
    objective, bound = 0.0, 0.0
    sums[: len(prices)] = 0.0
    for at in range(pattern.columns[area], pattern.columns[area + 1]):
        reduced = box.cost[at] - charge(pattern, at, prices)
        x, low, high, span = move.x[at], point.below[at], point.above[at], box.span[at]
        least = point.least[at] + far * (move.low[at] - point.least[at] * x) / low
        most = point.most[at] + far * (move.high[at] + point.most[at] * x) / high
        rest = reduced - least + most
        point.least[at], point.most[at] = least + max(rest, 0.0), most - min(rest, 0.0)
        low, high = low + long * x, high - long * x
        low, high = (low, span - low) if low < high else (span - high, high)
        point.below[at], point.above[at] = low, high
        now = low if low < high else span - high
        objective += box.cost[at] * now
        bound += min(reduced, 0.0) * span
        spread(pattern, at, now, sums)
    return objective, bound


@compiled
def leave(sums: FloatArray, right: FloatArray, left: FloatArray) -> float:
    """Write what sums leave of the right-hand side; return the most."""
    off = 0.0
    for row in range(len(sums)):
        left[row] = right[row] - sums[row]
        off = max(off, abs(left[row]))
    return off


@compiled
def nudge(
    pattern: Pattern, held: FloatArray, move: Move, box: Box, out: tuple[FloatArray, FloatArray]
) -> tuple[float, float]:
    """Move columns that are held (n,), within their ranges; ``out``, what is returned: as of ``advance``."""
    left, joint = out
    objective, off = 0.0, 0.0
    joint[:] = 0.0
    _, sums = room(pattern, joint)
    for area in range(len(pattern.simple)):
        first, end = pattern.rows[area], pattern.rows[area + 1]
        count = end - first
        sums[: count + len(joint)] = 0.0
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            held[at] = min(max(held[at] + move.x[at], 0.0), box.span[at])
            objective += box.cost[at] * held[at]
            spread(pattern, at, held[at], sums)
        off = max(off, leave(sums[:count], box.right[first:end], left[first:end]))
        joint += sums[count : count + len(joint)]
    return objective, off
