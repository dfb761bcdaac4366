"""Blocks: the normal equations of every area, eliminated, and what is left of them for the joint rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.lanes import each, greater, load, magnitude, root, store, total
from commission_opt.solvers.arrow.pattern import Pattern
from commission_opt.solvers.arrow.point import columns_of
from commission_opt.solvers.arrow.structure import Positions


class Blocks(NamedTuple):
    """The eliminated blocks.

    ``upper`` (u, L) the Cholesky factor of every stack's rows that are not simple, row after row from its diagonal,
    whose entries are inverted, stack after stack from ``begin`` (S + 1,); ``pivot`` (m, L) of simple rows; ``beside``
    (r, L) their entries beside the diagonal; ``table`` room for one stack's rows over its own and the joint rows, each
    ``wide``, and ``end`` where each of these rows ends: nothing but zeros follows.
    """

    upper: FloatArray
    begin: IntArray
    pivot: FloatArray
    beside: FloatArray
    table: FloatArray
    wide: int
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
    """Eliminate the stacks from one on, until there is no room for another; return the one to go on with.

    ``part`` is the first stack and the room. What areas add to the joint rows directly, and what their simple rows take
    from it, goes to ``joint`` (upper half).
    """
    stack, beside = part
    beside.used[:] = 0
    while stack < len(pattern.kind):
        size = size_of(pattern, pattern.kind[stack])
        if beside.used.max() + size * len(pattern.lanes) > beside.rows.shape[1]:
            break
        blocks.table[: size * blocks.wide] = 0.0
        _assemble(pattern, blocks, (weight, pattern.start[1:]), stack, joint)
        _eliminate_simple(pattern, blocks, stack, joint, size + len(joint))
        _find_ends(pattern, blocks, size, size + len(joint))
        _factor(pattern, blocks, size)
        _keep(pattern, blocks, stack, size)
        _sort(pattern, blocks, size, beside)
        stack += 1
    return stack


@compiled
def size_of(pattern: Pattern, kind: int) -> int:
    """Return how many rows areas of a kind have that are not simple."""
    rows: int = pattern.rows[kind + 1] - pattern.rows[kind] - pattern.simple[kind]
    return rows


@compiled
def _find_ends(pattern: Pattern, blocks: Blocks, size: int, width: int) -> None:
    """Find where each row of a stack ends."""
    for row in range(size):
        last, base = width, row * blocks.wide
        while last > size and total(magnitude(load(blocks.table, base + last - 1, pattern.lanes))) == 0.0:
            last -= 1
        blocks.end[row] = last


@compiled
def _sort(pattern: Pattern, blocks: Blocks, size: int, beside: Sorted) -> None:
    """Put a stack's rows of L^-1 C, area by area, among those that reach about as far."""
    for row in range(size):
        kind, reach = 0, blocks.end[row] - size
        while reach > beside.width[kind]:
            kind += 1
        if reach > 0:
            width, first = beside.width[kind], row * blocks.wide + size
            for lane in range(len(pattern.lanes)):
                line = beside.rows[kind, beside.used[kind] + lane]
                for at in range(width):
                    line[at] = blocks.table[first + at, lane]
            beside.used[kind] += len(pattern.lanes)


@compiled
def eliminate_alone(pattern: Pattern, blocks: Blocks, weight: FloatArray, stack: int) -> None:
    """Eliminate one stack, the joint rows left out."""
    size = size_of(pattern, pattern.kind[stack])
    none = np.empty((0, 0))
    for row in range(size):
        blocks.table[row * blocks.wide : row * blocks.wide + size] = 0.0
    _assemble(pattern, blocks, (weight, pattern.beyond), stack, none)
    _eliminate_simple(pattern, blocks, stack, none, size)
    blocks.end[:size] = size
    _factor(pattern, blocks, size)
    _keep(pattern, blocks, stack, size)


@compiled
def _keep(pattern: Pattern, blocks: Blocks, stack: int, size: int) -> None:
    """Keep the factor that is in the table."""
    where = blocks.begin[stack]
    for row in range(size):
        for at in range(row, size):
            store(blocks.upper, where, load(blocks.table, row * blocks.wide + at, pattern.lanes))
            where += 1


