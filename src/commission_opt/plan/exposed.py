"""Rules that bounds of columns keep, told as rows, so that a conflict can name them and a repair can change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import Bound


def expose_bounds(program: LinearProgram, most: float) -> LinearProgram:
    """Return the same program with a row for every bound of a column that is a rule.

    Parameters
    ----------
    program : LinearProgram
        Whose rows keep their positions.
    most : money
        More than any such column could be: its bound in place of the rule's.
    """
    for bounded in _bounded(program):
        program = _expose(program, bounded, most)
    return program


def expose_prices(program: LinearProgram, prices: FloatArray) -> FloatArray:
    """Return the prices of the rows of :func:`expose_bounds`: those of the program, then what bounds are worth.

    Parameters
    ----------
    program : LinearProgram
        With its bounds as they are.
    prices : (m,)
        Of its rows.
    """
    worth = program.objective - program.matrix.T @ prices
    of_bounds = [
        np.minimum(worth[columns], 0.0) if bound.side == "least" else np.maximum(worth[columns], 0.0)
        for _, bound, _, columns in _bounded(program)
    ]
    return np.concatenate([prices, *of_bounds])


def _bounded(program: LinearProgram) -> Iterator[tuple[str, Bound, Block, IntArray]]:
    """Return every rule that bounds of columns keep: its name, words, block and columns."""
    for family in FAMILIES.values():
        for name, bound in family.bounds.items():
            block = program.column_block(bound.column)
            columns = np.arange(block.start, block.stop) if block is not None else np.zeros(0, dtype=np.int64)
            columns = columns[program.lower[columns] > 0] if bound.side == "least" else columns
            if block is not None and len(columns):
                yield name, bound, block, columns


def _expose(program: LinearProgram, bounded: tuple[str, Bound, Block, IntArray], most: float) -> LinearProgram:
    name, bound, block, column = bounded
    least = bound.side == "least"
    stated = (program.lower if least else program.upper)[column]
    lower, upper = program.lower.copy(), program.upper.copy()
    if least:
        lower[column] = 0.0
    else:
        upper[column] = np.maximum(stated, most)
    rows = Block(name, block.keys.take(column - block.start), block.unit, program.shape[0])
    count = len(column)
    matrix = sparse.csr_array((np.ones(count), (np.arange(count), column)), shape=(count, program.shape[1]))
    bounds = (stated, np.inf) if least else (-np.inf, stated)
    return replace(program, lower=lower, upper=upper).with_rows([rows], matrix, bounds)
