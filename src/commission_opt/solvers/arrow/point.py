"""Point: where a share of the areas stands, where it goes, and what is done once for every column on the way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.compiled import compiled, inlined
from commission_opt.solvers.arrow.form import Pattern


class Point(NamedTuple):
    """Where a share of the areas stands.

    ``below``, ``above`` (n,) how far every column is from its lower and upper bound, both above 0; ``least``,
    ``most`` (n,) the prices of these bounds; ``y`` (m,) the prices of its rows; ``weight`` (n,) how readily every
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

    ``low``, ``high`` (n,) changes wanted of products at the lower and upper bound; ``x`` (n,) change of columns, ``y``
    (m,) of rows' prices. Bounds' prices change by ``(low - least * x) / below`` and ``(high + most * x) / above``.
    """

    low: FloatArray
    high: FloatArray
    x: FloatArray
    y: FloatArray


class Box(NamedTuple):
    """Cost and range of every column (n,), right-hand side of every row (m,)."""

    cost: FloatArray
    span: FloatArray
    right: FloatArray


@inlined
def charge(pattern: Pattern, column: int, prices: FloatArray) -> float:
    """Return what the prices of its area's rows, followed by those of the joint rows, charge a column."""
    total = 0.0
    for entry in range(pattern.start[column], pattern.start[column + 1]):
        total += pattern.value[entry] * prices[pattern.row[entry]]
    return total


@inlined
def spread(pattern: Pattern, column: int, amount: float, sums: FloatArray) -> None:
    """Add an amount of a column to its area's rows, followed by the joint rows."""
    for entry in range(pattern.start[column], pattern.start[column + 1]):
        sums[pattern.row[entry]] += pattern.value[entry] * amount


@compiled
def room(pattern: Pattern, joint: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return room twice for the rows of any one area, followed by the joint rows."""
    widest = 0
    for area in range(len(pattern.simple)):
        widest = max(widest, pattern.rows[area + 1] - pattern.rows[area])
    return np.zeros(widest + len(joint)), np.zeros(widest + len(joint))
