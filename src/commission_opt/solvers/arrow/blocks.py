"""Blocks: the normal equations of every area, eliminated, and what is left of them for the joint rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.solvers.arrow.compiled import compiled
from commission_opt.solvers.arrow.form import Pattern


class Blocks(NamedTuple):
    """The eliminated blocks.

    ``inverse`` the inverse Cholesky factor of every area's rows that are not simple, area after area from ``begin``
    (B + 1,); ``pivot`` (m,) of simple rows; ``beside`` (reach,) their entries beside the diagonal; ``table`` room for
    one area's rows over its own and the joint rows.
    """

    inverse: FloatArray
    begin: IntArray
    pivot: FloatArray
    beside: FloatArray
    table: FloatArray


REGULAR = 1e-13
"""Added to the diagonal, where rows are near one: keeps rows that repeat each other apart."""


@compiled
def eliminate(
    pattern: Pattern, blocks: Blocks, weight: FloatArray, joint: FloatArray, part: tuple[int, int, FloatArray]
) -> None:
    """Eliminate the areas from one to another; ``part`` is first, end and room for L^-1 C, row after row.

    What they add to the joint rows directly, and what their simple rows take from it, goes to ``joint`` (lower half).
    """
    begin, end, beside = part
    beside[:, :] = 0.0
    at = 0
    for area in range(begin, end):
        size = pattern.rows[area + 1] - pattern.rows[area] - pattern.simple[area]
        _assemble(pattern, blocks, weight, area, joint)
        _eliminate_simple(pattern, blocks, area, joint)
        table = blocks.table
        for row in range(size):
            table[row, row] += REGULAR
        _invert(table, size)
        if size > 0:
            inverse = blocks.inverse[blocks.begin[area] : blocks.begin[area + 1]].reshape(size, size)
            inverse[:, :] = table[:size, :size]
            beside[at : at + size, :] = np.dot(inverse, table[:size, size : size + beside.shape[1]].copy())
        at += size


@compiled
def _assemble(pattern: Pattern, blocks: Blocks, weight: FloatArray, area: int, joint: FloatArray) -> None:
    """Add up weight * a a' over an area's columns: simple rows on their own, the rest in the table."""
    first = pattern.rows[area]
    rest = first + pattern.simple[area]
    blocks.table[: pattern.rows[area + 1] - rest, :] = 0.0
    blocks.pivot[first:rest] = REGULAR
    blocks.beside[pattern.reach_start[first] : pattern.reach_start[rest]] = 0.0
    for column in range(pattern.columns[area], pattern.columns[area + 1]):
        low, high, theta = pattern.start[column], pattern.start[column + 1], weight[column]
        if low < high and pattern.row[low] < rest:
            row = pattern.row[low]
            product = theta * pattern.value[low]
            blocks.pivot[row] += product * pattern.value[low]
            low += 1
            base = pattern.reach_start[row]
            for entry in range(low, high):
                blocks.beside[base + pattern.at[entry]] += product * pattern.value[entry]
        _add_column(pattern, blocks.table, (area, low, high), theta, joint)


@compiled
def _add_column(
    pattern: Pattern, table: FloatArray, where: tuple[int, int, int], theta: float, joint: FloatArray
) -> None:
    """Add a column's products among rows that are not simple; ``where`` is the area and the entries from one to one."""
    area, low, high = where
    rest, local = pattern.rows[area] + pattern.simple[area], pattern.local
    size = pattern.rows[area + 1] - rest
    middle = low
    while middle < high and pattern.row[middle] < local:
        middle += 1
    for entry in range(low, middle):
        product, row = theta * pattern.value[entry], pattern.row[entry] - rest
        for other in range(low, entry + 1):
            table[row, pattern.row[other] - rest] += product * pattern.value[other]
        for other in range(middle, high):
            table[row, size + pattern.row[other] - local] += product * pattern.value[other]
    for entry in range(middle, high):
        product, row = theta * pattern.value[entry], pattern.row[entry] - local
        for other in range(middle, entry + 1):
            joint[row, pattern.row[other] - local] += product * pattern.value[other]


