"""Passes: what is done column by column in each iteration, in as few runs over memory as will do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.form import Pattern


class Point(NamedTuple):
    """Where the method stands.

    ``below``, ``above`` (n,) how far every column is from its lower and upper bound, both above 0; ``least``,
    ``most`` (n,) the prices of these bounds; ``y`` (m,) the prices of the rows.
    """

    below: FloatArray
    above: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray


class Move(NamedTuple):
    """A direction: changes of columns, of the prices of their bounds, and of the rows' prices."""

    x: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray


class Box(NamedTuple):
    """Cost, lower bound and range of every column (n,)."""

    cost: FloatArray
    lower: FloatArray
    span: FloatArray


@compiled
def centre(point: Point, reduced: FloatArray, span: FloatArray, barrier: FloatArray) -> None:
    """Put every column where its reduced cost and both barriers balance: every product is then the barrier."""
    for at in range(len(reduced)):
        pull = abs(reduced[at]) * span[at]
        small = (
            2.0 * barrier[at] * span[at] / (pull + 2.0 * barrier[at] + np.sqrt(pull * pull + 4.0 * barrier[at] ** 2))
        )
        if reduced[at] > 0:
            point.below[at], point.above[at] = small, span[at] - small
        else:
            point.below[at], point.above[at] = span[at] - small, small
        point.least[at], point.most[at] = barrier[at] / point.below[at], barrier[at] / point.above[at]


@compiled
def weigh(point: Point, weight: FloatArray) -> None:
    """Return how readily every column gives way."""
    for at in range(len(weight)):
        weight[at] = 1.0 / (point.least[at] / point.below[at] + point.most[at] / point.above[at])


@compiled
def pull(pattern: Pattern, point: Point, move: Move, target: FloatArray, out: tuple[FloatArray, FloatArray]) -> None:
    """Work out what pulls every column of an area, and add its effect on the rows; ``out`` is (n,) pull, (m,) rows.

    The targets (B + 1,) are of products; a move of which no column changes adds no second order.
    """
    force, rows = out
    for area in range(len(pattern.simple) - 1):
        for column in range(pattern.columns[area], pattern.columns[area + 1]):
            low = (target[area] - move.x[column] * move.least[column]) / point.below[column] - point.least[column]
            high = (target[area] + move.x[column] * move.most[column]) / point.above[column] - point.most[column]
            force[column] = high - low
            weight = 1.0 / (point.least[column] / point.below[column] + point.most[column] / point.above[column])
            for at in range(pattern.start[column], pattern.start[column + 1]):
                rows[pattern.row[at]] += pattern.value[at] * weight * force[column]


@compiled
def push(
    pattern: Pattern, point: Point, move: Move, target: FloatArray, steps: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    """Turn the change of prices into the move of every column of an area; ``steps`` is pull, primal and dual steps."""
    force, primal, dual = steps
    for area in range(len(pattern.simple) - 1):
        longest, longest_dual = 1e30, 1e30
        for column in range(pattern.columns[area], pattern.columns[area + 1]):
            total = -force[column]
            for at in range(pattern.start[column], pattern.start[column + 1]):
                total += pattern.value[at] * move.y[pattern.row[at]]
            low = (target[area] - move.x[column] * move.least[column]) / point.below[column] - point.least[column]
            high = (target[area] + move.x[column] * move.most[column]) / point.above[column] - point.most[column]
            ratio_low, ratio_high = point.least[column] / point.below[column], point.most[column] / point.above[column]
            change = total / (ratio_low + ratio_high)
            least, most = low - ratio_low * change, high + ratio_high * change
            if change < 0:
                longest = min(longest, -point.below[column] / change)
            elif change > 0:
                longest = min(longest, point.above[column] / change)
            if least < 0:
                longest_dual = min(longest_dual, -point.least[column] / least)
            if most < 0:
                longest_dual = min(longest_dual, -point.most[column] / most)
            move.x[column], move.least[column], move.most[column] = change, least, most
        primal[area], dual[area] = longest, longest_dual


@compiled
def products(
    pattern: Pattern, point: Point, move: Move, steps: tuple[FloatArray, FloatArray], mean: FloatArray
) -> None:
    """Return (B + 1,) the mean product of every area, and of what is joint, after steps of these lengths."""
    primal, dual = steps
    for area in range(len(pattern.simple)):
        total, long, far = 0.0, primal[area], dual[area]
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            total += (point.below[at] + long * move.x[at]) * (point.least[at] + far * move.least[at])
            total += (point.above[at] - long * move.x[at]) * (point.most[at] + far * move.most[at])
        mean[area] = total / max(1, 2 * (pattern.columns[area + 1] - pattern.columns[area]))


@compiled
def advance(
    pattern: Pattern, point: Point, move: Move, box: Box, steps: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[float, float]:
    """Take the steps of every column; ``steps`` is primal and dual by area, and (n,) the columns that result.

    The rows' prices are stepped already. What they leave of a column's cost is taken up by the prices of its bounds, so
    that prices always prove a bound: returned with the objective, without the right-hand side's part.
    """
    primal, dual, x = steps
    objective, bound = 0.0, 0.0
    for area in range(len(pattern.simple)):
        for at in range(pattern.columns[area], pattern.columns[area + 1]):
            reduced = box.cost[at]
            for entry in range(pattern.start[at], pattern.start[at + 1]):
                reduced -= pattern.value[entry] * point.y[pattern.row[entry]]
            least = point.least[at] + dual[area] * move.least[at]
            most = point.most[at] + dual[area] * move.most[at]
            left = reduced - least + most
            point.least[at] = least + max(left, 0.0)
            point.most[at] = most - min(left, 0.0)
            below = point.below[at] + primal[area] * move.x[at]
            above = point.above[at] - primal[area] * move.x[at]
            if below < above:
                above = box.span[at] - below
                x[at] = box.lower[at] + below
            else:
                below = box.span[at] - above
                x[at] = box.lower[at] + box.span[at] - above
            point.below[at], point.above[at] = below, above
            objective += box.cost[at] * x[at]
            bound += reduced * box.lower[at] + min(reduced, 0.0) * box.span[at]
    return objective, bound


@compiled
def activity(pattern: Pattern, x: FloatArray, out: FloatArray) -> None:
    """Return (m,) what every row adds up to."""
    out[:] = 0.0
    for column in range(len(x)):
        for at in range(pattern.start[column], pattern.start[column + 1]):
            out[pattern.row[at]] += pattern.value[at] * x[column]


@compiled
def by_columns(pattern: Pattern, y: FloatArray, out: FloatArray) -> None:
    """Return (n,) what the rows' prices charge every column."""
    for column in range(len(out)):
        total = 0.0
        for at in range(pattern.start[column], pattern.start[column + 1]):
            total += pattern.value[at] * y[pattern.row[at]]
        out[column] = total
