"""Steps: what taking a step does to the columns and rows of every stack."""

from __future__ import annotations

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.lanes import (
    Lane,
    each,
    greater,
    greatest,
    load,
    magnitude,
    smaller,
    store,
    total,
    where_less,
)
from commission_opt.solvers.arrow.pattern import Pattern
from commission_opt.solvers.arrow.point import Box, Move, Point, add_up, charge, columns_of, lay_out, room, spread


@compiled
def products(pattern: Pattern, point: Point, move: Move, steps: tuple[FloatArray, FloatArray], out: FloatArray) -> None:
    """Return (S, L) what the products of every area add up to after steps of these lengths, at most 1."""
    primal, dual = steps
    lanes = pattern.lanes
    for stack in range(len(pattern.kind)):
        added, long, far = each(0.0, lanes), load(primal, stack, lanes), load(dual, stack, lanes)
        long, far = smaller(long, 1.0), smaller(far, 1.0)
        for at in range(pattern.first_column[stack], pattern.first_column[stack + 1]):
            x, below, above = load(move.x, at, lanes), load(point.below, at, lanes), load(point.above, at, lanes)
            least, most = load(point.least, at, lanes), load(point.most, at, lanes)
            low, high = (load(move.low, at, lanes) - least * x) / below, (load(move.high, at, lanes) + most * x) / above
            added += (below + long * x) * (least + far * low) + (above - long * x) * (most + far * high)
        store(out, stack, added)


@compiled
def advance(
    pattern: Pattern, point: Point, move: Move, box: Box, out: tuple[FloatArray, ...]
) -> tuple[float, float, float]:
    """Take the steps of every column and price.

    ``out`` is primal and dual steps by area (S, L), the joint rows' new prices (J,), and what is left of rows (m, L)
    and what joint rows add up to (J,). What rows' prices leave of a column's cost is taken up by the prices of its
    bounds, so that prices always prove a bound: returned with the objective, without the joint rows' part, and with the
    largest amount by which a row does not hold.
    """
    primal, dual, joint_y, left, joint = out
    lanes = pattern.lanes
    objective, bound, off = 0.0, 0.0, each(0.0, lanes)
    joint[:] = 0.0
    prices, sums = room(pattern, joint)
    for stack in range(len(pattern.kind)):
        first, end = pattern.first_row[stack], pattern.first_row[stack + 1]
        width, steps = end - first + len(joint), (load(primal, stack, lanes), load(dual, stack, lanes))
        bound += total(step_rows(pattern, point, move, box, (first, end, steps[1])))
        lay_out(pattern, point.y[first:end], joint_y, prices)
        cost, proven = step_columns(pattern, point, move, box, (stack, steps, prices, sums[:width]))
        objective += total(cost)
        bound += total(proven)
        off = greater(off, leave(pattern, sums, box.right[first:end], left[first:end]))
        add_up(pattern, sums[:width], joint)
    return objective, bound, greatest(off)


@compiled
def step_rows(pattern: Pattern, point: Point, move: Move, box: Box, what: tuple[int, int, Lane]) -> Lane:
    """Take the step of a stack's prices of rows; return what these are worth. ``what``: first row, end, step."""
    first, end, far = what
    lanes = pattern.lanes
    worth = each(0.0, lanes)
    for row in range(first, end):
        y = load(point.y, row, lanes) + far * load(move.y, row, lanes)
        store(point.y, row, y)
        worth += y * load(box.right, row, lanes)
    return worth


@compiled
def step_columns(
    pattern: Pattern,
    point: Point,
    move: Move,
    box: Box,
    out: tuple[int, tuple[Lane, Lane], FloatArray, FloatArray],
) -> tuple[Lane, Lane]:
    """Take the step of a stack's columns and of their bounds' prices; return the parts of objective and bound.

    ``out`` is stack, primal and dual step, the rows' new prices, and what columns add up to in the rows.
    """
    stack, steps, prices, sums = out
    long, far = steps
    lanes = pattern.lanes
    objective, bound = each(0.0, lanes), each(0.0, lanes)
    sums[:] = 0.0
    begin, end, shift, entries = columns_of(pattern, stack)
    for column in range(begin, end):
        at = column + shift
        cost, span, x = load(box.cost, at, lanes), load(box.span, at, lanes), load(move.x, at, lanes)
        low, high = load(point.below, at, lanes), load(point.above, at, lanes)
        least, most = load(point.least, at, lanes), load(point.most, at, lanes)
        reduced = cost - charge(pattern, column, entries, prices)
        least += far * (load(move.low, at, lanes) - least * x) / low
        most += far * (load(move.high, at, lanes) + most * x) / high
        rest = reduced - least + most
        store(point.least, at, least + greater(rest, 0.0))
        store(point.most, at, most - smaller(rest, 0.0))
        low, high = low + long * x, high - long * x
        below, above = where_less(low, high, low, span - high), where_less(low, high, span - low, high)
        store(point.below, at, below)
        store(point.above, at, above)
        now = where_less(below, above, below, span - above)
        objective += cost * now
        bound += smaller(reduced, 0.0) * span
        spread(pattern, column, entries, now, sums)
    return objective, bound


@compiled
def leave(pattern: Pattern, sums: FloatArray, right: FloatArray, left: FloatArray) -> Lane:
    """Write what sums leave of the right-hand side; return the most."""
    off = each(0.0, pattern.lanes)
    for row in range(len(right)):
        rest = load(right, row, pattern.lanes) - load(sums, row, pattern.lanes)
        store(left, row, rest)
        off = greater(off, magnitude(rest))
    return off


@compiled
def nudge(
    pattern: Pattern, held: FloatArray, move: Move, box: Box, out: tuple[FloatArray, FloatArray]
) -> tuple[float, float]:
    """Move columns that are held (n, L), within their ranges; ``out``, what is returned: as of ``advance``."""
    left, joint = out
    lanes = pattern.lanes
    objective, off = each(0.0, lanes), each(0.0, lanes)
    joint[:] = 0.0
    _, sums = room(pattern, joint)
    for stack in range(len(pattern.kind)):
        first, last = pattern.first_row[stack], pattern.first_row[stack + 1]
        width = last - first + len(joint)
        sums[:width] = 0.0
        begin, end, shift, entries = columns_of(pattern, stack)
        for column in range(begin, end):
            at = column + shift
            x = load(held, at, lanes) + load(move.x, at, lanes)
            x = smaller(greater(x, 0.0), load(box.span, at, lanes))
            store(held, at, x)
            objective += load(box.cost, at, lanes) * x
            spread(pattern, column, entries, x, sums)
        off = greater(off, leave(pattern, sums, box.right[first:last], left[first:last]))
        add_up(pattern, sums[:width], joint)
    return total(objective), greatest(off)
