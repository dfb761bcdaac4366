"""Blocks: the normal equations of every area, eliminated, and what is left of them for the joint rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.form import Pattern
from commission_opt.solvers.arrow.structure import Positions


class Blocks(NamedTuple):
    """The eliminated blocks.

    ``upper`` the Cholesky factor of every area's rows that are not simple, row after row from its diagonal, whose
    entries are inverted, area after area from ``begin`` (B + 1,); ``pivot`` (m,) of simple rows; ``beside`` (reach,)
    their entries beside the diagonal; ``table`` room for one area's rows over its own and the joint rows, and ``end``
    where each of these rows ends: nothing but zeros follows.
    """

    upper: FloatArray
    begin: IntArray
    pivot: FloatArray
    beside: FloatArray
    table: FloatArray
    end: IntArray


class Sorted(NamedTuple):
    """Rows of L^-1 C by the joint rows that they meet, of which rows met late come last.

    ``rows`` (K, R, J) room for them; ``used`` (K,) how many there are; ``width`` (K,) up to which joint row they reach.
    """

    rows: FloatArray
    used: IntArray
    width: IntArray


REGULAR = 1e-13
"""Added to the diagonal, where rows are near one: keeps rows that repeat each other apart."""


@compiled
def eliminate(pattern: Pattern, blocks: Blocks, weight: FloatArray, joint: FloatArray, part: tuple[int, Sorted]) -> int:
    """Eliminate the areas from one on, until there is no room for another; return the one to go on with.

    ``part`` is the first area and the room. What areas add to the joint rows directly, and what their simple rows take
    from it, goes to ``joint`` (upper half).
    """
    area, beside = part
    table, width = blocks.table, len(joint)
    beside.used[:] = 0
    while area < len(pattern.simple):
        size = pattern.rows[area + 1] - pattern.rows[area] - pattern.simple[area]
        if beside.used.max() + size > beside.rows.shape[1]:
            break
        table[:size, : size + width] = 0.0
        _assemble(pattern, blocks, (weight, pattern.start[1:]), area, joint)
        _eliminate_simple(pattern, blocks, area, joint, size + width)
        _find_ends(table, size, size + width, blocks.end)
        _factor(table, size, blocks.end)
        _keep(blocks, area, size)
        _sort(blocks, size, beside)
        area += 1
    return area


@compiled
def _find_ends(table: FloatArray, size: int, width: int, end: IntArray) -> None:
    """Find where each row of an area ends."""
    for row in range(size):
        last = width
        while last > size and table[row, last - 1] == 0.0:
            last -= 1
        end[row] = last


@compiled
def _sort(blocks: Blocks, size: int, beside: Sorted) -> None:
    """Put an area's rows of L^-1 C among those that reach about as far."""
    for row in range(size):
        kind, reach = 0, blocks.end[row] - size
        while reach > beside.width[kind]:
            kind += 1
        if reach > 0:
            width = beside.width[kind]
            beside.rows[kind, beside.used[kind], :width] = blocks.table[row, size : size + width]
            beside.used[kind] += 1


@compiled
def eliminate_alone(pattern: Pattern, blocks: Blocks, weight: FloatArray, area: int) -> None:
    """Eliminate one area, the joint rows left out."""
    size = pattern.rows[area + 1] - pattern.rows[area] - pattern.simple[area]
    none = np.empty((0, 0))
    blocks.table[:size, :size] = 0.0
    _assemble(pattern, blocks, (weight, pattern.beyond), area, none)
    _eliminate_simple(pattern, blocks, area, none, size)
    blocks.end[:size] = size
    _factor(blocks.table, size, blocks.end)
    _keep(blocks, area, size)


@compiled
def _keep(blocks: Blocks, area: int, size: int) -> None:
    """Keep the factor that is in the table."""
    where = blocks.begin[area]
    for row in range(size):
        blocks.upper[where : where + size - row] = blocks.table[row, row:size]
        where += size - row


@compiled
def _assemble(
    pattern: Pattern, blocks: Blocks, over: tuple[FloatArray, Positions], area: int, joint: FloatArray
) -> None:
    """Add up weight * a a' over an area's columns: simple rows on their own, the rest in the table (upper half).

    ``over`` is the weights (n,) and where the entries end (n,) that count of each column.
    """
    weight, ends = over
    first, simple, table = pattern.rows[area], pattern.simple[area], blocks.table
    size = pattern.rows[area + 1] - first - simple
    blocks.pivot[first : first + simple] = REGULAR
    blocks.beside[pattern.reach_start[first] : pattern.reach_start[first + simple]] = 0.0
    for column in range(pattern.columns[area], pattern.columns[area + 1]):
        low, high, theta = pattern.start[column], ends[column], weight[column]
        if low < high and pattern.row[low] < simple:
            row = first + pattern.row[low]
            product = theta * pattern.value[low]
            blocks.pivot[row] += product * pattern.value[low]
            low += 1
            base = pattern.reach_start[row]
            for entry in range(low, high):
                blocks.beside[base + pattern.at[entry]] += product * pattern.value[entry]
        for entry in range(low, high):
            product, row = theta * pattern.value[entry], np.int64(pattern.row[entry]) - simple
            if row < size:
                for other in range(entry, high):
                    table[row, pattern.row[other] - simple] += product * pattern.value[other]
            else:
                for other in range(entry, high):
                    joint[row - size, pattern.row[other] - simple - size] += product * pattern.value[other]


