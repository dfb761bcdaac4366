"""Point: where a share of the areas stands, where it goes, and what is done once for every column on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.compiled import compiled, inlined
from commission_opt.solvers.arrow.lanes import Lane, each, load, store, total
from commission_opt.solvers.arrow.pattern import Pattern


class Point(NamedTuple):
    """Where a share of the areas stands.

    ``below``, ``above`` (n, L) how far every column is from its lower and upper bound, both above 0; ``least``,
    ``most`` (n, L) the prices of these bounds; ``y`` (m, L) the prices of its rows; ``weight`` (n, L) how readily every
    column gives way.
    """

    below: FloatArray
    above: FloatArray
    least: FloatArray
    most: FloatArray
    y: FloatArray
    weight: FloatArray


class Move(NamedTuple):
    """A direction: by how much products of distances and prices are to change, and what does that.

    ``low``, ``high`` (n, L) changes wanted of products at the lower and upper bound; ``x`` (n, L) change of columns,
    ``y`` (m, L) of rows' prices. Bounds' prices change by ``(low - least * x) / below`` and ``(high + most * x) /
    above``.
    """

    low: FloatArray
    high: FloatArray
    x: FloatArray
    y: FloatArray


class Box(NamedTuple):
    """Cost and range of every column (n, L), right-hand side of every row (m, L)."""

    cost: FloatArray
    span: FloatArray
    right: FloatArray


@inlined
def columns_of(pattern: Pattern, stack: int) -> tuple[int, int, int, int]:
    """Return first column of a stack's kind, end, and what leads from there to the stack's own columns and values."""
    kind = pattern.kind[stack]
    first = pattern.columns[kind]
    return (
        first,
        pattern.columns[kind + 1],
        pattern.first_column[stack] - first,
        pattern.first_value[stack] - pattern.start[first],
    )


@inlined
def charge(pattern: Pattern, column: int, shift: int, prices: FloatArray) -> Lane:
    """Return what the prices of its area's rows, followed by those of the joint rows, charge a column."""
    charged = each(0.0, pattern.lanes)
    for entry in range(pattern.start[column], pattern.start[column + 1]):
        charged += load(pattern.value, entry + shift, pattern.lanes) * load(prices, pattern.row[entry], pattern.lanes)
    return charged


@inlined
def spread(pattern: Pattern, column: int, shift: int, amount: Lane, sums: FloatArray) -> None:
    """Add an amount of a column to its area's rows, followed by the joint rows."""
    for entry in range(pattern.start[column], pattern.start[column + 1]):
        row = pattern.row[entry]
        product = load(pattern.value, entry + shift, pattern.lanes) * amount
        store(sums, row, load(sums, row, pattern.lanes) + product)


@compiled
def room(pattern: Pattern, joint: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return room twice for the rows of any one area, followed by the joint rows."""
    widest = 0
    for kind in range(len(pattern.simple)):
        widest = max(widest, pattern.rows[kind + 1] - pattern.rows[kind])
    lanes = len(pattern.lanes)
    return np.zeros((widest + len(joint), lanes)), np.zeros((widest + len(joint), lanes))


@compiled
def lay_out(pattern: Pattern, figures: FloatArray, joint: FloatArray, prices: FloatArray) -> None:
    """Write figures (m, L) of a stack's rows, followed by those of the joint rows (J,)."""
    count = len(figures)
    for row in range(count):
        store(prices, row, load(figures, row, pattern.lanes))
    for row in range(len(joint)):
        store(prices, count + row, each(joint[row], pattern.lanes))


@compiled
def add_up(pattern: Pattern, sums: FloatArray, joint: FloatArray) -> None:
    """Add to the joint rows (J,) what the areas of a stack give to each, which ``sums`` ends with."""
    count = len(sums) - len(joint)
    for row in range(len(joint)):
        joint[row] += total(load(sums, count + row, pattern.lanes))