@compiled
def _assemble(
    pattern: Pattern, blocks: Blocks, over: tuple[FloatArray, Positions], stack: int, joint: FloatArray
) -> None:
    """Add up weight * a a' over a stack's columns: simple rows on their own, the rest in the table (upper half).

    ``over`` is the weights (n, L) and where the entries of each column of a kind end (n_k,) that count.
    """
    weight, ends = over
    lanes, table, kind = pattern.lanes, blocks.table, pattern.kind[stack]
    first, simple, base = pattern.first_row[stack], pattern.simple[kind], pattern.rows[kind]
    size, side = size_of(pattern, kind), pattern.first_beside[stack] - pattern.reach_start[base]
    for row in range(first, first + simple):
        store(blocks.pivot, row, each(REGULAR, lanes))
    blocks.beside[pattern.first_beside[stack] : pattern.first_beside[stack + 1]] = 0.0
    begin, end, shift, entries = columns_of(pattern, stack)
    for column in range(begin, end):
        low, high, theta = pattern.start[column], ends[column], load(weight, column + shift, lanes)
        if low < high and pattern.row[low] < simple:
            row, value = first + pattern.row[low], load(pattern.value, low + entries, lanes)
            product = theta * value
            store(blocks.pivot, row, load(blocks.pivot, row, lanes) + product * value)
            start = pattern.reach_start[base + pattern.row[low]] + side
            low += 1
            for entry in range(low, high):
                at = start + pattern.at[entry]
                part = product * load(pattern.value, entry + entries, lanes)
                store(blocks.beside, at, load(blocks.beside, at, lanes) + part)
        for entry in range(low, high):
            product, row = theta * load(pattern.value, entry + entries, lanes), np.int64(pattern.row[entry]) - simple
            if row < size:
                for other in range(entry, high):
                    at = row * blocks.wide + pattern.row[other] - simple
                    part = product * load(pattern.value, other + entries, lanes)
                    store(table, at, load(table, at, lanes) + part)
            else:
                for other in range(entry, high):
                    part = product * load(pattern.value, other + entries, lanes)
                    joint[row - size, pattern.row[other] - simple - size] += total(part)


@compiled
def _eliminate_simple(pattern: Pattern, blocks: Blocks, stack: int, joint: FloatArray, width: int) -> None:
    """Take every simple row's part out of the table, as wide as that is, and of the joint rows."""
    lanes, table, beside, reach = pattern.lanes, blocks.table, blocks.beside, pattern.reach
    kind, first = pattern.kind[stack], pattern.first_row[stack]
    base, size = pattern.rows[kind], size_of(pattern, kind)
    side = pattern.first_beside[stack] - pattern.reach_start[base]
    for row in range(pattern.simple[kind]):
        low, high = pattern.reach_start[base + row], pattern.reach_start[base + row + 1]
        while high > low and reach[high - 1] >= width:
            high -= 1
        inverse = -1.0 / load(blocks.pivot, first + row, lanes)
        for one in range(low, high):
            product, own = load(beside, one + side, lanes) * inverse, np.int64(reach[one])
            if own < size:
                for other in range(one, high):
                    at = own * blocks.wide + reach[other]
                    store(table, at, load(table, at, lanes) + product * load(beside, other + side, lanes))
            else:
                for other in range(one, high):
                    joint[own - size, reach[other] - size] += total(product * load(beside, other + side, lanes))


@compiled
def _factor(pattern: Pattern, blocks: Blocks, size: int) -> None:
    """Turn the upper half of positive matrices into their Cholesky factors, and the columns beyond into L^-1 C.

    Four rows at a time are taken from those below, so that these are read and written a quarter as often. Rows are
    taken up to their ``end`` (size,), which becomes that of the factor.
    """
    lanes, table, wide, end = pattern.lanes, blocks.table, blocks.wide, blocks.end
    for row in range(size):
        at = row * wide + row
        store(table, at, load(table, at, lanes) + REGULAR)
    for first in range(0, size, 4):
        last = min(first + 4, size)
        for row in range(first, last):
            below = row * wide
            for over in range(first, row):
                above = over * wide
                factor = load(table, above + row, lanes)
                if total(magnitude(factor)) != 0.0:
                    end[row] = max(end[row], end[over])
                    for at in range(row, end[over]):
                        part = factor * load(table, above + at, lanes)
                        store(table, below + at, load(table, below + at, lanes) - part)
            inverse = 1.0 / root(greater(load(table, below + row, lanes), REGULAR * REGULAR))
            for at in range(row, end[row]):
                store(table, below + at, load(table, below + at, lanes) * inverse)
            store(table, below + row, inverse)
        if last < size:
            _take_four(pattern, blocks, first, size)