@compiled
def _eliminate_simple(pattern: Pattern, blocks: Blocks, area: int, joint: FloatArray) -> None:
    """Take every simple row's part out of the table and of the joint rows."""
    first, table, beside, reach = pattern.rows[area], blocks.table, blocks.beside, pattern.reach
    rest = first + pattern.simple[area]
    size = pattern.rows[area + 1] - rest
    for row in range(first, rest):
        low, high = pattern.reach_start[row], pattern.reach_start[row + 1]
        middle = low
        while middle < high and reach[middle] < size:
            middle += 1
        inverse = 1.0 / blocks.pivot[row]
        for one in range(low, middle):
            product, at = beside[one] * inverse, reach[one]
            for other in range(low, one + 1):
                table[at, reach[other]] -= product * beside[other]
            for other in range(middle, high):
                table[at, reach[other]] -= product * beside[other]
        for one in range(middle, high):
            product, at = beside[one] * inverse, reach[one] - size
            for other in range(middle, one + 1):
                joint[at, reach[other] - size] -= product * beside[other]


@compiled
def _invert(table: FloatArray, size: int) -> None:
    """Turn the lower half of a positive matrix into the inverse of its Cholesky factor, the upper half into zeros."""
    for column in range(size):
        pivot = table[column, column]
        for at in range(column):
            pivot -= table[column, at] * table[column, at]
        table[column, column] = 1.0 / np.sqrt(max(pivot, REGULAR * REGULAR))
        for row in range(column + 1, size):
            total = table[row, column]
            for at in range(column):
                total -= table[row, at] * table[column, at]
            table[row, column] = total * table[column, column]
    buffer = np.empty(size)
    for row in range(size):
        buffer[:row] = 0.0
        for at in range(row):
            factor = table[row, at]
            for column in range(at + 1):
                buffer[column] -= factor * table[at, column]
        for column in range(row):
            table[row, column] = buffer[column] * table[row, row]
        table[row, row + 1 : size] = 0.0


@compiled
def solve_blocks(pattern: Pattern, blocks: Blocks, right: FloatArray) -> None:
    """Solve the equations of every area in place, the joint rows left out."""
    for area in range(len(pattern.simple) - 1):
        first = pattern.rows[area]
        rest, end = first + pattern.simple[area], pattern.rows[area + 1]
        size = end - rest
        for row in range(first, rest):
            share = right[row] / blocks.pivot[row]
            for at in range(pattern.reach_start[row], pattern.reach_start[row + 1]):
                if pattern.reach[at] < size:
                    right[rest + pattern.reach[at]] -= blocks.beside[at] * share
        if size > 0:
            inverse = blocks.inverse[blocks.begin[area] : blocks.begin[area + 1]].reshape(size, size)
            right[rest:end] = np.dot(inverse.T, np.dot(inverse, right[rest:end]))
        for row in range(first, rest):
            total = right[row]
            for at in range(pattern.reach_start[row], pattern.reach_start[row + 1]):
                if pattern.reach[at] < size:
                    total -= blocks.beside[at] * right[rest + pattern.reach[at]]
            right[row] = total / blocks.pivot[row]


@compiled
def to_joint(pattern: Pattern, weight: FloatArray, y: FloatArray, out: FloatArray) -> None:
    """Take from the joint rows what the areas' rows pass on to them: A_c W A_l' y."""
    for column in range(pattern.columns[-2]):
        high = pattern.start[column + 1]
        at, total = pattern.start[column], 0.0
        while at < high and pattern.row[at] < pattern.local:
            total += pattern.value[at] * y[pattern.row[at]]
            at += 1
        for entry in range(at, high):
            out[pattern.row[entry] - pattern.local] -= pattern.value[entry] * total * weight[column]


@compiled
def from_joint(pattern: Pattern, weight: FloatArray, y: FloatArray, out: FloatArray) -> None:
    """Take from the areas' rows what the joint rows pass on to them: A_l W A_c' y."""
    for column in range(pattern.columns[-2]):
        low = pattern.start[column]
        at, total = pattern.start[column + 1], 0.0
        while at > low and pattern.row[at - 1] >= pattern.local:
            at -= 1
            total += pattern.value[at] * y[pattern.row[at] - pattern.local]
        for entry in range(low, at):
            out[pattern.row[entry]] -= pattern.value[entry] * total * weight[column]