@compiled
def _eliminate_simple(pattern: Pattern, blocks: Blocks, area: int, joint: FloatArray, width: int) -> None:
    """Take every simple row's part out of the table, as wide as that is, and of the joint rows."""
    first, table, beside, reach = pattern.rows[area], blocks.table, blocks.beside, pattern.reach
    rest = first + pattern.simple[area]
    size = pattern.rows[area + 1] - rest
    for row in range(first, rest):
        low, high = pattern.reach_start[row], pattern.reach_start[row + 1]
        while high > low and reach[high - 1] >= width:
            high -= 1
        inverse = 1.0 / blocks.pivot[row]
        for one in range(low, high):
            product, at = beside[one] * inverse, np.int64(reach[one])
            if at < size:
                for other in range(one, high):
                    table[at, reach[other]] -= product * beside[other]
            else:
                for other in range(one, high):
                    joint[at - size, reach[other] - size] -= product * beside[other]


@compiled
def _factor(table: FloatArray, size: int, end: IntArray) -> None:
    """Turn the upper half of a positive matrix into its Cholesky factor, and the columns beyond into L^-1 C.

    Four rows at a time are taken from those below, so that these are read and written a quarter as often. Rows are
    taken up to their ``end`` (size,), which becomes that of the factor.
    """
    for row in range(size):
        table[row, row] += REGULAR
    for first in range(0, size, 4):
        last = min(first + 4, size)
        for row in range(first, last):
            for above in range(first, row):
                factor = table[above, row]
                if factor != 0.0:
                    end[row] = max(end[row], end[above])
                    for at in range(row, end[above]):
                        table[row, at] -= factor * table[above, at]
            inverse = 1.0 / np.sqrt(max(table[row, row], REGULAR * REGULAR))
            for at in range(row, end[row]):
                table[row, at] *= inverse
            table[row, row] = inverse
        if last < size:
            _take_four(table, first, size, end)


@compiled
def _take_four(table: FloatArray, first: int, size: int, end: IntArray) -> None:
    """Take four rows from all that are below them and share a column, two of these at a time."""
    one, two, three, four = table[first], table[first + 1], table[first + 2], table[first + 3]
    last, held = end[first : first + 4].max(), -1
    for row in range(first + 4, size):
        a, b, c, d = one[row], two[row], three[row], four[row]
        if a == 0.0 and b == 0.0 and c == 0.0 and d == 0.0:
            continue
        end[row] = max(end[row], last)
        if held < 0:
            held = row
            continue
        e, f, g, h = one[held], two[held], three[held], four[held]
        upper, lower = table[held], table[row]
        for at in range(held, last):
            p, q, r, s = one[at], two[at], three[at], four[at]
            upper[at] -= e * p + f * q + g * r + h * s
            lower[at] -= a * p + b * q + c * r + d * s
        held = -1
    if held >= 0:
        a, b, c, d = one[held], two[held], three[held], four[held]
        below = table[held]
        for at in range(held, last):
            below[at] -= a * one[at] + b * two[at] + c * three[at] + d * four[at]


@compiled
def solve_block(pattern: Pattern, blocks: Blocks, area: int, right: FloatArray) -> None:
    """Solve the equations of one area in place, the joint rows left out; ``right`` begins with the area's rows."""
    first, simple = pattern.rows[area], pattern.simple[area]
    size = pattern.rows[area + 1] - first - simple
    rest = right[simple : simple + size]
    for row in range(simple):
        share = right[row] / blocks.pivot[first + row]
        for at in range(pattern.reach_start[first + row], pattern.reach_start[first + row + 1]):
            if pattern.reach[at] < size:
                rest[pattern.reach[at]] -= blocks.beside[at] * share
    _substitute(blocks.upper[blocks.begin[area] : blocks.begin[area + 1]], size, rest)
    for row in range(simple):
        total = right[row]
        for at in range(pattern.reach_start[first + row], pattern.reach_start[first + row + 1]):
            if pattern.reach[at] < size:
                total -= blocks.beside[at] * rest[pattern.reach[at]]
        right[row] = total / blocks.pivot[first + row]


@compiled
def _substitute(upper: FloatArray, size: int, right: FloatArray) -> None:
    """Solve with a Cholesky factor in place, forwards and backwards."""
    where = 0
    for row in range(size):
        factor = right[row] * upper[where]
        right[row] = factor
        for at in range(1, size - row):
            right[row + at] -= upper[where + at] * factor
        where += size - row
    for row in range(size - 1, -1, -1):
        where -= size - row
        total = right[row]
        for at in range(1, size - row):
            total -= upper[where + at] * right[row + at]
        right[row] = total * upper[where]