@compiled
def _take_four(pattern: Pattern, blocks: Blocks, first: int, size: int) -> None:
    """Take four rows from all that are below them and share a column, two of these at a time."""
    lanes, table, wide, end = pattern.lanes, blocks.table, blocks.wide, blocks.end
    one, two, three, four = first * wide, (first + 1) * wide, (first + 2) * wide, (first + 3) * wide
    last, held = end[first : first + 4].max(), -1
    for row in range(first + 4, size):
        a, b = load(table, one + row, lanes), load(table, two + row, lanes)
        c, d = load(table, three + row, lanes), load(table, four + row, lanes)
        if total(magnitude(a) + magnitude(b) + magnitude(c) + magnitude(d)) == 0.0:
            continue
        end[row] = max(end[row], last)
        if held < 0:
            held = row
            continue
        e, f = load(table, one + held, lanes), load(table, two + held, lanes)
        g, h = load(table, three + held, lanes), load(table, four + held, lanes)
        upper, lower = held * wide, row * wide
        for at in range(held, last):
            p, q = load(table, one + at, lanes), load(table, two + at, lanes)
            r, s = load(table, three + at, lanes), load(table, four + at, lanes)
            store(table, upper + at, load(table, upper + at, lanes) - (e * p + f * q + g * r + h * s))
            store(table, lower + at, load(table, lower + at, lanes) - (a * p + b * q + c * r + d * s))
        held = -1
    if held >= 0:
        a, b = load(table, one + held, lanes), load(table, two + held, lanes)
        c, d = load(table, three + held, lanes), load(table, four + held, lanes)
        for at in range(held, last):
            p = a * load(table, one + at, lanes) + b * load(table, two + at, lanes)
            p += c * load(table, three + at, lanes) + d * load(table, four + at, lanes)
            store(table, held * wide + at, load(table, held * wide + at, lanes) - p)


@compiled
def solve_block(pattern: Pattern, blocks: Blocks, stack: int, right: FloatArray) -> None:
    """Solve the equations of a stack in place, the joint rows left out; ``right`` begins with the stack's rows."""
    lanes, kind, first = pattern.lanes, pattern.kind[stack], pattern.first_row[stack]
    simple, base, size = pattern.simple[kind], pattern.rows[kind], size_of(pattern, kind)
    side = pattern.first_beside[stack] - pattern.reach_start[base]
    for row in range(simple):
        share = load(right, row, lanes) / load(blocks.pivot, first + row, lanes)
        for at in range(pattern.reach_start[base + row], pattern.reach_start[base + row + 1]):
            if pattern.reach[at] < size:
                other = simple + pattern.reach[at]
                store(right, other, load(right, other, lanes) - load(blocks.beside, at + side, lanes) * share)
    _substitute(pattern, blocks, blocks.begin[stack], (simple, simple + size, right))
    for row in range(simple):
        rest = load(right, row, lanes)
        for at in range(pattern.reach_start[base + row], pattern.reach_start[base + row + 1]):
            if pattern.reach[at] < size:
                rest -= load(blocks.beside, at + side, lanes) * load(right, simple + pattern.reach[at], lanes)
        store(right, row, rest / load(blocks.pivot, first + row, lanes))


@compiled
def _substitute(pattern: Pattern, blocks: Blocks, where: int, what: tuple[int, int, FloatArray]) -> None:
    """Solve with Cholesky factors, from ``where`` on, in place, forwards and backwards: first row, end, and figures."""
    first, end, right = what
    lanes, upper = pattern.lanes, blocks.upper
    for row in range(first, end):
        factor = load(right, row, lanes) * load(upper, where, lanes)
        store(right, row, factor)
        for at in range(1, end - row):
            part = load(upper, where + at, lanes) * factor
            store(right, row + at, load(right, row + at, lanes) - part)
        where += end - row
    for row in range(end - 1, first - 1, -1):
        where -= end - row
        rest = load(right, row, lanes)
        for at in range(1, end - row):
            rest -= load(upper, where + at, lanes) * load(right, row + at, lanes)
        store(right, row, rest * load(upper, where, lanes))
